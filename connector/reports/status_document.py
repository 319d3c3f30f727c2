"""The document of `status --json`."""

from datetime import datetime

from connector.reports.status import DeskStatus
from connector.store.rows import CycleRow, OutboxRow, WalkState
from rules.planning.change import Hold
from rules.rule import Level

_SHOWN = 5


def status_document(status: DeskStatus, now: datetime) -> dict[str, object]:
    """One helpdesk. `alerts` counts alerts by level, `accounts` the accounts that have one."""
    lag = status.lag(now)
    return {
        "helpdesk": status.helpdesk,
        "configured": status.configured,
        "filling": status.standing.filling,
        "as_of": _iso(status.as_of),
        "lag_seconds": None if lag is None else int(lag.total_seconds()),
        "last_good": _iso(status.last_good),
        "alerts": {level.word: status.count(level) for level in Level},
        "accounts": status.accounts,
        "acknowledged": status.acknowledged,
        "held": status.held,
        "marks": len(status.ledger.marks),
        "outbox": status.on_their_way,
        "parked": [_parked(row) for row in status.parked],
        "held_plans": [_hold(hold) for hold in status.holds],
        "cursors": [_cursor(walk) for walk in status.walks],
        "cycles": [_cycle(cycle) for cycle in status.cycles[:_SHOWN]],
    }


def _parked(row: OutboxRow) -> dict[str, object]:
    write = row.write
    return {
        "account": write.account,
        "kind": write.kind,
        "what": write.what,
        "reason": write.reason,
        "cause": row.cause,
    }


def _hold(hold: Hold) -> dict[str, object]:
    approved = hold.approved_at is not None
    return {"plan": hold.id, "why": hold.why, "made_at": _iso(hold.made_at), "approved": approved}


def _cursor(walk: WalkState) -> dict[str, object]:
    return {
        "stream": walk.stream,
        "start": _iso(walk.start),
        "end": _iso(walk.end),
        "reached": _iso(walk.reached),
        "done": walk.done,
    }


def _cycle(cycle: CycleRow) -> dict[str, object]:
    return {
        "began_at": _iso(cycle.began_at),
        "ended_at": _iso(cycle.ended_at),
        "end": cycle.end,
        "sentence": cycle.sentence,
        "counts": dict(cycle.counts),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
