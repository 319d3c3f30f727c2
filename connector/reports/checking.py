"""What `check` finds in the facts: work without account, accounts without revenue, what cannot be read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.billing.gather import Gathered, gather_billing
from connector.config.sleeping import find_untold
from connector.counting import make_basis
from connector.helpdesk import Finding, Severity
from connector.inspecting import fine
from connector.measuring import Measurable, Yardstick, make_yardstick, read_accounts
from connector.settings import EMAIL_DOMAIN, HelpdeskSettings
from connector.store.rows import Recount
from connector.store.store import Store
from rules.counting.account_facts import find_unreadable
from rules.facts import NOBODY, Day, UtcSecond
from rules.measuring.measure import plain
from rules.measuring.shown import count, share

_WINDOW = 90
_LARGE_SHARE = Decimal("0.10")
_EXAMPLES = 10
_RECOUNTS = {
    Recount.REBUILD: "the next cycle builds the totals anew from the stored rows, for what they depend on was edited",
    Recount.REFILL: "the next cycle pulls the past anew, for the stored rows do not hold what is asked for now; "
    "until it has come to its end nothing is written",
}
_LINKS = (
    "the next cycle pulls the past anew, for an older version stored the rows without the problem that a ticket "
    "belongs to; until it has come to its end nothing is written"
)
_LINKS_REMEDY = "own_fault: {problem_links: false} spares that, and holds the work on such tickets against accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One account's work over the window, as far as the facts reach."""

    account: Measurable
    tickets: int
    minutes: Decimal
    own_fault_minutes: Decimal
    is_paid: bool
    """Whether its revenue is known."""


def check_facts(store: Store, settings: HelpdeskSettings) -> Iterator[Finding]:
    """Findings of the facts as they are stored, and of an edit that will change them."""
    as_of = store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(store, settings, as_of)
    if yardstick is None:
        yield fine("nothing was pulled yet", "touchcost plan pulls, judges and shows; then check again")
        return
    yield from _recount(store, settings)
    first = Day(max(yardstick.today - _WINDOW + 1, yardstick.facts_from))
    works = [_work(one, yardstick, first) for one in read_accounts(store, settings, yardstick)]
    yield from _without_account(store, settings, yardstick, works)
    yield from _own_fault(settings, works)
    gathered = _gather(store, settings)
    if gathered.tells_revenue or "revenue_month" in settings.fields:
        yield from _without_revenue(works)
    yield from _billing(settings, gathered)
    yield from _unreadable(works, yardstick)


def _work(one: Measurable, yardstick: Yardstick, first: Day) -> _Work:
    stretch = yardstick.metrics(one.subject, one.history, yardstick.today).over(first, yardstick.today)
    minutes, all_minutes = (Decimal(plain(stretch.read(f"touch_minutes{end}")) or 0) for end in ("", "_all"))
    return _Work(
        account=one,
        tickets=int(plain(stretch.read("tickets")) or 0),
        minutes=minutes,
        own_fault_minutes=all_minutes - minutes,
        is_paid=stretch.earned().amount is not None,
    )


def _recount(store: Store, settings: HelpdeskSettings) -> Iterator[Finding]:
    basis = make_basis(store, settings)
    asked = store.foresee(settings.name, basis)
    without_links = replace(basis, own_fault=replace(basis.own_fault, problem_links=False))
    if asked is Recount.REFILL and store.foresee(settings.name, without_links) is not Recount.REFILL:
        yield Finding(severity=Severity.NOTE, sentence=_LINKS, remedy=_LINKS_REMEDY)
    elif asked is not Recount.NOTHING:
        yield Finding(severity=Severity.NOTE, sentence=_RECOUNTS[asked])


