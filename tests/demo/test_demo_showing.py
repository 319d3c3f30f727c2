"""What the demo prints fits a terminal of 80 columns, and says no more than what happened."""

from datetime import date
from decimal import Decimal
from io import StringIO

from rich.console import Console, RenderableType

from connector.demo.news import News, Who, look
from connector.demo.showing import day_table, findings, invitation, quiet_line
from connector.simulator import World
from rules.rule import Level


def _shown(*parts: RenderableType) -> list[str]:
    console = Console(file=StringIO(), width=80, highlight=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


def test_an_account_with_its_reason_is_one_line() -> None:
    world = World.empty()
    for name, state in (("Client 06", "for review"), ("Client 39", "watched")):
        facts = {"care_why": "39 of 84 solutions were opened again in 90 days", "care_since": "2026-02-20"}
        world.people.add_organization(name, {"care_state": state, **facts})
    assert _shown(*findings(look(world))) == [
        "1 of 2 accounts are for review, 1 watched.",
        "",
        "Account      Since       Alert  Why",
        "for review:",
        "  Client 06  2026-02-20         39 of 84 solutions were opened again in 90 days",
        "watched:",
        "  Client 39  2026-02-20         39 of 84 solutions were opened again in 90 days",
    ]


def test_the_loudest_alert_stands_first_whatever_its_account_asked() -> None:
    world = World.empty()
    amber, far, near = (world.people.add_organization(name, {"care_state": "for review"}) for name in ("A", "B", "C"))
    loudness = {
        amber: (Level.AMBER, Decimal("Infinity")),
        near: (Level.RED, Decimal("1.1")),
        far: (Level.RED, Decimal(3)),
    }
    told = _shown(*findings(look(world).ordered(loudness)))
    assert [line.strip() for line in told[-3:]] == ["B", "C", "A"]


def test_a_long_piece_of_news_goes_on_under_itself() -> None:
    what = "for review: Support took 32 % of what they paid in 90 days; alert ticket #1564"
    told = [News(who=Who.TOUCHCOST, account="Client 15", what=what), News(who=Who.PEOPLE, account="C", what="solved")]
    assert _shown(day_table(date(2026, 11, 24), told)) == [
        "Tue 24 Nov  Client 15  for review: Support took 32 % of what they paid in 90",
        "                       days; alert ticket #1564",
        "            C          solved  (people)",
    ]


def test_quiet_days_are_one_line() -> None:
    first, last = date(2026, 12, 4), date(2026, 12, 9)
    assert _shown(quiet_line(first, last), quiet_line(first, first)) == [
        "Fri 04 Dec – Wed 09 Dec  nothing new",
        "Fri 04 Dec  nothing new",
    ]


def test_the_line_for_the_shell_stands_alone() -> None:
    *_, line = _shown(*invitation("http://127.0.0.1:8080", "touchcost -c /x/config.yaml status"))
    assert line == "  touchcost -c /x/config.yaml status"
