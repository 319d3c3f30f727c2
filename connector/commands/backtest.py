"""`touchcost backtest`: what the rules would have said of the past."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.options import FAILED, HelpdeskOption, JsonOption, chosen, config_path, read_day
from connector.installation import open_installation
from connector.progress import Progress
from connector.reports.backtest_document import backtest_document
from connector.reports.backtesting import Backtest, NoDaysError, Request, read_policy
from connector.reports.backtesting import backtest as run_backtest
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from connector.terminal.backtest import backtest_parts
from connector.terminal.bars import bars
from connector.terminal.screen import complain, complain_of, say, say_json
from connector.yaml.error import ConfigError
from rules.language.doubt import doubt_of
from rules.language.expression import signal_unit, unfit
from rules.language.suggestion import did_you_mean
from rules.language.token import Mistake, read_constant
from rules.rule import Policy, Rule

_RuleOption = Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only this rule, enabled or not.")]
_FirstOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="DATE", help="The first day that counts. Left out: as soon as every rule can judge."
    ),
]
_LastOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last one. Left out: yesterday.")]
_SweepOption = Annotated[str | None, typer.Option(metavar="LINES", help="Try other lines, such as enter=10%,15%,25%.")]
_AimOption = Annotated[
    str | None, typer.Option(metavar="ALERTS", help="Find lines for so many alerts, such as 4/week.")
]
_AgainstOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="Compare with the rules of this file alone. Several count in their order: one with `change` comes behind "
        "the file that it changes, --against builtin:starter --against other.yaml.",
    ),
]
_AIM = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)/week")


def backtest(  # noqa: PLR0913 - one for each option
    context: typer.Context,
    *,
    rule: _RuleOption = None,
    first: _FirstOption = None,
    last: _LastOption = None,
    sweep: _SweepOption = None,
    aim: _AimOption = None,
    against: _AgainstOption = None,
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Count the alerts that the rules would have raised, and show whose; asks and writes nothing.

    Example: touchcost backtest --rule cost-share --sweep enter=10%,15%,25% --aim 4/week
    """
    request = _request(rule, first, last, aim)
    with open_installation(config_path(context)) as installation, bars(installation.clock) as progress:
        helpdesks = _concerned(chosen(installation.settings, helpdesk), rule)
        asked = [(settings, _asked(request, settings, sweep, tuple(against or ()))) for settings in helpdesks]
        found = list(_backtests(installation.store, asked, progress))
    _show(found, json=json)
    if len(found) < len(helpdesks):
        raise typer.Exit(FAILED)


def _backtests(
    store: Store, asked: Iterable[tuple[HelpdeskSettings, Request]], progress: Progress
) -> Iterator[Backtest]:
    """Those of helpdesks that have days to judge; of the others it is said why they have none."""
    for settings, request in asked:
        try:
            yield run_backtest(store, settings, request, progress)
        except NoDaysError as nothing:
            complain_of(settings.name, str(nothing))


def _show(found: Sequence[Backtest], *, json: bool) -> None:
    if json:
        say_json({"backtests": [backtest_document(one) for one in found]})
    else:
        say(*(part for one in found for part in backtest_parts(one)))


def _request(rule: str | None, first: str | None, last: str | None, aim: str | None) -> Request:
    found = Request(rule=rule, first=read_day(first, "--from"), last=read_day(last, "--to"), aim=_aim(aim))
    if found.first is not None and found.last is not None and found.first > found.last:
        raise typer.BadParameter(f"{found.first} is after --to {found.last}", param_hint="--from")
    return found


def _concerned(helpdesks: Sequence[HelpdeskSettings], name: str | None) -> Sequence[HelpdeskSettings]:
    """The helpdesks that have this rule; the others are named. Raises ConfigError where none has it."""
    found = [settings for settings in helpdesks if name is None or _named(settings.policy, name) is not None]
    others = ", ".join(settings.name for settings in helpdesks if settings not in found)
    if name is not None and not found:
        known = (rule for settings in helpdesks for rule in settings.policy.rules)
        raise ConfigError([f"--rule: {others}: {_no_rule(name, known)}"])
    if others:
        complain(f"{others}: there is no rule '{name}', and nothing to judge")
    return found


def _asked(request: Request, settings: HelpdeskSettings, sweep: str | None, against: Sequence[str]) -> Request:
    """The request as this helpdesk's rules understand it."""
    named = _named(settings.policy, request.rule)
    if sweep is not None or request.aim is not None:
        named = named or _only(settings, "--sweep" if sweep is not None else "--aim")
        _refuse_zero(named)
    return replace(
        request,
        rule=None if named is None else named.id,
        sweep=() if sweep is None or named is None else _sweep(sweep, named),
        against=_against(against, settings, named) if against else None,
    )


def _against(files: Sequence[str], settings: HelpdeskSettings, named: Rule | None) -> Policy:
    """The other rules. Raises ConfigError for wrong files, and where the one rule that is asked for is not in them."""
    policy = read_policy(files, Path(), settings.write.prefix)
    if named is not None and _named(policy, named.id) is None:
        raise ConfigError([f"--against {', '.join(files)}: {_no_rule(named.id, policy.rules)}"])
    return policy


def _named(policy: Policy, name: str | None) -> Rule | None:
    return next((rule for rule in policy.rules if rule.id == name), None)


def _no_rule(name: str, known: Iterable[Rule]) -> str:
    names = sorted({rule.id for rule in known})
    near = did_you_mean(name, names) or f"; rules are {', '.join(names) or 'none'}"
    return f"there is no rule '{name}'{near}"


def _only(settings: HelpdeskSettings, option: str) -> Rule:
    enabled = [rule for rule in settings.policy.rules if rule.enabled]
    if len(enabled) != 1:
        raise typer.BadParameter("lines belong to one rule: name it with --rule ID", param_hint=option)
    return enabled[0]


def _refuse_zero(rule: Rule) -> None:
    if not rule.levels[0][1].enter:
        raise typer.BadParameter(f"the lowest enter of '{rule.id}' is 0: no line is in proportion to that")


def _sweep(text: str, rule: Rule) -> tuple[Decimal, ...]:
    key, _, values = text.partition("=")
    if key.strip() != "enter" or not values.strip():
        raise typer.BadParameter(f"write lines such as enter=10%,15%,25%, not {text}", param_hint="--sweep")
    return tuple(_line(value.strip(), rule) for value in values.split(","))


def _line(text: str, rule: Rule) -> Decimal:
    found = read_constant(text)
    mistake = found.sentence if isinstance(found, Mistake) else unfit(signal_unit(rule.signal), found)
    if mistake is None and not isinstance(found, Mistake) and isinstance(found.value, Decimal) and found.value:
        doubt = doubt_of(signal_unit(rule.signal), found)
        if doubt is not None:
            complain(f"warning: --sweep: {doubt}")
        return found.value
    raise typer.BadParameter(mistake or f"no line can be {text}", param_hint="--sweep")


def _aim(text: str | None) -> Decimal | None:
    if text is None:
        return None
    found = _AIM.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"write alerts a week such as 4/week, not {text}", param_hint="--aim")
    return Decimal(found[1])
