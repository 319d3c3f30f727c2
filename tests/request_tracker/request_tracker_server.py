"""A Request Tracker of the tests' own: Debian's program on SQLite, on loopback, in a folder that keeps its mail."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import getaddresses
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn

import pytest
import requests

REQUIRED = "TOUCHCOST_TEST_HELPDESK"
"""The variable of the environment that says `required` where these tests may not be left out."""

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
"""Where the clock of an instance stands, and where the seeded past ends."""

PEOPLE = frozenset({"root", "agent01", "agent06"})
"""Who has a token and is a person; the others are ours, each with other rights."""

_PAST = timedelta(days=120)
"""How long before that the instance is set up."""

_HERE = Path(__file__).parent
_LIBRARY = Path("/usr/share/request-tracker5/lib")
_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
_SETUP = Path("/usr/sbin/rt-setup-database-5")
_WORKERS = 2
_STARTED_WITHIN = 600
_PAUSE = 0.1

_SITE = """
Set($rtname, 'rt.example'); Set($Organization, 'rt.example'); Set($Timezone, 'America/New_York');
Set($CorrespondAddress, 'help@rt.example'); Set($CommentAddress, 'notes@rt.example');
Set($WebDomain, '127.0.0.1'); Set($WebPort, PORT); Set($WebPath, ''); Set($WebBaseURL, 'http://127.0.0.1:PORT');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, 'FOLDER/rt.db');
Set($DatabaseHost, ''); Set($DatabaseUser, ''); Set($DatabasePassword, '');
Set($MasonDataDir, 'FOLDER/mason'); Set($MasonSessionDir, 'FOLDER/session');
Set($MasonLocalComponentRoot, 'FOLDER/html');
Set($LogToSyslog, undef); Set($LogToSTDERR, undef); Set($LogToFile, 'warning'); Set($LogDir, 'FOLDER/log');
Set($MailCommand, 'sendmailpipe'); Set($SendmailPath, 'FOLDER/sendmail');
Set($BcryptCost, 4); # A token is checked at every request, which at the default takes a quarter of a second.
1;
"""

_SENDMAIL = """#!/bin/sh
# Stands in for sendmail: keeps the message.
folder=$(dirname "$0")/mail
kept=$(mktemp "$folder/.XXXXXXXX") && cat >"$kept" && mv "$kept" "$folder/${kept##*/.}.eml"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Databases ready to be copied, and the tokens of the users in them."""

    database: Path
    """With the seeded past."""
    bare: Path
    """As an administrator left it who set it up, before anybody wrote."""
    tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTracker:
    """A running instance."""

    url: str
    folder: Path
    template: Template

    @property
    def tokens(self) -> Mapping[str, str]:
        """A token of each user that has one, by name."""
        return self.template.tokens

    @property
    def database(self) -> Path:
        """The SQLite file the instance works on."""
        return self.folder / "rt.db"

    def set_time(self, now: datetime) -> None:
        """What the instance takes for now, until the next call."""
        _write_time(self.folder, now)

    def reset(self) -> None:
        """Everything as the template has it and the clock at NOW, while the server runs; no mail is kept."""
        self._begin(self.template.database)

    def keep(self, database: Path) -> None:
        """Keeps everything as it is now."""
        _copy(self.database, database)

    def reset_to(self, database: Path) -> None:
        """Everything as it was kept there."""
        self._begin(database)

    def administrate(self, *command: str) -> str:
        """Runs a command as an administrator of the machine would; what it said. Raises RuntimeError when it fails."""
        return _run(self.folder, *command)

    def clear(self) -> None:
        """The same without the seeded past."""
        self._begin(self.template.bare)

    def _begin(self, database: Path) -> None:
        self.set_time(NOW)
        _copy(database, self.database)
        for mail in (self.folder / "mail").iterdir():
            mail.unlink()

    def mailed_outside(self) -> list[str]:
        """Whom mails went to that does not work there, of mails that a user of ours caused."""
        ours = [name for name in self.tokens if name not in PEOPLE]
        found = [address for name in ours for address in self.recipients(name)]
        return [address for address in found if not address.endswith("@rt.example")]

    def recipients(self, because_of: str = "") -> list[str]:
        """Whom mails went to, each address once a mail, in lower case; of all mails, or of those one user caused."""
        mails = [message_from_bytes(path.read_bytes()) for path in (self.folder / "mail").glob("*.eml")]
        heads = ("to", "cc", "bcc")
        caused = [mail for mail in mails if not because_of or mail.get("X-RT-Originator") == f"{because_of}@rt.example"]
        found = (getaddresses([text for head in heads for text in mail.get_all(head, [])]) for mail in caused)
        return sorted(address.lower() for mail in found for _, address in mail)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def is_installed() -> bool:
    """Whether Debian's packages are there."""
    return all(path.exists() for path in (_LIBRARY, _SERVER, _SETUP))


