"""`touchcost check`: what is wrong, and what is worth a second thought, before anything runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.options import FAILED, WRONG, HelpdeskOption, JsonOption, chosen, config_path
from connector.helpdesk import Finding, Helpdesk, HelpdeskError, Severity
from connector.inspecting import problem
from connector.installation import Installation, open_installation, read_configuration
from connector.reports.checking import check_facts
from connector.reports.needs import need_of, what_is_beyond
from connector.settings import HelpdeskSettings, WritePolicy, able
from connector.terminal.bars import asking
from connector.terminal.findings import finding_lines, findings_document, heading, problem_fields
from connector.terminal.screen import say, say_json
from connector.yaml.error import ConfigError
from rules.facts import HelpdeskName


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What was found in the files, or in one helpdesk."""

    heading: str
    helpdesk: HelpdeskName | None = None
    findings: Sequence[Finding]
    status: int = 0
    """The exit status that it alone would bring."""


def check(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Only the configuration and its rule files.")] = False,
    helpdesk: HelpdeskOption = None,
    json: JsonOption = False,
) -> None:
    """Check the configuration, the rule files and then every helpdesk; every problem at once, with its place or remedy.

    Example: touchcost check --offline
    """
    parts = []
    try:
        for part in _parts(config_path(context), helpdesk, offline=offline):
            parts.append(part)
            if not json:
                say(heading(part.heading), *finding_lines(part.findings))
    except ConfigError as wrong:
        if json:
            say_json({"ok": False, "findings": [], "problems": list(map(problem_fields, wrong.found))})
        raise
    if json:
        say_json(findings_document((part.helpdesk, part.findings) for part in parts))
    status = max(part.status for part in parts)
    if status:
        raise typer.Exit(status)


def _parts(path: Path, name: str | None, *, offline: bool) -> Iterator[_Part]:
    """The files first. What is wrong with one helpdesk never hides what is wrong with the next."""
    configuration, _ = read_configuration(path)
    yield _Part(
        heading=_read(path, chosen(configuration.settings, name)),
        findings=configuration.warnings,
    )
    if offline:
        return
    with open_installation(path, attended=True) as installation:
        for settings in chosen(installation.settings, name):
            yield _inspected(installation, settings)


def _read(path: Path, helpdesks: Iterable[HelpdeskSettings]) -> str:
    rules = {rule.id for settings in helpdesks for rule in settings.policy.rules if rule.enabled}
    names = [str(settings.name) for settings in helpdesks]
    return f"{path}: helpdesk {', '.join(names)}; {len(rules)} rules. The configuration and the rule files can be used."


def _inspected(installation: Installation, settings: HelpdeskSettings) -> _Part:
    status = 0
    try:
        with asking(settings.name):
            findings = tuple(_findings(installation, settings))
    except ConfigError as wrong:
        findings, status = (problem(str(wrong)),), WRONG
    except HelpdeskError as refused:
        findings = (problem(str(refused)),)
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        status = status or FAILED
    return _Part(heading=settings.name, helpdesk=settings.name, findings=findings, status=status)


def _findings(installation: Installation, settings: HelpdeskSettings) -> Iterator[Finding]:
    found = tuple(_of_the_helpdesk(installation.open_helpdesk(settings), settings))
    yield from found
    # Where nobody is let in, there is nothing reassuring to say.
    is_shut = bool(found) and all(finding.severity is Severity.PROBLEM for finding in found)
    for finding in _of_what_stands(installation, settings):
        if not (is_shut and finding.severity is Severity.FINE):
            yield finding


def _of_the_helpdesk(helpdesk: Helpdesk, settings: HelpdeskSettings) -> Iterator[Finding]:
    try:
        capabilities = helpdesk.identify().capabilities
    except HelpdeskError as nobody:
        yield problem(str(nobody))
        return
    yield from helpdesk.inspect(need_of(able(settings, capabilities)))
    yield from what_is_beyond(capabilities)


def _of_what_stands(installation: Installation, settings: HelpdeskSettings) -> Iterator[Finding]:
    if settings.write.policy is WritePolicy.REPORT_ONLY:
        yield Finding(
            severity=Severity.FINE,
            sentence="The policy is report-only: nothing is written, so fields, tags and group were not looked for.",
            remedy="Before write.policy: sync, run touchcost setup.",
        )
    yield from check_facts(installation.store, settings)
