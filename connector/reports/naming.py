"""Finds the account that a person means: by id, name, domain or the link of its page."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rules.facts import Account

_LINK = re.compile(r"https?://[^/\s]+/(?:\S*/)?organizations/([^/?#\s]+)\S*")
_SUGGESTIONS = 3
_ALIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an account's name led to."""

    accounts: tuple[Account, ...]
    """One: that is it. Several: any of them may be meant."""
    suggestions: tuple[str, ...] = ()
    """Names that are alike, where there is none."""


def find_account(said: str, accounts: Iterable[Account]) -> Found:
    """The accounts that answer to `said`: by id or link, else domain, else name, else a part of the name.

    Deleted accounts answer to their id alone.
    """
    known = tuple(accounts)
    standing = tuple(account for account in known if not account.deleted)
    ways: tuple[tuple[Sequence[Account], Callable[[Account], bool]], ...] = (
        (known, lambda account: account.id == _linked(said)),
        (standing, lambda account: said.strip().casefold() in account.domains),
        (standing, lambda account: _folded(account.name) == _folded(said)),
        (standing, lambda account: bool(_folded(said)) and _folded(said) in _folded(account.name)),
    )
    for among, answers in ways:
        if found := tuple(account for account in among if answers(account)):
            return Found(accounts=found)
    return Found(accounts=(), suggestions=_alike(said, standing))


def _linked(said: str) -> str:
    """The id in the link of an account's page, else what was said."""
    link = _LINK.fullmatch(said.strip())
    return link[1] if link else said.strip()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _alike(said: str, accounts: Iterable[Account]) -> tuple[str, ...]:
    names = {_folded(account.name): account.name for account in accounts}
    return tuple(names[name] for name in get_close_matches(_folded(said), names, _SUGGESTIONS, _ALIKE))
