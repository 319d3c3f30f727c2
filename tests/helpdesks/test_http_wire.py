"""Answers as they come over a real connection: broken, too large, led elsewhere."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
import responses
from canary import CANARY

from connector.address import is_loopback, origin
from connector.helpdesk import HelpdeskError
from connector.http.wire import LARGEST, Answer, Broken, Wire
from rules.facts import HelpdeskName

Exchange = Callable[[bytes], Answer | Broken]


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    """Asks a server that answers with exactly these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        wire = Wire(HelpdeskName("acme"), url)
        wire.conceal(CANARY)

        def ask(raw: bytes) -> Answer | Broken:
            threading.Thread(target=_answer_once, args=(server, raw), daemon=True).start()
            return wire.exchange(requests.Request("GET", f"{url}/x").prepare())

        yield ask
        wire.close()


def _answer_once(server: socket.socket, raw: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        try:
            connection.sendall(raw)
        except OSError:
            return  # The other side has seen enough.


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"garbage\r\n\r\n",
        http(b'{"a"', length=100),
        http(b"abcde", "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    ],
    ids=["nothing", "garbage", "shorter than told", "no gzip", "cut in a chunk", "cut between chunks"],
)
def test_an_answer_that_is_not_whole_is_never_taken_for_one(exchange: Exchange, raw: bytes) -> None:
    found = exchange(raw)
    assert isinstance(found, Broken)
    assert found.sent


def test_a_compressed_answer_is_read(exchange: Exchange) -> None:
    found = exchange(http(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip"))
    assert isinstance(found, Answer)
    assert found.body == b'{"a": 1}'


def test_an_answer_over_the_limit_is_abandoned(exchange: Exchange) -> None:
    assert exchange(http(b" " * (LARGEST + 1))) == Broken(what="an answer over 32 MB", too_large=True)


def test_an_answer_that_swells_over_the_limit_is_abandoned(exchange: Exchange) -> None:
    swollen = gzip.compress(b" " * (LARGEST + 1))
    assert len(swollen) < 100_000
    found = exchange(http(swollen, "Content-Encoding: gzip"))
    assert isinstance(found, Broken)
    assert found.too_large


def test_a_request_that_reached_nobody_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    wire = Wire(HelpdeskName("acme"), f"http://127.0.0.1:{port}")
    found = wire.exchange(requests.Request("GET", f"http://127.0.0.1:{port}/x").prepare())
    assert found == Broken(what="no connection", sent=False)


def test_a_request_to_another_host_never_leaves() -> None:
    wire = Wire(HelpdeskName("acme"), "https://acme.zendesk.com")
    with pytest.raises(HelpdeskError, match="another host"):
        wire.exchange(requests.Request("GET", "https://evil.test/x").prepare())


def test_a_secret_that_an_error_repeats_is_blotted_out(exchange: Exchange) -> None:
    found = exchange(http(f'{{"error":"no such token {CANARY}"}}'.encode(), status="401 Unauthorized"))
    assert isinstance(found, Answer)
    assert CANARY.encode() not in found.body


def test_cookies_are_not_kept() -> None:
    with responses.RequestsMock() as web:
        web.add("GET", "https://acme.zendesk.com/x", headers={"Set-Cookie": "session=1; Path=/"}, json={})
        wire = Wire(HelpdeskName("acme"), "https://acme.zendesk.com")
        for _ in range(2):
            wire.exchange(requests.Request("GET", "https://acme.zendesk.com/x").prepare())
        assert "Cookie" not in web.calls[1].request.headers
    assert list(wire._session.cookies) == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://acme.zendesk.com", "https://acme.zendesk.com"),
        ("https://ACME.zendesk.com:443/api", "https://acme.zendesk.com"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
        ("http://[::1]:9/x", "http://[::1]:9"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, place: str) -> None:
    assert str(origin(url)) == place


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x",
        "acme.zendesk.com",
        "https://",
        f"https://me:{CANARY}@acme.test",
        f"https://a:{CANARY}",
        f"http://[{CANARY}]",
        "",
    ],
)
def test_what_is_no_plain_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="the URL") as wrong:
        origin(url)
    assert CANARY not in str(wrong.value)


def test_only_this_machine_is_loopback() -> None:
    assert all(is_loopback(url) for url in ("http://127.0.0.1", "http://localhost:80", "http://[::1]:80"))
    assert not any(is_loopback(url) for url in ("http://127.0.0.1.evil.test", "http://10.0.0.1", "no url"))
