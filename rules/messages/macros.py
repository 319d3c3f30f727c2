"""The macros that `setup` makes: what agents apply to an alert ticket, and what each writes into the answer field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """One answer by one click. Three dots are for the agent to fill in; left as they are they say nothing."""

    title: str
    answer: str


FIELD_DESCRIPTION = "What you answer to a review: apply a macro “Review: …”. It is read, done and emptied."
MACRO_DESCRIPTION = "Answers a review."

_ANSWERS = (
    ("I take it", "take"),
    ("Snooze 30 days, because …", "snooze 30d because …"),
    ("Snooze until …, because …", "snooze until …, because …"),
    ("Wrong: our fault", "wrong our fault"),
    ("Wrong: wrong data", "wrong data"),
    ("Wrong: not a customer", "wrong not a customer"),
    ("Wrong: other, because …", "wrong other, because …"),
    ("Known and accepted until …, because …", "known until …, because …"),
    ("Done: talked", "done talked"),
    ("Done: changed price or plan", "done changed price or plan"),
    ("Done: trained", "done trained"),
    ("Done: fixed on our side", "done fixed on our side"),
    ("Done: parted", "done parted"),
)

MACROS = tuple(Macro(title=f"Review: {title}", answer=answer) for title, answer in _ANSWERS)
"""In the order in which agents see them."""
