"""`touchcost once`: one cycle of every helpdesk."""

import typer

from connector.commands.beside import running_daemon
from connector.commands.options import FAILED, WRONG, HelpdeskOption, chosen, config_path
from connector.cycle import CycleReport, run_once
from connector.installation import Installation, open_installation
from connector.progress import Progress
from connector.settings import HelpdeskSettings
from connector.stopping import stopped_by_signals
from connector.store.rows import LockedError
from connector.terminal.bars import bars
from connector.terminal.cycle import report_line
from connector.terminal.screen import complain, complain_of, say


def once(context: typer.Context, *, helpdesk: HelpdeskOption = None) -> None:
    """Run one cycle of every helpdesk: pull, judge, and write what the policy allows.

    Example: touchcost once --helpdesk acme
    """
    with stopped_by_signals() as stop, open_installation(config_path(context), stop) as installation:
        daemon = running_daemon(installation.store)
        if daemon is not None:
            complain(f"{daemon}: it does what touchcost once would")
            raise typer.Exit(FAILED)
        # This configuration is in force now, whatever a daemon that ended refused.
        installation.store.note_refused(())
        with bars(installation.clock) as progress:
            reports = [_cycle(installation, one, progress) for one in chosen(installation.settings, helpdesk)]
    say(*(report_line(report) for report in reports if report is not None))
    for report in reports:
        if report is not None:
            _tell(report)
    if any(report is not None and report.misconfigured for report in reports):
        raise typer.Exit(WRONG)
    if not all(report is not None and report.is_good for report in reports):
        raise typer.Exit(FAILED)


def _cycle(installation: Installation, settings: HelpdeskSettings, progress: Progress) -> CycleReport | None:
    """None when somebody else works on the helpdesk; the others go on."""
    try:
        return run_once(installation, settings, progress)
    except LockedError as locked:
        complain_of(settings.name, str(locked))
        return None


def _tell(report: CycleReport) -> None:
    if not report.is_good:
        complain_of(report.helpdesk, report.sentence)
    for warning in report.warnings:
        complain_of(report.helpdesk, warning)