def _without_account(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, works: Sequence[_Work]
) -> Iterator[Finding]:
    """The line without account: how much it is, and whose domains they are."""
    nobody = next((work for work in works if work.account.subject.id == NOBODY), None)
    if nobody is None or not nobody.tickets:
        return
    all_minutes = sum((work.minutes for work in works), Decimal(0))
    part = nobody.minutes / all_minutes if all_minutes else Decimal(0)
    since = yardstick.calendar.midnight(Day(yardstick.today - _WINDOW + 1))
    domains = store.domains_without_account(settings.name, UtcSecond(int(since.timestamp())), _EXAMPLES)
    said = (
        f"{count(nobody.tickets)} tickets of the last {_WINDOW} days are without account, {share(part)} of the minutes"
    )
    listed = f": {', '.join(f'{domain} {tickets}' for domain, tickets in domains)}" if domains else ""
    yield Finding(
        severity=Severity.NOTE if part > _LARGE_SHARE else Severity.FINE,
        sentence=f"{said}{listed}",
        remedy=_account_remedy(settings) if part > _LARGE_SHARE else "",
    )


def _own_fault(settings: HelpdeskSettings, works: Sequence[_Work]) -> Iterator[Finding]:
    """How much is taken off, and by what."""
    ours = sum((work.own_fault_minutes for work in works), Decimal(0))
    if not ours:
        return
    all_minutes = ours + sum((work.minutes for work in works), Decimal(0))
    marks = [f"the tag {tag}" for tag in sorted(settings.own_fault.tags)]
    marks += ["a problem ticket"] if settings.own_fault.problem_links else []
    yield fine(
        f"{share(ours / all_minutes)} of the minutes of the last {_WINDOW} days are our own fault, "
        f"by {' or '.join(marks)}, and are taken off",
        "own_fault says which tickets these are",
    )


def _account_remedy(settings: HelpdeskSettings) -> str:
    if EMAIL_DOMAIN in settings.account:
        return "give these domains to their organisations in the helpdesk, or name bulk senders in ignore.requesters"
    return "write account: [organization, email_domain], or name bulk senders in ignore.requesters"


def _without_revenue(works: Sequence[_Work]) -> Iterator[Finding]:
    without = [work for work in works if work.tickets and not work.is_paid and work.account.subject.id != NOBODY]
    if not without:
        return
    without.sort(key=lambda work: -work.minutes)
    yield Finding(
        severity=Severity.NOTE,
        sentence=f"{count(len(without))} accounts with tickets are without revenue: {_names(without)}",
        remedy="rules about money sleep for them; fill the field, or add a line to the revenue table",
    )


def _gather(store: Store, settings: HelpdeskSettings) -> Gathered:
    """What the sources of billing say now; nothing of it is kept."""
    return gather_billing(settings.billing, tuple(store.accounts(settings.name)), store.billed(settings.name))


def _billing(settings: HelpdeskSettings, gathered: Gathered) -> Iterator[Finding]:
    for sentence in gathered.failures:
        remedy = "the last known revenue and invoices stay until then"
        yield Finding(severity=Severity.PROBLEM, sentence=sentence, remedy=remedy)
    for sentence in (*gathered.problems, *gathered.unmatched):
        yield Finding(severity=Severity.NOTE, sentence=sentence)
    if gathered.failures:
        return
    told = {"tells_revenue": gathered.tells_revenue, "tells_invoices": gathered.tells_invoices}
    for sleep in find_untold(settings, **told):
        yield Finding(severity=Severity.NOTE, sentence=sleep.sentence, remedy=f"to wake them, {sleep.remedy}")


def _unreadable(works: Sequence[_Work], yardstick: Yardstick) -> Iterator[Finding]:
    """Fields that hold something else than their word needs, each word once. Their text is never shown."""
    found: dict[tuple[str, str, str], list[_Work]] = defaultdict(list)
    for work in works:
        if work.account.account is not None:
            for one in find_unreadable(work.account.account, yardstick.vocabulary):
                found[one.word, one.key, one.needs].append(work)
    for (word, key, needs), holders in sorted(found.items()):
        yield Finding(
            severity=Severity.NOTE,
            sentence=f"field {key} ({word}) cannot be read at {count(len(holders))} accounts: {_names(holders)}",
            remedy=f"it needs {needs}; until then the fact is unknown",
        )


def _names(works: Sequence[_Work]) -> str:
    names = [work.account.subject.name for work in works[:_EXAMPLES]]
    more = len(works) - len(names)
    return ", ".join(names) + (f" and {count(more)} more" if more else "")
