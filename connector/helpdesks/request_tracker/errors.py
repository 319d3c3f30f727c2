"""What Request Tracker says when it refuses, and the sentence we make of it."""

import json

from connector.helpdesk import HelpdeskError
from connector.http.texts import clean
from connector.http.transport import Refusal
from connector.http.wire import Wire

_LONGEST = 160
_REMEDIES = {
    403: "Give the user behind the token the right that is missing.",
    404: "There is no REST2 here: check `url`, with the path below which Request Tracker answers.",
}


class UnseenError(HelpdeskError):
    """Whom a ticket would mail cannot be seen: nothing may be written on it."""


def refused(wire: Wire, path: str, refusal: Refusal) -> HelpdeskError:
    """The error to raise for a read that was refused for good."""
    told = said(refusal.body)
    remedy = _REMEDIES.get(refusal.status, "Run `touchcost check` to see what is wrong.")
    status = f"status {refusal.status} ({told})" if told else f"status {refusal.status}"
    return HelpdeskError(f"{wire.name}: {wire.origin} refused {path} with {status}. {remedy}")


def no_tracker(wire: Wire, answered: str) -> HelpdeskError:
    """The error to raise where something else answers."""
    return HelpdeskError(
        f"{wire.name}: {wire.origin} answers, but not as Request Tracker's REST2 does: with {answered}. Check `url`, "
        "with the path below which Request Tracker answers (REST2 belongs to RT 5), and whether a proxy or a page to "
        "sign in stands before it."
    )


def said(body: bytes) -> str:
    """The message in the body of an error, on one line; '' where there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    return clean(message, _LONGEST) if isinstance(message, str) else ""
