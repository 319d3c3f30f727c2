"""How every helpdesk stands, for people and as `status --json`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.reports.status import DeskStatus
from connector.store.rows import CycleEnd, CycleRow
from connector.terminal.accounts import UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from rules.planning.change import Hold, Why
from rules.rule import Level

_SHOWN = 5
_STALE = timedelta(hours=24)
_ENDS = {CycleEnd.FINE: "green", CycleEnd.CUT: "yellow", CycleEnd.BUSY: "yellow", CycleEnd.FAILED: "bold red"}
_WHYS = {
    Why.BRAKE: "too many new alerts at once",
    Why.BUDGET: "more new alerts than fit the week; they go out as there is room",
    Why.RESOLVES: "too many alerts resolved at once",
    Why.MISSING: "more of our marks are missing than people take off",
    Why.STRANGE: "marks of our kind stand there that this store did not write",
}


def status_parts(status: DeskStatus, now: datetime) -> Iterator[RenderableType]:
    """One helpdesk, top to bottom."""
    yield heading(status.helpdesk)
    if not status.configured:
        yield Text(f"  out of the configuration: nothing is pulled or written; {_marks(status)}", "yellow")
        return
    yield Text("  ").append_text(_facts(status, now))
    yield Text(f"  alerts open: {_alerts(status)}")
    yield Text(
        f"  {_marks(status)}; on their way: {len(status.outbox) - len(status.parked)}, refused: {len(status.parked)}"
    )
    for row in status.parked:
        yield Text("    refused: ", "red").append_text(
            clean(f"{row.write.kind} {row.write.what} of {row.write.account or 'no account'}: {row.cause}", "default")
        )
    for hold in status.holds:
        word = "approved, the next cycle writes it" if hold.approved_at else f"touchcost approve {hold.id}"
        yield Text(f"    held since {_moment(hold.made_at)}: {hold_reason(hold)} ({word})", "yellow")
    if status.cycles:
        yield _cycles(status.cycles[:_SHOWN])


def status_document(status: DeskStatus, now: datetime) -> dict[str, object]:
    """One helpdesk of `status --json`."""
    lag = status.lag(now)
    return {
        "helpdesk": status.helpdesk,
        "configured": status.configured,
        "filling": status.standing.filling,
        "as_of": _iso(status.as_of),
        "lag_seconds": None if lag is None else int(lag.total_seconds()),
        "last_good": _iso(status.last_good),
        "alerts": {level.word: status.count(level) for level in Level},
        "acknowledged": sum(state.acknowledged is not None for state in status.alerts),
        "held": sum(state.held is not None for state in status.alerts),
        "marks": len(status.ledger.marks),
        "outbox": len(status.outbox) - len(status.parked),
        "parked": [
            {
                "account": row.write.account,
                "kind": row.write.kind,
                "what": row.write.what,
                "reason": row.write.reason,
                "cause": row.cause,
            }
            for row in status.parked
        ],
        "held_plans": [
            {"plan": hold.id, "why": hold.why, "made_at": _iso(hold.made_at), "approved": hold.approved_at is not None}
            for hold in status.holds
        ],
        "cursors": [
            {
                "stream": walk.stream,
                "start": _iso(walk.start),
                "end": _iso(walk.end),
                "reached": _iso(walk.reached),
                "done": walk.done,
            }
            for walk in status.walks
        ],
        "cycles": [
            {
                "began_at": _iso(cycle.began_at),
                "ended_at": _iso(cycle.ended_at),
                "end": cycle.end,
                "sentence": cycle.sentence,
                "counts": dict(cycle.counts),
            }
            for cycle in status.cycles[:_SHOWN]
        ],
    }


def hold_reason(hold: Hold) -> str:
    """Why something is held; of missing marks what approving would mean."""
    if hold.why is not Why.MISSING:
        return _WHYS[hold.why]
    meaning = "people took them off" if hold.answers else "they are put back"
    return f"{_WHYS[hold.why]}; approving says that {meaning}"


def _facts(status: DeskStatus, now: datetime) -> Text:
    lag = status.lag(now)
    if status.as_of is None or lag is None:
        return Text("nothing was pulled yet", "yellow")
    if status.standing.filling:
        done = sum(walk.done for walk in status.walks if walk.filling)
        return Text(f"the first pull goes on: {done} walks are done; nothing is written until it ends", "yellow")
    text = Text(f"facts up to {_moment(status.as_of)}, {_length(lag)} behind")
    return text.append(": too old to judge by", "bold red") if lag > _STALE else text


def _alerts(status: DeskStatus) -> str:
    counts = ", ".join(f"{level.word} {status.count(level)}" for level in reversed(Level))
    answered = sum(state.acknowledged is not None for state in status.alerts)
    held = sum(state.held is not None for state in status.alerts)
    return f"{counts} (answered {answered}, held {held})"


def _marks(status: DeskStatus) -> str:
    followed = sum(ticket.ended_at is None for ticket in status.ledger.tickets)
    return f"our marks: {len(status.ledger.marks)}, alert tickets followed: {followed}"


def _cycles(cycles: tuple[CycleRow, ...]) -> Table:
    shown = Table(box=None, pad_edge=True, header_style="bold")
    for name in ("Cycle", "Ended", "Counts", ""):
        shown.add_column(name)
    for cycle in cycles:
        end = Text("running", "cyan") if cycle.end is None else Text(str(cycle.end), _ENDS[cycle.end])
        counts = ", ".join(f"{name} {number}" for name, number in cycle.counts.items())
        shown.add_row(_moment(cycle.began_at), end, counts, clean(cycle.sentence))
    return shown


def _moment(at: datetime | None) -> str:
    return UNKNOWN if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _length(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds()) // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
