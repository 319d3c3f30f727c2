"""`touchcost explain`: one account, rule by rule."""

from collections.abc import Iterator
from typing import Annotated

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, JsonOption, chosen, config_path
from connector.installation import Installation, open_installation
from connector.measuring import make_yardstick
from connector.reports.explaining import Explanation, explain_account
from connector.reports.explanation import explanation_document
from connector.reports.naming import find_account
from connector.settings import HelpdeskSettings
from connector.terminal.explanation import explanation_parts
from connector.terminal.screen import clean, complain, say, say_json
from rules.facts import Account


def explain(
    context: typer.Context,
    *,
    account: Annotated[str, typer.Argument(help="Its id, name, domain or link.")],
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Show every rule of one account: numbers, lines, distance, state, clocks, and what is or would be written.

    Example: touchcost explain acme.example
    """
    with open_installation(config_path(context)) as installation:
        settings, found = _one(installation, helpdesk, account)
        explanation = _explained(installation, settings, found)
    if json:
        say_json(explanation_document(explanation))
    else:
        say(*explanation_parts(explanation))


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


def _explained(installation: Installation, settings: HelpdeskSettings, account: Account) -> Explanation:
    as_of = installation.store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(installation.store, settings, as_of)
    if yardstick is None:
        complain(f"{settings.name}: nothing was pulled yet; touchcost plan begins with that")
        raise typer.Exit(FAILED)
    found = explain_account(installation.store, settings, yardstick, account)
    if found is None:
        complain(f"{clean(account.name)}: {_why_not(account)}")
        raise typer.Exit(FAILED)
    return found


def _why_not(account: Account) -> str:
    if account.merged_into is not None:
        return f"it was merged into account {account.merged_into}"
    return "the configuration leaves this account out, or it was deleted"
