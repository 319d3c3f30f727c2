"""Questions of `init`: what an option said is taken, the rest is asked for, and both are checked alike."""

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import typer

from connector.config import values
from connector.config.first_file import WORDS
from connector.config.secrets import fault_in
from connector.config.urls import helpdesk_url
from connector.yaml.values import said
from connector.yaml.values import text as text_of
from rules.language.suggestion import did_you_mean

_T = TypeVar("_T")
_SUBDOMAIN = re.compile(r"(?!localhost$)[A-Za-z0-9-]{1,63}")


class Questions:
    """Takes what an option said, or asks for it."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks

    def answer(
        self, given: str | None, option: str, question: str, parse: Callable[[object], _T], default: str | None
    ) -> _T:
        """A checked answer: of the option, of a person, or the default. Raises BadParameter for what cannot be."""
        if given is None and self._asks:
            # Enter alone is an answer where the default is empty, and nothing to show.
            found: _T = typer.prompt(
                question, default=default, show_default=default != "", value_proc=_checking(parse), err=True
            )
            return found
        chosen = default if given is None else given
        if chosen is None:
            raise typer.BadParameter("it is missing", param_hint=f"--{option}")
        return _checking(parse, f"--{option}")(chosen)

    def tell(self, sentence: str) -> None:
        """What people should know before they answer."""
        if self._asks:
            typer.echo(sentence, err=True)


def address(value: object) -> str:
    """The address of a helpdesk; https:// may be left out before a host with a dot."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and "://" not in text and "." in text.partition("/")[0]:
        return helpdesk_url(f"https://{text}")
    if isinstance(text, str) and _SUBDOMAIN.fullmatch(text):
        raise ValueError(f"that is no whole address; did you mean https://{text.lower()}.zendesk.com?")
    return helpdesk_url(text)


def name_in(url: str) -> str:
    """The first part of the host, where it can be a helpdesk's name."""
    first = (urlsplit(url).hostname or "").partition(".")[0]
    return first if first and not first.isdigit() else "main"


def optional_currency(value: object) -> str | None:
    """A currency, or - for none. Small letters are taken for capital ones."""
    return None if value == "-" else values.currency(value.strip().upper() if isinstance(value, str) else value)


def optional_key(value: object) -> str | None:
    """The key of an organisation field, or nothing."""
    return values.field_key(value.strip()) if isinstance(value, str) and value.strip() else None


def several(value: object) -> tuple[str, ...]:
    """Texts with commas between them, or none at all."""
    parts = value.split(",") if isinstance(value, str) else ()
    return tuple(part.strip() for part in parts if part.strip())


def reference(value: object) -> str:
    """Where a secret is found. No sentence repeats the text: it may be the secret itself."""
    text = text_of(value)
    fault = fault_in(text)
    if fault is not None:
        raise ValueError(fault)
    return text


def field_pair(text: str) -> tuple[str, str]:
    """Our word and the key of an organisation field, from `revenue_month=mrr`. Raises BadParameter."""
    word, _, key = text.partition("=")
    if word not in WORDS:
        sentence = f"write WORD=KEY, such as revenue_month=mrr, not {said(text)}{did_you_mean(word, WORDS)}"
        raise typer.BadParameter(f"{sentence}; words: {', '.join(WORDS)}", param_hint="--field")
    return word, _checking(values.field_key, "--field")(key)


def _checking(parse: Callable[[object], _T], hint: str | None = None) -> Callable[[object], _T]:
    def check(value: object) -> _T:
        try:
            return parse(value)
        except ValueError as wrong:
            raise typer.BadParameter(str(wrong), param_hint=hint) from None

    return check
