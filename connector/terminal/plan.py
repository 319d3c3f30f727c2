"""A plan for people and as `plan --json`: who is for review, every write with its reason, what is withheld and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.planning import Draft
from connector.settings import HelpdeskSettings, WritePolicy
from connector.terminal.accounts import LEVEL_STYLES, UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from rules.alert import Block, Phase
from rules.facts import NOBODY, AccountId, Day
from rules.language.expression import signal_unit
from rules.marks import WriteKind
from rules.measuring.shown import long_date, show
from rules.planning.case import Alert, Case, standing
from rules.planning.change import Change, Plan, as_json
from rules.rule import Level

_WORDS = {
    WriteKind.ADD_TAG: "add tag",
    WriteKind.REMOVE_TAG: "remove tag",
    WriteKind.SET_FIELD: "set field",
    WriteKind.OPEN_ALERT: "open alert ticket",
    WriteKind.UPDATE_ALERT: "write on alert ticket",
    WriteKind.CLOSE_ALERT: "solve alert ticket",
    WriteKind.MAKE_FIELD: "make field",
}


def plan_parts(settings: HelpdeskSettings, draft: Draft, *, full: bool) -> Iterator[RenderableType]:
    """One helpdesk's plan, top to bottom; `full` with every text and value."""
    plan = draft.plan
    alerts = [(case, alert) for case in draft.scene.cases.values() for alert in standing(case, draft.scene.rules)]
    yield heading(f"{plan.helpdesk}, plan {plan.id}")
    yield _summary(plan, alerts)
    yield from _reach(draft)
    if settings.write.policy is WritePolicy.REPORT_ONLY:
        yield Text(
            "The policy is report-only and withholds all of it; write.policy: sync lets it be written.", "yellow"
        )
    if alerts:
        yield _alert_table(alerts, draft)
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
        yield _line(held.change, names).append(f", withheld: {_said(held.why)}", "yellow")
    if settings.write.policy is WritePolicy.SYNC:
        yield Text("write.policy is sync: the next cycle would write again. Set it to report-only first.", "yellow")
    yield "Nothing was taken away. Take all of it away with: touchcost withdraw --yes"


def plan_document(plans: Sequence[Plan]) -> dict[str, object]:
    """The document of `plan --json`; the plans of several helpdesks in one, their ids with commas between."""
    documents = [as_json(plan) for plan in plans]
    return {
        "plan": ",".join(dict.fromkeys(plan.id for plan in plans)),
        "changes": [line for document in documents for line in _lines(document["changes"])],
        "withheld": [line for document in documents for line in _lines(document["withheld"])],
    }


def _lines(lines: object) -> Iterable[object]:
    return lines if isinstance(lines, list) else ()


def _summary(plan: Plan, alerts: Sequence[tuple[Case, Alert]]) -> Text:
    worst: dict[AccountId, Level] = {}
    for case, alert in alerts:
        worst[case.account] = max(alert.level, worst.get(case.account, alert.level))
    counts = ", ".join(f"{sum(level is one for one in worst.values())} {level.word}" for level in reversed(Level))
    return Text(
        f"{len(worst)} accounts over a line: {counts}. Writes: {len(plan.changes)}, withheld: {len(plan.withheld)}."
    )


def _reach(draft: Draft) -> Iterator[str]:
    judging = draft.judging
    yield (
        f"As of {draft.scene.as_of:%Y-%m-%d %H:%M} UTC. "
        f"Facts reach back to {long_date(judging.yardstick.facts_from)}; what needs older ones is unknown."
    )
    blocked = {block: _blocked(draft.scene.cases.values(), block) for block in Block}
    if any(blocked.values()):
        yield (
            f"Cannot open an alert yet: {blocked[Block.GRACE]} accounts in grace, "
            f"{blocked[Block.HISTORY]} with less history than a rule needs."
        )


def _blocked(cases: Iterable[Case], block: Block) -> int:
    return sum(any(state.blocked is block for state in case.states.values()) for case in cases)


def _alert_table(alerts: Sequence[tuple[Case, Alert]], draft: Draft) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Account", "Level", "Rule"):
        shown.add_column(name)
    for name in ("Value", "Line", "Since"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("")
    ordered = sorted(alerts, key=lambda one: (-one[1].level, -one[1].excess, one[0].metrics.subject.name))
    for case, alert in ordered:
        level = Text(alert.level.word, LEVEL_STYLES[alert.level])
        shown.add_row(clean(_name(case)), level, clean(alert.rule.title), *_numbers(case, alert, draft), _mark(alert))
    return shown


def _numbers(case: Case, alert: Alert, draft: Draft) -> Iterator[str]:
    signal = alert.rule.signal
    currency = case.metrics.currency(signal.numerator)
    for value in (alert.state.value, alert.line):
        yield UNKNOWN if value is None else show(value, signal_unit(signal), currency)
    since = alert.state.since
    shown = None if since is None else draft.scene.calendar.shown(since)
    yield UNKNOWN if shown is None else long_date(Day(shown.toordinal()))


def _mark(alert: Alert) -> str:
    if alert.state.held is not None:
        return f"held ({alert.state.held})"
    if alert.state.phase is Phase.CLEARING:
        return "calming down"
    return "answered" if alert.state.acknowledged is not None else ""


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
        yield _line(held.change, names).append(f", withheld: {_said(held.why)}", "yellow")
        if full:
            yield from _texts(held.change.body)


def _line(change: Change, names: Mapping[AccountId, str]) -> Text:
    name = "no account" if change.account == NOBODY else names.get(change.account) or change.account
    line = Text("  ").append_text(clean(name, "bold")).append(f"  {_WORDS[change.kind]} ", "not bold")
    return line.append_text(clean(change.what)).append(f"  ({_said(change.reason)})", "dim")


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
        yield Text(f"Fields that are not there and would be left out: {missing}. touchcost setup makes them.", "yellow")
    if plan.acknowledged:
        names = ", ".join(_name(cases[one]) if one in cases else one for one in plan.acknowledged)
        yield Text("Answered by a person: ").append_text(clean(names))
    if plan.foreign:
        tags = ", ".join(sorted({tag for _, tag in plan.foreign}))
        yield Text("Tags with our prefix that we did not write, and leave alone: ").append_text(clean(tags))


def _name(case: Case) -> str:
    return case.metrics.subject.name


def _said(word: str) -> str:
    return str(word).replace("_", " ")
