"""Keys of a helpdesk laid over the defaults, with the place in the files that each value comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.yaml.marks import Marked, Place, Problem, Trail

# Of these the keys inside are laid over one another; any other value is taken whole.
_LAID_INSIDE = frozenset({"write", "ignore", "own_fault", "fields", "cost", "minutes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A value of one file, and where it stands there."""

    marked: Marked
    path: Path
    """The file; relative paths in it count from its folder."""
    trail: Trail
    value: object

    def under(self, step: str | int, value: object) -> "Layer":
        """The layer of one value inside."""
        return Layer(marked=self.marked, path=self.path, trail=(*self.trail, step), value=value)


class Layers:
    """Mappings laid over one another, the first on top."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._origins: dict[Trail, Layer] = {}
        self.value = self._laid(layers, ())

    def problem(self, trail: Trail, sentence: str) -> Problem:
        """A problem with the value at a trail, or with what should enclose it."""
        origin = self._origin(trail)
        return origin.marked.problem(origin.marked.place(origin.trail), sentence)

    def key_problem(self, trail: Trail, sentence: str) -> Problem:
        """A problem with the key at a trail."""
        origin = self._origin(trail)
        return origin.marked.problem(origin.marked.key_place(origin.trail), sentence)

    def place(self, trail: Trail) -> Place:
        """Where the value at a trail stands."""
        origin = self._origin(trail)
        return origin.marked.place(origin.trail)

    def folder(self, trail: Trail) -> Path:
        """The folder of the file that the value at a trail stands in: relative paths count from it."""
        return self._origin(trail).path.parent

    def path(self, trail: Trail, relative: str) -> Path:
        """The absolute path that is written at a trail."""
        return (self.folder(trail) / Path(relative).expanduser()).absolute()

    def _origin(self, trail: Trail) -> Layer:
        for length in range(len(trail), -1, -1):
            found = self._origins.get(trail[:length])
            if found is not None:
                rest = trail[length:]
                return Layer(marked=found.marked, path=found.path, trail=(*found.trail, *rest), value=None)
        raise LookupError("layers without a first layer")

    def _laid(self, layers: Sequence[Layer], here: Trail) -> object:
        self._origins[here] = layers[0]
        if not isinstance(layers[0].value, dict):
            return layers[0].value
        found: dict[str, object] = {}
        for key in _keys(layers):
            given = _given(layers, key)
            found[key] = self._laid(given if key in _LAID_INSIDE else given[:1], (*here, key))
        return found


def _keys(layers: Sequence[Layer]) -> dict[str, None]:
    return {key: None for layer in layers if isinstance(layer.value, dict) for key in layer.value}


def _given(layers: Sequence[Layer], key: str) -> list[Layer]:
    """The layers' values under a key, those with nothing behind the key last."""
    having = [
        layer.under(key, layer.value[key]) for layer in layers if isinstance(layer.value, dict) and key in layer.value
    ]
    return sorted(having, key=lambda layer: layer.value is None)
