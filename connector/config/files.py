"""The files of a configuration: config.yaml and those its `helpdesks` name."""

from collections.abc import Iterator
from pathlib import Path

from connector.config.layers import Layer, Layers
from connector.config.models import Shared
from connector.yaml.marks import Problem, load
from connector.yaml.values import said

_BESIDE = Shared.known() - {"billing"}


class ConfigFiles:
    """Opens files and keeps which ones, with what is wrong with them."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.problems: list[Problem] = []

    def open(self, path: Path) -> Layer | None:
        """A file's value; None when it cannot be read."""
        marked = load(path)
        self.paths.append(path)
        self.problems += marked.problems
        return None if marked.unreadable else Layer(marked=marked, path=path, trail=(), value=marked.value)

    def helpdesks(self, top: Layer) -> Iterator[Layer]:
        """Each helpdesk's own keys: from the list, or from the files that a pattern such as clients/*.yaml finds."""
        given = top.value.get("helpdesks") if isinstance(top.value, dict) else None
        listed = top.under("helpdesks", given)
        if isinstance(given, list) and given:
            for index, item in enumerate(given):
                yield from self._named(listed.under(index, item))
        elif isinstance(given, str):
            yield from self._named(listed)
        elif given is not None:
            self._note(listed, "helpdesks: write a list of helpdesks, or files such as clients/*.yaml")

    def _named(self, item: Layer) -> Iterator[Layer]:
        if not isinstance(item.value, str):
            yield item
            return
        for path in self._files(item, item.value):
            opened = self.open(path)
            if opened is not None:
                yield from _each(opened)

    def _files(self, item: Layer, pattern: str) -> list[Path]:
        try:
            found = sorted(path for path in item.path.parent.glob(pattern) if path.is_file())
        except (NotImplementedError, ValueError):
            self._note(item, "helpdesks: write a pattern that counts from this file's folder, such as clients/*.yaml")
            return []
        if not found:
            self._note(item, f"helpdesks: no file is called {said(pattern)}")
        return found

    def _note(self, layer: Layer, sentence: str) -> None:
        self.problems.append(Layers([layer]).problem((), sentence))


def beside(top: Layer) -> Layer:
    """The keys beside the helpdesks that hold for each of them."""
    value = top.value if isinstance(top.value, dict) else {}
    kept = {key: item for key, item in value.items() if key in _BESIDE}
    return Layer(marked=top.marked, path=top.path, trail=(), value=kept)


def _each(opened: Layer) -> Iterator[Layer]:
    if isinstance(opened.value, list):
        yield from (opened.under(index, item) for index, item in enumerate(opened.value))
    else:
        yield opened
