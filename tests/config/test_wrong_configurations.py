"""Each file in wrong/ is a configuration that is refused; its last lines, behind #!, are what is said of it."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.config.reading import load_config
from connector.yaml.error import ConfigError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CANARY = "canary-7f3a9c"
FOLDER = Path(__file__).parent / "wrong"
FILES = sorted(FOLDER.glob("*.yaml"))
MARK = "#!"


def refusal_of(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_config(path, NOW, kinds={"zendesk", "request_tracker", "memory"})
    return caught.value


def expected_of(path: Path) -> str:
    lines = path.read_text().splitlines()
    return "\n".join(line.removeprefix(MARK).removeprefix(" ") for line in lines if line.startswith(MARK))


def test_enough_mistakes_are_known() -> None:
    assert len(FILES) >= 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_wrong_configuration_is_refused_with_exactly_these_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert str(refusal_of(Path(path.name))) == expected_of(path)


@pytest.mark.parametrize("path", [path for path in FILES if CANARY in path.read_text()], ids=lambda path: path.stem)
def test_secret_in_a_wrong_place_shows_neither_in_the_sentence_nor_in_the_traceback(path: Path) -> None:
    refusal = refusal_of(path)
    shown = "".join(traceback.format_exception(refusal)) + repr(refusal) + "".join(refusal.problems)
    assert CANARY not in shown


def test_file_that_is_missing_or_a_folder_is_said(tmp_path: Path) -> None:
    assert (
        str(refusal_of(tmp_path / "config.yaml"))
        == f"{tmp_path}/config.yaml: there is no such file; touchcost init writes one"
    )
    assert str(refusal_of(tmp_path)) == f"{tmp_path}: this is a folder"


def test_problem_in_a_rule_file_is_told_beside_those_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "my-rules.yaml").write_text("version: 1\nrules:\n  - {id: volume, titel: Volume}\n")
    config = tmp_path / "config.yaml"
    config.write_text("helpdesks:\n  - {name: acme, every: 1}\nrules: [my-rules.yaml]\n")
    problems = refusal_of(config).problems
    assert any(problem.startswith(f"{config}:2:25: every:") for problem in problems)
    assert any(problem.startswith(f"{tmp_path}/my-rules.yaml:3:") for problem in problems)


def test_problem_in_a_client_file_stands_at_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    client = tmp_path / "clients" / "beta.yaml"
    client.write_text(
        "name: beta\nkind: zendesk\nurl: https://beta.zendesk.com\nsince: 2026-01-01\nauth:\n  token: canary-7f3a9c\n"
    )
    config = tmp_path / "config.yaml"
    config.write_text("helpdesks: clients/*.yaml\n")
    [problem] = refusal_of(config).problems
    assert problem.startswith(f"{client}:6:10: token: a secret does not stand in the configuration")
    assert CANARY not in problem


@pytest.mark.parametrize("text", ["x" * (2 << 20), "a: " + "[" * 200, "- " * 5000, "a: &a [*a]\n", "\x00"])
def test_hostile_file_is_refused_at_once(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert str(refusal_of(path)).startswith(f"{path}")


@pytest.mark.parametrize("key", ["password", "client_secret", "api_token", "secret_key", "Authorization"])
def test_secret_under_a_key_that_does_not_belong_there_is_not_shown(key: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"helpdesks:\n  - name: acme\n    {key}: {CANARY}\n")
    refusal = str(refusal_of(path))
    assert f"unknown key '{key}'" in refusal
    assert CANARY not in refusal
