"""`touchcost approve`: releases what the guard holds, or what the helpdesk refused."""

from collections.abc import Sequence
from typing import Annotated

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, JsonOption, chosen, config_path
from connector.installation import Installation, open_installation
from connector.reports.waiting import REFUSED, Waiting, find_waiting
from connector.terminal.screen import complain, say, say_json
from connector.terminal.waiting import account_lines, approval_document, waiting_lines, why_waiting

_PlanArgument = Annotated[
    str | None, typer.Argument(help=f"A held plan's name, or `{REFUSED}` for refused writes. Left out: the only one.")
]


def approve(
    context: typer.Context,
    *,
    plan: _PlanArgument = None,
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Release what the guard holds; the next cycle writes it. Refused writes are sent once more.

    Example: touchcost approve 2026-11-22-a
    """
    with open_installation(config_path(context)) as installation:
        names = [settings.name for settings in chosen(installation.settings, helpdesk)]
        waiting = [one for name in names for one in find_waiting(installation.store, name)]
        found = waiting if plan is None else [one for one in waiting if one.name == plan]
        approved = found[0] if len(found) == 1 and _release(installation, found[0]) else None
    if json:
        say_json(approval_document(approved, [one for one in waiting if one is not approved]))
    elif approved is not None:
        say(f"{approved.helpdesk}: {approved.name} is approved; the next cycle writes it ({why_waiting(approved)}).")
        say(*account_lines(approved))
    if approved is None:
        _tell(plan, found or waiting)
        raise typer.Exit(WRONG if found or plan is not None else FAILED)


def _release(installation: Installation, one: Waiting) -> bool:
    """False for a hold that a cycle ended since it was read."""
    if one.hold is not None:
        return installation.store.approve(one.helpdesk, one.name, installation.clock.now())
    installation.store.release(one.helpdesk, [row.id for row in one.writes])
    return True


def _tell(plan: str | None, waiting: Sequence[Waiting]) -> None:
    """Why nothing was approved, and what can be."""
    if plan is not None and plan not in {one.name for one in waiting}:
        complain(f"{plan}: nothing of that name is held")
    if not waiting:
        complain("Nothing is held.")
        return
    complain("Held; name one, with --helpdesk where two have the same name:")
    for one in waiting:
        for line in waiting_lines(one):
            complain(line.plain)
