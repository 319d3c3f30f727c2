"""`touchcost explain`: one account, rule by rule."""

from collections.abc import Iterator
from typing import Annotated, TypeVar

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, JsonOption, chosen, config_path, read_day
from connector.installation import Installation, open_installation
from connector.measuring import Yardstick, make_yardstick
from connector.reports.explaining import Explanation, explain_account
from connector.reports.explaining_past import PastExplanation, check_day, explain_day
from connector.reports.explanation import explanation_document, past_document
from connector.reports.naming import find_account
from connector.reports.replaying import NoDaysError
from connector.settings import HelpdeskSettings, able
from connector.terminal.explanation import explanation_parts
from connector.terminal.past import past_parts
from connector.terminal.screen import clean, complain, say, say_json
from rules.facts import Account, Day

_Found = TypeVar("_Found")
_AtOption = Annotated[
    str | None, typer.Option("--at", metavar="DATE", help="At the end of this day, in the helpdesk's time zone.")
]


def explain(
    context: typer.Context,
    *,
    account: Annotated[str, typer.Argument(help="Its id, name, domain or link.")],
    at: _AtOption = None,
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Show every rule of one account: numbers, lines, distance, state, clocks, and what is or would be written.

    Example: touchcost explain acme.example --at 2026-10-31
    """
    day = read_day(at, "--at")
    with open_installation(config_path(context)) as installation:
        settings, found = _one(installation, helpdesk, account)
        told = _told(installation, settings, found, None if day is None else Day(day.toordinal()))
    if json:
        say_json(past_document(told) if isinstance(told, PastExplanation) else explanation_document(told))
    else:
        say(*(past_parts(told) if isinstance(told, PastExplanation) else explanation_parts(told)))


def _one(installation: Installation, helpdesk: str | None, said: str) -> tuple[HelpdeskSettings, Account]:
    """The account that is meant; ends the command when that is none or several."""
    meant: list[tuple[HelpdeskSettings, Account]] = []
    alike: list[str] = []
    for settings in chosen(installation.settings, helpdesk):
        found = find_account(said, installation.store.accounts(settings.name))
        meant += [(settings, account) for account in found.accounts]
        alike += found.suggestions
    if len(meant) == 1:
        return meant[0]
    _need_facts(installation, helpdesk)
    complain("\n".join(_several(said, meant) if meant else _none(said, alike)))
    raise typer.Exit(WRONG)


def _need_facts(installation: Installation, helpdesk: str | None) -> None:
    """Ends the command where no account can be known yet."""
    names = [settings.name for settings in chosen(installation.settings, helpdesk)]
    if all(installation.store.absorbed_until(name) is None for name in names):
        complain(f"{', '.join(names)}: nothing was pulled yet; touchcost plan begins with that")
        raise typer.Exit(FAILED)


def _several(said: str, meant: list[tuple[HelpdeskSettings, Account]]) -> Iterator[str]:
    yield f"{clean(said)}: several accounts answer to that; name one by its id"
    for settings, account in meant:
        yield f"  {account.id}  {clean(account.name)}  ({settings.name})"


def _none(said: str, alike: list[str]) -> Iterator[str]:
    yield f"{clean(said)}: there is no such account"
    if alike:
        yield f"  did you mean {' or '.join(str(clean(name)) for name in alike)}?"


def _told(
    installation: Installation, settings: HelpdeskSettings, account: Account, day: Day | None
) -> Explanation | PastExplanation:
    """Ends the command where nothing can be said of the account, or of this day."""
    store, yardstick = installation.store, _yardstick(installation, settings)
    if day is None:
        writing = able(settings, store.capabilities(settings.name))
        return _left_out(account, explain_account(store, writing, yardstick, account))
    try:
        check_day(yardstick, settings.time_zone, day)
    except NoDaysError as unknown:
        complain(f"{settings.name}: {unknown}")
        raise typer.Exit(FAILED) from None
    return _left_out(account, explain_day(store, settings, yardstick, account, day))


def _yardstick(installation: Installation, settings: HelpdeskSettings) -> Yardstick:
    """Ends the command where nothing was pulled yet."""
    as_of = installation.store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(installation.store, settings, as_of)
    if yardstick is None:
        complain(f"{settings.name}: nothing was pulled yet; touchcost plan begins with that")
        raise typer.Exit(FAILED)
    return yardstick


def _left_out(account: Account, found: _Found | None) -> _Found:
    """Ends the command for an account of which nothing is to be said."""
    if found is None:
        complain(f"{clean(account.name)}: {_why_not(account)}")
        raise typer.Exit(FAILED)
    return found


def _why_not(account: Account) -> str:
    if account.merged_into is not None:
        return f"it was merged into account {account.merged_into}"
    return "the configuration leaves this account out, or it was deleted"
