"""The digests of a week: when they are due, what they say, and to whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from planning_desk import ACME, CALENDAR, PAGES, POLICY, WRITING, Desk, standing

from rules.alert import Answer, Held, Phase, Reason, State, Step, Transition
from rules.command import Command, Taken, Verb
from rules.facts import AccountId
from rules.planning.change import Cause, Hold, Why
from rules.planning.lately import Lately, Unseen, Week, digest_since
from rules.planning.writing import AlertChoice, DigestChoice
from rules.rule import Level

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
SINCE = MONDAY - timedelta(days=7)
LONG_TOLD = {"told_level": Level.RED, "told_at": MONDAY - timedelta(days=30), "reminded_at": MONDAY}
BEGUN = {"cost-share": SINCE, "reopens": SINCE}


def desk(**lately: object) -> Desk:
    """A helpdesk on a Monday morning, long after its first plan."""
    return Desk(now=MONDAY, planned=dict(BEGUN), lately=Lately(since=SINCE, **lately))  # type: ignore[arg-type]


def told(level: Level = Level.RED, **changes: object) -> State:
    """An alert that was told a month ago and was reminded of just now."""
    opened = standing(level, opened=MONDAY - timedelta(days=30))
    return replace(opened, **{**LONG_TOLD, "told_level": level, **changes})  # type: ignore[arg-type]


def digests(made: Desk) -> list[list[str]]:
    """Subject and lines of each digest of this plan."""
    changes = [change for change in made.plan().changes if change.reason is Cause.DIGEST]
    return [[str(change.body["subject"]), *str(change.body["comment"]).splitlines()] for change in changes]


def part(made: Desk, title: str) -> list[str]:
    """The lines under a title of the only digest."""
    [lines] = digests(made)
    start = lines.index(title) + 1
    end = next((place for place in range(start, len(lines)) if not lines[place]), len(lines))
    return lines[start:end]


def step(rule: str, what: Step, reason: Reason = Reason.VALUE, account: AccountId = ACME) -> object:
    after = Transition(
        at=MONDAY - timedelta(days=2),
        step=what,
        reason=reason,
        episode=1,
        phase_before=Phase.OPEN,
        phase_after=Phase.OPEN,
        level_before=Level.AMBER,
        level_after=Level.RED,
    )
    return ((account, rule), after)


@pytest.mark.parametrize(
    ("planned", "weeks", "at", "since"),
    [
        ({}, (), MONDAY, None),
        ({"a": SINCE}, (), MONDAY, SINCE),
        ({"a": MONDAY - timedelta(hours=7)}, (), MONDAY, MONDAY - timedelta(hours=7)),
        ({"a": MONDAY}, (), MONDAY + timedelta(days=6), None),
        ({"a": SINCE}, (Week(at=MONDAY, for_review=1),), MONDAY + timedelta(days=6, hours=17), None),
        ({"a": SINCE}, (Week(at=MONDAY, for_review=1),), MONDAY + timedelta(days=7), MONDAY),
        ({"a": SINCE}, (Week(at=MONDAY, for_review=1),), MONDAY + timedelta(days=40), MONDAY),
    ],
)
def test_a_digest_is_due_with_the_first_plan_of_a_week_after_the_first_one(
    planned: dict[str, datetime], weeks: tuple[Week, ...], at: datetime, since: datetime | None
) -> None:
    assert digest_since(weeks, planned, at, CALENDAR) == since


def test_a_digest_begins_with_the_base_rate() -> None:
    made = desk()
    made.add(cost_share=told(acknowledged=None))
    [[subject, first, *_]] = digests(made)
    assert subject == "Reviews of the week: 1 of 1,000 accounts"
    assert first == "1 of 1,000 accounts are for review."


def test_the_usual_level_is_the_middle_half_of_the_last_weeks() -> None:
    weeks = tuple(Week(at=SINCE - timedelta(days=7 * back), for_review=n) for back, n in enumerate([9, 5, 7, 40, 6, 8]))
    made = desk(weeks=tuple(reversed(weeks)))
    made.add(cost_share=told())
    [[_, first, *_]] = digests(made)
    assert first == "1 of 1,000 accounts are for review; the usual level is 6 to 9."


def test_a_week_is_remembered_with_its_number_though_nothing_is_told() -> None:
    made = desk()
    made.add(cost_share=told(acknowledged=Level.RED, acknowledged_at=MONDAY))
    plan = made.plan()
    assert [change.reason for change in plan.changes if change.reason is Cause.DIGEST] == []
    assert plan.week == Week(at=MONDAY, for_review=1)


def test_on_other_days_there_is_none() -> None:
    made = desk()
    made.lately = None
    made.add(cost_share=told())
    assert digests(made) == []
    assert made.plan().week is None


@pytest.mark.parametrize("off", [{"digest": DigestChoice.OFF}, {"alerts": AlertChoice.OFF}])
def test_a_helpdesk_that_wants_none_gets_none(off: dict[str, object]) -> None:
    made = desk()
    made.writing = replace(WRITING, **off)  # type: ignore[arg-type]
    made.add(cost_share=told())
    assert digests(made) == []


def test_what_waits_for_an_answer_is_told_with_its_days_and_its_ticket() -> None:
    made = desk()
    made.add(cost_share=standing(opened=MONDAY - timedelta(days=21)))
    made.lately = None
    made.round()
    made.now, made.lately = MONDAY + timedelta(days=7), Lately(since=MONDAY + timedelta(days=1))
    link = PAGES.ticket_link(1)  # type: ignore[arg-type]
    assert part(made, "Waiting for an answer") == [
        f"- Rossi Meccanica: Support took 31 % of what they paid in 90 days. Open for 28 days. {link}"
    ]


def test_each_account_stands_once_with_the_first_that_can_be_said_of_it() -> None:
    made = desk(transitions=(step("cost-share", Step.RAISED),))
    made.add(cost_share=told())
    made.add(AccountId("43"), cost_share=standing(opened=MONDAY - timedelta(days=2)))
    [lines] = digests(made)
    titles = [line for line in lines if line in ("New", "Raised", "Waiting for an answer")]
    assert titles == ["New", "Raised"]
    assert part(made, "New")[0].startswith("- Rossi Meccanica 43: ")
    assert part(made, "Raised")[0].startswith("- Rossi Meccanica: ")


def test_a_fall_to_a_lower_level_is_told_here_alone() -> None:
    made = desk(transitions=(step("cost-share", Step.LOWERED),))
    made.add(cost_share=told(Level.WATCH))
    assert part(made, "Better than before, and still watched")[0].startswith("- Rossi Meccanica: ")


def test_what_is_on_hold_is_told_with_its_end_and_asked_about_without_a_reason() -> None:
    until = datetime(2026, 12, 31, tzinfo=UTC)
    made = desk()
    made.add(cost_share=told(snoozed_until=until, answer=Answer.SNOOZED))
    [line] = part(made, "On hold")
    assert "until 2026-12-31; no reason was given: what is it?" in line
    command = Command(verb=Verb.KNOWN, has_reason=True)
    made.lately = replace(
        made.lately or Lately(since=SINCE),
        answers=(Taken(account=ACME, at=MONDAY, by=None, command=command, until=until),),
    )
    made.set("cost-share", answer=Answer.KNOWN)
    [line] = part(made, "On hold")
    assert "until 2026-12-31, known and accepted." in line


def test_what_is_left_out_for_an_account_is_told_as_long_as_it_holds() -> None:
    made = desk()
    made.add(cost_share=State(snoozed_until=datetime(2027, 3, 1, tzinfo=UTC), answer=Answer.EXEMPT))
    assert part(made, "Left out of one kind of review") == [
        "- Rossi Meccanica: Support takes too much of what the account pays, until 2027-03-01."
    ]


def test_what_is_back_in_order_is_told_with_its_value_and_how_long_it_was_open() -> None:
    made = desk(transitions=(step("cost-share", Step.RESOLVED),))
    made.add(cost_share=told(Level.AMBER))
    made.resolve("cost-share")
    assert part(made, "Back in order") == [
        "- Rossi Meccanica: Support takes too much of what the account pays; now 8 % of what they paid. "
        "Open for 30 days."
    ]


def test_what_nobody_answered_is_listed_once_when_it_expires() -> None:
    made = desk(transitions=(step("cost-share", Step.RESOLVED, Reason.EXPIRED),))
    made.add(cost_share=told())
    made.resolve("cost-share", reason=Reason.EXPIRED)
    assert part(made, "Over, for nobody answered") == [
        "- Rossi Meccanica: Support takes too much of what the account pays."
    ]


def test_what_did_not_fit_the_week_comes_with_the_largest_amount_first() -> None:
    made = desk()
    guard = replace(POLICY.guard, max_new_per_week=1)
    made.policy = replace(POLICY, guard=guard)
    for name in ("43", "44", "45"):
        made.add(AccountId(name), cost_share=standing(opened=MONDAY - timedelta(days=2)))
    assert len(part(made, "New")) == 1
    assert len(part(made, "Waiting for room in the week")) == 2


@pytest.mark.parametrize(("days", "named"), [(3, 0), (14, 2)])
def test_what_is_held_is_told_with_the_command_that_lets_it_go_and_whose_it_is_after_two_weeks(
    days: int, named: int
) -> None:
    made = desk()
    accounts = [AccountId("43"), AccountId("44")]
    for account in accounts:
        made.add(account, cost_share=replace(standing(), held=Held.BRAKE))
    alerts = frozenset((account, "cost-share") for account in accounts)
    begun = MONDAY - timedelta(days=days)
    made.holds = (Hold(id="2026-11-09-a", why=Why.BRAKE, made_at=begun, alerts=alerts),)
    first, *names = part(made, "Held until somebody approves")
    assert first == f"- 2 since {begun.date()}. Approve with `touchcost approve 2026-11-09-a`."
    assert len(names) == named


def test_a_ticket_that_went_away_is_named() -> None:
    made = desk()
    made.lately = None
    made.add(cost_share=standing(opened=MONDAY - timedelta(days=21)))
    made.round()
    made.tickets.clear()
    made.round()
    made.now, made.lately = MONDAY + timedelta(days=7), Lately(since=MONDAY + timedelta(days=1))
    assert part(made, "For review, and their alert ticket is gone")[0].startswith("- Rossi Meccanica: ")


def test_the_head_hears_what_could_not_be_seen() -> None:
    made = desk(unseen=Unseen(without_account=34, refused=True))
    made.add(cost_share=told())
    assert part(made, "What could not be seen") == [
        "- 34 tickets of the last 28 days belong to no account.",
        "- A changed configuration was refused, and the earlier one goes on: `touchcost status` says why.",
    ]


def test_good_accounts_are_thanked_in_turn() -> None:
    made = desk()
    names = [AccountId(str(100 + place)) for place in range(5)]
    for name in names:
        made.add(name)
    made.cheap = True
    first = part(made, "Worth a thank-you")
    made.now, made.lately = MONDAY + timedelta(days=7), Lately(since=MONDAY)
    second = part(made, "Worth a thank-you")
    assert len(first) == len(second) == 3
    assert len({*first, *second}) == 5
    assert first[0].endswith(": 13,500 EUR paid in 90 days, 1 % of it for support.")


def test_each_owner_hears_of_their_accounts_and_the_head_of_all() -> None:
    made = desk()
    made.owners = {AccountId("43"): "North", AccountId("44"): "South", AccountId("45"): "South"}
    made.add(AccountId("43"), cost_share=told())
    made.add(AccountId("44"), cost_share=told())
    made.add(AccountId("45"))
    head, north, south = digests(made)
    assert [head[0], north[0], south[0]] == [
        "Reviews of the week: 2 of 1,000 accounts",
        "Reviews of the week for North: 1 of 1 accounts",
        "Reviews of the week for South: 1 of 2 accounts",
    ]
    assert all("Rossi Meccanica 44" not in line for line in north)


def test_an_owner_of_quiet_accounts_is_left_in_peace() -> None:
    made = desk()
    made.owners = {ACME: "North"}
    made.add(cost_share=told(acknowledged=Level.RED))
    assert digests(made) == []


def test_the_next_digest_solves_the_one_before() -> None:
    made = desk()
    made.add(cost_share=told())
    made.round()
    made.now, made.lately = MONDAY + timedelta(days=7), Lately(since=MONDAY, weeks=tuple(made.weeks))
    keys = [(change.what, str(change.kind)) for change in made.round().changes if not change.account]
    assert keys == [("touchcost:acme:digest:1", "close_alert"), ("touchcost:acme:digest:2", "open_alert")]
    made.lately = None
    assert made.round().changes == ()


def test_long_parts_are_cut_and_counted() -> None:
    made = desk()
    for place in range(25):
        made.add(AccountId(str(100 + place)), cost_share=told())
    lines = part(made, "Waiting for an answer")
    assert len(lines) == 21
    assert lines[-1] == "- And 5 more."


def test_a_first_run_is_listed_for_each_owner() -> None:
    made = Desk(policy=replace(POLICY, guard=replace(POLICY.guard, first_run=POLICY.guard.first_run.ADOPT)))
    made.owners = {AccountId("43"): "North"}
    made.add(AccountId("43"), cost_share=standing(Level.AMBER))
    made.add(AccountId("44"), cost_share=standing(Level.AMBER))
    subjects = [str(change.body["subject"]) for change in made.plan().changes if change.key]
    assert subjects == [
        "For review: 1 found at the first look",
        "For review, for North: 1 found at the first look",
    ]
