"""`touchcost check`: what is wrong, and what is worth a second thought, before anything runs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, chosen, config_path
from connector.helpdesk import Finding, HelpdeskError, Severity
from connector.installation import Installation, open_installation, read_configuration
from connector.reports.checking import check_facts
from connector.reports.needs import need_of
from connector.settings import HelpdeskSettings, WritePolicy
from connector.terminal.findings import finding_lines, heading
from connector.terminal.screen import say
from connector.yaml.error import ConfigError


def check(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Only the configuration and its rule files.")] = False,
    helpdesk: HelpdeskOption = None,
) -> None:
    """Check the configuration, the rule files and then every helpdesk; every problem at once, with its place or remedy.

    Example: touchcost check --offline
    """
    path = config_path(context)
    configuration, _ = read_configuration(path)
    settings = chosen(configuration.settings, helpdesk)
    say(heading(_read(path, settings)), *finding_lines(configuration.warnings))
    if not offline:
        status = _check_helpdesks(path, helpdesk)
        if status:
            raise typer.Exit(status)


def _read(path: Path, helpdesks: Iterable[HelpdeskSettings]) -> str:
    rules = {rule.id for settings in helpdesks for rule in settings.policy.rules if rule.enabled}
    names = [str(settings.name) for settings in helpdesks]
    return f"{path}: helpdesk {', '.join(names)}; {len(rules)} rules. The configuration and the rule files can be used."


def _check_helpdesks(path: Path, name: str | None) -> int:
    """The exit status. What is wrong with one helpdesk never hides what is wrong with the next."""
    status = 0
    with open_installation(path) as installation:
        for settings in chosen(installation.settings, name):
            say(heading(settings.name))
            try:
                findings = list(_findings(installation, settings))
            except ConfigError as wrong:
                findings, status = [_problem(str(wrong))], WRONG
            except HelpdeskError as refused:
                findings = [_problem(str(refused))]
            say(*finding_lines(findings))
            if any(finding.severity is Severity.PROBLEM for finding in findings):
                status = status or FAILED
    return status


def _findings(installation: Installation, settings: HelpdeskSettings) -> Iterator[Finding]:
    found = list(installation.open_helpdesk(settings).inspect(need_of(settings)))
    yield from found
    if _is_shut(found) and installation.store.absorbed_until(settings.name) is None:
        return
    if settings.write.policy is WritePolicy.REPORT_ONLY:
        yield Finding(
            severity=Severity.FINE,
            sentence="The policy is report-only: nothing is written, so fields, tags and group were not looked for.",
            remedy="Before write.policy: sync, run touchcost setup.",
        )
    yield from check_facts(installation.store, settings)


def _is_shut(found: Iterable[Finding]) -> bool:
    """Whether the helpdesk let nobody in: then there is nothing reassuring to say of it."""
    return all(finding.severity is Severity.PROBLEM for finding in found)


def _problem(sentence: str) -> Finding:
    return Finding(severity=Severity.PROBLEM, sentence=sentence)
