"""The sentences that confirm what a person answered on an alert ticket. English is the original."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Templates for `str.format`, neutral and without a rule's id."""

    taken: str
    snoozed: str
    """day"""
    known: str
    """day"""
    exempt: str
    """title, day"""
    wrong: str
    """outcome"""
    wrong_but_risen: str
    """outcome"""
    our_fault: str
    """tags"""
    done: str
    """outcome"""
    opened: str
    nothing_open: str
    not_open_yet: str
    not_told_yet: str
    short: str
    """days"""
    not_understood: str


ENGLISH_REPLIES = Replies(
    taken="Taken. Reminders stop, and this comes back only when something rises or another line is crossed.",
    snoozed="On hold until {day}.",
    known="Known and accepted until {day}.",
    exempt="Not for this account until {day}: {title}.",
    wrong="Closed as wrong ({outcome}). It stays quiet for 90 days, or until it is worse than now.",
    wrong_but_risen="Noted as wrong ({outcome}). What has risen since you were told stays open at its new level.",
    our_fault="Give the tickets behind it the tag {tags}: then their work is taken off.",
    done="Noted: {outcome}. This comes back only when something rises or another line is crossed.",
    opened="Open again: what was answered before no longer holds.",
    nothing_open="Nothing is open here now.",
    not_open_yet="Nothing is open here yet.",
    not_told_yet="What is open here was not told yet: answer once it is.",
    short="Without a reason that is at most {days} days: write “because” and the reason behind it for longer.",
    not_understood="This could not be understood. You can write as the first line of a private comment: #take · "
    "#snooze 30d because … · #wrong our fault (or wrong data, not a customer, other) · #known until 2027-01-31 because "
    "… · #done talked (or changed price or plan, trained, fixed on our side, parted) · #open",
)
