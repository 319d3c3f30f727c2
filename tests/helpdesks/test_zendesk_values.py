"""From Zendesk's rows to our values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from pydantic import ValidationError
from zendesk_account import SECOND, comment, event, organization, ticket

from connector.helpdesks.zendesk.values import Kept, Values, domains_of
from connector.helpdesks.zendesk.wire import TICKET_ROW, EventRow, OrganizationRow, TicketRow
from connector.http.texts import clean
from connector.testing.steady_time import person_key
from rules.facts import SYSTEM, Account, Comment, Event, PersonKey, Ticket, TicketStatus

TIMER = "36000000000001"
KEPT = Kept(frozenset({"mrr", "seats", "vip", "segment", "owner", "x"}), "care_")
VALUES = Values(person_key, "care_alert", KEPT)
MakeTicket = Callable[..., Ticket]


def made(**changed: object) -> Ticket:
    return VALUES.ticket(cast(TicketRow, ticket(28, **changed)), {1_900_000_000_001: "acme.test"})


def happened(*children: object, **changed: object) -> Event:
    row = cast(EventRow, event(13_000_000_000_001, *children, **changed))
    return VALUES.event(row, {PersonKey(-1_900_000_000_002): "Tier 1"}, TIMER)


def org(**changed: object) -> Account:
    return VALUES.account(cast(OrganizationRow, organization(1_800_000_000_001, **changed)))


def test_a_ticket_carries_what_counts_and_nobody_by_number() -> None:
    assert made() == Ticket(
        id=28,
        organization="1800000000001",
        domain="acme.test",
        requester=PersonKey(-1_900_000_000_001),
        assignee=PersonKey(-1_900_000_000_002),
        channel="email",
        created=SECOND,
        changed=SECOND + 28,
        status=TicketStatus.OPEN,
        own=False,
        tags=("import_problem",),
    )


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, None),
        ({"problem_id": None, "has_incidents": False}, None),
        ({"problem_id": 47102, "has_incidents": False}, 47102),
        ({"problem_id": None, "has_incidents": True}, 28),
        ({"has_incidents": None}, None),
    ],
)
def test_an_incident_belongs_to_its_problem_and_a_problem_with_incidents_to_itself(
    changed: dict[str, object], problem: int | None
) -> None:
    assert made(**changed).problem == problem


def test_the_time_of_a_ticket_is_when_the_export_made_it_and_not_when_it_was_updated() -> None:
    assert made(updated_at="2020-01-01T00:00:00Z", generated_timestamp=SECOND + 99).changed == SECOND + 99


def test_a_ticket_was_never_changed_before_it_was_made() -> None:
    assert made(generated_timestamp=1).changed == SECOND


@pytest.mark.parametrize("key", ["id", "problem_id", "requester_id", "generated_timestamp", "organization_id"])
@pytest.mark.parametrize("value", [True, "28", 28.0])
def test_what_only_passes_for_a_number_is_none(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        TICKET_ROW.validate_python(ticket(28, **{key: value}))


def test_a_ticket_may_have_neither_organisation_nor_assignee() -> None:
    found = made(organization_id=None, assignee_id=None)
    assert (found.organization, found.assignee) == (None, None)


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("email", "email"),
        ("web", "web"),
        ("sample_ticket", "web"),
        ("chat", "chat"),
        ("native_messaging", "chat"),
        ("voice", "phone"),
        ("twitter", "social"),
        ("whatsapp", "social"),
        ("api", "api"),
        ("rule", "api"),
        ("system", "api"),
        ("something_new", "api"),
        (None, "api"),
    ],
)
def test_every_way_in_is_one_of_six_channels(word: str | None, channel: str) -> None:
    assert made(via={"channel": word}).channel == channel


def test_deleted_and_scrubbed_tickets_are_deleted() -> None:
    assert made(status="deleted").status is TicketStatus.DELETED
    assert made(status="closed", subject="SCRUBBED", description="SCRUBBED").status is TicketStatus.DELETED


def test_a_merged_ticket_stays_one_that_is_closed() -> None:
    found = made(status="closed", tags=["closed_by_merge"])
    assert (found.status, found.tags) == (TicketStatus.CLOSED, ("closed_by_merge",))


@pytest.mark.parametrize(
    "changed",
    [{"external_id": "touchcost:other:1800000000001:3"}, {"tags": ["care_alert"]}, {"tags": ["x", "care_alert"]}],
)
def test_an_alert_ticket_of_any_installation_is_our_own(changed: dict[str, Any]) -> None:
    assert made(**changed).own


def test_what_only_looks_like_ours_is_not() -> None:
    assert not made(external_id="my touchcost:1", tags=["care_review", "care_alert_2"]).own


@pytest.mark.parametrize(
    "changed", [{"created_at": "yesterday"}, {"status": "unheard_of"}, {"created_at": "2023-13-01T00:00:00Z"}]
)
def test_a_ticket_that_makes_no_sense_is_refused_without_its_text(changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"time|status") as wrong:
        made(**changed)
    assert next(iter(changed.values())) not in str(wrong.value)


def test_what_is_no_tag_is_left_out() -> None:
    tags = ["fine", "two words", "a,b", "nul\0", "right\u202eleft", "ümlaut"]
    assert made(tags=tags).tags == ("fine", "ümlaut")


def test_an_update_without_comment_is_told_from_a_reply_and_a_note() -> None:
    assert happened({"priority": "high"}).comment is None
    assert happened(comment(public=True)).comment is Comment.PUBLIC
    assert happened(comment(public=False)).comment is Comment.PRIVATE


def test_an_update_with_a_reply_and_a_note_is_public() -> None:
    assert happened(comment(public=True), comment(public=False)).comment is Comment.PUBLIC


def test_a_comment_that_came_whole_is_understood_too() -> None:
    whole = {"event_type": "Comment", "type": "Comment", "public": True, "body": "x", "author_id": 1}
    assert happened(whole).comment is Comment.PUBLIC


def test_an_event_carries_its_author_group_and_second() -> None:
    found = happened({"status": "solved"})
    assert found[:5] == (28, 13_000_000_000_001, SECOND, PersonKey(-1_900_000_000_002), "Tier 1")
    assert found.status is TicketStatus.SOLVED


def test_what_automations_do_has_no_author() -> None:
    assert happened(updater_id=-1).author == SYSTEM
    assert happened(updater_id=None).author == SYSTEM


@pytest.mark.parametrize("total", [745, "745", " 745 ", "745.0"])
def test_the_total_of_the_timer_is_read_as_number_or_text(total: object) -> None:
    assert happened({"custom_ticket_fields": {TIMER: total}}).timer == 745
    assert happened({TIMER: total}).timer == 745


@pytest.mark.parametrize("total", [None, True, "", "12 min", "-5", ["745"], {"a": 1}, "9" * 40])
def test_a_total_that_is_no_time_is_unknown_and_not_zero(total: object) -> None:
    assert happened({"custom_ticket_fields": {TIMER: total}}).timer is None


def test_other_fields_are_no_timer() -> None:
    assert happened({"custom_ticket_fields": {"36000000000002": "745"}}, {"custom_ticket_fields": "745"}).timer is None


def test_the_close_by_a_merge_is_marked() -> None:
    merged = {"tags": ["closed_by_merge"], "added_tags": ["closed_by_merge"], "removed_tags": []}
    assert happened(merged, comment(public=False)).merge
    assert not happened({"tags": ["x"], "added_tags": ["x"], "removed_tags": ["closed_by_merge"]}).merge


def test_the_note_that_a_merge_leaves_on_the_other_ticket_is_marked_where_zendesk_says_so() -> None:
    assert happened(comment(public=False), via="Ticket merge").merge
    assert happened({**comment(public=False), "via": "Ticket merge"}).merge
    assert not happened(comment(public=False)).merge


def test_an_account_carries_its_fields_as_text() -> None:
    found = org()
    assert (found.id, found.name, found.external_id) == ("1800000000001", "Acme", "C-1")
    assert found.domains == ("acme.test",)
    assert found.created == datetime(2023, 9, 18, 15, 57, 43, tzinfo=UTC)
    assert dict(found.fields) == {"mrr": "450.5", "seats": "12", "vip": "true", "segment": "smb", "owner": None}


def test_organisation_fields_that_nobody_named_are_not_kept() -> None:
    found = org(organization_fields={"mrr": 5, "contact": "somebody", "care_state": "in order"})
    assert dict(found.fields) == {"mrr": "5", "care_state": "in order"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e3, "1000.0"),
        (1e-7, "0.0000001"),
        ("", None),
        (["a", 2], "a,2"),
        ({"a": 1}, None),
        (["a", ["b"], [[[]]]], "a"),
        (float("nan"), None),
        (0, "0"),
    ],
)
def test_a_fields_value_is_plain_text_or_unknown(value: object, text: str | None) -> None:
    assert org(organization_fields={"x": value}).field("x") == text


def test_a_deleted_organisation_says_so() -> None:
    assert org(deleted_at="2026-11-01T00:00:00Z").deleted
    assert not org(deleted_at=None).deleted


def test_a_name_is_shown_on_one_line_as_its_owner_meant_it() -> None:
    assert org(name="Ac\0me\n\u202eLtd \ud800").name == "Ac me Ltd"
    assert len(org(name="x" * 1_000_000).name) == 250
    assert org(name="\u202e").name == "1800000000001"
    assert clean("مثال") == "مثال"


def test_of_an_address_only_the_domain_is_kept() -> None:
    users = [
        {"id": 1, "email": "user-1@Acme.test"},
        {"id": 2, "email": None},
        {"id": 3, "email": "no address"},
        {"id": 4, "email": "user-4@a b"},
        {"id": "x", "email": 5},
    ]
    assert domains_of(cast(Any, users)) == {1: "acme.test"}
