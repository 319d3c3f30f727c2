"""A PostgreSQL of the tests' own: a new server in a temporary folder, on a loopback port, gone when they end."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp

from sqlalchemy import URL, create_engine, make_url, text

_DEBIAN = Path("/usr/lib/postgresql")
_NOT_ROOT = ("postgres", "nobody")
_OTHERS_SORT_LIKE_THIS = ("--locale-provider=icu", "--icu-locale=en-US")
_FIRST_WITH_ICU = 15
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest version that is installed; None where there is none."""
    found = [folder for folder in _DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=_version)
    on_path = shutil.which("initdb")
    return None if on_path is None else Path(on_path).resolve().parent


@contextmanager
def serve_postgresql(programs: Path) -> Iterator[URL]:
    """The URL of a server's first database. Only who knows the password in it gets in."""
    folder = Path(mkdtemp(prefix="touchcost-postgresql-"))
    password, port = token_hex(16), _free_port()
    (folder / "password").write_text(password)
    for path in (folder, folder / "password"):
        shutil.chown(path, user=_owner())
    data = ("-D", str(folder / "data"))
    sorting = _OTHERS_SORT_LIKE_THIS if _version(programs) >= _FIRST_WITH_ICU else ()
    secret = (f"--pwfile={folder / 'password'}", "-A", "scram-sha-256")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_QUICK}"
    try:
        _run(
            programs / "initdb", *data, *secret, *sorting, "-U", "tests", "-E", "UTF8", "--no-sync", "--no-instructions"
        )
        _run(programs / "pg_ctl", *data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield URL.create("postgresql+psycopg", "tests", password, "127.0.0.1", port, "postgres")
        finally:
            _run(programs / "pg_ctl", *data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@contextmanager
def empty_schema(server: URL) -> Iterator[URL]:
    """The URL of an empty store in a database that others use too."""
    schema = f"touchcost_{token_hex(6)}"
    engine = create_engine(server)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        engine.dispose()


def _run(program: Path, *arguments: str) -> None:
    """Under a user that the server agrees to run as: it refuses root."""
    command = [str(program), *arguments]
    subprocess.run(command, check=True, user=_owner(), cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _owner() -> int:
    """Ourselves, or for root somebody with fewer rights."""
    if os.geteuid() != 0:
        return os.geteuid()
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next(names[name] for name in _NOT_ROOT if name in names)


def _version(programs: Path) -> int:
    said = subprocess.run([str(programs / "postgres"), "--version"], check=True, capture_output=True, text=True)
    return int(said.stdout.split()[2].split(".")[0])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
