"""Every YAML block that a document shows is read by the program: configurations, parts of them, and rule files."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.config.reading import load_config
from connector.reports.ruletests import run_rule_tests
from connector.yaml.marks import load_text

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")]
BESIDE_A_HELPDESK = "name: acme\nkind: zendesk\nurl: https://acme.zendesk.com\nsince: 2026-01-01\n"
RULE_KEYS = {"rules", "change", "guard", "tests"}


def blocks() -> Iterator[tuple[str, str]]:
    for document in sorted(DOCUMENTS):
        found = re.findall(r"^```ya?ml\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)
        yield from ((f"{document.name}-{number}", block) for number, block in enumerate(found, 1))


def whole(block: str, folder: Path) -> str:
    """A configuration with what a block shows of one."""
    keys = load_text(block, "block").value
    assert isinstance(keys, dict)
    if "helpdesks" in keys:
        return block
    if RULE_KEYS & keys.keys():
        (folder / "shown.yaml").write_text(block)
        block = "rules: [builtin:starter, shown.yaml]" if "change" in keys else "rules: [shown.yaml]"
    auth = "" if "auth" in keys else "auth: {token: env:TOKEN}\n"
    own = (BESIDE_A_HELPDESK + auth + block).splitlines()
    return "helpdesks:\n  -\n" + "".join(f"    {line}\n" for line in own)


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in blocks() if "\ntests:" in block])
def test_tests_of_rules_in_a_document_pass(block: str, tmp_path: Path) -> None:
    (tmp_path / "shown.yaml").write_text(block)
    outcomes = run_rule_tests(["shown.yaml"], tmp_path)
    assert [str(missed.problem) for test in outcomes.tests for missed in test.missed] == []
    assert outcomes.tests


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in blocks()])
def test_yaml_in_a_document_is_accepted(block: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(whole(block, tmp_path))
    load_config(path, NOW, kinds={"zendesk", "request_tracker"})


def test_readme_shows_a_rule() -> None:
    assert any(name.startswith("README.md") for name, _ in blocks())
