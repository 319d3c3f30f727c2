"""Small wrong files, one for each mistake, each beside the exact text that people read."""

from pathlib import Path

import pytest

from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Place, Problem

WRONG = Path(__file__).parent / "wrong"


def told(name: str) -> str:
    def at_reference(sentence: str) -> Problem:
        return Problem(place=Place(file="config.yaml", line=3, column=9), sentence=sentence)

    loaded = load_policy([Reference(text=f"{name}.yaml", folder=WRONG, problem=at_reference)])
    problems = loaded.warnings if isinstance(loaded, LoadedPolicy) else loaded
    return "".join(f"{problem}\n" for problem in problems).replace(f"{WRONG}/", "")


@pytest.mark.parametrize("name", sorted(path.stem for path in WRONG.glob("*.yaml")))
def test_a_wrong_file_is_told_in_these_words(name: str) -> None:
    assert told(name) == (WRONG / f"{name}.txt").read_text()
