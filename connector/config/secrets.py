"""Turns a reference to a secret into the secret: env:, file:, credential: (systemd) or keyring:."""

import importlib
import os
import re
from pathlib import Path

from connector import log
from connector.settings import Secret, SecretText
from connector.yaml.error import ConfigError

_LIMIT = 64 * 1024
_NAMES = {
    "env": (re.compile(r"[A-Za-z_][A-Za-z0-9_]*"), "env:NAME"),
    "file": (re.compile(r"\S(.*\S)?"), "file:/path/to/file"),
    "credential": (re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*"), "credential:NAME"),
    "keyring": (re.compile(r"[^/\s]+/\S+"), "keyring:SERVICE/NAME"),
}


class _MissingError(Exception):
    """Why there is no secret, and the remedy."""


def fault_in(reference: str) -> str | None:
    """What is wrong with the form of a reference, None when nothing is. Never repeats the text: it may be a secret."""
    kind, _, rest = reference.partition(":")
    if kind not in _NAMES:
        forms = ", ".join(shape for _, shape in _NAMES.values())
        return f"a secret does not stand in the configuration; write where it is found: {forms}"
    pattern, shape = _NAMES[kind]
    return None if pattern.fullmatch(rest) else f"write the reference as {shape}"


def resolve(secret: Secret) -> SecretText:
    """The secret behind a reference, read anew each time, so that a renewed one is found.

    From then on the log hides it. Raises ConfigError with one sentence when there is none.
    """
    kind, _, rest = secret.reference.partition(":")
    readers = {"env": _from_environment, "file": _from_file, "credential": _from_credential, "keyring": _from_keyring}
    try:
        text = _checked(readers[kind](rest))
    except _MissingError as missing:
        raise ConfigError([f"{secret.place}: {secret.reference}: {missing}"]) from None
    log.hide(text)
    return SecretText(text)


def _from_environment(name: str) -> str:
    if name not in os.environ:
        raise _MissingError(f"the environment has no {name}; set it where touchcost is started")
    return os.environ[name]


def _from_file(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LIMIT + 1)
    except FileNotFoundError:
        raise _MissingError("there is no such file; write the secret into it, readable by this user alone") from None
    except IsADirectoryError:
        raise _MissingError("this is a folder; name the file in it") from None
    except OSError:
        raise _MissingError("the file cannot be read; give this user the right to read it") from None
    if len(content) > _LIMIT:
        raise _MissingError("the file is far too large for a secret; name the file that holds the secret alone")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _MissingError("the file is not text; write the secret into it as plain text") from None


def _from_credential(name: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise _MissingError(f"systemd gave no credentials; add LoadCredential={name}:/path to the unit")
    path = Path(folder) / name
    if not path.is_file():
        raise _MissingError(f"systemd did not give this credential; add LoadCredential={name}:/path to the unit")
    return _from_file(str(path))


def _from_keyring(entry: str) -> str:
    service, _, name = entry.partition("/")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise _MissingError("the keyring package is missing; install touchcost[keyring]") from None
    try:
        found = keyring.get_password(service, name)
    except keyring.errors.KeyringError:
        raise _MissingError("the keyring cannot be opened; unlock it, or use file: instead") from None
    if found is None:
        raise _MissingError(f"the keyring holds no such entry; store it with: keyring set {service} {name}")
    return str(found)


def _checked(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise _MissingError("it is empty; put the secret there")
    if len(stripped.splitlines()) > 1 or not stripped.isprintable():
        raise _MissingError("it holds more than one line or control characters; leave the secret alone there")
    if len(stripped) < log.SHORTEST_HIDDEN:
        raise _MissingError(
            f"it is shorter than {log.SHORTEST_HIDDEN} characters, so no log could hide it; put the whole secret there"
        )
    return stripped
