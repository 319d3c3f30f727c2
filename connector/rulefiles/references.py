"""Opens the rule files that a configuration names: shipped ones and those of its folder."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from connector.yaml.marks import Marked, Problem, load, load_text, shown
from rules.language.suggestion import did_you_mean

_BUILTIN = "builtin:"
_SHIPPED = ("builtin:starter",)
_LATER = ("builtin:red-flags",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A rule file as a configuration names it."""

    text: str
    """builtin:starter, or a path."""
    folder: Path
    """What a relative path counts from."""
    problem: Callable[[str], Problem]
    """Makes a problem of a sentence, at the place of the reference."""

    @property
    def path(self) -> Path | None:
        """The file; None for one that is shipped."""
        return None if self.text.startswith(_BUILTIN) else self.folder / self.text


def open_reference(reference: Reference) -> Marked | Problem:
    """The file's content, or why there is none."""
    if reference.path is None:
        return _shipped(reference)
    marked = load(reference.path)
    if marked.unreadable and not marked.problems[0].place.line:
        return reference.problem(f"cannot read {shown(str(reference.path))}: {marked.problems[0].sentence}")
    return marked


def _shipped(reference: Reference) -> Marked | Problem:
    if reference.text in _LATER:
        return reference.problem(f"{reference.text} is not in this version")
    if reference.text not in _SHIPPED:
        return reference.problem(
            f"nothing is shipped as {shown(reference.text)}{did_you_mean(reference.text, _SHIPPED)}"
        )
    name = reference.text.removeprefix(_BUILTIN)
    text = (files("rules") / "library" / f"{name}.yaml").read_text(encoding="utf-8")
    return load_text(text, reference.text)
