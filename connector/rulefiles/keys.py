"""The shape of a rule file: which keys stand where, and what each holds. Every key may be left out here.

The sentence under a key is what editors show of it, through the JSON Schema.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import ConfigDict, PlainValidator, WithJsonSchema

from connector.rulefiles import forms
from connector.rulefiles import values as value
from connector.yaml.keys import Keys
from connector.yaml.values import answer, version, whole, word_of
from rules.rule import Condition, Direction, FirstRun, Guard, Level, Signal, Unknown

_Version = Annotated[int, PlainValidator(version), WithJsonSchema(forms.VERSION)]
Duration = Annotated[timedelta, PlainValidator(value.duration), WithJsonSchema(forms.DURATION)]
_Answer = Annotated[bool, PlainValidator(answer), WithJsonSchema(forms.ANSWER)]
_Share = Annotated[Decimal, PlainValidator(value.share), WithJsonSchema(forms.SHARE)]
_Number = Annotated[int, PlainValidator(whole(0, 1_000_000)), WithJsonSchema(forms.whole(1_000_000))]
_Line = Annotated[value.Line, PlainValidator(value.line), WithJsonSchema(forms.LINE)]
_Text = Annotated[str, PlainValidator(value.told_text), WithJsonSchema(forms.TEXT)]
RuleName = Annotated[str, PlainValidator(value.rule_id), WithJsonSchema(forms.RULE_ID)]
_Condition = Annotated[Condition, PlainValidator(value.condition), WithJsonSchema(forms.EXPRESSION)]
_Unknown = Annotated[Unknown, PlainValidator(word_of(Unknown)), WithJsonSchema(forms.word_of(Unknown))]
_Direction = Annotated[Direction, PlainValidator(word_of(Direction)), WithJsonSchema(forms.word_of(Direction))]
_FirstRun = Annotated[FirstRun, PlainValidator(word_of(FirstRun)), WithJsonSchema(forms.word_of(FirstRun))]


def given(keys: Keys) -> dict[str, Any]:
    """The keys that were written, with their values, in the order in which the model names them."""
    return {name: getattr(keys, name) for name in type(keys).model_fields if name in keys.model_fields_set}


class RuleFileKeys(Keys):
    """A mapping of a rule file."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class LineKeys(RuleFileKeys):
    """The two lines of one level."""

    enter: _Line | None = None
    """Where the level begins, in the signal's unit: 15%, 20 or "12.50"."""
    exit: _Line | None = None
    """Where it ends, on the calm side of enter; left out, it is equal to enter, with a warning."""


class LevelKeys(RuleFileKeys):
    """Lines by level; in order from watch to red."""

    watch: LineKeys | None = None
    """For looking: shown in fields, no alert ticket."""
    amber: LineKeys | None = None
    """For review."""
    red: LineKeys | None = None
    """For review, and told again when it is reached."""

    def lines(self) -> tuple[tuple[Level, LineKeys], ...]:
        """The levels that were written, from the lowest up."""
        return tuple((level, lines) for level in Level if (lines := getattr(self, level.word)) is not None)

    def with_lines_of(self, other: Self) -> Self:
        """These levels with the lines that `other` names put in their place."""
        lines = dict(self.lines())
        for level, named in other.lines():
            lines[level] = lines.get(level, LineKeys()).model_copy(update=given(named))
        return self.model_copy(update={level.word: each for level, each in lines.items()})


class OverrideKeys(RuleFileKeys):
    """Other lines for some accounts."""

    when: _Condition | None = None
    """A condition; unknown never matches."""
    levels: LevelKeys | None = None
    """All lines of these accounts: a level that is left out is none of theirs."""


class LifeKeys(RuleFileKeys):
    """How an alert lives; in `defaults` for all rules of the file."""

    min_history: Duration | None = None
    """The account has this much data before an alert may open; never blocks closing. Left out: 8w."""
    hold: Duration | None = None
    """Time at or over an enter before an alert opens. Left out: 3d."""
    clear_after: Duration | None = None
    """Time under the lowest exit before an alert resolves. Left out: 14d."""
    unknown: _Unknown | None = None
    """What a missing number means. Left out: hold, which freezes the clocks."""
    remind: Duration | None = None
    """A reminder while an alert is open and nobody answered; 0d: never. Left out: 30d."""
    expires: Duration | None = None
    """An alert that nobody answered and nothing raised ends by itself after this time; 0d: never. Left out: 180d."""


