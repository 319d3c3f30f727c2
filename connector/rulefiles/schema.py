"""JSON Schema of rule files, for editors that read it through yaml-language-server."""

from typing import Any

from connector.rulefiles.cases import CaseKeys
from connector.rulefiles.keys import FileKeys, RuleKeys
from connector.yaml.schema import DRAFT, schema_of

_REQUIRED = {
    "rules": ["id", "title", "signal", "levels"],
    "change": ["id"],
    "tests": ["name", "rule"],
}


class _File(FileKeys):
    """A rule file: rules for `touchcost`, what is changed of earlier ones, and their tests."""

    change: tuple[RuleKeys, ...] = ()
    """What is different in rules of earlier files."""
    rules: tuple[RuleKeys, ...] = ()
    """New rules; each is one number and some lines."""
    tests: tuple[CaseKeys, ...] = ()
    """What the rules are expected to do; `touchcost test-rules` runs them."""


def rule_file_schema() -> dict[str, Any]:
    """The schema, draft 2020-12. It knows keys and forms; what keys say together is for `touchcost check`."""
    schema = schema_of(_File)
    schema |= {"$schema": DRAFT, "title": "touchcost rule file", "required": ["version"]}
    for part, required in _REQUIRED.items():
        listed = schema["properties"][part]
        listed["items"] = {**listed["items"], "required": required}
        # A key with nothing behind it counts as left out.
        listed["type"] = ["array", "null"]
    return schema
