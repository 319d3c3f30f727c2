"""`touchcost withdraw`: takes everything out of a helpdesk that we ever wrote."""

from dataclasses import replace
from typing import Annotated

import typer

from connector.commands.beside import running_daemon
from connector.commands.options import FAILED, HelpdeskOption, YesOption, chosen, config_path
from connector.cycle import Cycle
from connector.helpdesk import HelpdeskError
from connector.installation import Installation, open_installation
from connector.settings import HelpdeskSettings, WritePolicy
from connector.stopping import stopped_by_signals
from connector.store.store import Store
from connector.terminal.bars import bars
from connector.terminal.cycle import report_line
from connector.terminal.plan import withdrawal_parts
from connector.terminal.screen import complain, complain_of, say
from connector.withdrawing import what_is_left
from rules.facts import HelpdeskName


def withdraw(
    context: typer.Context,
    *,
    helpdesk: HelpdeskOption = None,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Then forget everything the store holds of the helpdesk.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Show every mark of ours in a helpdesk; with --yes clear tags and fields of ours and solve the alert tickets.

    Example: touchcost withdraw --helpdesk acme --yes
    """
    with stopped_by_signals() as stop, open_installation(config_path(context), stop, rules=False) as installation:
        daemon = running_daemon(installation.store)
        if daemon is not None and yes:
            complain(f"{daemon}: stop it first, or it writes everything again")
            raise typer.Exit(FAILED)
        wanted = chosen(installation.settings, helpdesk)
        good = [_withdraw(installation, one, yes=yes, delete_data=delete_data) for one in wanted]
    if not all(good):
        raise typer.Exit(FAILED)


def _withdraw(installation: Installation, settings: HelpdeskSettings, *, yes: bool, delete_data: bool) -> bool:
    """Whether all went well; one helpdesk never holds up another."""
    try:
        if yes:
            return _take_away(installation, settings) and (not delete_data or _erase(installation.store, settings.name))
        drawn = Cycle(installation, settings).plan_withdrawal()
    except HelpdeskError as refused:
        complain_of(settings.name, str(refused))
        return False
    names = {account.id: account.name for account in installation.store.accounts(settings.name)}
    say(*withdrawal_parts(settings, drawn, names))
    return True


def _take_away(installation: Installation, settings: HelpdeskSettings) -> bool:
    if settings.write.policy is WritePolicy.SYNC:
        say(f"{settings.name}: write.policy is still sync; the next cycle writes again. Set it to report-only first.")
    with bars(installation.clock) as progress:
        report = Cycle(installation, _writing(settings)).withdraw(progress)
    say(report_line(report))
    for warning in report.warnings:
        complain_of(settings.name, warning)
    if not report.is_good:
        complain_of(settings.name, report.sentence)
    return report.is_good


def _erase(store: Store, helpdesk: HelpdeskName) -> bool:
    """Forget the helpdesk; not while anything of ours may be there, for without the store nobody can take it away."""
    with store.lock(helpdesk):
        left = " ".join(what_is_left(store, helpdesk))
        if left:
            complain(f"{helpdesk}: the store keeps its data. {left}")
            return False
        store.erase(helpdesk)
    say(f"{helpdesk}: the store holds nothing of it any more.")
    return True


def _writing(settings: HelpdeskSettings) -> HelpdeskSettings:
    """The same signed in with the right to write, which report-only does not ask for."""
    return replace(settings, write=replace(settings.write, policy=WritePolicy.SYNC))