def leave_out(*, required: bool) -> NoReturn:
    """Says loudly that the tests against it are not run; where they are required, that is a failure."""
    said = "NO REQUEST TRACKER: NOTHING WAS TESTED AGAINST A REAL HELPDESK"
    if required:
        pytest.fail(f"{said}, AND {REQUIRED} REQUIRES IT", pytrace=False)
    pytest.skip(said)


@contextmanager
def serve_request_tracker() -> Iterator[RequestTracker]:
    """An instance with the seeded past, whose clock stands at NOW."""
    folder = Path(mkdtemp(prefix="touchcost-request-tracker-"))
    try:
        template = _template(folder)
        port = _free_port()
        _prepare(folder, port)
        shutil.copy(template.database, folder / "rt.db")
        with _running(folder, port):
            yield RequestTracker(url=f"http://127.0.0.1:{port}", folder=folder, template=template)
    finally:
        shutil.rmtree(folder)


def _prepare(folder: Path, port: int) -> None:
    """The folder of an instance. RT is told where it is by its environment: nothing under /etc is touched."""
    for name in ("conf.d", "mason", "session", "log", "mail", "html"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "site.pm").write_text(_SITE.replace("FOLDER", str(folder)).replace("PORT", str(port)))
    (folder / "sendmail").write_text(_SENDMAIL)
    (folder / "sendmail").chmod(0o755)
    _write_time(folder, NOW)


def _write_time(folder: Path, now: datetime) -> None:
    fresh = folder / "now.new"
    fresh.write_text(str(int(now.timestamp())))
    fresh.rename(folder / "now")


def _template(folder: Path) -> Template:
    """Made once for a version of RT and of what is done to it, and kept for later runs where that is possible."""
    kept = _shelf(folder)
    name = _fingerprint()
    database, bare, tokens = (kept / f"{name}.{part}" for part in ("db", "bare.db", "tokens"))
    with (kept / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not all(part.exists() for part in (database, bare, tokens)):
            workshop = Path(mkdtemp(prefix="touchcost-request-tracker-template-"))
            try:
                said = _make_databases(workshop)
                tokens.write_text(said)
                shutil.move(workshop / "bare.db", bare)
                shutil.move(workshop / "rt.db", database)
            finally:
                shutil.rmtree(workshop)
    pairs = (line.split() for line in tokens.read_text().splitlines())
    return Template(database=database, bare=bare, tokens=dict(pairs))


def _shelf(folder: Path) -> Path:
    """Where templates are kept: the user's cache, or this run's own folder where there is none to write to."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "touchcost-tests"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "request-tracker.lock").touch()
    except OSError:
        return folder
    return cache


def _fingerprint() -> str:
    """Of everything that the template depends on."""
    scripts = (_HERE / name for name in ("SteadyTime.pm", "bootstrap.pl", "seed.pl"))
    version = (_LIBRARY / "RT" / "Generated.pm", Path(__file__))
    parts = b"".join(path.read_bytes() for path in (*version, *scripts))
    return f"request-tracker-{hashlib.sha256(parts).hexdigest()[:16]}"


def _make_databases(workshop: Path) -> str:
    """Makes `bare.db`, and `rt.db` with a past; the tokens, a line each. Raises RuntimeError with what RT said."""
    _prepare(workshop, 1)
    _write_time(workshop, NOW - _PAST)
    _run(workshop, str(_SETUP), "--action", "init", "--skip-create")
    tokens = _run(workshop, "perl", str(_HERE / "bootstrap.pl"))
    shutil.copy(workshop / "rt.db", workshop / "bare.db")
    return tokens + _run(workshop, "perl", str(_HERE / "seed.pl"), str(int(NOW.timestamp())))


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        env=_environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    steady = {"STEADY_TIME": str(folder / "now"), "PERL5LIB": str(_HERE), "PERL5OPT": "-MSteadyTime"}
    here = {"RT_SITE_CONFIG": str(folder / "site.pm"), "RT_SITE_CONFIG_DIR": str(folder / "conf.d")}
    return {**os.environ, **here, **steady}


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    command = [str(_SERVER), "--server", "Starlet", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--max-workers", str(_WORKERS)]
    with (folder / "log" / "server").open("wb") as said:
        server = subprocess.Popen(
            command,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _await(server, port, folder)
        yield
    finally:
        server.terminate()
        server.wait()


def _await(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    for _ in range(_STARTED_WITHIN):
        if server.poll() is not None:
            raise RuntimeError((folder / "log" / "server").read_text())
        with closing(socket.socket()) as probe:
            probe.settimeout(_PAUSE)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        try:
            server.wait(_PAUSE)
        except subprocess.TimeoutExpired:
            continue
    requests.get(f"http://127.0.0.1:{port}/REST/2.0/rt", timeout=60)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
