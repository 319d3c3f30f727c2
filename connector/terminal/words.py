"""Words for people in place of our keys: writes, reasons, counts, and what is held or asleep."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from rich.text import Text

from connector.config.sleeping import find_sleeping
from connector.settings import HelpdeskSettings
from connector.store.rows import CycleEnd
from rules.catalogue import Unit
from rules.facts import NOBODY, AccountId
from rules.marks import WriteKind
from rules.measuring.measure import Metrics
from rules.measuring.shown import show
from rules.planning.change import Cause, Hold, Why

THE_GROUP = "the group"
"""Who a ticket without account is for."""

KNOWN_AS_NOW = (
    "Monthly revenue, segment, status, whose a ticket is and whether it is our own fault are known only as they are "
    "now, and count so; invoices count by the due and paid dates that billing names now."
)
"""Of what the past is judged by."""

_KINDS: Mapping[str, str] = {
    WriteKind.ADD_TAG: "add tag",
    WriteKind.REMOVE_TAG: "remove tag",
    WriteKind.SET_FIELD: "set field",
    WriteKind.OPEN_ALERT: "open",
    WriteKind.UPDATE_ALERT: "write on",
    WriteKind.CLOSE_ALERT: "solve",
    WriteKind.MAKE_FIELD: "make field",
    WriteKind.MAKE_TICKET_FIELD: "make ticket field",
    WriteKind.MAKE_MACRO: "make macro",
}
_ON_TICKETS = (WriteKind.OPEN_ALERT, WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT)
_NOTICES = {
    "first-run": "the ticket that lists a first run",
    "held": "the ticket that tells what is held",
    "digest": "the digest of the week",
}
_CAUSES: Mapping[str, str] = {
    Cause.FIRST: "first alert of the account",
    Cause.RULE_JOINED: "another line crossed",
    Cause.SNOOZE_OVER: "time on hold is over",
    Cause.TAKEN_BACK: "an answer was taken back",
    Cause.MOVED: "goes on from an account that was merged into this one",
    Cause.ALL_CLEAR: "back in order",
    Cause.ENDED: "the review is over",
    Cause.FIRST_RUN: "open before the first run",
    Cause.DIGEST: "once a week",
    Cause.LOST: "written before, but not found there",
}
_WHYS: Mapping[str, str] = {
    Why.BRAKE: "too many new alerts at once",
    Why.BUDGET: "more new alerts than fit the week; they go out as there is room",
    Why.RESOLVES: "too many alerts resolved at once",
    Why.MISSING: "more of our marks are missing than people take off",
    Why.STRANGE: "marks of our kind stand there that this store did not write",
    Why.PARKED: "the helpdesk refused it",
    Why.TAGGING_OFF: "tags on organisations are switched off there",
    Why.UNDERWAY: "an earlier write is still on its way",
}
_ENDS = {CycleEnd.BUSY: "put off"}
"""The ends of a cycle that have another name for people."""
_COUNTS = {
    "rows": "rows read",
    "set_aside": "rows set aside, for they cannot be read",
    "judged": "accounts judged",
    "applied": "writes made",
    "postponed": "writes put off",
    "refused": "writes refused",
    "unclear": "writes with an unclear answer",
    "gone": "writes for tickets that are gone",
    "job_started": "writes the helpdesk still works on",
}
_ALWAYS = ("rows", "judged")


def counted(number: int, noun: str) -> str:
    """1 account, 8 accounts."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shown_moment(at: datetime) -> str:
    """2026-11-22 09:00 UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def whose(account: AccountId, names: Mapping[AccountId, str]) -> str:
    """The account's name as far as it is known; who reads it where a write belongs to no account."""
    return THE_GROUP if account == NOBODY else names.get(account) or account


def write_words(kind: WriteKind, what: str, reason: str = "") -> str:
    """What a write does: *add tag care_review*, *open alert ticket 1*, *empty field care_state*."""
    if kind is WriteKind.SET_FIELD and reason == Cause.WITHDRAWN:
        return f"empty field {what}"
    return f"{_KINDS[kind]} {_ticket(what) if kind in _ON_TICKETS else what}"


def reason_words(reason: str) -> str:
    """Why a write is made."""
    return _CAUSES.get(reason, reason.replace("_", " "))


def why_words(why: Why) -> str:
    """What withholds a write."""
    return _WHYS[why]


def hold_reason(hold: Hold) -> str:
    """Why something is held; of missing marks what approving would mean."""
    if hold.why is not Why.MISSING:
        return _WHYS[hold.why]
    meaning = "people took them off" if hold.answers else "they are put back"
    return f"{_WHYS[hold.why]}; approving says that {meaning}"


def end_word(end: CycleEnd) -> str:
    """How a cycle ended: fine, cut, failed, or put off for a helpdesk that cannot be asked now."""
    return _ENDS.get(end, end.value)


def count_words(counts: Mapping[str, int]) -> str:
    """What a cycle did; what it did not do at all is left out."""
    return ", ".join(
        f"{number:,} {_COUNTS.get(name, name.replace('_', ' '))}"
        for name, number in counts.items()
        if number or name in _ALWAYS
    )


def invoice_words(metrics: Metrics) -> str:
    """What is overdue of the invoices that are known; an amount in several currencies is left out."""
    known, late = len(metrics.subject.invoices), metrics.value("invoices_overdue")
    if not late:
        return f"{known:,} known, none overdue"
    amount = metrics.value("amount_overdue")
    sum_of_it = "" if amount is None else f", {show(amount, Unit.MONEY, metrics.currency('amount_overdue'))}"
    oldest = show(metrics.value("days_overdue"), Unit.DURATION)
    return f"{known:,} known, {late} overdue{sum_of_it}, the oldest by {oldest}"


def sleeping_lines(settings: HelpdeskSettings) -> Iterator[Text]:
    """The rules that sleep, a line a cause, with what wakes them."""
    for sleep in find_sleeping(settings):
        yield Text(f"{sleep.sentence}; to wake them, {sleep.remedy}.", "yellow")


def _ticket(key: str) -> str:
    """An alert ticket by its key: touchcost:<helpdesk>:<account>:<n>, or what it is about in place of the account."""
    about, _, number = key.rpartition(":")
    return _NOTICES.get(about.rpartition(":")[2]) or f"alert ticket {number}"
