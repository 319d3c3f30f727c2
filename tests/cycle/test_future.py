"""A row with a wrong time: it is set aside or kept, and nothing that comes after it is lost."""

from dataclasses import replace
from pathlib import Path

from cycle_desk import NAME, Desk, open_desk
from cycle_worlds import make_office

from connector.helpdesk import Page, Stream
from connector.simulator import serve
from rules.facts import Event as Update
from rules.facts import PersonKey, TicketId, UtcSecond

FAR = UtcSecond(4_102_444_800)
"""The year 2100."""


def _absorb_a_row_of_the_future(desk: Desk, ticket: int) -> None:
    """As a store of an earlier version may hold it."""
    update = Update(TicketId(ticket), 1, FAR, PersonKey(5), None, None, None, None, False)  # noqa: FBT003  A tuple.
    page = Page(stream=Stream.EVENTS, cursor="", reached=None, end=False)
    desk.absorb(replace(page, events=(update,)))


def test_a_row_of_the_future_in_the_store_keeps_no_later_row_out(tmp_path: Path) -> None:
    office = make_office()
    account = office.account("Alfa")
    (ticket,) = office.tickets(account, 1)
    office.world.advance(seconds=1200)
    with serve(office.world) as server, open_desk(office.world, server, tmp_path, "2026-09-15") as desk:
        desk.good()
        _absorb_a_row_of_the_future(desk, ticket)
        assert desk.store.newest(NAME, Stream.EVENTS) == FAR
        before = len(desk.dump("event")["event"])
        office.tickets(account, 3)
        office.world.advance(seconds=3600)
        desk.good()
        assert len(desk.dump("event")["event"]) == before + 6
