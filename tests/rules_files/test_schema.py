"""The JSON Schema for editors accepts what the program accepts, and marks what it can see."""

from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from connector.config.schema import config_schema
from connector.rulefiles.schema import rule_file_schema
from connector.yaml.marks import load

ROOT = Path(__file__).parents[2]
LIBRARY = sorted((ROOT / "rules" / "library").glob("*.yaml"))
WRONG = Path(__file__).parent / "wrong"
RULES = Draft202012Validator(rule_file_schema())


def document(path: Path) -> object:
    """A file as an editor's validator sees it: broken numbers are floats there."""
    return floats(load(path).value)


def floats(value: object) -> object:
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("schema", [rule_file_schema(), config_schema()], ids=["rules", "config"])
def test_schema_is_one_of_draft_2020_12(schema: dict[str, object]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_schema_accepts_shipped_rules(path: Path) -> None:
    assert [error.message for error in RULES.iter_errors(document(path))] == []


def test_schema_accepts_the_example_configuration() -> None:
    example = document(ROOT / "config.example.yaml")
    assert [error.message for error in Draft202012Validator(config_schema()).iter_errors(example)] == []


@pytest.mark.parametrize(
    "name",
    [
        *("budget_word", "direction_word", "enabled_word", "expires_a_number", "guard_unknown_key", "hold_in_words"),
        *(
            "id_snooze",
            "line_a_word",
            "muted_by_a_word",
            "newer_version",
            "no_signal",
            "no_version",
            "override_unknown_key",
        ),
        *("play_unknown", "previously_a_number", "test_level_word", "test_unknown_key", "test_unknown_metric"),
    ],
)
def test_schema_marks_what_an_editor_can_see(name: str) -> None:
    assert not RULES.is_valid(document(WRONG / f"{name}.yaml"))


def test_every_key_is_described() -> None:
    schema = rule_file_schema()
    for mapping in (schema, *schema["$defs"].values()):
        described = [
            key for key, value in mapping["properties"].items() if "description" in value or "$ref" in str(value)
        ]
        assert described == list(mapping["properties"])
