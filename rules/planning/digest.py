"""The weekly digests: one for each owner of accounts, and one for the head."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from rules.facts import NOBODY
from rules.marks import AlertTicket, WriteKind
from rules.measuring.shown import count
from rules.messages.digest import ENGLISH_DIGEST as TEXTS
from rules.planning.case import Case, shown
from rules.planning.change import Cause, Change, Rank
from rules.planning.digest_sections import Section, head_sections, owner_sections
from rules.planning.evidence import one_line
from rules.planning.lately import Lately, Week
from rules.planning.moves import Moves
from rules.planning.notice import Notice
from rules.planning.scene import Scene, notice_key
from rules.planning.writing import DigestChoice

_ABOUT = "digest"
_DUE = timedelta(days=7)
_FEWEST_WEEKS, _MOST_WEEKS = 4, 13
_OWNER_LENGTH = 60


def week_of(cases: Iterable[Case], scene: Scene) -> Week | None:
    """What is remembered of this week; None while no digest is due."""
    if scene.lately is None:
        return None
    return Week(at=scene.at, for_review=sum(_is_for_review(case, scene) for case in cases))


def week_digests(cases: Sequence[Case], scene: Scene) -> list[Notice]:
    """The digests that are due now; one that would say nothing is left out. `cases` are as the guard left them."""
    if scene.lately is None or scene.writing.digest is DigestChoice.OFF:
        return []
    owned = ((owner, _owner_digest(owner, mine, scene, scene.lately)) for owner, mine in _by_owner(cases).items())
    found = [notice for _, notice in sorted(owned) if notice is not None]
    head = _head_digest(cases, scene, scene.lately)
    return found if head is None else [head, *found]


def end_digests(scene: Scene) -> Moves:
    """Solves the digests of earlier weeks: each says what stood open then, and so does the new one."""
    over = [ticket for ticket in scene.tickets(NOBODY) if _is_digest(ticket, scene) and ticket.ended_at is None]
    made = [ticket for ticket in over if ticket.ticket is not None]
    return Moves(
        changes=tuple(_solved(ticket) for ticket in made),
        tickets=tuple(replace(ticket, ended_at=scene.at) for ticket in made),
    )


def _by_owner(cases: Iterable[Case]) -> Mapping[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.metrics.subject.owner is not None and case.is_reviewed and case.exists:
            found[case.metrics.subject.owner].append(case)
    return found


def _head_digest(cases: Sequence[Case], scene: Scene, lately: Lately) -> Notice | None:
    reviews = sum(_is_for_review(case, scene) for case in cases)
    accounts = max(scene.active_accounts, reviews)
    subject = TEXTS.subject.format(count=count(reviews), accounts=count(accounts))
    first = TEXTS.first.format(count=count(reviews), accounts=count(accounts), usual=_usual(lately.weeks))
    return _notice(subject, first, head_sections(cases, scene, lately))


def _owner_digest(owner: str, cases: Sequence[Case], scene: Scene, lately: Lately) -> Notice | None:
    """Thanks alone are no reason to write to somebody every week."""
    account_parts, thanks = owner_sections(cases, scene, lately)
    reviews, accounts = count(sum(_is_for_review(case, scene) for case in cases)), count(len(cases))
    subject = TEXTS.owner_subject.format(owner=one_line(owner, _OWNER_LENGTH), count=reviews, accounts=accounts)
    first = TEXTS.first.format(count=reviews, accounts=accounts, usual="")
    return _notice(subject, first, [*account_parts, thanks]) if any(part.lines for part in account_parts) else None


def _notice(subject: str, first: str, sections: Iterable[Section]) -> Notice | None:
    told = [section for section in sections if section.lines]
    if not told:
        return None
    lines = (first, *(line for section in told for line in _written(section)))
    return Notice(about=_ABOUT, cause=Cause.DIGEST, subject=subject, lines=lines, due=_DUE)


def _written(section: Section) -> Iterator[str]:
    yield ""
    yield section.title
    yield from (f"- {line}" for line in section.lines)


def _usual(weeks: Sequence[Week]) -> str:
    """The middle half of the last weeks; '' while there are too few of them."""
    if len(weeks) < _FEWEST_WEEKS:
        return ""
    numbers = sorted(week.for_review for week in weeks[-_MOST_WEEKS:])
    low, high = numbers[len(numbers) // 4], numbers[-1 - len(numbers) // 4]
    text = TEXTS.usual_one if low == high else TEXTS.usual_range
    return text.format(low=count(low), high=count(high))


def _is_for_review(case: Case, scene: Scene) -> bool:
    return any(alert.level >= scene.writing.alert_from for alert in shown(case, scene.rules))


def _is_digest(ticket: AlertTicket, scene: Scene) -> bool:
    return ticket.key == notice_key(scene.helpdesk, _ABOUT, ticket.number)


def _solved(ticket: AlertTicket) -> Change:
    return Change(
        account=NOBODY,
        kind=WriteKind.CLOSE_ALERT,
        what=ticket.key,
        reason=Cause.ENDED,
        rank=Rank.DIGEST,
        key=f"{ticket.key}:{Cause.ENDED}",
        body={"ticket": ticket.ticket, "comment": None, "tags": []},
    )
