"""`touchcost approve`: releases what the guard holds, or what the helpdesk refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, chosen, config_path
from connector.installation import Installation, open_installation
from connector.settings import HelpdeskSettings
from connector.store.rows import OutboxRow, OutboxState
from connector.terminal.screen import clean, complain, say
from connector.terminal.words import hold_reason
from rules.planning.change import Hold

_REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """One thing that waits for a person."""

    settings: HelpdeskSettings
    name: str
    """What people type."""
    why: str
    accounts: str = ""
    """Whose alerts are held, by name."""
    writes: tuple[OutboxRow, ...] = ()
    """The refused writes; empty for a held plan."""


def approve(
    context: typer.Context,
    *,
    plan: Annotated[
        str | None,
        typer.Argument(help=f"A held plan's name, or `{_REFUSED}` for refused writes. Left out: the only one."),
    ] = None,
    helpdesk: HelpdeskOption = None,
) -> None:
    """Release what the guard holds; the next cycle writes it. Refused writes are sent once more.

    Example: touchcost approve 2026-11-22-a
    """
    with open_installation(config_path(context)) as installation:
        waiting = [one for each in chosen(installation.settings, helpdesk) for one in _waiting(installation, each)]
        found = waiting if plan is None else [one for one in waiting if one.name == plan]
        if len(found) == 1:
            _release(installation, found[0])
            return
    _tell(plan, found or waiting)
    raise typer.Exit(WRONG if found or plan is not None else FAILED)


def _waiting(installation: Installation, settings: HelpdeskSettings) -> Iterator[_Waiting]:
    store = installation.store
    for hold in store.holds(settings.name):
        if hold.is_waiting and hold.approved_at is None:
            names = _held_names(installation, settings, hold)
            yield _Waiting(settings=settings, name=hold.id, why=hold_reason(hold), accounts=names)
    parked = tuple(row for row in store.outbox(settings.name) if row.state is OutboxState.PARKED)
    if parked:
        why = f"{len(parked)} writes were refused: {parked[0].cause}"
        yield _Waiting(settings=settings, name=_REFUSED, why=why, writes=parked)


def _held_names(installation: Installation, settings: HelpdeskSettings, hold: Hold) -> str:
    held = {account for account, _ in hold.alerts}
    accounts = installation.store.accounts(settings.name) if held else ()
    return ", ".join(sorted(str(clean(account.name)) for account in accounts if account.id in held))


def _release(installation: Installation, one: _Waiting) -> None:
    name = one.settings.name
    if one.writes:
        installation.store.release(name, [row.id for row in one.writes])
    else:
        installation.store.approve(name, one.name, installation.clock.now())
    say(f"{name}: {one.name} is approved; the next cycle writes it ({one.why}).")
    if one.accounts:
        say(f"  {one.accounts}")


def _tell(plan: str | None, waiting: list[_Waiting]) -> None:
    if plan is not None and plan not in {one.name for one in waiting}:
        complain(f"{plan}: nothing of that name is held")
    if not waiting:
        complain("Nothing is held.")
        return
    complain("Held; name one, with --helpdesk where two have the same name:")
    for one in waiting:
        accounts = f": {one.accounts}" if one.accounts else ""
        complain(f"  {one.name}  {one.settings.name}  {one.why}{accounts}")
