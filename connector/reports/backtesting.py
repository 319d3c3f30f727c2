"""What rules would have said of the days that the store holds; nothing is asked of the helpdesk, and nothing saved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from connector.progress import Progress
from connector.reports.replaying import Gathered, Ground, NoDaysError, find_ground, last_finished_day
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from connector.yaml.error import ConfigError
from connector.yaml.marks import Place, Problem
from rules.backtest.moved import choose, lines_to_try, move_lines
from rules.backtest.period import WEEK, Period, default_period
from rules.backtest.replay import Episode, Track, track
from rules.backtest.tally import Loud, Tally, loudest, tally
from rules.facts import AccountId, Day
from rules.judging.watch import watch
from rules.rule import Policy, Rule

__all__ = [
    "Aimed",
    "Backtest",
    "Comparison",
    "Counted",
    "Disagreement",
    "NoDaysError",
    "Request",
    "backtest",
    "read_policy",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a backtest is asked."""

    rule: str | None = None
    """Only this rule, disabled or not; None: every rule that is enabled."""
    first: date | None = None
    last: date | None = None
    sweep: tuple[Decimal, ...] = ()
    """Lowest enters to try on the rule."""
    aim: Decimal | None = None
    """Find the lines of the rule that would have given so many alerts a week."""
    against: Policy | None = None
    """Other rules, to see whose accounts the two disagree about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One rule, or one version of it, with its alerts."""

    rule: Rule
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimed:
    """The lines that would have come nearest to a number of alerts a week without going over it."""

    a_week: Decimal
    found: Counted | None
    """None: no line that any account reached would have done."""
    accounts: tuple[Loud, ...]
    """Who would have been in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """An account that one of two sets of rules had an alert on, and the other had none."""

    account: AccountId
    ours: Loud | None
    theirs: Loud | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sets of rules over the same days."""

    theirs: Tally
    both: int
    """Accounts with an alert under either."""
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What the rules would have said of one helpdesk's past."""

    settings: HelpdeskSettings
    period: Period
    facts_from: Day
    accounts: int
    """How many were judged."""
    names: Mapping[AccountId, str]
    rules: tuple[Counted, ...]
    together: Tally
    """Of all these rules; those in shadow are left out unless one rule was asked for."""
    loudest: tuple[Loud, ...]
    swept: tuple[Counted, ...]
    aimed: Aimed | None
    comparison: Comparison | None


def backtest(store: Store, settings: HelpdeskSettings, request: Request, progress: Progress) -> Backtest:
    """Judges every past midnight by the totals that are stored, each day on what was known by its end.

    Raises NoDaysError where there is nothing to judge. What is swept or aimed for is the rule of `request.rule`.
    """
    ground = find_ground(store, settings, progress)
    rules = _judged(settings.policy, request.rule)
    period = _period(ground, rules, request)
    gathered = ground.gather(_tracks(rules, settings.policy, request.sweep), period)
    counted = _counted(zip(rules, gathered.of(rules), strict=True), period)
    ours = [alert for found in gathered.of(_live(rules, request)) for alert in found]
    return Backtest(
        settings=settings,
        period=period,
        facts_from=ground.yardstick.facts_from,
        accounts=len(gathered.names),
        names=gathered.names,
        rules=counted,
        together=tally(ours, period),
        loudest=loudest(ours, period),
        swept=_counted(gathered.versions(), period),
        aimed=None if request.aim is None else _aim(ground, rules[0], gathered, period, request.aim),
        comparison=None if request.against is None else _compare(ground, ours, period, request, request.against),
    )


def read_policy(names: Sequence[str], folder: Path, prefix: str) -> Policy:
    """The rules of some files that count in their order. Raises ConfigError with every problem of theirs."""

    def misnamed(name: str, sentence: str) -> Problem:
        return Problem(place=Place(file=name), sentence=sentence)

    references = [Reference(text=name, folder=folder, problem=partial(misnamed, name)) for name in names]
    loaded = load_policy(references, prefix)
    if not isinstance(loaded, LoadedPolicy):
        raise ConfigError(loaded)
    return loaded.policy


