"""However often answers are lost and the process is killed, the end is that of an undisturbed run."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from outbox_desk import (
    NAME,
    KilledError,
    OutboxDesk,
    closing,
    fields,
    open_outbox,
    opening,
    tag,
    tag_mark,
    ticket_key,
    update,
)

_RUNS = 40
Shown = tuple[object, ...]


def fill(desk: OutboxDesk) -> None:
    accounts = [desk.add(str(number)) for number in (1, 2, 3)]
    for account in accounts:
        desk.put(
            tag(account),
            opening(account),
            update(account, f"Risen {account}.", rank=2),
            fields(account, care_state="for review", care_alert=ticket_key(account)),
            marks=[tag_mark(account)],
        )
    desk.put(closing(accounts[0]))


def end_of(disturb: Callable[[OutboxDesk, int], None]) -> Shown:
    """What the helpdesk shows once the outbox is empty."""
    with TemporaryDirectory() as folder:
        desk = open_outbox(Path(folder))
        fill(desk)
        for run in range(_RUNS):
            disturb(desk, run)
            try:
                desk.deliver()
            except KilledError:
                continue
            if not desk.store.outbox(NAME):
                break
            desk.later()
        left = desk.store.outbox(NAME)
        desk.store.close()
    return (left, *shown(desk))


def shown(desk: OutboxDesk) -> Shown:
    helpdesk = desk.helpdesk
    keys = sorted((ticket.external_id, ticket.status) for ticket in helpdesk.alert_tickets.values())
    comments = sorted((comment.key, comment.text) for comment in helpdesk.comments)
    states = {account: values["care_state"] for account, values in helpdesk.fields.items()}
    return keys, comments, {account: sorted(tags) for account, tags in helpdesk.tags.items()}, states


def undisturbed(desk: OutboxDesk, run: int) -> None:
    """Nothing happens."""


@cache
def quiet_end() -> Shown:
    """The end of a run in which nothing happens."""
    return end_of(undisturbed)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 9), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=_RUNS - 8
    )
)
def test_losses_and_kills_change_nothing_in_the_end(troubles: list[tuple[int | None, int, int]]) -> None:
    def disturb(desk: OutboxDesk, run: int) -> None:
        kill, answers, writes = troubles[run] if run < len(troubles) else (None, 0, 0)
        desk.helpdesk.dies_after, desk.helpdesk.lost_answers, desk.helpdesk.lost_writes = kill, answers, writes

    assert end_of(disturb) == quiet_end()


def test_undisturbed_run_shows_each_message_once() -> None:
    left, tickets, comments, *_ = quiet_end()
    assert left == ()
    assert isinstance(tickets, list)
    assert isinstance(comments, list)
    assert (len(tickets), len(comments)) == (3, 7)
