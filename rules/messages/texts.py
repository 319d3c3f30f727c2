"""The texts that every language has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Templates for `str.format`. Written as if the customer will read them: neutral, and without a rule's id."""

    subject: str
    """name, reason"""
    reason: str
    """title, value, line: the reason of a rule without `why`"""
    reason_over: str
    reason_under: str
    """title, value, line: the same of an alert whose value has come back over its line, and is still open"""
    cost: str
    """cost, revenue, period, notes"""
    number: str
    """reason, notes"""
    share_note: str
    """share"""
    value_note: str
    """value"""
    line_note: str
    """line"""
    before_note: str
    """before, days"""
    scaled_note: str
    """day"""
    since: str
    """day"""
    how_sure: str
    """measured, assumed"""
    overdue: str
    """invoices"""
    invoice: str
    """number, due, amount"""
    more_invoices: str
    """count"""
    is_it_us: str
    """tickets, taken_off"""
    ticket_of_problem: str
    """problem"""
    tickets_of_problem: str
    """count, problem"""
    ticket_of_ours: str
    tickets_of_ours: str
    """count"""
    ticket_taken_off: str
    tickets_taken_off: str
    look_at: str
    """tickets"""
    you_could: str
    """advice"""
    account: str
    """link"""
    your_answer: str
    your_answer_in_words: str
    raised: str
    """title, level"""
    joined: str
    """title"""
    reminder: str
    """title, days"""
    moved: str
    """title"""
    snooze_over: str
    """title"""
    taken_back: str
    """title"""
    calm: str
    """day, value"""
    calm_without_value: str
    """day"""
    of_what_they_paid: str
    """share"""
    open_for: str
    """days"""
    rule_removed: str
    account_gone: str
    goes_on: str
    """name, link: of an account that was merged into another"""
    account_ignored: str
    expired: str
    """days"""
    wrong: str
    no_longer: str
    first_run_subject: str
    """count"""
    first_run_owner_subject: str
    """owner, count"""
    standing: str
    """count, accounts"""
    listed: str
    """name, reason, since, link"""
    more: str
    """count"""
    not_read_here: str
    """On the list of a first run."""
    held_subject: str
    """count"""
    held: str
    """count, limit"""
    held_open: str
    """count, limit"""
    nothing_written: str
    held_approved: str
    held_over: str
    examples: str
    """names"""
    cause: str
    """title, count"""
    approve: str
    """id"""
    waiting_subject: str
    """count"""
    waiting: str
    """count, limit"""
    calmed_subject: str
    """count"""
    calmed: str
    """count, share"""