def _judged(policy: Policy, name: str | None) -> tuple[Rule, ...]:
    return tuple(rule for rule in policy.rules if (rule.enabled if name is None else rule.id == name))


def _live(rules: Sequence[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules that count together: nobody would have heard of the others."""
    return tuple(rule for rule in rules if request.rule is not None or not rule.shadow)


def _counted(found: Iterable[tuple[Rule, Sequence[Episode]]], period: Period) -> tuple[Counted, ...]:
    return tuple(Counted(rule=rule, tally=tally(alerts, period)) for rule, alerts in found)


def _period(ground: Ground, rules: Sequence[Rule], request: Request) -> Period:
    finished, begun = last_finished_day(ground.yardstick), ground.yardstick.facts_from
    last = finished if request.last is None else Day(min(finished, request.last.toordinal()))
    period = default_period([watch(rule) for rule in rules], begun, last)
    if request.first is not None:
        period = Period(first=Day(max(begun, request.first.toordinal())), last=last)
    if period.days < 1:
        reach = f"{date.fromordinal(begun)} to {date.fromordinal(finished)}"
        raise NoDaysError(f"no finished day lies in that time; the store holds {reach}")
    return period


def _tracks(rules: Sequence[Rule], policy: Policy, enters: Sequence[Decimal]) -> list[Track]:
    """The rules to be judged, the first with its other lines, and behind them the rules that mute them."""
    tracks = [track(watch(rule)) for rule in (*rules, *_speaking_for(rules, policy))]
    if enters:
        tracks[0] = track(watch(rules[0]), rules[0], *(move_lines(rules[0], enter) for enter in enters))
    return tracks


def _speaking_for(rules: Sequence[Rule], policy: Policy) -> Iterator[Rule]:
    """The other rules that may mute these, and those that may mute them in turn. One in shadow mutes nobody."""
    known = {rule.id: rule for rule in policy.rules if rule.enabled and not rule.shadow}
    met = {rule.id for rule in rules}
    names = [name for rule in rules for name in rule.muted_by]
    while names:
        rule = known.get(names.pop())
        if rule is not None and rule.id not in met:
            met.add(rule.id)
            names += rule.muted_by
            yield rule


def _aim(ground: Ground, rule: Rule, gathered: Gathered, period: Period, a_week: Decimal) -> Aimed:
    """A second walk through the accounts, with every line worth a try at once."""
    most = int(a_week * period.days / WEEK)
    enters = lines_to_try(gathered.peaks.get(rule.id, ()), rule, most)
    again = ground.gather(_tracks([rule], ground.settings.policy, enters), period)
    versions = tuple(again.versions())
    counted = _counted(versions, period)
    chosen = choose([(enter, each.tally.alerts) for enter, each in zip(enters, counted, strict=True)], most)
    if chosen is None:
        return Aimed(a_week=a_week, found=None, accounts=())
    place = enters.index(chosen)
    return Aimed(a_week=a_week, found=counted[place], accounts=loudest(versions[place][1], period, most=0))


def _compare(ground: Ground, ours: Sequence[Episode], period: Period, request: Request, policy: Policy) -> Comparison:
    rules = _live(_judged(policy, request.rule), request)
    gathered = ground.under(policy).gather(_tracks(rules, policy, ()), period)
    theirs = [alert for found in gathered.of(rules) for alert in found]
    left, right = ({one.account: one for one in loudest(each, period, most=0)} for each in (ours, theirs))
    return Comparison(
        theirs=tally(theirs, period),
        both=len(left.keys() & right.keys()),
        disagreements=tuple(
            Disagreement(account=account, ours=left.get(account), theirs=right.get(account))
            for account in sorted(left.keys() ^ right.keys())
        ),
    )
