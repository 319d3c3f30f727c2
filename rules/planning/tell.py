"""The texts of an alert ticket: first message, later ones, all-clear."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rules.alert import Reason, State
from rules.facts import Day
from rules.measuring.shown import days, short_date
from rules.messages.english import ENGLISH
from rules.messages.plays import PLAYS
from rules.planning.case import Alert, Case
from rules.planning.change import Cause
from rules.planning.evidence import account_name, evidence, plain, value_line
from rules.planning.scene import Scene

_LINE = "–" * 20
_MEND, _MUCH = "mend", Decimal("0.40")
"""The play that comes first, and the share of the minutes over which it does."""
_WITHOUT_RECOVERY = {
    Reason.RULE_REMOVED: ENGLISH.rule_removed,
    Reason.ACCOUNT_IGNORED: ENGLISH.account_ignored,
    Reason.WRONG: ENGLISH.wrong,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a message is about; an alert stands in one of these alone."""

    new: tuple[Alert, ...] = ()
    raised: tuple[Alert, ...] = ()
    moved: tuple[Alert, ...] = ()
    """They came from an account that was merged into this one, and nobody has answered there."""
    woken: tuple[Alert, ...] = ()
    """Their time on hold is over, or a person took an answer back."""
    due: tuple[Alert, ...] = ()
    """Nobody has answered for as long as the rule's `remind`."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """All of them."""
        return self.new + self.raised + self.moved + self.woken + self.due

    @property
    def cause(self) -> Cause:
        """The weightiest of what happened."""
        if self.raised:
            return Cause.RAISED
        if self.new:
            return Cause.RULE_JOINED
        if self.moved:
            return Cause.MOVED
        if self.woken:
            return Cause.TAKEN_BACK if all(alert.state.is_taken_back for alert in self.woken) else Cause.SNOOZE_OVER
        return Cause.REMINDER


def first_message(case: Case, alerts: tuple[Alert, ...], scene: Scene) -> str:
    """The private first comment: every alert of the account with its evidence, and under a line the guide of a play."""
    return "\n".join(
        (*evidence(case, alerts, scene.calendar), *_link(case, scene), _your_answer(scene), *_guide(case, alerts))
    )


def later_message(case: Case, alerts: tuple[Alert, ...], news: News, scene: Scene) -> str:
    """A comment of the same shape; its first lines say what changed."""
    return "\n".join((*_lines(news, scene), *evidence(case, alerts, scene.calendar), _your_answer(scene)))


def all_clear(case: Case, scene: Scene) -> tuple[Cause, str]:
    """What the ticket is solved with. A removed rule, an account that is gone or left out: no recovery."""
    if not case.exists:
        return Cause.ENDED, _end_of_account(case, scene)
    if not case.is_reviewed:
        return Cause.ENDED, ENGLISH.account_ignored
    over = [(state.resolved_at or scene.as_of, rule) for rule, state in case.states.items() if _is_over(state)]
    if not over:
        return Cause.ENDED, ENGLISH.no_longer
    rule = max(over)[1]
    reason = case.resolved.get(rule, Reason.VALUE if rule in scene.rules else Reason.RULE_REMOVED)
    if reason is Reason.EXPIRED:
        return Cause.ENDED, ENGLISH.expired.format(days=days(scene.rules[rule].expires.days))
    if reason in _WITHOUT_RECOVERY:
        return Cause.ENDED, _WITHOUT_RECOVERY[reason]
    return Cause.ALL_CLEAR, " ".join(_calm_lines(case, rule, case.states[rule], scene))


def _end_of_account(case: Case, scene: Scene) -> str:
    survivor = None if case.merged_into is None else scene.cases.get(case.merged_into)
    if survivor is None:
        return ENGLISH.account_gone
    link = scene.pages.account_link(survivor.account)
    return ENGLISH.goes_on.format(name=account_name(survivor), link=link and f" {link}")


def _is_over(state: State) -> bool:
    return state.level is None and state.resolved_at is not None and state.told_level is not None


def _calm_lines(case: Case, rule: str, state: State, scene: Scene) -> Iterator[str]:
    since = state.calm_since or state.resolved_at or scene.as_of
    day = short_date(Day(scene.calendar.shown(since).toordinal()))
    if state.value is None or rule not in scene.rules:
        yield ENGLISH.calm_without_value.format(day=day)
    else:
        yield ENGLISH.calm.format(day=day, value=value_line(case, scene.rules[rule], state.value))
    if state.opened_at is not None:
        yield ENGLISH.open_for.format(days=open_for(state, state.resolved_at or scene.as_of, scene))


def _lines(news: News, scene: Scene) -> Iterator[str]:
    for alert in news.raised:
        yield ENGLISH.raised.format(title=plain(alert.rule.title), level=alert.level.word)
    for alert in news.new:
        yield ENGLISH.joined.format(title=plain(alert.rule.title))
    for alert in news.moved:
        yield ENGLISH.moved.format(title=plain(alert.rule.title))
    for alert in news.woken:
        text = ENGLISH.taken_back if alert.state.is_taken_back else ENGLISH.snooze_over
        yield text.format(title=plain(alert.rule.title))
    for alert in news.due:
        yield ENGLISH.reminder.format(title=plain(alert.rule.title), days=open_for(alert.state, scene.as_of, scene))


def open_for(state: State, until: datetime, scene: Scene) -> str:
    """For how long an episode has been open, or was: *21 days*."""
    opened = scene.calendar.shown(state.opened_at or until)
    return days((scene.calendar.shown(until) - opened).days)


def _your_answer(scene: Scene) -> str:
    return ENGLISH.your_answer if scene.writing.macros else ENGLISH.your_answer_in_words


def _guide(case: Case, alerts: tuple[Alert, ...]) -> Iterator[str]:
    """Of several plays the earliest in the order of the catalogue: later ones follow when it was tried.

    Where much of the work is our own fault, mending comes before all of them.
    """
    named = {alert.rule.play for alert in alerts}
    if _is_mostly_ours(case):
        named.add(_MEND)
    play = next((play for word, play in PLAYS.items() if word in named), None)
    if play is not None:
        yield from ("", _LINE, play.title, play.guide)


def _is_mostly_ours(case: Case) -> bool:
    share = case.metrics.value("own_fault_share_90d")
    return isinstance(share, Decimal | int) and share > _MUCH


def _link(case: Case, scene: Scene) -> Iterator[str]:
    if link := scene.pages.account_link(case.account):
        yield ENGLISH.account.format(link=link)
