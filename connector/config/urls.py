"""The URLs of config.yaml. No sentence repeats one, for it may hold a password.

Each function that reads one raises ValueError with a sentence: pydantic makes a problem of it, and of no other error.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from connector.address import Origin, origin
from connector.yaml.values import said


def helpdesk_url(value: object) -> str:
    """Scheme, host and path without a trailing slash. No sentence repeats the URL: it may hold a password."""
    if not isinstance(value, str):
        raise ValueError(f"write the address of the helpdesk, such as https://acme.zendesk.com, not {said(value)}")  # noqa: TRY004
    if "://" not in value:
        raise ValueError("the address begins with https://, such as https://acme.zendesk.com")
    found = _reached(value)
    path = urlsplit(value).path.rstrip("/")
    if "?" in value or "#" in value or not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII):
        raise ValueError(f"leave out what follows the host; write {found}")
    return f"{found}{path}"


def path_fault(value: str) -> str | None:
    """What to say of an address with a path where none may be; None where it has none."""
    return f"leave out what follows the host; write {origin(value)}" if urlsplit(value).path else None


def heartbeat_url(value: object) -> str:
    """The https address that is called after every good cycle. No sentence repeats it: who has it can call it."""
    if not isinstance(value, str) or "://" not in value:
        raise ValueError("write the whole address to call, beginning with https://")
    _reached(value)
    return value


def store_url(value: object) -> str:
    """An SQLAlchemy URL of SQLite or PostgreSQL. No sentence repeats it: it may hold a password."""
    if not isinstance(value, str):
        raise ValueError(f"write sqlite:///touchcost.db or postgresql+psycopg://host/name, not {said(value)}")  # noqa: TRY004
    try:
        found = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("write sqlite:///touchcost.db or postgresql+psycopg://host/name") from None
    if found.password is not None or "password" in found.query:
        raise ValueError("leave the password out of the store's URL: PGPASSWORD or a ~/.pgpass file gives it")
    if found.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("the store is SQLite or PostgreSQL: sqlite:///touchcost.db or postgresql+psycopg://host/name")
    if not found.database or found.database == ":memory:":
        raise ValueError("the store's URL names no database; write sqlite:///touchcost.db")
    return value


def store_beside(value: str, folder: Path) -> str:
    """The store's URL with a relative SQLite path counted from a folder."""
    found = make_url(value)
    if found.get_backend_name() != "sqlite" or found.database is None:
        return value
    return found.set(database=str(folder.absolute() / found.database)).render_as_string(hide_password=False)


def _reached(value: str) -> Origin:
    try:
        # What urlsplit says of a broken address repeats a part of it, which may be a password.
        _ = urlsplit(value).port
    except ValueError:
        raise ValueError("not an address: its host or port cannot be read") from None
    try:
        found = origin(value)
    except ValueError as error:
        raise ValueError(f"not an address: {error}") from None
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", found.host):
        raise ValueError("the host of the address is made of letters, digits, dots and hyphens")
    if found.scheme == "http" and not found.is_loopback:
        raise ValueError("plain http is only for 127.0.0.1, ::1 and localhost; write https://")
    return found
