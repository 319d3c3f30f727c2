"""The catalogue of plays: what a person may do next, and how. For our own people; never sent to a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A guide for the owner of an alert."""

    word: str
    """What rule files call it."""
    title: str
    guide: str
    """A few sentences; written as if the customer will read them."""


_GUIDES: Mapping[str, tuple[str, str]] = {
    "mend": (
        "Mend our side first",
        "Look for one cause behind several tickets: a fault, a gap in the help centre, an answer that failed. "
        "Have it mended, say so on the tickets, and look at the numbers again before asking anything of the customer.",
    ),
    "host": (
        "Be a host",
        "Name one person as their guide. Call back, say why as well as how, and ask what they want to reach first. "
        "Beginnings are hard; nothing is wrong.",
    ),
    "conversation": (
        "Talk first",
        "Bring the facts: the numbers, their window, a few tickets. Say what you want to reach, and what we can and "
        "cannot do. Offer three options and let them choose. Ask yourself before: can it change with little effort? "
        "Could they be one of our best one day? What if we lose them?",
    ),
    "expectations": (
        "Write down the goals",
        "Agree in writing on what both sides want to reach, by when, and who does what. Send it the same day, and look "
        "at it together on a date that is fixed now.",
    ),
    "contact": (
        "One contact path",
        "Agree on one path for each kind of request, one person on each side, and a regular review. Say what happens "
        "to requests that come another way.",
    ),
    "tier": (
        "A tier that fits",
        "Show the use beside what is included, with the exact difference. Offer the tier or the paid hours that fit, "
        "and what stays possible without them.",
    ),
    "answers": (
        "Answers and training",
        "Collect what was asked more than once, answer it in one place, and offer a training for the people who asked.",
    ),
    "reminders": (
        "Reminders in steps",
        "First a friendly notice with the invoice, then a second one with a date. Ask whether something about our work "
        "holds the payment up. A legal step is reviewed by a person.",
    ),
    "milestones": (
        "Pay by milestones",
        "Propose smaller amounts before each part of the work instead of one at its end.",
    ),
    "abuse": (
        "Conduct",
        "Thank the colleague who reported it, and relieve them. A second person reads the tickets and confirms before "
        "anything follows. Then a calm written notice: what was said, what we ask for, what we will do.",
    ),
    "safety": (
        "Safety",
        "Tell a second person within the hour and keep the original text. Where somebody may be harmed, call the "
        "authorities first. Nobody answers alone.",
    ),
    "public": (
        "Answer in public",
        "Always answer, kindly and briefly, and offer help by a private path. Where we were right, say so calmly.",
    ),
    "renegotiate": (
        "Talk about the terms",
        "Bring the costs, the results they have had, and the price beside both. Say what would make it work for us, "
        "and hear what would make it work for them.",
    ),
    "timeline": (
        "What we wait for",
        "Write down what is open on which side since when, and which date moves with it. Send it, set the next one.",
    ),
    "evidence": (
        "Keep the record",
        "Write down dates, words and tickets while they are fresh, where only those who need it can read it. Facts, no "
        "judgement of people.",
    ),
    "exit": (
        "Part kindly",
        "A person decides first: who approved it, why, and the date. Then be direct and kind, refund where possible, "
        "plan the transition, and name other providers.",
    ),
    "fit": (
        "Report the fit",
        "Tell sales and marketing which kind of account needed much more than was planned, and which promise led "
        "there. Groups, never a single name.",
    ),
    "graduate": (
        "End of the first weeks",
        "Agree on the contact path, the tier and the date of the next review. From here on the numbers are compared.",
    ),
    "thank": (
        "Say thank you",
        "Tell them that working with them is a pleasure, and why. Ask what would help them next.",
    ),
    "hold": (
        "Hold, with a reason",
        "Write down why this account is worth more than its numbers say, who decided it, and when to look again.",
    ),
}

PLAYS: Mapping[str, Play] = MappingProxyType(
    {word: Play(word=word, title=title, guide=guide) for word, (title, guide) in _GUIDES.items()}
)
"""Every play by its word."""
