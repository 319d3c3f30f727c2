"""Opens the rule files that a configuration names: shipped ones and those of its folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from connector.yaml.marks import Marked, Problem, load, load_text, shown
from rules.language.suggestion import did_you_mean

_BUILTIN = "builtin:"
_SHIPPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"builtin:starter": ("starter",), "builtin:red-flags": ("starter", "red-flags")}
)
"""The files behind each name: red-flags is the whole catalogue, the starter rules with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A rule file as a configuration names it."""

    text: str
    """builtin:starter, builtin:red-flags, or a path."""
    folder: Path
    """What a relative path counts from."""
    problem: Callable[[str], Problem]
    """Makes a problem of a sentence, at the place of the reference."""

    @property
    def path(self) -> Path | None:
        """The file; None for one that is shipped."""
        return None if self.text.startswith(_BUILTIN) else self.folder / self.text


def open_reference(reference: Reference) -> tuple[Marked, ...] | Problem:
    """The content of its file, or of the shipped files it stands for; or why there is none."""
    if reference.path is None:
        return _shipped(reference)
    marked = load(reference.path)
    if marked.unreadable and not marked.problems[0].place.line:
        return reference.problem(f"cannot read {shown(str(reference.path))}: {marked.problems[0].sentence}")
    return (marked,)


def shipped_with(rule: str) -> str | None:
    """The name under which a file with this rule is shipped; None where none has it."""
    return next((text for text, names in _SHIPPED.items() if any(rule in _rules_of(name) for name in names)), None)


def _rules_of(name: str) -> frozenset[object]:
    value = _load_shipped(name).value
    rules = value.get("rules") if isinstance(value, Mapping) else None
    return frozenset(rule.get("id") for rule in rules or () if isinstance(rule, Mapping))


def _shipped(reference: Reference) -> tuple[Marked, ...] | Problem:
    if reference.text not in _SHIPPED:
        return reference.problem(
            f"nothing is shipped as {shown(reference.text)}{did_you_mean(reference.text, _SHIPPED)}"
        )
    return tuple(_load_shipped(name) for name in _SHIPPED[reference.text])


def _load_shipped(name: str) -> Marked:
    folder = files("rules") / "library"
    return load_text((folder / f"{name}.yaml").read_text(encoding="utf-8"), f"{_BUILTIN}{name}")
