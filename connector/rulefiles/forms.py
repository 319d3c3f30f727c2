"""What each value of a rule file looks like, as JSON Schema: what an editor can say while somebody writes.

A schema sees one value at a time; `touchcost check` says the rest.
"""

from enum import StrEnum
from typing import Any

from rules.alert import Block, Phase
from rules.catalogue import METRICS
from rules.messages.plays import PLAYS
from rules.rule import Level

Form = dict[str, Any]
"""A JSON Schema, draft 2020-12."""

_PERCENT_OR_NUMBER = r"^\s*-?[0-9]{1,18}(\.[0-9]{1,18})?\s*%?\s*$"
_ID = r"^(?!ack|snooze|never)[a-z][a-z0-9-]{0,59}$"

VERSION: Form = {"const": 1}
DURATION: Form = {"type": "string", "pattern": "^[0-9]{1,5}[hdw]$", "examples": ["12h", "7d", "2w"]}
ANSWER: Form = {"type": "boolean"}
SHARE: Form = {
    "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": _PERCENT_OR_NUMBER}]
}
LINE: Form = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*-?[0-9]{1,18}(\.[0-9]{1,18})?(\s*%|[hdw])?\s*$"}],
    "examples": ["15%", 20, "12.50", "12w"],
}
TEXT: Form = {"type": ["string", "integer"], "maxLength": 2000}
TITLE: Form = {"type": ["string", "integer"], "maxLength": 120, "pattern": r"^[^\n]*\n?$"}
RULE_ID: Form = {"type": "string", "pattern": _ID}
EXPRESSION: Form = {"type": "string", "maxLength": 400}
TAG: Form = {"type": "string", "pattern": "^[a-z0-9_:/.-]{1,80}$"}
PLAY: Form = {"enum": sorted(PLAYS)}
STATE: Form = {"enum": [phase.value for phase in Phase]}
LEVEL: Form = {"enum": [*(level.word for level in Level), "none"]}
BLOCK: Form = {"enum": [*(block.value for block in Block), "none"]}
GIVEN: Form = {
    "type": "object",
    "propertyNames": {"enum": sorted(METRICS)},
    "additionalProperties": {"type": ["number", "string", "boolean"]},
}
SERIES: Form = {
    "type": "object",
    "propertyNames": {"enum": sorted(METRICS)},
    "additionalProperties": {"type": ["number", "string"]},
    "examples": [{"touch_cost_90d": "100 x3, 170 x10, _"}],
}


def whole(most: int) -> Form:
    """A whole number from 0."""
    return {"type": "integer", "minimum": 0, "maximum": most}


def word_of(words: type[StrEnum]) -> Form:
    """One word of an enumeration."""
    return {"enum": [word.value for word in words]}


def only(word: str) -> Form:
    """The one word that may stand here."""
    return {"const": word}
