"""References to secrets: where each kind is read, and what is said when nothing is there."""

import sys
from pathlib import Path

import pytest

from connector import log
from connector.config.secrets import fault_in, resolve
from connector.settings import Secret
from connector.yaml.error import ConfigError

CANARY = "canary-7f3a9c"
PLACE = "config.yaml:7:20"


def secret(reference: str) -> Secret:
    return Secret(reference=reference, place=PLACE)


def sentence_for(reference: str) -> str:
    with pytest.raises(ConfigError) as caught:
        resolve(secret(reference))
    assert CANARY not in "".join(caught.value.problems)
    [sentence] = caught.value.problems
    return sentence


def test_environment_variable_is_read_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SECRET", "first-secret")
    assert resolve(secret("env:ACME_SECRET")) == "first-secret"
    monkeypatch.setenv("ACME_SECRET", "second-secret")
    assert resolve(secret("env:ACME_SECRET")) == "second-secret"


def test_file_is_read_without_its_last_line_break(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{CANARY}\n")
    assert resolve(secret(f"file:{tmp_path}/secret")) == CANARY


def test_credential_comes_from_the_folder_that_systemd_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme").write_text(CANARY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert resolve(secret("credential:acme")) == CANARY


KEYRING = """
class errors:
    class KeyringError(Exception):
        pass

def get_password(service, name):
    if service == "locked":
        raise errors.KeyringError("locked")
    return {("touchcost", "acme/secret"): "canary-7f3a9c"}.get((service, name))
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keyring.py").write_text(KEYRING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)


@pytest.mark.usefixtures("keyring")
def test_keyring_entry_is_asked_by_service_and_name() -> None:
    assert resolve(secret("keyring:touchcost/acme/secret")) == CANARY


@pytest.mark.usefixtures("keyring")
def test_missing_or_locked_keyring_entry_is_said_with_the_remedy() -> None:
    assert sentence_for("keyring:touchcost/other") == (
        f"{PLACE}: keyring:touchcost/other: the keyring holds no such entry; store it with: keyring set touchcost other"
    )
    assert sentence_for("keyring:locked/x") == (
        f"{PLACE}: keyring:locked/x: the keyring cannot be opened; unlock it, or use file: instead"
    )


def test_keyring_package_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert sentence_for("keyring:a/b") == (
        f"{PLACE}: keyring:a/b: the keyring package is missing; install touchcost[keyring]"
    )


def test_missing_environment_variable_is_one_sentence_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_SECRET", raising=False)
    assert sentence_for("env:ACME_SECRET") == (
        f"{PLACE}: env:ACME_SECRET: the environment has no ACME_SECRET; set it where touchcost is started"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such file; write the secret into it, readable by this user alone"),
        (b"", "it is empty; put the secret there"),
        (b" \n", "it is empty; put the secret there"),
        (
            f"{CANARY}\n{CANARY}\n".encode(),
            "it holds more than one line or control characters; leave the secret alone there",
        ),
        (
            f"{CANARY}\x00".encode(),
            "it holds more than one line or control characters; leave the secret alone there",
        ),
        (b"\xff\xfe" + CANARY.encode(), "the file is not text; write the secret into it as plain text"),
        (b"1234567", "it is shorter than 8 characters, so no log could hide it; put the whole secret there"),
        (
            CANARY.encode() * 10_000,
            "the file is far too large for a secret; name the file that holds the secret alone",
        ),
    ],
    ids=["missing", "empty", "blank", "two lines", "a NUL", "not UTF-8", "too short", "too large"],
)
def test_unusable_file_is_one_sentence_with_the_remedy(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    assert sentence_for(f"file:{path}") == f"{PLACE}: file:{path}: {sentence}"


def test_folder_instead_of_a_file_is_said(tmp_path: Path) -> None:
    assert "this is a folder" in sentence_for(f"file:{tmp_path}")


def test_missing_credential_names_the_line_for_the_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert sentence_for("credential:acme") == (
        f"{PLACE}: credential:acme: systemd gave no credentials; add LoadCredential=acme:/path to the unit"
    )
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert "systemd did not give this credential" in sentence_for("credential:acme")


@pytest.mark.parametrize(
    "reference", ["env:A", "env:_a1", "file:a b", "file:/run/x", "credential:acme.oauth", "keyring:touchcost/a"]
)
def test_well_formed_reference_has_no_fault(reference: str) -> None:
    assert fault_in(reference) is None


@pytest.mark.parametrize(
    "reference",
    [CANARY, f"env: {CANARY}", f"env:{CANARY}", f"keyring:{CANARY}", f"credential:../{CANARY}", f"vault:{CANARY}", ""],
)
def test_fault_in_a_reference_never_repeats_it(reference: str) -> None:
    fault = fault_in(reference)
    assert fault is not None
    assert CANARY not in fault


def test_resolved_secret_is_hidden_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SECRET", CANARY)
    resolve(secret("env:ACME_SECRET"))
    assert log.redact(f"token={CANARY}") == "token=[secret]"
