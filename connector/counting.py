"""What the totals of a helpdesk are counted by, of its configuration and what the store knows of its people."""

from datetime import UTC, datetime, time

from connector.measuring import make_calendar
from connector.settings import HelpdeskSettings
from connector.store.rows import Basis
from connector.store.store import Store
from rules.counting.contribution import Counting
from rules.facts import UtcSecond


def make_counting(store: Store, settings: HelpdeskSettings) -> Counting:
    """How tickets count from the beginning of the facts on."""
    standing = store.standing(settings.name)
    begins = standing.facts_from
    return Counting(
        calendar=make_calendar(settings),
        ignored_tags=settings.ignore.tags,
        ignored_requesters=standing.ignored,
        own=standing.own,
        facts_from=UtcSecond(int(first_moment(settings).timestamp())) if begins is None else begins,
        own_fault=settings.own_fault,
    )


def make_basis(store: Store, settings: HelpdeskSettings) -> Basis:
    """What the totals depend on besides the rows."""
    standing = store.standing(settings.name)
    return Basis(
        time_zone=settings.time_zone,
        ignored_tags=settings.ignore.tags,
        ignored_requesters=standing.ignored,
        own=standing.own,
        timer_field=settings.timer_field,
        sources=settings.account,
        since=settings.since,
        account_fields=settings.account_fields,
        own_fault=settings.own_fault,
    )


def first_moment(settings: HelpdeskSettings) -> datetime:
    """The moment at which `since` begins, in UTC."""
    return datetime.combine(settings.since, time(), make_calendar(settings).zone).astimezone(UTC)
