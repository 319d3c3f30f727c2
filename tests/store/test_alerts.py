"""States, the log of transitions, and verdicts of days."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from facts_desk import ACME, absorb, account, page

from connector.helpdesk import Stream
from connector.store.rows import Judgement, PlanRows, RuleRow, TransitionRow, VerdictDay
from connector.store.store import Store
from rules.alert import Held, Operands, Phase, Reason, State, Step, Transition
from rules.command import Command, Taken, Verb
from rules.facts import AccountId, Day, HelpdeskName
from rules.judging.lines import Scale
from rules.rule import Direction, Level, Lines

NOW = datetime(2026, 11, 22, 23, 0, 0, 123456, tzinfo=UTC)
ONE, TWO = AccountId("1"), AccountId("2")
OPEN = State(
    phase=Phase.OPEN,
    level=Level.AMBER,
    since=NOW - timedelta(days=9),
    clock=timedelta(days=3, microseconds=7),
    judged_at=NOW,
    value=Decimal("0.3100"),
    episode=2,
    opened_at=NOW - timedelta(days=6),
    told_level=Level.WATCH,
    held=Held.BUDGET,
    frozen=True,
    signal="touch_cost_90d / revenue_90d",
    reach=739_000,
)
RULE = RuleRow(rule="cost-share", signal="a / b", digest="1", planned_at=None)


def opened(at: datetime, account: AccountId = ONE) -> TransitionRow:
    transition = Transition(
        at=at,
        step=Step.OPENED,
        reason=Reason.VALUE,
        episode=2,
        phase_before=Phase.PENDING,
        phase_after=Phase.OPEN,
        level_before=None,
        level_after=Level.AMBER,
        value=Decimal("0.31"),
    )
    return TransitionRow(account=account, rule="cost-share", transition=transition)


def test_states_come_back_exactly_as_they_were_saved(store: Store) -> None:
    states = {(ONE, "cost-share"): OPEN, (TWO, "cost-share"): State(), (ONE, "reopens"): State(phase=Phase.PENDING)}
    store.save_judgement(ACME, Judgement(states=states, as_of=NOW))
    assert store.states(ACME) == {
        ONE: {"cost-share": OPEN, "reopens": State(phase=Phase.PENDING)},
        TWO: {"cost-share": State()},
    }
    assert store.standing(ACME).judged_at == NOW
    assert store.states(HelpdeskName("other")) == {}


def test_a_judgement_changes_only_the_states_that_it_names(store: Store) -> None:
    store.save_judgement(ACME, Judgement(states={(ONE, "a"): OPEN, (TWO, "a"): OPEN}, as_of=NOW))
    store.save_judgement(ACME, Judgement(states={(ONE, "a"): None, (TWO, "b"): State()}, as_of=NOW))
    assert store.states(ACME) == {TWO: {"a": OPEN, "b": State()}}


def test_the_log_is_told_oldest_first_of_an_account_or_from_a_moment_on(store: Store) -> None:
    rows = [opened(NOW), opened(NOW - timedelta(days=1), TWO), opened(NOW - timedelta(days=2))]
    store.save_judgement(ACME, Judgement(states={}, transitions=tuple(rows), as_of=NOW))
    assert store.transitions(ACME) == (rows[2], rows[1], rows[0])
    assert store.transitions(ACME, ONE) == (rows[2], rows[0])
    assert store.transitions(ACME, since=NOW - timedelta(days=1)) == (rows[1], rows[0])


def test_the_log_of_an_account_is_read_in_the_order_in_which_it_was_written(store: Store) -> None:
    rows = [opened(NOW), opened(NOW - timedelta(days=1), TWO), opened(NOW - timedelta(days=2))]
    store.save_judgement(ACME, Judgement(states={}, transitions=tuple(rows), as_of=NOW))
    assert store.log(ACME, ONE) == (rows[0], rows[2])


def seen(day: int, value: Decimal | None, operands: Operands, *, condition: bool | None) -> VerdictDay:
    lines = ((Level.AMBER, Lines(enter=Decimal("0.20"), exit=Decimal("0.160"))),)
    return VerdictDay(
        account=ONE,
        rule="cost-share",
        day=Day(day),
        value=value,
        condition=condition,
        operands=operands,
        scale=Scale(direction=Direction.ABOVE, levels=lines),
    )


def test_verdicts_of_days_are_kept_by_rule_and_day_with_what_was_seen(store: Store) -> None:
    operands: Operands = (
        ("touch_cost_90d", Decimal("4180.0012345678901234567890")),
        ("revenue_90d", None),
        ("tickets_90d", 74),
        ("strategic", False),
        ("segment", "12"),
        ("cost_share_90d", Decimal("Infinity")),
    )
    days = [seen(739_000, Decimal("0.310"), operands, condition=True), seen(738_999, None, (), condition=None)]
    days.append(seen(739_001, Decimal("0.1"), operands, condition=False))
    store.save_judgement(ACME, Judgement(states={}, days=(*days, days[0]), as_of=NOW))
    assert store.verdict_days(ACME, ONE) == (days[1], days[0], days[2])
    assert str(store.verdict_days(ACME, ONE)[1].value) == "0.310"
    kept = dict(store.verdict_days(ACME, ONE)[1].operands)
    assert [type(kept[name]) for name in ("tickets_90d", "strategic", "segment")] == [int, bool, str]
    assert store.verdict_days(ACME, ONE, Day(739_001)) == (days[2],)


def test_a_rules_first_plan_is_remembered_as_long_as_the_rule_is_judged(store: Store) -> None:
    judgement = Judgement(states={}, rules=(RULE,), as_of=NOW)
    store.save_judgement(ACME, judgement)
    assert store.rules(ACME) == (RULE,)
    for days in (0, 1):
        plan = PlanRows(made_at=NOW + timedelta(days=days), judgement=judgement, planned=frozenset({RULE.rule}))
        store.save_plan(ACME, plan)
    assert store.rules(ACME) == (RuleRow(rule="cost-share", signal="a / b", digest="1", planned_at=NOW),)
    other = RuleRow(rule="reopens", signal="c", digest="2", planned_at=None)
    store.save_judgement(ACME, Judgement(states={}, rules=(other,), as_of=NOW))
    assert store.rules(ACME) == (other,)


def test_rules_are_forgotten_when_none_is_judged_and_kept_when_nothing_was(store: Store) -> None:
    store.save_judgement(ACME, Judgement(states={}, rules=(RULE,), as_of=NOW))
    store.save_judgement(ACME, Judgement(states={}, as_of=NOW))
    assert store.rules(ACME) == (RULE,)
    store.save_judgement(ACME, Judgement(states={}, rules=(), as_of=NOW))
    assert store.rules(ACME) == ()


def test_accounts_are_traced_that_have_an_alert_now_or_earlier_or_an_answer_and_still_stand(store: Store) -> None:
    calm, pending, over, answered, gone = (AccountId(str(number)) for number in range(3, 8))
    states = {
        (ONE, "cost-share"): OPEN,
        (calm, "cost-share"): State(signal="a / b"),
        (pending, "cost-share"): State(phase=Phase.PENDING),
        (over, "cost-share"): State(opened_at=NOW - timedelta(days=90), resolved_at=NOW),
        (gone, "cost-share"): OPEN,
    }
    said = Taken(account=answered, at=NOW, by=None, command=Command(verb=Verb.NEVER, rule="cost-share"))
    absorb(store, page(Stream.ACCOUNTS, [account(gone, deleted=True), account(calm)]))
    store.save_plan(ACME, PlanRows(made_at=NOW, judgement=Judgement(states=states, as_of=NOW), answers=(said,)))
    assert store.traced(ACME) == {ONE, pending, over, answered}
