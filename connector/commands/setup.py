"""`touchcost setup`: makes the organisation fields that a helpdesk needs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import typer
from rich.text import Text

from connector.commands.options import FAILED, HelpdeskOption, YesOption, chosen, config_path
from connector.helpdesk import Helpdesk, HelpdeskError, Outcome, Receipt, Stream, Walk, Write
from connector.installation import Installation, open_installation
from connector.reports.needs import field_writes
from connector.settings import FieldChoice, HelpdeskSettings, WritePolicy
from connector.terminal.bars import asking
from connector.terminal.findings import heading
from connector.terminal.screen import clean, complain_of, say

_EVER = datetime.fromtimestamp(0, UTC)


def setup(context: typer.Context, *, helpdesk: HelpdeskOption = None, yes: YesOption = False) -> None:
    """Show the organisation fields that are missing; with --yes make them. What is there by that name is used.

    Example: touchcost setup --yes
    """
    good = True
    with open_installation(config_path(context), attended=True) as installation:
        for settings in chosen(installation.settings, helpdesk):
            say(heading(settings.name))
            try:
                good = _set_up(installation, settings, yes=yes) and good
            except HelpdeskError as refused:
                complain_of(settings.name, str(refused))
                good = False
    if not good:
        raise typer.Exit(FAILED)


def _set_up(installation: Installation, settings: HelpdeskSettings, *, yes: bool) -> bool:
    """Whether everything is there now, or was only to be shown."""
    if settings.write.fields is FieldChoice.OFF:
        say("  nothing to make: write.fields is off")
        return True
    helpdesk = installation.open_helpdesk(_writing(settings) if yes else settings)
    wanted = field_writes(settings.write)
    with asking(settings.name):
        installation.store.bind(settings.name, helpdesk.identify())
        present = _present_fields(helpdesk)
    missing = tuple(write for write in wanted if write.body["key"] not in present)
    say(*(_line(write, "is there already and is used") for write in wanted if write not in missing))
    if not yes:
        say(*(_line(write, f"would be made, of type {write.body['type']}") for write in missing))
        if missing:
            say("Nothing was made. Make them with: touchcost setup --yes")
        return True
    return _make(helpdesk, missing)


def _writing(settings: HelpdeskSettings) -> HelpdeskSettings:
    """The same signed in with the right to write, which report-only does not ask for."""
    return replace(settings, write=replace(settings.write, policy=WritePolicy.SYNC))


def _present_fields(helpdesk: Helpdesk) -> frozenset[str]:
    """The keys of the organisation fields, as the first page of organisations shows them."""
    page = next(iter(helpdesk.pull(Walk(stream=Stream.ACCOUNTS, start=_EVER))), None)
    return frozenset(key for account in (page.accounts if page else ()) for key, _ in account.fields)


def _make(helpdesk: Helpdesk, missing: Sequence[Write]) -> bool:
    by_id = {write.id: write for write in missing}
    good = True
    for receipt in helpdesk.apply(missing) if missing else ():
        good = good and receipt.outcome is Outcome.APPLIED
        say(*_receipt_lines(receipt, by_id))
    return good


def _receipt_lines(receipt: Receipt, by_id: dict[int, Write]) -> Iterator[Text]:
    word = "made" if receipt.outcome is Outcome.APPLIED else f"{receipt.outcome}"
    for number in receipt.writes:
        yield _line(by_id[number], f"{word}: {receipt.reason}" if receipt.reason else word)


def _line(write: Write, what: str) -> Text:
    return Text("  ").append(str(write.body["key"]), "bold").append("  ").append_text(clean(what))
