"""How a helpdesk is signed in to: references to secrets, whose text no sentence ever repeats."""

import re
from collections.abc import Mapping, Sequence

from connector.config.layers import Layers
from connector.config.secrets import fault_in
from connector.settings import Secret
from connector.yaml.marks import Problem
from rules.language.suggestion import did_you_mean

_OPEN = frozenset({"client_id", "email"})
"""What is no secret, and may stand as it is."""
_REFERENCE = re.compile(r"(env|file|credential|keyring):")


Ways = Sequence[tuple[str, ...]]
"""The ways to sign in that a kind of helpdesk knows, each by its keys."""


def read_auth(layers: Layers, ways: Ways) -> tuple[Mapping[str, Secret | str], list[Problem]]:
    """What stands under `auth`, and every problem with it."""
    known = [key for way in ways for key in way]
    given = layers.value.get("auth") if isinstance(layers.value, dict) else None
    if not isinstance(given, dict):
        return {}, [layers.problem(("auth",), f"write how to sign in: {_said(ways)}")]
    auth: dict[str, Secret | str] = {}
    problems: list[Problem] = []
    for key, written in given.items():
        fault = _fault(key, written)
        if key not in known:
            problems.append(layers.key_problem(("auth", key), _unknown(key, known, ways)))
        elif fault is not None:
            problems.append(layers.problem(("auth", key), f"{key}: {fault}"))
        else:
            auth[key] = _read(layers, key, str(written))
    return auth, problems or _incomplete(layers, set(given), ways)


def _said(ways: Ways) -> str:
    return ", or ".join(" and ".join(way) for way in ways)


def _unknown(key: str, known: Sequence[str], ways: Ways) -> str:
    # The key is not repeated: somebody may have written the secret in its place.
    near = did_you_mean(key, known)
    return f"unknown key under auth{near}" if near else f"unknown key under auth; it holds {_said(ways)}"


def _fault(key: str, written: object) -> str | None:
    if not isinstance(written, str | int) or isinstance(written, bool) or not str(written).strip():
        return "write a reference such as env:NAME"
    if key in _OPEN and not _REFERENCE.match(str(written)):
        return None if str(written).isprintable() else "write it in plain characters"
    return fault_in(str(written))


def _read(layers: Layers, key: str, written: str) -> Secret | str:
    if key in _OPEN and not _REFERENCE.match(written):
        return written.strip()
    kind, _, rest = written.partition(":")
    reference = f"file:{layers.path(('auth', key), rest)}" if kind == "file" else written
    return Secret(reference=reference, place=str(layers.place(("auth", key))))


def _incomplete(layers: Layers, given: set[str], ways: Ways) -> list[Problem]:
    if any(given == set(way) for way in ways):
        return []
    begun = [way for way in ways if given & set(way)]
    if len(begun) != 1:
        return [layers.problem(("auth",), f"auth holds one way to sign in: {_said(ways)}")]
    missing = [key for key in begun[0] if key not in given]
    return [layers.problem(("auth",), f"auth: {missing[0]} is missing beside {next(iter(given))}")]
