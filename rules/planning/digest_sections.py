"""The parts of a digest: accounts, what is held, who is worth a thank-you, and what could not be seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from rules.catalogue import Unit
from rules.facts import AccountId
from rules.measuring.shown import count, share, show
from rules.messages.digest import ENGLISH_DIGEST as TEXTS
from rules.messages.english import ENGLISH
from rules.planning.case import Case
from rules.planning.change import Hold, Why
from rules.planning.digest_accounts import PARTS, Gathered, day_text, gather
from rules.planning.evidence import account_name
from rules.planning.lately import Lately
from rules.planning.scene import Scene

_MOST = 20
_LONG_HELD = timedelta(days=14)
_THANKED, _THANKED_AT_ONCE = 12, 3
_THANKFUL_SHARE = Decimal("0.05")
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a digest; without lines it is left out."""

    title: str
    lines: tuple[str, ...]


def head_sections(cases: Sequence[Case], scene: Scene, lately: Lately) -> Iterator[Section]:
    """Everything, and what only the head can mend."""
    gathered = gather(cases, scene, lately)
    yield from _accounts(gathered)
    yield Section(title=TEXTS.held, lines=tuple(_held(gathered)))
    yield _thanked(gathered)
    yield Section(title=TEXTS.unseen, lines=tuple(_unseen(gathered)))


def owner_sections(cases: Sequence[Case], scene: Scene, lately: Lately) -> tuple[tuple[Section, ...], Section]:
    """What concerns the accounts of one owner, and whom to thank."""
    gathered = gather(cases, scene, lately)
    return tuple(_accounts(gathered)), _thanked(gathered)


def _accounts(left: Gathered) -> Iterator[Section]:
    for title, line in PARTS:
        told = [(case, text) for case in left.cases if (text := line(case, left)) is not None]
        listed = {case.account for case, _ in told}
        left = replace(left, cases=[case for case in left.cases if case.account not in listed])
        yield Section(title=title, lines=tuple(_capped([text for _, text in told])))


def _capped(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield ENGLISH.more.format(count=count(len(lines) - _MOST))


def _held(gathered: Gathered) -> Iterator[str]:
    """What waits for somebody to approve it; after two weeks without an answer also whose it is."""
    for hold in gathered.scene.holds:
        if not hold.is_waiting or hold.approved_at is not None or not hold.alerts or hold.why is Why.BUDGET:
            continue
        day = day_text(hold.made_at, gathered.scene)
        yield TEXTS.held_line.format(count=count(hold.reviews), day=day, id=hold.id)
        if gathered.scene.at - hold.made_at >= _LONG_HELD:
            yield from _capped(list(_names(hold, gathered.cases)))


def _names(hold: Hold, cases: Iterable[Case]) -> Iterator[str]:
    held: set[AccountId] = {account for account, _ in hold.alerts}
    return (account_name(case) for case in cases if case.account in held)


def _thanked(gathered: Gathered) -> Section:
    return Section(title=TEXTS.thanks, lines=tuple(_thanks(gathered)))


def _thanks(gathered: Gathered) -> Iterator[str]:
    """Of those who pay most for little support, some in turn."""
    easy = sorted(filter(_is_easy, gathered.cases), key=lambda case: (-_paid(case), case.account))[:_THANKED]
    first = (gathered.scene.calendar.today(gathered.scene.at) - 1) // _WEEK * _THANKED_AT_ONCE
    for place in range(first, first + min(_THANKED_AT_ONCE, len(easy))):
        case = easy[place % len(easy)]
        revenue = show(_paid(case), Unit.MONEY, case.metrics.currency("revenue_90d"))
        part = share(_share(case) or Decimal(0))
        yield TEXTS.thanks_line.format(name=account_name(case), revenue=revenue, share=part)


def _is_easy(case: Case) -> bool:
    found = _share(case)
    return found is not None and found <= _THANKFUL_SHARE and all(one.level is None for one in case.states.values())


def _share(case: Case) -> Decimal | None:
    found = case.metrics.value("cost_share_90d")
    return Decimal(found) if isinstance(found, Decimal | int) else None


def _paid(case: Case) -> Decimal:
    found = case.metrics.value("revenue_90d")
    return Decimal(found) if isinstance(found, Decimal | int) else Decimal(0)


def _unseen(gathered: Gathered) -> Iterator[str]:
    unseen = gathered.lately.unseen
    if unseen.without_account:
        yield TEXTS.without_account.format(count=count(unseen.without_account))
    known = {case.account for case in gathered.cases if case.metrics.value("revenue_90d") is not None}
    unknown = [case for case in gathered.cases if case.account not in known and case.metrics.value("tickets_90d")]
    if known and unknown:
        yield TEXTS.without_revenue.format(count=count(len(unknown)))
    if unseen.refused:
        yield TEXTS.refused
