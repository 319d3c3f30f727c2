"""A plan for people and as `plan --json`: who is for review, every write with its reason, what is withheld and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.planning import Draft
from connector.settings import HelpdeskSettings, WritePolicy
from connector.terminal.accounts import LEVEL_STYLES, UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from connector.terminal.words import counted, reason_words, sleeping_lines, whose, why_words, write_words
from rules.alert import Block, Held, Phase, State
from rules.facts import AccountId, Day
from rules.judging.signals import currency_of
from rules.language.expression import signal_unit
from rules.measuring.shown import long_date, show, show_beside
from rules.planning.case import Alert, Case, standing
from rules.planning.change import Change, Plan, as_json
from rules.rule import Level

_SHORTEST = 12
"""Columns of text are wrapped and never narrower."""
_HELD = {
    Held.BRAKE: "held",
    Held.BUDGET: "waiting",
    Held.RESOLVE: "back in order, held",
}
_CALMING = "calming down"
_UNKNOWN_NOW = "unknown now"
_PAST_EXIT = "past its exit"
_BETWEEN = "between its lines"
_MEANING = {
    _UNKNOWN_NOW: "its number or condition is not known at present; what stands is the last one that was.",
    _PAST_EXIT: "a level falls at the next midnight, when the day is whole.",
    _BETWEEN: "an alert opens at its enter, and stays until the value is past its exit.",
}


def plan_parts(settings: HelpdeskSettings, draft: Draft, *, full: bool) -> Iterator[RenderableType]:
    """One helpdesk's plan, top to bottom; `full` with every text and value."""
    plan = draft.plan
    alerts = [(case, alert) for case in _cases(draft) for alert in standing(case, draft.scene.rules)]
    yield heading(f"{plan.helpdesk}, plan {plan.id}")
    yield _summary(plan, alerts)
    yield from _reach(draft)
    yield from sleeping_lines(settings)
    if settings.write.policy is WritePolicy.REPORT_ONLY:
        yield Text(
            "The policy is report-only and withholds all of it; write.policy: sync lets it be written.", "yellow"
        )
    if alerts:
        yield _alert_table(alerts, draft)
    where = {_where(alert) for _, alert in alerts}
    yield from (f"{word.capitalize()}: {meaning}" for word, meaning in _MEANING.items() if word in where)
    yield from _changes(draft, full=full)
    yield from _remarks(plan, draft.scene.cases)


def withdrawal_parts(
    settings: HelpdeskSettings, plan: Plan, names: Mapping[AccountId, str]
) -> Iterator[RenderableType]:
    """What `withdraw --yes` would do; `names` of accounts as far as they are known."""
    yield heading(plan.helpdesk)
    if plan.is_empty:
        yield "  nothing of ours is shown there"
    for change in plan.changes:
        yield _line(change, names)
    for held in plan.withheld:
        yield _line(held.change, names).append(f", withheld: {why_words(held.why)}", "yellow")
    if settings.write.policy is WritePolicy.SYNC:
        yield Text("write.policy is sync: the next cycle would write again. Set it to report-only first.", "yellow")
    if not plan.is_empty:
        yield "Nothing was taken away. Take all of it away with: touchcost withdraw --yes"


def _cases(draft: Draft) -> Iterator[Case]:
    """The accounts as the plan leaves them: with what is held and what people answered."""
    states: dict[AccountId, dict[str, State]] = defaultdict(dict)
    for (account, rule), state in draft.plan.states.items():
        states[account][rule] = state
    for account, case in draft.scene.cases.items():
        yield case.with_states(states.get(account, {}))


def plan_document(drafts: Sequence[Draft]) -> dict[str, object]:
    """The document of `plan --json`; the plans of several helpdesks in one, their ids with commas between."""
    documents = [as_json(draft.plan) for draft in drafts]
    return {
        "plan": ",".join(dict.fromkeys(draft.plan.id for draft in drafts)),
        "accounts": [line for draft in drafts for line in _over_a_line(draft)],
        "changes": [line for document in documents for line in _lines(document["changes"])],
        "withheld": [line for document in documents for line in _lines(document["withheld"])],
    }


def _over_a_line(draft: Draft) -> Iterator[dict[str, object]]:
    """Every alert that stands, whether anything of it is to be written or not. Exact numbers are texts."""
    for case in _cases(draft):
        for alert in standing(case, draft.scene.rules):
            state, pair = alert.state, alert.pair
            yield {
                "helpdesk": draft.plan.helpdesk,
                "account": case.account,
                "name": _name(case),
                "rule": alert.rule.id,
                "level": alert.level.word,
                "value": None if state.value is None else str(state.value),
                "enter": str(pair.enter),
                "exit": str(pair.exit),
                "since": None if state.since is None else draft.scene.calendar.shown(state.since).isoformat(),
                "phase": state.phase,
                "held": state.held,
                "acknowledged": state.acknowledged is not None,
            }


def _lines(lines: object) -> Iterable[object]:
    return lines if isinstance(lines, list) else ()


def _summary(plan: Plan, alerts: Sequence[tuple[Case, Alert]]) -> Text:
    """Accounts, each counted once, at its worst level."""
    worst: dict[AccountId, Level] = {}
    for case, alert in alerts:
        worst[case.account] = max(alert.level, worst.get(case.account, alert.level))
    levels = ", ".join(f"{sum(level is one for one in worst.values())} {level.word}" for level in reversed(Level))
    each = f", each at its worst level: {levels} ({counted(len(alerts), 'alert')})" if alerts else ""
    return Text(
        f"{counted(len(worst), 'account')} over a line{each}. "
        f"{counted(len(plan.changes), 'write')}, {len(plan.withheld):,} withheld."
    )


