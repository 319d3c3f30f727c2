"""`touchcost plan`: what would be written, and why."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.beside import running_daemon
from connector.commands.options import FAILED, HelpdeskOption, JsonOption, chosen, config_path
from connector.cycle import Cycle
from connector.helpdesk import HelpdeskError
from connector.installation import Installation, open_installation
from connector.planning import Draft
from connector.progress import Progress
from connector.pulling import StoppedError
from connector.settings import HelpdeskSettings
from connector.stopping import stopped_by_signals
from connector.store.rows import LockedError
from connector.terminal.bars import bars
from connector.terminal.plan import plan_document, plan_parts
from connector.terminal.screen import complain, complain_of, say, say_json


def plan(
    context: typer.Context,
    *,
    full: Annotated[bool, typer.Option("--full", help="With every text and value that would be written.")] = False,
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Pull, judge, and show every write with its reason; nothing is written, whatever the policy is.

    Example: touchcost plan --full
    """
    drafts, good = _drafts(config_path(context), helpdesk)
    if json:
        say_json(plan_document([draft for _, draft in drafts]))
    else:
        for settings, draft in drafts:
            say(*plan_parts(settings, draft, full=full))
    if not good:
        raise typer.Exit(FAILED)


def _drafts(path: Path, name: str | None) -> tuple[list[tuple[HelpdeskSettings, Draft]], bool]:
    """A draft of each helpdesk that could be planned, and whether all could."""
    drafts = []
    with stopped_by_signals() as stop, open_installation(path, stop) as installation:
        wanted = chosen(installation.settings, name)
        if running_daemon(installation.store) is None:
            # This configuration is in force now, whatever a daemon that ended refused.
            installation.store.note_refused(())
        with bars(installation.clock) as progress:
            for settings in wanted:
                draft = _draft(installation, settings, progress)
                if draft is not None:
                    drafts.append((settings, draft))
    return drafts, len(drafts) == len(wanted)


def _draft(installation: Installation, settings: HelpdeskSettings, progress: Progress) -> Draft | None:
    """None, and a sentence on stderr, where this helpdesk cannot be planned; the others go on."""
    # Somebody who tries it first may have mistyped the address; later the helpdesk is away for a moment.
    is_first = installation.store.absorbed_until(settings.name) is None
    cycle = Cycle(replace(installation, attended=is_first), settings)
    busy = running_daemon(installation.store)
    try:
        if busy is None:
            try:
                return cycle.plan_once(progress)
            except LockedError as locked:
                busy = str(locked)
        complain(f"{settings.name}: {busy}; this plan is of what is stored")
        draft = cycle.plan_stored(progress)
    except StoppedError:
        complain(f"{settings.name}: stopped as asked; what was pulled is kept")
        return None
    except HelpdeskError as refused:
        complain_of(settings.name, str(refused))
        return None
    if draft is None:
        complain(f"{settings.name}: nothing was pulled yet")
    return draft
