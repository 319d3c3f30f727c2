"""A YAML 1.2 file as plain values, with the exact line and column of every key, value and character."""

from dataclasses import dataclass, field
from pathlib import Path

from connector.yaml.columns import index_inside
from connector.yaml.events import Trail, Tree, UnreadableError, read_tree
from connector.yaml.source import Place, Problem, Source, shown

__all__ = ["Marked", "Place", "Problem", "Trail", "load", "load_text", "shown"]

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A file's value and where its parts stand."""

    value: object
    """dict, list, str, int, bool, None, or Decimal for a plain broken number. None when the file is unreadable."""
    problems: tuple[Problem, ...]
    """What is wrong with the file as YAML; the value is good enough to look for more unless it is `unreadable`."""
    unreadable: bool = False
    _source: Source
    _tree: Tree = field(default_factory=Tree)

    @property
    def file(self) -> str:
        """The name the file goes by in messages."""
        return self._source.file

    def place(self, trail: Trail) -> Place:
        """The first character of a value; of what encloses it where there is no such value."""
        return self._source.place(self._span_start(trail))

    def key_place(self, trail: Trail) -> Place:
        """The first character of the key a value stands under; of the value where it has no key."""
        key = self._tree.keys.get(self._written(trail))
        return self.place(trail) if key is None else self._source.place(key)

    def place_inside(self, trail: Trail, offset: int) -> Place:
        """A character of a text value, through quotes and folding; `offset` == its length: right after its end."""
        written = self._written(trail)
        span, value = self._tree.values.get(written), self.text(trail)
        if span is None or value is None:
            return self.place(trail)
        return self._source.place(index_inside(self._source.text, span, value, offset))

    def text(self, trail: Trail) -> str | None:
        """The text at a trail; None when there is none."""
        value = self._value(trail)
        return value if isinstance(value, str) else None

    def problem(self, place: Place, sentence: str) -> Problem:
        """A problem at a place of this file, with its line."""
        return self._source.problem_at(place, sentence)

    def warning(self, place: Place, sentence: str) -> Problem:
        """The same, as a warning."""
        return self._source.problem_at(place, sentence, warning=True)

    def _span_start(self, trail: Trail) -> int:
        for length in range(len(trail), -1, -1):
            span = self._tree.values.get(self._written(trail[:length]))
            if span is not None:
                return span.start
        return 0

    def _written(self, trail: Trail) -> Trail:
        """Where the value is written out, when it stands at `trail` by an alias."""
        for length in range(1, len(trail) + 1):
            original = self._tree.aliases.get(trail[:length])
            if original is not None:
                return self._written((*original, *trail[length:]))
        return trail

    def _value(self, trail: Trail) -> object:
        value = self.value
        for step in trail:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def load(path: Path, name: str | None = None) -> Marked:
    """Reads a file of at most 1 MiB of UTF-8. `name` is how messages call it; left out: the path as given."""
    file = name or str(path)
    if not path.is_file():
        return _unread(file, "this is a folder" if path.is_dir() else "there is no such file")
    try:
        with path.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        return _unread(file, f"cannot read it: {error.strerror}")
    if len(content) > _LARGEST:
        return _unread(file, "larger than 1 MiB")
    return _decoded(file, content)


def load_text(text: str, name: str) -> Marked:
    """The same for a text that is at hand."""
    source = Source(name, text.removeprefix("\ufeff"))
    if len(text) > _LARGEST:
        return _unread(name, "larger than 1 MiB")
    try:
        tree = read_tree(source)
    except UnreadableError as error:
        return Marked(value=None, problems=(error.problem,), unreadable=True, _source=source)
    return Marked(value=tree.value, problems=tuple(sorted(tree.problems)), _source=source, _tree=tree)


def _decoded(file: str, content: bytes) -> Marked:
    try:
        return load_text(content.decode(), file)
    except UnicodeDecodeError as error:
        source = Source(file, content[: error.start].decode())
        problem = source.problem(len(source.text), f"byte {content[error.start]:#04x} is not UTF-8: save it as UTF-8")
        return Marked(value=None, problems=(problem,), unreadable=True, _source=source)


def _unread(file: str, sentence: str) -> Marked:
    source = Source.empty(file)
    problem = Problem(place=Place(file=file), sentence=sentence)
    return Marked(value=None, problems=(problem,), unreadable=True, _source=source)
