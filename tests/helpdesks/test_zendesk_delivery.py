"""Delivering to the simulated Zendesk over HTTP while it misbehaves: nothing lost, nothing doubled, nobody mailed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from places import SimulatedZendesk, simulated_place
from zendesk_account import settings

from connector.clock import Clock
from connector.deliver import Delivered, Delivery
from connector.helpdesk import WriteKind
from connector.progress import Silent
from connector.simulator import Fault
from connector.store.rows import NewWrite, OutboxState, PlanRows
from connector.store.store import Store, open_store
from rules.facts import AccountId
from rules.marks import AlertTicket, Mark, MarkKind, Message

ENDPOINTS = ("tags", "create_ticket", "update_ticket", "update_many", "job", "tickets", "audits")
KINDS = ("lost_answer", "cut", "truncated", "html", "500", "503", "409", "429")
SETTINGS = settings()


@dataclass
class Post:
    """A store whose outbox goes to the simulated helpdesk."""

    place: SimulatedZendesk
    store: Store
    account: AccountId

    @property
    def key(self) -> str:
        return f"touchcost:acme:{self.account}:1"

    def put(self) -> None:
        """A tag, fields, a ticket and a message on it."""
        now = self.place.time.now()
        self.store.save_plan(
            SETTINGS.name,
            PlanRows(
                made_at=now,
                writes=(
                    self._write(WriteKind.ADD_TAG, {"tags": ["care_review"]}, rank=1),
                    self._write(WriteKind.OPEN_ALERT, self._creation(), rank=1, key=self.key),
                    self._write(
                        WriteKind.UPDATE_ALERT,
                        {"ticket": None, "comment": "Raised.", "status": None},
                        rank=2,
                        key=f"{self.key}:raised:0",
                    ),
                    self._write(WriteKind.SET_FIELD, {"fields": {"care_state": "for review"}}, rank=4),
                ),
                marks=(Mark(account=self.account, kind=MarkKind.TAG, name="care_review", wanted_at=now),),
                tickets=(AlertTicket(account=self.account, number=1, key=self.key, wanted_at=now),),
                messages=tuple(
                    Message(account=self.account, number=1, key=key, reason="first", rules=(), wanted_at=now)
                    for key in (self.key, f"{self.key}:raised:0")
                ),
            ),
        )

    def _creation(self) -> dict[str, object]:
        due = "2026-11-27T09:00:00+00:00"
        text = {"subject": "For review: Acme", "comment": "Why now.", "priority": "high", "due_at": due}
        return {**text, "tags": ["care_alert"], "group": "Customer Success"}

    def _write(self, kind: WriteKind, body: dict[str, object], *, rank: int, key: str = "") -> NewWrite:
        return NewWrite(account=self.account, kind=kind, key=key, rank=rank, what=self.key, reason="wanted", body=body)

    def deliver(self) -> Delivered:
        time = self.place.time
        clock = Clock(now=time.now, monotonic=time.monotonic)
        return Delivery(self.place.helpdesk, self.store, SETTINGS, clock, Event()).run(Silent())

    def later(self) -> None:
        """An hour passes: whatever we were asked to wait for is over."""
        self.place.world.advance(seconds=3600)
        self.place.time.begun = self.place.world.now() - timedelta(seconds=self.place.time.passed)

    def assert_delivered(self) -> None:
        assert self.store.outbox(SETTINGS.name) == ()
        shown = self.place.helpdesk.read_marks([self.account], []).accounts[0]
        assert (shown.tags, shown.fields["care_state"]) == ({"care_review"}, "for review")
        ticket = self.store.ledger(SETTINGS.name).tickets[0]
        assert ticket.ticket is not None
        assert self.place.tickets_under(self.key) == 1
        assert self.place.comments(ticket.ticket) == ["Why now.", "Raised."]
        assert self.place.mails_to_customers() == 0


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    with simulated_place() as place:
        assert isinstance(place, SimulatedZendesk)
        made = Post(place, store, place.add_account("Acme"))
        made.put()
        yield made
    store.close()


def test_outbox_arrives(post: Post) -> None:
    assert post.deliver().problems == ()
    post.assert_delivered()
    assert [mark.seen_at is not None for mark in post.store.ledger(SETTINGS.name).marks] == [True]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_outbox_arrives_through_faults(post: Post, endpoint: str, kind: str) -> None:
    post.place.world.faults.put(Fault(endpoint=endpoint, kind=kind, times=2))  # type: ignore[arg-type]
    for _ in range(3):
        post.deliver()
        post.later()
    post.assert_delivered()


def test_several_lost_answers_in_a_row_are_cleared_up_in_one_run(post: Post) -> None:
    for endpoint in ("tags", "create_ticket", "update_ticket", "update_many"):
        post.place.world.faults.put(Fault(endpoint=endpoint, kind="lost_answer", times=2))
    for _ in range(2):
        post.deliver()
    post.assert_delivered()


def test_fault_for_good_on_one_endpoint_holds_up_no_other(post: Post) -> None:
    post.place.world.faults.put(Fault(endpoint="tags", kind="403", times=None))
    problems = post.deliver().problems
    assert len(problems) == 1
    assert "was refused: status 403" in problems[0]
    assert [row.state for row in post.store.outbox(SETTINGS.name)] == [OutboxState.PARKED]
    assert post.place.tickets_under(post.key) == 1


def test_one_alert_mails_the_agents_of_its_group_once(post: Post) -> None:
    post.deliver()
    post.deliver()
    mails = [(mail.audience, mail.trigger) for mail in post.place.world.mails]
    assert mails == [("agent", "Notify group of assignment")]
