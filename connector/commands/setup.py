"""`touchcost setup`: makes the fields and macros that a helpdesk needs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import typer
from rich.text import Text

from connector.commands.options import FAILED, HelpdeskOption, YesOption, chosen, config_path
from connector.helpdesk import Finding, Helpdesk, HelpdeskError, Outcome, Receipt, Severity, Write, WriteKind
from connector.installation import Installation, open_installation
from connector.reports.needs import form_writes, name_of, need_of
from connector.settings import HelpdeskSettings, WritePolicy, able
from connector.terminal.bars import asking
from connector.terminal.findings import heading
from connector.terminal.screen import clean, complain_of, say, say_lines


def setup(context: typer.Context, *, helpdesk: HelpdeskOption = None, yes: YesOption = False) -> None:
    """Show the fields and macros that are missing; with --yes make them. What is there by that name is used.

    Where a helpdesk lets nobody make them from outside, the commands are shown that its administrator runs.

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
    helpdesk = installation.open_helpdesk(_writing(settings) if yes else settings)
    with asking(settings.name):
        identity = helpdesk.identify()
        installation.store.bind(settings.name, identity)
        settings = able(settings, identity.capabilities)
        wanted = form_writes(settings.write)
        findings = tuple(helpdesk.inspect(need_of(_writing(settings))))
    by_hand = tuple(dict.fromkeys(finding.by_hand for finding in findings if finding.by_hand))
    if by_hand:
        return _hand_over(findings, by_hand, yes=yes)
    if not wanted:
        say("  nothing to make: write.fields and write.alerts are off, or the helpdesk can bear neither")
        return True
    absent = _absent(findings, wanted)
    missing = tuple(write for write in wanted if name_of(write) in absent)
    say(*(_line(write, "is there already and is used") for write in wanted if write not in missing))
    if not yes:
        say(*(_line(write, f"would be made, {_kind(write)}") for write in missing))
        if missing:
            say("Nothing was made. Make them with: touchcost setup --yes")
        return True
    return _make(helpdesk, missing)


def _writing(settings: HelpdeskSettings) -> HelpdeskSettings:
    """The same signed in with the right to write, which report-only does not ask for."""
    return replace(settings, write=replace(settings.write, policy=WritePolicy.SYNC))


def _hand_over(findings: Sequence[Finding], by_hand: Sequence[str], *, yes: bool) -> bool:
    """Shows what is missing, and the commands that make it. Whether that was all that was asked for."""
    say(*(Text("  ").append_text(clean(finding.sentence)) for finding in findings if finding.by_hand))
    for commands in by_hand:
        say("", "Only an administrator of the helpdesk's own machine can make this, with these commands:", "")
        say_lines(commands)
    say("", "Nothing was made. Have these commands run, then look again with: touchcost check")
    return not yes


def _absent(findings: Sequence[Finding], wanted: Sequence[Write]) -> frozenset[str]:
    """The names of what is not there. Raises HelpdeskError where that cannot be told: nothing is made twice."""
    looked_for = frozenset[str]().union(*(finding.looked_for for finding in findings))
    if not looked_for.issuperset(map(name_of, wanted)):
        problems = [finding.sentence for finding in findings if finding.severity is Severity.PROBLEM]
        raise HelpdeskError(" ".join(["It cannot be told what is there already.", *problems]))
    return frozenset[str]().union(*(finding.missing for finding in findings))


def _kind(write: Write) -> str:
    if write.kind is WriteKind.MAKE_MACRO:
        return f"a macro that writes “{write.body['answer']}”"
    ticket = "a ticket field " if write.kind is WriteKind.MAKE_TICKET_FIELD else ""
    return f"{ticket}of type {write.body['type']}"


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
    return Text("  ").append(name_of(write), "bold").append("  ").append_text(clean(what))
