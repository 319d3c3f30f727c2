"""What people write is read as one command, or as none; nothing of their words is kept."""

from datetime import date

import pytest

from rules.command import Command, Verb
from rules.planning.commands import first_line, read_command, read_tag


def command(verb: Verb, **more: object) -> Command:
    return Command(verb=verb, **more)  # type: ignore[arg-type]


CHRISTMAS = date(2026, 12, 24)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("#take", command(Verb.TAKE)),
        ("# Take", command(Verb.TAKE)),
        ("#TAKE, I call them tomorrow", command(Verb.TAKE)),
        ("take", command(Verb.TAKE)),
        ("#open", command(Verb.OPEN)),
        ("#snooze", command(Verb.SNOOZE)),
        ("#snooze …", command(Verb.SNOOZE)),
        ("#snooze until …, because …", command(Verb.SNOOZE)),
        ("#snooze 30d", command(Verb.SNOOZE, days=30)),
        ("#snooze 30 days", command(Verb.SNOOZE, days=30)),
        ("#snooze for 2w because they move", command(Verb.SNOOZE, days=14, has_reason=True)),
        ("#snooze 30d because …", command(Verb.SNOOZE, days=30)),
        ("#snooze 30d because ...", command(Verb.SNOOZE, days=30)),
        ("#snooze 30d, because they move", command(Verb.SNOOZE, days=30, has_reason=True)),
        ("#snooze 30d BECAUSE 2027", command(Verb.SNOOZE, days=30, has_reason=True)),
        ("#snooze 1w", command(Verb.SNOOZE, days=7)),
        ("#snooze 9999d because x", command(Verb.SNOOZE, days=365, has_reason=True)),
        ("#snooze until 2026-12-24", command(Verb.SNOOZE, until=CHRISTMAS)),
        ("#snooze because they move", command(Verb.SNOOZE, has_reason=True)),
        ("#known until 2026-12-24 because agreed", command(Verb.KNOWN, until=CHRISTMAS, has_reason=True)),
        ("#known and accepted until 2026-12-24", command(Verb.KNOWN, until=CHRISTMAS)),
        ("#known until …", command(Verb.KNOWN)),
        ("#wrong our fault", command(Verb.WRONG, outcome="our fault")),
        ("#wrong: Our  Fault.", command(Verb.WRONG, outcome="our fault")),
        ("#wrong wrong data", command(Verb.WRONG, outcome="wrong data")),
        ("#wrong data", command(Verb.WRONG, outcome="wrong data")),
        ("#wrong not a customer because a test", command(Verb.WRONG, outcome="not a customer", has_reason=True)),
        ("#wrong", command(Verb.WRONG, outcome="other")),
        ("#wrong other, because they pay later", command(Verb.WRONG, outcome="other", has_reason=True)),
        ("#wrong because they pay later", command(Verb.WRONG, outcome="other", has_reason=True)),
        ("#done talked", command(Verb.DONE, outcome="talked")),
        ("#done: changed price or plan", command(Verb.DONE, outcome="changed price or plan")),
        ("#done changed", command(Verb.DONE, outcome="changed price or plan")),
        ("#done trained", command(Verb.DONE, outcome="trained")),
        ("#done fixed on our side", command(Verb.DONE, outcome="fixed on our side")),
        ("#done fixed", command(Verb.DONE, outcome="fixed on our side")),
        ("#done parted", command(Verb.DONE, outcome="parted")),
        ("#never cost-share because a partner", command(Verb.NEVER, rule="cost-share", has_reason=True)),
    ],
)
def test_line_is_read_as_what_was_meant(line: str, meant: Command) -> None:
    assert read_command(line) == meant


@pytest.mark.parametrize(
    "line",
    [
        "",
        "#",
        "#thanks",
        "#snoozed",
        "#snooze soon",
        "#snooze 30",
        "#snooze 0d",
        "#snooze 12h",
        "#snooze until 2026-13-01",
        "#snooze until 24.12.2026",
        "#known 3 months",
        "#wrong our falt",
        "#wrong talked",
        "#done",
        "#done our fault",
        "#never",
        "#never cost share",
        "#🙂",
    ],
)
def test_line_that_could_mean_anything_is_not_guessed(line: str) -> None:
    assert read_command(line) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#take\nand then some", "#take"),
        ("  #take  ", "#take"),
        ("#thanks everybody", "#thanks everybody"),
        ("Please #take it", None),
        ("I called.\n#take", None),
        ("#47102 is the same", None),
        ("# a heading", None),
        ("\n#take", None),
        ("", None),
    ],
)
def test_only_the_first_line_of_a_comment_is_a_command(text: str, line: str | None) -> None:
    assert first_line(text) == line


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("care_ack", command(Verb.TAKE)),
        ("care_snooze_30d", command(Verb.SNOOZE, days=30)),
        ("care_snooze_9999d", command(Verb.SNOOZE, days=365)),
        ("care_never_cost_share", command(Verb.NEVER, rule="cost_share")),
        ("care_snooze_0d", None),
        ("care_snooze_d", None),
        ("care_never_", None),
        ("care_acknowledged", None),
        ("care_review", None),
        ("care_alert", None),
        ("ack", None),
        ("other_ack", None),
    ],
)
def test_tag_is_a_command_or_somebody_elses(tag: str, meant: Command | None) -> None:
    assert read_tag(tag, "care_") == meant