def _reach(draft: Draft) -> Iterator[str]:
    judging = draft.judging
    yield (
        f"As of {draft.scene.as_of:%Y-%m-%d %H:%M} UTC. "
        f"Facts reach back to {long_date(judging.yardstick.facts_from)}; what needs older ones is unknown."
    )
    words = {Block.GRACE: "in grace", Block.HISTORY: "with less history than a rule needs"}
    blocked = {block: _blocked(draft.scene.cases.values(), block) for block in Block}
    said = [f"{counted(number, 'account')} {words[block]}" for block, number in blocked.items() if number]
    if said:
        yield f"Cannot open an alert yet: {', '.join(said)}."


def _blocked(cases: Iterable[Case], block: Block) -> int:
    return sum(any(state.blocked is block for state in case.states.values()) for case in cases)


def _alert_table(alerts: Sequence[tuple[Case, Alert]], draft: Draft) -> Table:
    """A line an alert, with both lines of its level: entered at the one, left beyond the other."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    shown.add_column("Account", min_width=_SHORTEST)
    shown.add_column("Level", no_wrap=True)
    shown.add_column("Rule", min_width=_SHORTEST)
    for name in ("Value", "Enter", "Exit", "Since"):
        shown.add_column(name, justify="right", no_wrap=True)
    ordered = sorted(alerts, key=lambda one: (-one[1].level, -one[1].excess, one[0].metrics.subject.name))
    for case, alert in ordered:
        level = Text(alert.level.word, LEVEL_STYLES[alert.level])
        shown.add_row(clean(_name(case)), level, _rule(alert), *_numbers(case, alert, draft))
    return shown


def _rule(alert: Alert) -> Text:
    """The rule's title, and what else there is to know of the alert."""
    notes = ", ".join(_notes(alert))
    return clean(alert.rule.title).append(f" ({notes})" if notes else "", "dim")


def _numbers(case: Case, alert: Alert, draft: Draft) -> Iterator[str]:
    signal = alert.rule.signal
    currency = currency_of(signal, case.metrics)
    unit, pair = signal_unit(signal), alert.pair
    value, lines = alert.state.value, (pair.enter, pair.exit)
    yield UNKNOWN if value is None else show_beside(value, lines, unit, currency)
    for line in lines:
        yield show(line, unit, currency)
    since = alert.state.since
    shown = None if since is None else draft.scene.calendar.shown(since)
    yield UNKNOWN if shown is None else long_date(Day(shown.toordinal()))


def _notes(alert: Alert) -> Iterator[str]:
    state = alert.state
    if state.held is not None:
        yield _HELD[state.held]
    where = _where(alert)
    if where is not None:
        yield where
    if state.acknowledged is not None:
        yield "answered"
    if state.snoozed_until is not None:
        yield "on hold"
    if state.muted_by is not None:
        yield "muted"


def _where(alert: Alert) -> str | None:
    """Where it stands beside its level's lines; None: at its enter or beyond."""
    value = alert.state.value
    if alert.state.phase is Phase.CLEARING:
        return _CALMING
    if alert.state.frozen:
        return _UNKNOWN_NOW
    if value is None or alert.reaches(value):
        return None
    return _BETWEEN if alert.keeps(value) else _PAST_EXIT


def _changes(draft: Draft, *, full: bool) -> Iterator[RenderableType]:
    plan, names = draft.plan, {account: _name(case) for account, case in draft.scene.cases.items()}
    if plan.changes:
        yield heading("Writes")
    for change in plan.changes:
        yield _line(change, names)
        if full:
            yield from _texts(change.body)
    if plan.withheld:
        yield heading("Withheld")
    for held in plan.withheld:
        yield _line(held.change, names).append(f", withheld: {why_words(held.why)}", "yellow")
        if full:
            yield from _texts(held.change.body)


def _line(change: Change, names: Mapping[AccountId, str]) -> Text:
    line = Text("  ").append_text(clean(whose(change.account, names), "bold"))
    line.append("  ").append_text(clean(write_words(change.kind, change.what, change.reason), "not bold"))
    return line.append(f"  ({reason_words(change.reason)})", "dim")


def _texts(body: Mapping[str, object]) -> Iterator[Text]:
    """What would be written, line by line."""
    fields = body.get("fields")
    for name, value in fields.items() if isinstance(fields, dict) else ():
        yield Text(f"      {name}: ").append_text(clean("empty" if value is None else str(value)))
    for name in ("subject", "comment"):
        text = body.get(name)
        for line in str(text).splitlines() if text else ():
            yield Text("      ").append_text(clean(line))


def _remarks(plan: Plan, cases: Mapping[AccountId, Case]) -> Iterator[Text]:
    if plan.absent_fields:
        missing = ", ".join(sorted(plan.absent_fields))
        yield Text(
            f"Not there yet, and left out of these writes: the fields {missing}. touchcost setup makes them; "
            "touchcost plan after that shows what is written into them.",
            "yellow",
        )
    if plan.acknowledged:
        names = ", ".join(_name(cases[one]) if one in cases else one for one in plan.acknowledged)
        yield Text("Answered by a person: ").append_text(clean(names))
    if plan.foreign:
        tags = ", ".join(sorted({tag for _, tag in plan.foreign}))
        yield Text("Tags with our prefix that we did not write, and leave alone: ").append_text(clean(tags))


def _name(case: Case) -> str:
    return case.metrics.subject.name