class DefaultKeys(LifeKeys):
    """What holds for all rules of this file that do not say otherwise."""

    grace: Duration | None = None
    """How old an account is before any rule may open: one length for the whole helpdesk. Left out: 90d."""


class RuleKeys(LifeKeys):
    """One number and some lines; or, under `change`, what is altered of an earlier rule."""

    id: RuleName | None = None
    """The stable key of alerts and tags; when it is renamed, the old one stands in `previously`."""
    previously: tuple[RuleName, ...] | None = None
    """Ids that this rule had before: its alerts and tags move with it."""
    title: Annotated[str, PlainValidator(value.title), WithJsonSchema(forms.TITLE)] | None = None
    """What agents read; neutral words."""
    signal: Annotated[Signal, PlainValidator(value.signal), WithJsonSchema(forms.EXPRESSION)] | None = None
    """The one number that is watched, such as touch_cost_90d / revenue_90d."""
    direction: _Direction | None = None
    """On which side of its lines the number is a concern. Left out: above."""
    levels: LevelKeys | None = None
    only_if: _Condition | None = None
    """A condition; where it is false the account counts as under the line."""
    overrides: tuple[OverrideKeys, ...] | None = None
    """Other lines for some accounts; the first that matches counts."""
    muted_by: tuple[RuleName, ...] | None = None
    """Ids of rules: while an alert of one of them is open on the account, this one writes nothing."""
    grace: Annotated[bool, PlainValidator(value.no_grace), WithJsonSchema(forms.only("none"))] | None = None
    """`none`: this rule looks at new accounts too."""
    budget: Annotated[bool, PlainValidator(value.exempt), WithJsonSchema(forms.only("exempt"))] | None = None
    """`exempt`: never held by brake or budget; for what cannot wait."""
    tag: Annotated[str, PlainValidator(value.tag), WithJsonSchema(forms.TAG)] | None = None
    """A tag of your choice with `write.tags: each`; `none` for none. Left out: made of id and level."""
    shadow: _Answer | None = None
    """Judge and record, but write nothing."""
    enabled: _Answer | None = None
    """false: off; its open alerts end and its marks are taken away."""
    why: _Text | None = None
    """The reason in one line, with numbers as {tickets_90d}."""
    advice: _Text | None = None
    """What a person could do, with numbers as {tickets_90d}."""
    play: Annotated[str, PlainValidator(value.play), WithJsonSchema(forms.PLAY)] | None = None
    """The guide that stands under the alert ticket's first message."""


class GuardKeys(RuleFileKeys):
    """What holds a plan back. The last file with a guard gives it whole."""

    max_new_per_week: _Number | None = None
    """Budget: accounts newly for review in a week; the largest go first, the rest waits."""
    max_open_per_owner: _Number | None = None
    """Budget: accounts for review of one owner who is a person. Left out: 5."""
    max_new_per_run: _Number | None = None
    """Brake: accounts newly for review in one cycle. Left out: 25."""
    max_new_share: _Share | None = None
    """Brake: the same as a share of the accounts with a ticket in 90 days. Left out: 2%."""
    max_open_share: _Share | None = None
    """Brake: accounts for review at a time. Left out: 3%."""
    max_resolved_share: _Share | None = None
    """More alerts than this that calm at once are held. Left out: 30%."""
    first_run: _FirstRun | None = None
    """How alerts are told that were open before the first plan. Left out: adopt, in one list."""

    def guard(self) -> Guard:
        """The whole guard: what was left out is the default."""
        return Guard(**given(self))


class FileKeys(RuleFileKeys):
    """A rule file; its rules, changes and tests are read one by one."""

    version: _Version | None = None
    """The version of this language: 1."""
    defaults: DefaultKeys = DefaultKeys()
    guard: GuardKeys | None = None
    change: tuple[Any, ...] = ()
    """What is different in rules of earlier files."""
    rules: tuple[Any, ...] = ()
    tests: tuple[Any, ...] = ()
    """What the rules are expected to do; `touchcost test-rules` runs them."""
