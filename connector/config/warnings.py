"""What is allowed in a configuration and yet worth a second thought; `check` says it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connector.config.helpdesk import ReadHelpdesk
from connector.config.kinds import find_kind
from connector.config.sleeping import find_sleeping
from connector.helpdesk import Finding, Severity
from connector.settings import SIGN_INS, FieldChoice, HelpdeskSettings, Settings, TagChoice

_LONGEST_WINDOW = timedelta(days=365)


def warnings_of(reads: Sequence[ReadHelpdesk], settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """The warnings of every helpdesk and its rules, each with its place, each once."""
    found = [finding for read in reads for finding in _warnings(read, now)]
    for read, helpdesk in zip(reads, settings.helpdesks, strict=True):
        found += _of_rules(read, helpdesk)
    return tuple(dict.fromkeys(found))


def _of_rules(read: ReadHelpdesk, settings: HelpdeskSettings) -> Iterator[Finding]:
    for problem in read.rules.warnings:
        yield Finding(severity=Severity.NOTE, sentence=f"{problem.place}: {problem.sentence}")
    for sleep in find_sleeping(settings):
        # One line a cause, at the first number that it leaves unknown.
        places = (str(problem.place) for problem in read.rules.unfilled(sleep.fillable))
        place = next(places, settings.place)
        yield Finding(
            severity=Severity.NOTE, sentence=f"{place}: {settings.name}: {sleep.sentence}", remedy=sleep.remedy
        )


def _warnings(read: ReadHelpdesk, now: datetime) -> Iterator[Finding]:
    yield from _visible_marks(read)
    yield from _sign_in(read)
    yield from _unknown_numbers(read)
    yield from _lost_past(read, now)
    yield from _unused(read)


def _visible_marks(read: ReadHelpdesk) -> Iterator[Finding]:
    if read.keys.write.tags is TagChoice.EACH:
        yield _finding(
            read,
            ("write", "tags"),
            "tags: each writes one tag a rule; an organisation's tags are copied to its new tickets and its signed-in "
            "users can read them in the help centre's page",
            "write tags: one, unless every rule's id may be read by the customer",
        )
    if read.keys.write.fields is FieldChoice.WITH_MONEY:
        yield _finding(
            read,
            ("write", "fields"),
            "fields: with-money shows cost and share to every agent, and a rate shows what a group is paid",
            "write fields: true, unless every agent may know it",
        )


def _sign_in(read: ReadHelpdesk) -> Iterator[Finding]:
    if "api_token" in read.auth and read.keys.kind == "zendesk":
        yield _finding(
            read,
            ("auth",),
            "Zendesk takes API tokens away: since 2026-10-27 nobody can make a new one, on 2027-04-30 all of them stop",
            "make an OAuth client and write client_id and client_secret (docs/zendesk-setup.md)",
        )
    if "token" in read.auth and SIGN_INS[0] in find_kind(read.keys.kind).sign_ins:
        yield _finding(
            read,
            ("auth",),
            "a bearer token cannot be renewed from here: the sign-in ends on the day it expires",
            "write client_id and client_secret instead, from which a new one is made in time",
        )


def _unknown_numbers(read: ReadHelpdesk) -> Iterator[Finding]:
    cost = read.keys.cost
    if cost.per_hour is None and not cost.rates:
        yield _finding(
            read,
            ("cost",),
            f"{read.keys.name} has no rate: everything is in hours",
            "write cost: {currency: EUR, per_hour: ...} to see money",
        )
    if timedelta(days=read.keys.retention_days) <= _LONGEST_WINDOW:
        yield _finding(
            read,
            ("retention_days",),
            f"retention_days: with {read.keys.retention_days} days kept, every number over 365 days is unknown",
            "write 400 unless less has to be kept",
        )


def _lost_past(read: ReadHelpdesk, now: datetime) -> Iterator[Finding]:
    kept = timedelta(days=read.keys.retention_days)
    if read.keys.since < (now - kept).date():
        yield _finding(
            read,
            ("since",),
            f"since: what is older than {read.keys.retention_days} days is pulled and then pruned",
            "write a later day, or more retention_days",
        )


def _unused(read: ReadHelpdesk) -> Iterator[Finding]:
    for key in find_kind(read.keys.kind).unused:
        trail = tuple(key.split("."))
        if _stands(read.layers.value, trail):
            yield _finding(read, trail, f"{key}: {read.keys.kind} has nothing of the kind", "leave it out")


def _stands(value: object, trail: tuple[str, ...]) -> bool:
    for step in trail:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _finding(read: ReadHelpdesk, trail: tuple[str | int, ...], sentence: str, remedy: str) -> Finding:
    return Finding(severity=Severity.NOTE, sentence=f"{read.layers.place(trail)}: {sentence}", remedy=remedy)
