"""What waits for approval, for people and as JSON."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from connector.reports.waiting import Waiting
from connector.terminal.screen import clean
from connector.terminal.words import counted, hold_reason

_NAMED = 10


def why_waiting(one: Waiting) -> str:
    """Why it is not simply written."""
    if one.hold is not None:
        return hold_reason(one.hold)
    return f"{counted(len(one.writes), 'write')} refused: {one.writes[0].cause}"


def waiting_lines(one: Waiting) -> Iterator[Text]:
    """Its name and why, then whose it is."""
    yield Text(f"  {one.name}  {one.helpdesk}  ").append_text(clean(why_waiting(one)))
    yield from account_lines(one)


def account_lines(one: Waiting) -> Iterator[Text]:
    """Whose alerts are held; of many the first ones."""
    names = [account.name for account in one.accounts]
    more = len(names) - _NAMED
    if names:
        yield Text("    ").append_text(clean(f"{', '.join(names[:_NAMED])}{f' and {more:,} more' if more > 0 else ''}"))


def approval_document(approved: Waiting | None, waiting: Sequence[Waiting]) -> dict[str, object]:
    """What was approved, and what still waits."""
    return {"approved": None if approved is None else _one(approved), "waiting": [_one(each) for each in waiting]}


def _one(one: Waiting) -> dict[str, object]:
    return {
        "helpdesk": one.helpdesk,
        "plan": one.name,
        "why": one.why,
        "sentence": why_waiting(one),
        "held_since": None if one.hold is None else one.hold.made_at.isoformat(),
        "accounts": [{"account": account.id, "name": account.name} for account in one.accounts],
        "writes": [
            {
                "account": row.write.account,
                "kind": row.write.kind,
                "what": row.write.what,
                "reason": row.write.reason,
                "cause": row.cause,
            }
            for row in one.writes
        ],
    }
