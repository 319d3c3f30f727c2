"""What every helpdesk does with the marks that we write: one suite over memory and Zendesk over HTTP."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count

import pytest
from places import Place, memory_place, simulated_place
from steady_time import NOW

from connector.helpdesk import AccountMarks, Outcome, Receipt, Stream, Walk, Write, WriteKind
from rules.facts import AccountId, TicketId

KEY = "touchcost:acme:101:1"
NUMBERS = count(1)
TEXT = "Support cost 4,180 of the 13,500 EUR paid."


@pytest.fixture(params=[memory_place, simulated_place], ids=["memory", "zendesk"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with request.param() as made:
        yield made
        assert made.mails_to_customers() == 0


@pytest.fixture
def acme(place: Place) -> AccountId:
    return place.add_account("Acme")


def write(kind: WriteKind, account: AccountId, body: Mapping[str, object], **more: object) -> Write:
    return Write(id=next(NUMBERS), account=account, kind=kind, body=body, **{"key": "", **more})  # type: ignore[arg-type]


def tagging(account: AccountId, *tags: str, kind: WriteKind = WriteKind.ADD_TAG) -> Write:
    return write(kind, account, {"tags": list(tags)})


def fields(account: AccountId, **values: str | None) -> Write:
    return write(WriteKind.SET_FIELD, account, {"fields": values})


def opening(account: AccountId, key: str = KEY, *, tried: bool = False) -> Write:
    body = {
        "subject": "For review: Acme",
        "comment": TEXT,
        "priority": "high",
        "due_at": "2026-11-27T09:00:00+00:00",
        "tags": ["care_alert"],
        "group": "Customer Success",
    }
    return write(WriteKind.OPEN_ALERT, account, body, key=key, tried=tried)


def update(
    account: AccountId, ticket: TicketId, text: str = "Raised.", *, status: str | None = None, tried: bool = False
) -> Write:
    body = {"ticket": ticket, "comment": text, "status": status}
    return write(WriteKind.UPDATE_ALERT, account, body, key=f"{KEY}:raised:{text}", tried=tried)


def closing(account: AccountId, ticket: TicketId, *tags: str) -> Write:
    body = {"ticket": ticket, "comment": "Back under the line.", "tags": list(tags)}
    return write(WriteKind.CLOSE_ALERT, account, body, key=f"{KEY}:all_clear:0")


def ends(place: Place, *writes: Write) -> dict[int, Receipt]:
    """The final receipt of each write."""
    found: dict[int, Receipt] = {}
    for receipt in place.helpdesk.apply(writes):
        if receipt.outcome is not Outcome.JOB_STARTED:
            assert not found.keys() & set(receipt.writes)
            found |= dict.fromkeys(receipt.writes, receipt)
    assert found.keys() == {one.id for one in writes}
    return found


def outcome(place: Place, one: Write) -> Outcome:
    return ends(place, one)[one.id].outcome


def opened(place: Place, account: AccountId, key: str = KEY) -> TicketId:
    one = opening(account, key)
    ticket = ends(place, one)[one.id].ticket
    assert ticket is not None
    return ticket


def shown(place: Place, account: AccountId) -> AccountMarks:
    return place.helpdesk.read_marks([account], []).accounts[0]


def status(place: Place, ticket: TicketId) -> str:
    return place.helpdesk.read_marks([], [ticket]).tickets[0].status


def test_tags_are_added_to_those_of_others_and_only_ours_removed(place: Place, acme: AccountId) -> None:
    place.person_tags(acme, "gold")
    ends(place, tagging(acme, "care_review", "care_other"))
    assert shown(place, acme).tags == {"gold", "care_review", "care_other"}
    ends(place, tagging(acme, "care_review", kind=WriteKind.REMOVE_TAG))
    assert shown(place, acme).tags == {"gold", "care_other"}


def test_tag_that_is_there_or_gone_already_is_applied(place: Place, acme: AccountId) -> None:
    for kind in (WriteKind.ADD_TAG, WriteKind.ADD_TAG, WriteKind.REMOVE_TAG, WriteKind.REMOVE_TAG):
        assert outcome(place, tagging(acme, "care_review", kind=kind)) is Outcome.APPLIED
    assert shown(place, acme).tags == set()


def test_fields_are_set_and_emptied_and_read_as_they_were_written(place: Place, acme: AccountId) -> None:
    values = {
        "care_state": "for review",
        "care_tickets_90d": "74",
        "care_share_90d": "0.31",
        "care_since": "2026-11-12",
    }
    assert outcome(place, fields(acme, **values)) is Outcome.APPLIED
    assert shown(place, acme).fields == values
    ends(place, fields(acme, care_since=None))
    assert shown(place, acme).fields == {**values, "care_since": None}


def test_fields_of_many_accounts_each_have_an_end(place: Place) -> None:
    accounts = [place.add_account(f"Company{number}") for number in range(230)]
    found = ends(place, *(fields(account, care_state="watched") for account in accounts))
    assert {receipt.outcome for receipt in found.values()} == {Outcome.APPLIED}
    read = place.helpdesk.read_marks(accounts, [])
    assert [marks.fields["care_state"] for marks in read.accounts] == ["watched"] * 230


def test_one_account_that_is_gone_is_refused_and_the_others_go_on(place: Place, acme: AccountId) -> None:
    gone = place.add_account("Gone")
    place.delete_account(gone)
    before, wrong, after = (
        fields(gone, care_state="watched"),
        tagging(gone, "care_review"),
        fields(acme, care_state="x"),
    )
    found = ends(place, before, wrong, after)
    assert [found[one.id].outcome for one in (before, wrong, after)] == [
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.APPLIED,
    ]


def test_accounts_that_are_not_there_are_left_out_of_a_read(place: Place, acme: AccountId) -> None:
    gone = place.add_account("Gone")
    place.delete_account(gone)
    read = place.helpdesk.read_marks([acme, gone, AccountId("999999")], [TicketId(999_999)])
    assert ([marks.account for marks in read.accounts], read.tickets) == ([acme], ())


def test_a_deleted_account_names_the_one_it_was_merged_into(place: Place, acme: AccountId) -> None:
    merged, gone = place.add_account("Merged"), place.add_account("Gone")
    place.merge_accounts(merged, acme)
    place.delete_account(gone)
    place.later()
    walk = Walk(stream=Stream.ACCOUNTS, start=NOW - timedelta(days=1), traced=frozenset({acme, merged, gone}))
    found = {account.id: account for page in place.helpdesk.pull(walk) for account in page.accounts}
    assert {name: (one.deleted, one.merged_into) for name, one in found.items()} == {
        acme: (False, None),
        merged: (True, acme),
        gone: (True, None),
    }


def test_read_says_that_tagging_is_switched_off(place: Place, acme: AccountId) -> None:
    ends(place, tagging(acme, "care_review"))
    assert place.helpdesk.read_marks([acme], []).tagging_on
    place.switch_tagging_off()
    assert not place.helpdesk.read_marks([acme], []).tagging_on


def test_alert_ticket_is_made_once_under_its_key(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    again = opening(acme, tried=True)
    assert ends(place, again)[again.id].ticket == ticket
    assert place.tickets_under(KEY) == 1
    assert place.comments(ticket) == [TEXT]
    found = place.helpdesk.read_marks([], [ticket]).tickets[0]
    assert (found.external_id, found.status in ("new", "open"), found.merged) == (KEY, True, False)


@pytest.mark.parametrize("losses", [1, 2])
def test_lost_answers_make_no_second_ticket(place: Place, acme: AccountId, losses: int) -> None:
    place.lose_answers(losses)
    assert outcome(place, opening(acme)) is Outcome.UNCLEAR
    again = opening(acme, tried=True)
    assert ends(place, again)[again.id].outcome in (Outcome.APPLIED, Outcome.UNCLEAR)
    last = opening(acme, tried=True)
    assert ends(place, last)[last.id].ticket is not None
    assert place.tickets_under(KEY) == 1


def test_lost_answers_make_no_second_comment(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    place.lose_answers(1)
    assert outcome(place, update(acme, ticket)) is Outcome.UNCLEAR
    assert outcome(place, update(acme, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket) == [TEXT, "Raised."]


def test_comment_that_never_arrived_is_sent_after_a_look(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    assert outcome(place, update(acme, ticket, tried=True)) is Outcome.APPLIED
    assert place.comments(ticket) == [TEXT, "Raised."]


def test_lost_answers_to_tags_and_fields_do_no_harm(place: Place, acme: AccountId) -> None:
    place.lose_answers(1)
    first = (tagging(acme, "care_review"), fields(acme, care_state="watched"))
    assert Outcome.UNCLEAR in {receipt.outcome for receipt in ends(place, *first).values()}
    ends(place, tagging(acme, "care_review"), fields(acme, care_state="watched"))
    assert (shown(place, acme).tags, shown(place, acme).fields["care_state"]) == ({"care_review"}, "watched")


def test_update_opens_a_solved_ticket_again_only_when_asked(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    place.sets_status(ticket, "solved")
    ends(place, update(acme, ticket, "One."))
    assert status(place, ticket) == "solved"
    ends(place, update(acme, ticket, "Two.", status="open"))
    assert status(place, ticket) == "open"


def test_all_clear_solves_the_ticket(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    assert outcome(place, closing(acme, ticket)) is Outcome.APPLIED
    assert (status(place, ticket), place.comments(ticket)[-1]) == ("solved", "Back under the line.")


@pytest.mark.parametrize("how", ["closed", "deleted", "merged"])
def test_ticket_that_takes_nothing_more_is_gone(place: Place, acme: AccountId, how: str) -> None:
    ticket = opened(place, acme)
    if how == "closed":
        place.sets_status(ticket, "closed")
    elif how == "merged":
        place.merges(ticket)
    else:
        place.deletes(ticket)
    assert outcome(place, update(acme, ticket)) is Outcome.GONE
    assert outcome(place, closing(acme, ticket, "care_alert")) is Outcome.APPLIED


def test_merged_and_deleted_tickets_are_told_apart_from_closed_ones(place: Place, acme: AccountId) -> None:
    closed, merged, deleted = (opened(place, acme, f"touchcost:acme:101:{number}") for number in (1, 2, 3))
    place.sets_status(closed, "closed")
    place.merges(merged)
    place.deletes(deleted)
    read = place.helpdesk.read_marks([], [closed, merged, deleted]).tickets
    assert [(mark.id, mark.status, mark.merged) for mark in read] == [
        (closed, "closed", False),
        (merged, "closed", True),
    ]


def test_key_of_an_old_ticket_that_is_over_serves_no_more(place: Place, acme: AccountId) -> None:
    ticket = opened(place, acme)
    place.sets_status(ticket, "closed")
    assert outcome(place, opening(acme)) is Outcome.GONE


def test_wait_that_the_helpdesk_asks_for_is_handed_on(place: Place, acme: AccountId) -> None:
    place.ask_to_wait(30)
    one = tagging(acme, "care_review")
    found = ends(place, one)[one.id]
    assert (found.outcome, found.wait) == (Outcome.POSTPONED, timedelta(seconds=30))
    assert shown(place, acme).tags == set()
