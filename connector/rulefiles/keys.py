"""The shape of a rule file: which keys stand where, and what each holds. Every key may be left out here."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import PlainValidator

from connector.rulefiles import values as value
from connector.yaml.keys import Keys
from connector.yaml.values import version, whole, word_of
from rules.rule import Condition, Direction, FirstRun, Guard, Level, Signal, Unknown

_Version = Annotated[int, PlainValidator(version)]
_Duration = Annotated[timedelta, PlainValidator(value.duration)]
_Answer = Annotated[bool, PlainValidator(value.answer)]
_Share = Annotated[Decimal, PlainValidator(value.share)]
_Number = Annotated[int, PlainValidator(whole(0, 1_000_000))]
_Line = Annotated[value.Line, PlainValidator(value.line)]
_Text = Annotated[str, PlainValidator(value.told_text)]


def given(keys: Keys) -> dict[str, Any]:
    """The keys that were written, with their values."""
    return {name: getattr(keys, name) for name in keys.model_fields_set}


class LineKeys(Keys):
    """The two lines of one level."""

    enter: _Line | None = None
    exit: _Line | None = None


class LevelKeys(Keys):
    """The lines of a rule."""

    watch: LineKeys | None = None
    amber: LineKeys | None = None
    red: LineKeys | None = None

    def lines(self) -> tuple[tuple[Level, LineKeys], ...]:
        """The levels that were written, from the lowest up."""
        return tuple((level, lines) for level in Level if (lines := getattr(self, level.word)) is not None)

    def with_lines_of(self, other: Self) -> Self:
        """These levels with the lines that `other` names put in their place."""
        lines = dict(self.lines())
        for level, named in other.lines():
            lines[level] = lines.get(level, LineKeys()).model_copy(update=given(named))
        return self.model_copy(update={level.word: each for level, each in lines.items()})


class LifeKeys(Keys):
    """How an alert lives; in `defaults` for all rules of the file."""

    min_history: _Duration | None = None
    hold: _Duration | None = None
    clear_after: _Duration | None = None
    unknown: Annotated[Unknown, PlainValidator(word_of(Unknown))] | None = None


class DefaultKeys(LifeKeys):
    """The `defaults` of a file."""

    later = frozenset({"expires", "remind"})

    grace: _Duration | None = None


class RuleKeys(LifeKeys):
    """A rule, or what `change` alters of one."""

    later = frozenset({"expires", "muted_by", "overrides", "play", "previously", "remind"})

    id: Annotated[str, PlainValidator(value.rule_id)] | None = None
    title: Annotated[str, PlainValidator(value.title)] | None = None
    signal: Annotated[Signal, PlainValidator(value.signal)] | None = None
    direction: Annotated[Direction, PlainValidator(word_of(Direction))] | None = None
    levels: LevelKeys | None = None
    only_if: Annotated[Condition, PlainValidator(value.condition)] | None = None
    grace: Annotated[bool, PlainValidator(value.no_grace)] | None = None
    budget: Annotated[bool, PlainValidator(value.exempt)] | None = None
    tag: Annotated[str, PlainValidator(value.tag)] | None = None
    shadow: _Answer | None = None
    enabled: _Answer | None = None
    why: _Text | None = None
    advice: _Text | None = None


class GuardKeys(Keys):
    """What holds a plan back."""

    max_new_per_week: _Number | None = None
    max_open_per_owner: _Number | None = None
    max_new_per_run: _Number | None = None
    max_new_share: _Share | None = None
    max_open_share: _Share | None = None
    max_resolved_share: _Share | None = None
    first_run: Annotated[FirstRun, PlainValidator(word_of(FirstRun))] | None = None

    def guard(self) -> Guard:
        """The whole guard: what was left out is the default."""
        return Guard(**given(self))


class FileKeys(Keys):
    """A rule file; its rules and changes are read one by one."""

    later = frozenset({"tests"})

    version: _Version | None = None
    defaults: DefaultKeys = DefaultKeys()
    guard: GuardKeys | None = None
    change: tuple[Any, ...] = ()
    rules: tuple[Any, ...] = ()
