"""The sentences of the weekly digest. English is the original."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTexts:
    """Templates for `str.format`. Neutral, and without a rule's id: colleagues of several teams read them."""

    subject: str
    """count, accounts"""
    owner_subject: str
    """owner, count, accounts"""
    first: str
    """count, accounts, usual"""
    usual_range: str
    """low, high"""
    usual_one: str
    """low"""
    new: str
    raised: str
    waiting: str
    waiting_line: str
    """name, reason, days, link"""
    gone: str
    better: str
    on_hold: str
    on_hold_line: str
    """name, day, note, link"""
    known_note: str
    ask_note: str
    exempt: str
    exempt_line: str
    """name, title, day"""
    calm: str
    calm_line: str
    """name, title, value, days"""
    calm_without_value: str
    """name, title, days"""
    expired: str
    expired_line: str
    """name, title"""
    room: str
    held: str
    held_line: str
    """count, day, id"""
    thanks: str
    thanks_line: str
    """name, revenue, share"""
    unseen: str
    without_account: str
    """count"""
    without_revenue: str
    """count"""
    refused: str


ENGLISH_DIGEST = DigestTexts(
    subject="Reviews of the week: {count} of {accounts} accounts",
    owner_subject="Reviews of the week for {owner}: {count} of {accounts} accounts",
    first="{count} of {accounts} accounts are for review{usual}.",
    usual_range="; the usual level is {low} to {high}",
    usual_one="; the usual level is {low}",
    new="New",
    raised="Raised",
    waiting="Waiting for an answer",
    waiting_line="{name}: {reason}. Open for {days}.{link}",
    gone="For review, and their alert ticket is gone",
    better="Better than before, and still watched",
    on_hold="On hold",
    on_hold_line="{name}: until {day}{note}.{link}",
    known_note=", known and accepted",
    ask_note="; no reason was given: what is it?",
    exempt="Left out of one kind of review",
    exempt_line="{name}: {title}, until {day}.",
    calm="Back in order",
    calm_line="{name}: {title}; now {value}. Open for {days}.",
    calm_without_value="{name}: {title}. Open for {days}.",
    expired="Over, for nobody answered",
    expired_line="{name}: {title}.",
    room="Waiting for room in the week",
    held="Held until somebody approves",
    held_line="{count} since {day}. Approve with `touchcost approve {id}`.",
    thanks="Worth a thank-you",
    thanks_line="{name}: {revenue} paid in 90 days, {share} of it for support.",
    unseen="What could not be seen",
    without_account="{count} tickets of the last 28 days belong to no account.",
    without_revenue="Of {count} accounts with tickets nobody knows what they pay.",
    refused="A changed configuration was refused, and the earlier one goes on: `touchcost status` says why.",
)
