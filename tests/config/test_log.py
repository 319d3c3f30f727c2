"""Log lines: their shape, and what never stands in them."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connector import log
from connector.log import LogForm

CANARY = "canary\"quote'back\\slash/plus+end"


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("touchcost")
    handlers, filters = list(root.handlers), list(ours.filters)
    yield
    root.handlers[:] = handlers
    ours.filters[:] = filters
    ours.setLevel(logging.NOTSET)


def lines(form: LogForm, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    log.start(level, form, stream)
    return stream


def test_text_line_begins_with_time_level_and_event() -> None:
    stream = lines(LogForm.TEXT)
    log.info("tag_written", account="42", added=["care_review"], count=3)
    at, rest = stream.getvalue().split(" ", 1)
    assert datetime.fromisoformat(at.removeprefix("at=")).tzinfo is not None
    assert rest == "level=info event=tag_written account=42 added=care_review count=3\n"


def test_text_with_spaces_or_control_characters_is_quoted_onto_one_line() -> None:
    stream = lines(LogForm.TEXT)
    log.warning("write_refused", reason='Name: "X" has\nbeen taken', odd="a\x1b[31m\u202e\ud800")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert r'reason="Name: \"X\" has\nbeen taken"' in line
    assert r'odd="a\u001b[31m\u202e\ud800"' in line


def test_every_kind_of_value_has_a_plain_form() -> None:
    stream = lines(LogForm.TEXT)
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    log.info("x", cost=Decimal("4.50"), at_=moment, wait=timedelta(seconds=90), none=None, yes=True, ids={"b", "a"})
    assert "cost=4.50 at_=2026-11-22T08:00:00+00:00 wait=90.0 none=- yes=true ids=a,b" in stream.getvalue()


def test_json_line_is_one_document() -> None:
    stream = lines(LogForm.JSON)
    log.info("cycle_ended", helpdesk="acme", changes=2)
    line = json.loads(stream.getvalue())
    assert {name: line[name] for name in ("level", "event", "helpdesk", "changes")} == {
        "level": "info",
        "event": "cycle_ended",
        "helpdesk": "acme",
        "changes": 2,
    }


def test_lines_under_the_level_are_left_out() -> None:
    stream = lines(LogForm.TEXT, level="warning")
    log.info("cycle_ended", helpdesk="acme")
    log.error("cycle_failed", helpdesk="acme")
    assert "cycle_ended" not in stream.getvalue()
    assert "event=cycle_failed" in stream.getvalue()


@pytest.mark.parametrize("form", LogForm)
def test_hidden_secret_shows_in_no_line_and_no_traceback(form: LogForm) -> None:
    stream = lines(form, level="debug")
    log.hide(CANARY)
    try:
        int(f"sign-in with {CANARY}")
    except ValueError as error:
        log.failure("cycle_failed", error, plain=CANARY, quoted=repr({"password": CANARY}), listed=[CANARY])
    logging.getLogger("some.library").warning("sent %r", CANARY)
    written = stream.getvalue()
    assert "[secret]" in written
    assert "ValueError" in written
    assert "canary" not in written


@pytest.mark.parametrize("secret", ["", "a", "1234567"])
def test_text_too_short_to_be_hidden_leaves_lines_readable(secret: str) -> None:
    stream = lines(LogForm.TEXT)
    log.hide(secret)
    log.info("a_1234567_b", account="a1234567")
    assert "event=a_1234567_b account=a1234567" in stream.getvalue()


def test_bearer_token_that_nobody_hid_is_masked() -> None:
    stream = lines(LogForm.TEXT)
    log.error("refused", header="Authorization: Bearer abc.DEF-123~x", raw="{'Authorization': 'Basic dXNlcjpwdw=='}")
    assert "abc.DEF" not in stream.getvalue()
    assert "dXNlcjpwdw" not in stream.getvalue()


def test_library_lines_come_from_warning_on() -> None:
    stream = lines(LogForm.TEXT, level="debug")
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("slow %s", "answer")
    assert stream.getvalue().count("\n") == 1
    assert 'event=library logger=some.library message="slow answer"' in stream.getvalue()
