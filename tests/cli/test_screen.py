"""What commands write cannot steer a terminal and shows no secret."""

import pytest

from connector import log
from connector.terminal.screen import clean, complain, say, say_json, say_lines


def test_text_of_the_world_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(clean("Acme\x1b[2J\u202egnp.exe\nnext"))
    assert capsys.readouterr().out == "Acme [2J gnp.exe next\n"


def test_hidden_secret_shows_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    log.hide("canary-1b2c3d")
    say("it is canary-1b2c3d")
    say_lines("it is canary-1b2c3d\n")
    complain("it is canary-1b2c3d")
    out, err = capsys.readouterr()
    assert (out, err) == ("it is [secret]\n" * 2, "it is [secret]\n")
    say_json({"it is": "canary-1b2c3d"})
    assert capsys.readouterr().out == '{\n  "it is": "[secret]"\n}\n'


def test_long_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("word " * 100 + "end")
    assert capsys.readouterr().out.count("\n") == 1


def test_document_keeps_every_character(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"name": "Città – 日本"})
    assert "Città – 日本" in capsys.readouterr().out
