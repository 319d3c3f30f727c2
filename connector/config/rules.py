"""The rule files of each helpdesk, read once where several name the same."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from connector.config.layers import Layers
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Problem

_SHIPPED = ["builtin:starter"]


class Rulebook:
    """Reads the rule files that helpdesks name; closed, it reads none and gives a policy without rules."""

    def __init__(self, *, closed: bool = False) -> None:
        self._closed = closed
        self._read: dict[tuple[str, ...], LoadedPolicy | tuple[Problem, ...]] = {}

    def read(self, layers: Layers) -> LoadedPolicy | tuple[Problem, ...]:
        """The policy of a helpdesk, or every problem of its rule files; none where `rules` is no list of texts."""
        given = layers.value if isinstance(layers.value, dict) else {}
        named = given.get("rules") or _SHIPPED
        if not isinstance(named, list) or not all(isinstance(text, str) for text in named):
            return ()
        texts = () if self._closed else named
        references = [_reference(layers, index, text.strip()) for index, text in enumerate(texts)]
        write = given.get("write")
        prefix = str(write.get("prefix") or "care_") if isinstance(write, dict) else "care_"
        return self._once(references, prefix)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every rule file that was read, the shipped ones left out."""
        loaded = [each for each in self._read.values() if isinstance(each, LoadedPolicy)]
        return tuple(dict.fromkeys(path for each in loaded for path in each.paths))

    def _once(self, references: Sequence[Reference], prefix: str) -> LoadedPolicy | tuple[Problem, ...]:
        key = (prefix, *(str(reference.path or reference.text) for reference in references))
        if key not in self._read:
            self._read[key] = load_policy(references, prefix)
        return self._read[key]


def _reference(layers: Layers, index: int, text: str) -> Reference:
    trail = ("rules", index)
    return Reference(text=text, folder=layers.folder(trail), problem=partial(layers.problem, trail))
