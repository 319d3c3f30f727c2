"""How a write through zenpy ends: applied, refused, postponed or unclear; it is never repeated here."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from zenpy.lib.exception import ZenpyException

from connector.helpdesk import Outcome, Receipt, Write
from connector.helpdesks.zendesk.errors import said
from connector.http.session import NotAppliedError
from connector.http.texts import clean
from connector.http.transport import Sent

_NOT_FOUND, _UNPROCESSABLE, _TOO_MANY = 404, 422, 429
_MOST_DETAILS = 3

_CLOSED = "closed prevents ticket update"
"""What the refused update of a closed ticket says. Seen live by a third party."""

_ONE_ACCOUNT = ("TooManyRequests", "TooManyJobs")
"""Limits of one organisation, one ticket or of jobs; any other 429 is that of the whole account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of one request."""

    outcome: Outcome
    reason: str = ""
    wait: timedelta | None = None
    status: int | None = None
    error: str = ""
    """The helpdesk's own name of what is wrong, such as RecordInvalid."""

    @property
    def is_gone(self) -> bool:
        """Whether a ticket will never take it: it is deleted, or closed. Closed ones answer 422."""
        closed = self.status == _UNPROCESSABLE and _CLOSED in self.reason
        return self.outcome is Outcome.REFUSED and (self.status == _NOT_FOUND or closed)

    @property
    def stops_all(self) -> bool:
        """Whether the whole account is asked to wait."""
        return self.outcome is Outcome.POSTPONED and self.status == _TOO_MANY and self.error not in _ONE_ACCOUNT

    def receipt(self, write: Write) -> Receipt:
        """The receipt of one write that this was the end of."""
        return Receipt(writes=(write.id,), outcome=self.outcome, reason=self.reason, wait=self.wait)


def ended(sent: Sent) -> Ended:
    """What became of a request, with the helpdesk's words about it."""
    told = said(sent.body) if sent.outcome is not Outcome.APPLIED else None
    words = [sent.what] if told is None else [sent.what, told.name, told.text, *_details(sent.body)]
    return Ended(
        outcome=sent.outcome,
        reason=": ".join(word for word in words if word),
        wait=sent.wait,
        status=sent.status,
        error="" if told is None else told.name,
    )


def _details(body: bytes) -> list[str]:
    """What a refusal says of each field, by the field's name."""
    try:
        details = json.loads(body).get("details")
    except (ValueError, AttributeError, RecursionError):
        return []
    listed = (
        [row for rows in details.values() if isinstance(rows, list) for row in rows]
        if isinstance(details, dict)
        else []
    )
    return [clean(str(row.get("description"))) for row in listed if isinstance(row, dict)][:_MOST_DETAILS]


def try_once(call: Callable[[], object]) -> Ended:
    """Let zenpy make one request on our session."""
    try:
        call()
    except NotAppliedError as failed:
        return ended(failed.sent)
    except (ZenpyException, ValueError, KeyError, TypeError, AttributeError) as strange:
        # The request was applied and zenpy could not read the answer: what these mean is in no documentation.
        return Ended(outcome=Outcome.UNCLEAR, reason=f"an answer that could not be read ({type(strange).__name__})")
    return Ended(outcome=Outcome.APPLIED)
