"""What Zendesk says when it refuses, in the four shapes its errors have, and the sentences we make of it.

Shapes: `{"error":"Name","description":…,"details":…}`, `{"error":{"title":…,"message":…}}`, `{"error":"A sentence"}`,
`{"errors":[{"code","title","detail"}]}`; also HTML, or nothing. Seen live by third parties and in recorded answers.
"""

import json
from typing import Any, NamedTuple

from connector.helpdesk import HelpdeskError
from connector.http.texts import clean
from connector.http.transport import Refusal
from connector.http.wire import Wire

_LONGEST = 160
_REMEDIES = {
    403: "Give the user behind the credential the role of an administrator, and the client the scope that is missing.",
    404: "This account has no such thing: check `url` and the plan.",
}


class Said(NamedTuple):
    """What an error's body says; empty where it says nothing."""

    name: str
    """Such as `RecordInvalid` or `StartTimeTooRecent`."""
    text: str
    """One line to show."""


def said(body: bytes) -> Said:
    """What stands in the body of an error."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Said("", "")
    if not isinstance(found, dict):
        return Said("", "")
    listed = found.get("errors")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        return _said(listed[0], "code", ("title", "detail"))
    error = found.get("error")
    if isinstance(error, dict):
        return _said(error, "title", ("message",))
    return _said(found, "error", ("description", "error_description", "message"))


def refused(wire: Wire, path: str, refusal: Refusal) -> HelpdeskError:
    """The error to raise for a read that was refused for good."""
    answer = said(refusal.body)
    text = ": ".join(part for part in answer if part)
    remedy = _REMEDIES.get(refusal.status, "Run `touchcost check` to see what is wrong.")
    told = f" ({text})" if text else ""
    return HelpdeskError(f"{wire.name}: {wire.origin} refused {path} with status {refusal.status}{told}. {remedy}")


def _said(found: dict[str, Any], name: str, texts: tuple[str, ...]) -> Said:
    parts = [found[key] for key in texts if isinstance(found.get(key), str)]
    title = found.get(name)
    return Said(clean(title, _LONGEST) if isinstance(title, str) else "", clean(" ".join(parts), _LONGEST))
