"""`touchcost init`: writes a first, commented config.yaml."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import typer

from connector.clock import open_clock
from connector.commands.options import config_path
from connector.config import values as config_values
from connector.config.first_file import Answers, render_config
from connector.config.secrets import fault_in
from connector.config.urls import helpdesk_url
from connector.terminal.screen import say
from connector.yaml.error import ConfigError
from connector.yaml.values import text as text_of

_YEAR = timedelta(days=365)
_T = TypeVar("_T")


def init(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    url: Annotated[str | None, typer.Option(help="Address of the helpdesk. With it nothing is asked.")] = None,
    name: Annotated[str | None, typer.Option(help="How the helpdesk is called in commands: a-z, 0-9 and -.")] = None,
    client_id: Annotated[str | None, typer.Option(help="Identifier of the OAuth client.")] = None,
    client_secret: Annotated[
        str | None, typer.Option(help="Where its secret is found, such as env:NAME or file:/path; never the secret.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="How far back the first pull goes, a day. Left out: a year ago.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="Zone in which days begin. Left out: UTC.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of costs, such as EUR.")] = None,
    per_hour: Annotated[str | None, typer.Option(help="What an agent hour costs, all included.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented config.yaml, after a few questions or by options.

    Example: touchcost init --url https://acme.zendesk.com --client-secret env:ACME_SECRET
    """
    path = config_path(context)
    if path.exists() and not force:
        raise ConfigError([f"{path}: the file is there already; write --force to replace it, or -c for another one"])
    answers = _Questions(asks=url is None)
    text = render_config(
        _answers(
            answers,
            {
                "url": url,
                "name": name,
                "client-id": client_id,
                "client-secret": client_secret,
                "since": since,
                "time-zone": time_zone,
                "currency": currency,
                "per-hour": per_hour,
            },
        )
    )
    _write(path, text)
    say(f"{path} is written. Next: touchcost check, then touchcost plan.")


class _Questions:
    """Takes what an option said, or asks for it."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks

    def answer(
        self, given: str | None, option: str, question: str, parse: Callable[[object], _T], default: str | None
    ) -> _T:
        """A checked answer: of the option, of a person, or the default. Raises BadParameter for what cannot be."""
        if given is None and self._asks:
            found: _T = typer.prompt(question, default=default, value_proc=_checking(parse), err=True)
            return found
        chosen = default if given is None else given
        if chosen is None:
            raise typer.BadParameter("it is missing", param_hint=f"--{option}")
        return _checking(parse, f"--{option}")(chosen)


def _answers(ask: _Questions, given: dict[str, str | None]) -> Answers:
    url = ask.answer(
        given["url"], "url", "Address of the helpdesk, such as https://acme.zendesk.com", helpdesk_url, None
    )
    name = ask.answer(given["name"], "name", "Its name in commands", config_values.name, _name_in(url))
    secret = f"env:{name.upper().replace('-', '_')}_ZENDESK_SECRET"
    currency = ask.answer(
        given["currency"], "currency", "Currency of costs (- for hours only)", _optional_currency, "-"
    )
    per_hour = _per_hour(ask, given["per-hour"], currency)
    return Answers(
        name=name,
        url=url,
        client_id=ask.answer(given["client-id"], "client-id", "OAuth client", text_of, "touchcost"),
        client_secret=ask.answer(
            given["client-secret"], "client-secret", "Where its secret is found", _reference, secret
        ),
        since=ask.answer(given["since"], "since", "First pull goes back to", config_values.day, _a_year_ago()),
        time_zone=ask.answer(given["time-zone"], "time-zone", "Time zone", config_values.time_zone, "UTC"),
        currency=currency,
        per_hour=per_hour,
    )


def _per_hour(ask: _Questions, given: str | None, currency: str | None) -> Decimal | None:
    if currency is None:
        if given is not None:
            raise typer.BadParameter("it needs --currency", param_hint="--per-hour")
        return None
    return ask.answer(given, "per-hour", "Cost of an agent hour, all included", config_values.money, None)


def _checking(parse: Callable[[object], _T], hint: str | None = None) -> Callable[[object], _T]:
    def check(value: object) -> _T:
        try:
            return parse(value)
        except ValueError as wrong:
            raise typer.BadParameter(str(wrong), param_hint=hint) from None

    return check


def _optional_currency(value: object) -> str | None:
    return None if value == "-" else config_values.currency(value)


def _reference(value: object) -> str:
    text = text_of(value)
    fault = fault_in(text)
    if fault is not None:
        raise ValueError(fault)
    return text


def _name_in(url: str) -> str:
    """The first part of the host, where it can be a name."""
    first = (urlsplit(url).hostname or "").partition(".")[0]
    return first if first and not first.isdigit() else "main"


def _a_year_ago() -> str:
    return (open_clock(None, ()).now().date() - _YEAR).isoformat()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
