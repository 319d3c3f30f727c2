"""Hostile rows are set aside and counted, hostile links and redirects refused, and no credential goes anywhere else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cycle_config import SECRET
from cycle_desk import Desk, open_desk
from cycle_worlds import Office, make_office

from connector.cycle import CycleReport
from connector.simulator import CLIENT_ID, Fault, serve
from connector.store.rows import CycleEnd

SINCE = "2026-09-15"
CANARY = "canary-2f61b7d09c-secret"


def _deep(levels: int) -> object:
    value: object = "bottom"
    for _ in range(levels):
        value = [value]
    return value


TEXTS: Mapping[str, str] = {
    "a megabyte": "x" * 1_000_000,
    "control characters": "a\x00b\x07\x1b[31mc\x7f\x85",
    "lone surrogates": "a\ud800b\udfff",
    "right to left": "\u202egnp.exe\u2066\u200f\ufeff",
    "line ends": "a\r\nb\u2028c",
    "empty": "",
    "a formula": "=HYPERLINK(1)",
    "spaces and commas": "two words, and more",
}
VALUES: Mapping[str, object] = {
    **TEXTS,
    "nothing": None,
    "yes": True,
    "below zero": -1,
    "too large": 10**30,
    "broken": 1.5,
    "a list": ["x"],
    "an object": {"id": 1},
    "deep": _deep(400),
}
TICKET = (
    "external_id",
    "via",
    "subject",
    "created_at",
    "updated_at",
    "generated_timestamp",
    "status",
    "requester_id",
    "assignee_id",
    "organization_id",
    "tags",
    "custom_fields",
)
EVENT = ("timestamp", "created_at", "updater_id", "via", "child_events", "metadata", "ticket_id")
ORGANIZATION = ("name", "external_id", "created_at", "deleted_at", "domain_names", "organization_fields", "tags")
CHILDREN: tuple[object, ...] = (
    [None],
    [[]],
    ["x"],
    [{"status": {"deep": _deep(200)}}],
    [{"status": "never heard of"}],
    [{"comment_present": "yes", "comment_public": 7}],
    [{"custom_ticket_fields": {"1": _deep(100)}}],
    [{"custom_ticket_fields": "x"}],
    [{"tags": "a b, c", "added_tags": "closed_by_merge"}],
    [{"added_tags": [_deep(50), None, 7]}],
    [{"": ""}] * 3000,
)


def _spoil(office: Office, account: int) -> int:
    """A row for each wrong value in each field of each kind; how many there are."""
    world = office.world
    pairs = [("ticket", {field: value}) for field in TICKET for value in VALUES.values()]
    pairs += [("event", {field: value}) for field in EVENT for value in VALUES.values()]
    pairs += [("event", {"id": value}) for value in VALUES.values()]
    pairs += [("event", {"child_events": children}) for children in CHILDREN]
    pairs += [("ticket", {"tags": [text]}) for text in TEXTS.values()]
    pairs += [("ticket", {"id": value}) for value in VALUES.values()]
    for kind, values in pairs:
        made = world.people.create_ticket(office.requesters[account])
        row = made if kind == "ticket" else world.audits_of[made][0].id
        world.patches[kind, row] = values
    spoiled = [{field: value} for field in ORGANIZATION for value in VALUES.values()]
    spoiled += [{"organization_fields": {"mrr": value, "currency": value}} for value in VALUES.values()]
    for number, values in enumerate(spoiled):
        world.patches["organization", office.account(f"Spoiled {number}")] = values
    world.advance(seconds=120)
    return len(pairs) + len(spoiled)


@pytest.fixture
def spoiled(office: Office) -> tuple[int, int]:
    """An account that is whole and one whose tickets are not."""
    whole, broken = office.account("Whole"), office.account("Broken")
    office.tickets(whole, 10)
    _spoil(office, broken)
    return whole, broken


def test_hostile_rows_are_set_aside_and_counted_and_the_cycle_ends(
    desk: Desk, office: Office, spoiled: tuple[int, int]
) -> None:
    whole, _ = spoiled
    report = desk.good()
    assert report.counts["set_aside"] > 100
    for _ in range(4):
        desk.night()
    told = {row["account"]: row for row in desk.touchcost("accounts", "--json").json["accounts"]}
    assert told[str(whole)]["tickets_28d"] == 10
    assert told[str(whole)]["alerts"] != []
    assert office.world.organizations[whole].tags == ("care_review",)


@pytest.mark.parametrize("command", [["plan"], ["plan", "--full"], ["status"], ["accounts"], ["doctor"], ["check"]])
@pytest.mark.usefixtures("spoiled")
def test_every_command_gets_over_hostile_rows(desk: Desk, command: list[str]) -> None:
    desk.good()
    said = desk.touchcost(*command)
    assert said.status == 0, said.err
    assert not set("\x00\x07\x1b\u202e\u2066\ud800") & set(said.out + said.err)
    assert max(map(len, said.out.splitlines()), default=0) < 2000


class Elsewhere(BaseHTTPRequestHandler):
    """Another host: writes down everything that reaches it."""

    seen: list[str]

    def do_GET(self) -> None:
        """Also what stands for every other method."""
        self.seen.append(f"{self.command} {self.path} {self.headers}")
        self.send_response(200)
        self.end_headers()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that the library asks for.

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name.
        """Nothing to say."""


@contextmanager
def _elsewhere() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Listening", (Elsewhere,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


ENDPOINTS = ("organizations", "users", "ticket_events", "tickets_cursor")


@pytest.mark.parametrize("endpoint", [*ENDPOINTS, "me", "groups", "token", "show_many", "tags", "create_ticket"])
def test_a_redirect_to_another_host_is_refused_and_no_credential_goes_there(
    desk: Desk, office: Office, endpoint: str
) -> None:
    account = office.account("Acme")
    office.tickets(account, 10)
    with _elsewhere() as (target, seen):
        office.world.faults.put(Fault(endpoint=endpoint, kind="redirect", target=target, times=None))
        report = [desk.once(), *(_next_day(desk) for _ in range(3))][-1]
    assert seen == []
    assert report.end in (CycleEnd.FAILED, CycleEnd.BUSY)
    assert "127.0.0.1" in report.sentence or "redirect" in report.sentence
    office.world.faults.clear()
    desk.night()
    assert office.world.organizations[account].tags == ("care_review",)


def _next_day(desk: Desk) -> CycleReport:
    desk.world.advance(days=1)
    return desk.once()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_next_page_on_another_host_is_refused_and_no_credential_goes_there(
    desk: Desk, office: Office, endpoint: str
) -> None:
    office.world.settings.largest_page = 2
    for number in range(5):
        office.tickets(office.account(f"Client {number}"), 1)
    office.world.advance(seconds=120)
    with _elsewhere() as (target, seen):
        office.world.faults.put(Fault(endpoint=endpoint, kind="foreign_next", target=target, times=None))
        report = desk.once()
        assert seen == []
        assert report.end in (CycleEnd.FAILED, CycleEnd.FINE)
        assert report.end is CycleEnd.FAILED or endpoint == "users"
    office.world.faults.clear()
    desk.good()


def test_an_answer_over_32_megabytes_is_asked_for_in_smaller_pages(desk: Desk, office: Office) -> None:
    office.tickets(office.account("Acme"), 3)
    office.world.faults.put(Fault(endpoint="ticket_events", kind="huge", over=500, times=None))
    desk.good()
    assert len(desk.dump("event")["event"]) == 6


def test_a_canary_secret_is_found_in_no_output_log_or_store(tmp_path: Path) -> None:
    office = make_office()
    office.tickets(office.account("Acme"), 10)
    office.world.vault.add_client(CLIENT_ID, CANARY, office.world.connector)
    with serve(office.world) as server, open_desk(office.world, server, tmp_path, SINCE) as desk:
        (tmp_path / SECRET).write_text(CANARY)
        said = [desk.touchcost("--log-level", "debug", command) for command in ("check", "once", "plan", "status")]
        for kind in ("401", "403", "redirect", "foreign_next"):
            office.world.faults.put(Fault(endpoint="organizations", kind=kind, times=None))  # type: ignore[arg-type]
            said += [desk.touchcost("--log-level", "debug", command) for command in ("check", "plan")]
            office.world.faults.clear()
        (tmp_path / SECRET).write_text(f"{CANARY}-wrong")
        said.append(desk.touchcost("--log-level", "debug", "once"))
        tokens = list(office.world.vault.tokens)
    assert [one.status for one in said[:4]] == [0, 0, 0, 0]
    assert tokens != []
    everything = "".join(one.out + one.err for one in said)
    everything += "".join(path.read_bytes().decode("latin-1") for path in tmp_path.iterdir() if path.name != SECRET)
    for secret in (CANARY, *tokens):
        assert secret not in everything
