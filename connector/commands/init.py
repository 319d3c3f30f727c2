"""`touchcost init`: writes a first, commented config.yaml."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from connector.clock import open_clock
from connector.commands.asking import (
    Questions,
    address,
    field_pair,
    name_in,
    optional_currency,
    optional_key,
    reference,
    several,
)
from connector.commands.options import FAILED, config_path
from connector.config import values
from connector.config.first_file import WORDS, Answers, render_config
from connector.config.sleeping import find_sleeping
from connector.installation import read_configuration
from connector.terminal.calling import as_called
from connector.terminal.screen import complain, say
from connector.yaml.error import ConfigError
from connector.yaml.values import text as text_of

_YEAR = timedelta(days=365)
_DEFAULT = Path("config.yaml")
_ASKED = ("revenue_month", "currency", "customer_since", "owner", "segment", "status")
"""The words that the shipped rules and tables use; the others go by --field or into the file."""

_Url = Annotated[str | None, typer.Option(help="Address of the helpdesk. With it nothing is asked.")]
_Name = Annotated[str | None, typer.Option(help="How the helpdesk is called in commands: a-z, 0-9 and -.")]
_ClientId = Annotated[str | None, typer.Option(help="Identifier of the OAuth client.")]
_ClientSecret = Annotated[
    str | None, typer.Option(help="Where its secret is found, such as env:NAME or file:/path; never the secret.")
]
_Since = Annotated[str | None, typer.Option(help="How far back the first pull goes, a day. Left out: a year ago.")]
_TimeZone = Annotated[str | None, typer.Option(help="Zone in which days begin. Left out: UTC.")]
_Currency = Annotated[str | None, typer.Option(help="Currency of costs, such as EUR.")]
_PerHour = Annotated[str | None, typer.Option(help="What an agent hour costs, all included.")]
_Field = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD=KEY", help="The organisation field of a fact, such as revenue_month=mrr. As often as needed."
    ),
]
_IgnoreStatus = Annotated[
    list[str] | None,
    typer.Option(metavar="VALUE", help="A value of the status field that is no customer, such as trial. Likewise."),
]
_Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def init(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    url: _Url = None,
    name: _Name = None,
    client_id: _ClientId = None,
    client_secret: _ClientSecret = None,
    since: _Since = None,
    time_zone: _TimeZone = None,
    currency: _Currency = None,
    per_hour: _PerHour = None,
    field: _Field = None,
    ignore_status: _IgnoreStatus = None,
    force: _Force = False,
) -> None:
    """Write a commented config.yaml, after a few questions or by options.

    Example: touchcost init --url acme.zendesk.com --client-secret env:ACME_SECRET --field revenue_month=mrr
    """
    path = config_path(context)
    if path.exists() and not force:
        raise ConfigError([f"{path}: the file is there already; write --force to replace it, or -c for another one"])
    no_customers = ",".join(ignore_status) if ignore_status else None
    given = _Given(url, name, client_id, client_secret, since, time_zone, currency, per_hour, no_customers)
    _write(path, _text(given, dict(map(field_pair, field or ()))))


@dataclass(frozen=True, slots=True)
class _Given:
    """What the options say, as they were typed."""

    url: str | None
    name: str | None
    client_id: str | None
    client_secret: str | None
    since: str | None
    time_zone: str | None
    currency: str | None
    per_hour: str | None
    ignore_status: str | None


def _text(given: _Given, keys: Mapping[str, str]) -> str:
    """What the file holds; questions are asked where no address is given."""
    try:
        return render_config(_answers(Questions(asks=given.url is None), given, keys))
    except typer.Abort:
        complain("\nEnded; nothing was written.")
        raise typer.Exit(FAILED) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(*_told(path))


def _answers(ask: Questions, given: _Given, keys: Mapping[str, str]) -> Answers:
    url = ask.answer(given.url, "url", "Address of the helpdesk, such as acme.zendesk.com", address, None)
    name = ask.answer(given.name, "name", "Its name in commands", values.name, name_in(url))
    secret = f"env:{name.upper().replace('-', '_')}_ZENDESK_SECRET"
    currency = ask.answer(given.currency, "currency", "Currency of costs (- for hours only)", optional_currency, "-")
    answers = Answers(
        name=name,
        url=url,
        currency=currency,
        per_hour=_per_hour(ask, given.per_hour, currency),
        client_id=ask.answer(given.client_id, "client-id", "OAuth client", text_of, "touchcost"),
        client_secret=ask.answer(given.client_secret, "client-secret", "Where its secret is found", reference, secret),
        since=ask.answer(given.since, "since", "First pull goes back to", values.day, _a_year_ago()),
        time_zone=ask.answer(given.time_zone, "time-zone", "Time zone", values.time_zone, "UTC"),
        fields=_fields(ask, keys),
    )
    return replace(answers, ignore_status=_ignore_status(ask, given.ignore_status, answers.fields))


def _per_hour(ask: Questions, given: str | None, currency: str | None) -> Decimal | None:
    if currency is None:
        if given is not None:
            raise typer.BadParameter("it needs --currency", param_hint="--per-hour")
        return None
    return ask.answer(given, "per-hour", "Cost of an agent hour, all included", values.money, None)


def _fields(ask: Questions, given: Mapping[str, str]) -> Mapping[str, str]:
    ask.tell("Facts of an account stand in organisation fields: the key of each, or Enter where there is none.")
    found = dict(given)
    for word in _ASKED:
        if word == "currency" and "revenue_month" not in found:
            continue
        question = f"  {word} ({WORDS[word].meaning.partition(';')[0]})"
        key = ask.answer(found.get(word), "field", question, optional_key, "")
        if key is not None:
            found[word] = key
    return found


def _ignore_status(ask: Questions, given: str | None, fields: Mapping[str, str]) -> tuple[str, ...]:
    if "status" not in fields:
        if given is not None:
            raise typer.BadParameter("it needs --field status=KEY", param_hint="--ignore-status")
        return ()
    question = f"  values of {fields['status']} that are no customers, such as trial, internal (Enter: none)"
    return ask.answer(given, "ignore-status", question, several, "")


def _a_year_ago() -> str:
    return (open_clock(None, ()).now().date() - _YEAR).isoformat()


def _told(path: Path) -> Iterator[str]:
    """Where the file is, what sleeps with it as it stands, and what comes next."""
    yield f"{path} is written."
    configuration, _ = read_configuration(path)
    for helpdesk in configuration.settings.helpdesks:
        for sleep in find_sleeping(helpdesk):
            yield f"  {sleep.sentence}: {sleep.remedy}"
        if "status" in helpdesk.fields and not helpdesk.ignore.status:
            yield "  fields.status leaves nobody out yet: write ignore.status with its values that are no customers"
    yield f"Next: {_command(path, 'check')}, then {_command(path, 'plan')}."


def _command(path: Path, command: str) -> str:
    words: Sequence[str] = (command,) if path == _DEFAULT else ("-c", str(path), command)
    return as_called(*words)
