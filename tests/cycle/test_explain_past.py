"""`explain --at`: what was recorded of a past day beside what is made of it today."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cycle_config import COSTLY, FICKLE
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import NOW, Office, busy_world

from connector.helpdesk import Page, Stream
from connector.measuring import make_yardstick
from connector.reports.explaining_past import PastExplanation, Source, explain_day
from connector.simulator import Server, serve
from rules.alert import Phase
from rules.facts import AccountId, Day, PersonKey, Ticket, TicketId, TicketStatus, UtcSecond

SINCE = "2026-09-15"
RULES = """\
version: 1
defaults: {grace: 0d, min_history: 0d, hold: 2d, clear_after: 4d}
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
rules:
  - id: week
    title: Many tickets in a week
    signal: tickets_7d
    levels:
      watch: {enter: 4, exit: 3}
      amber: {enter: 8, exit: 6}
  - id: costly
    title: Work against what is paid
    signal: touch_cost_28d / revenue_28d
    only_if: touches_28d >= 3
    levels: {amber: {enter: 0.1%, exit: 0.05%}}
"""
FIRST = NOW.date()


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    """One busy day, and the nights after it."""
    with open_desk(office.world, server, tmp_path, SINCE, RULES, cost={"currency": "EUR", "per_hour": "60.00"}) as desk:
        assert desk.touchcost("setup", "--yes").status == 0
        account = office.account("Acme", month=5000.0)
        desk.good()
        office.tickets(account, 9)
        for _ in range(5):
            desk.night()
        yield desk


def on(day: int) -> str:
    """The day so many days after the first."""
    return (FIRST + timedelta(days=day)).isoformat()


def past(desk: Desk, day: int) -> Mapping[str, Any]:
    """The rules of that day, by id."""
    said = desk.touchcost("explain", "Acme", "--at", on(day), "--json")
    assert said.status == 0, said.err
    return {rule["rule"]: rule for rule in said.json["rules"]}


def shown(desk: Desk, day: int) -> str:
    return desk.touchcost("explain", "Acme", "--at", on(day)).out


def edit(desk: Desk, rules: str = RULES, **keys: object) -> None:
    """Somebody edits the configuration."""
    (desk.path.parent / "rules.yaml").write_text(rules)
    text = json.loads(desk.path.read_text())
    text["helpdesks"][0].update(keys)
    desk.path.write_text(json.dumps(text))


def once(desk: Desk) -> None:
    """A cycle by the configuration as it is now."""
    with open_installed(desk.world, desk.server, desk.path) as anew:
        anew.night()


def explained(desk: Desk, day: Day) -> Iterator[PastExplanation]:
    """Every account at the end of a day."""
    settings = desk.installation.settings.helpdesks[0]
    as_of = desk.store.absorbed_until(NAME)
    assert as_of is not None
    yardstick = make_yardstick(desk.store, settings, as_of)
    assert yardstick is not None
    for account in desk.store.accounts(NAME):
        found = explain_day(desk.store, settings, yardstick, account, day)
        if found is not None:
            yield found


def test_days_that_a_daemon_recorded_are_those_that_are_recomputed_when_nothing_was_edited(tmp_path: Path) -> None:
    world = busy_world(accounts=12, days=70, page=1000, seed=3)
    write = {"policy": "report-only"}
    with serve(world) as server, open_desk(world, server, tmp_path, "2026-09-01", FICKLE + COSTLY, write=write) as desk:
        begin = world.now()
        for hours in range(0, 21 * 24, 7):
            world.move_to(begin + timedelta(hours=hours))
            desk.good()
        seen, sources = Counter[tuple[str, Phase]](), Counter[tuple[Source, Source]]()
        for day in range(begin.toordinal() - 30, begin.toordinal() + 20):
            for found in explained(desk, Day(day)):
                for one in found.rules:
                    assert one.differs == (), (found.account.name, date.fromordinal(day), one.rule.id)
                    sources[one.source, one.stood_source] += 1
                    seen[one.source, one.stood.phase] += 1
    assert min(seen[Source.RECORDED, phase] for phase in (Phase.PENDING, Phase.OPEN, Phase.CLEARING)) > 5
    assert seen[Source.RECORDED, Phase.IDLE] == 0
    assert seen[Source.RECOMPUTED, Phase.IDLE] > 100
    assert sources[Source.RECORDED, Source.RECOMPUTED] == 0


def test_a_recorded_day_has_its_numbers_lines_phase_and_clock(desk: Desk) -> None:
    week = past(desk, 1)["week"]
    assert (week["source"], week["phase_source"], week["differs"], week["recomputed"]) == (
        "recorded",
        "recorded",
        [],
        None,
    )
    assert (week["value"], week["operands"], week["condition"]) == ("9", {"tickets_7d": 9}, True)
    assert (week["phase"], week["level"], week["clock_seconds"]) == ("pending", None, 86_400)
    assert week["levels"]["amber"] == {"enter": "8", "exit": "6"}
    assert week["distance"] == {"level": "amber", "by": "1", "crossed": True}
    assert "  pending, over a line since 18 Nov 2026, 1d of 2d hold; 1 beyond the amber line\n  recorded\n" in shown(
        desk, 1
    )
    costly = past(desk, 2)["costly"]
    assert costly["operands"] == {"touch_cost_28d": "45.00", "revenue_28d": "4602.74", "touches_28d": 9}
    assert (costly["phase"], costly["level"], costly["since"]) == ("open", "amber", week["since"])


def test_a_day_on_which_nothing_was_under_way_is_recomputed(desk: Desk) -> None:
    week = past(desk, -5)["week"]
    assert (week["source"], week["phase_source"], week["phase"], week["value"]) == (
        "recomputed",
        "recomputed",
        "idle",
        "0",
    )


def test_after_an_edit_of_a_rate_the_recorded_day_stays_and_is_marked(desk: Desk) -> None:
    edit(desk, cost={"currency": "EUR", "per_hour": "120.00"})
    for _ in range(2):
        costly = past(desk, 2)["costly"]
        assert (costly["source"], costly["operands"]["touch_cost_28d"]) == ("recorded", "45.00")
        assert costly["differs"] == ["value", "touch_cost_28d"]
        assert costly["recomputed"]["operands"]["touch_cost_28d"] == "90.00"
        assert "recomputed today: 2.0 %; touch_cost_28d 90 EUR" in shown(desk, 2)
        once(desk)


def test_lines_that_were_edited_since_are_told_apart_from_those_that_counted(desk: Desk) -> None:
    edit(desk, RULES.replace("{enter: 8, exit: 6}", "{enter: 20, exit: 15}"))
    week = past(desk, 3)["week"]
    assert (week["levels"]["amber"]["enter"], week["level"]) == ("8", "amber")
    assert week["differs"] == ["lines", "level"]
    assert (week["recomputed"]["levels"]["amber"]["enter"], week["recomputed"]["level"]) == ("20", "watch")


def test_a_day_that_another_signal_saw_says_so(desk: Desk) -> None:
    edit(desk, RULES.replace("signal: tickets_7d", "signal: touch_minutes_7d / 3"))
    told = shown(desk, 3)
    assert "touch_minutes_7d / 3 = 9  (seen by another signal; tickets_7d 9)" in told
    assert past(desk, 3)["week"]["differs"][0] == "value"


def test_a_rule_that_is_gone_leaves_what_it_saw_and_a_renamed_one_takes_it_along(desk: Desk) -> None:
    edit(desk, RULES.replace("- id: week", "- id: seven\n    previously: [week]").replace("costly", "dear"))
    for source in ("recomputed", "recorded"):
        rules = past(desk, 2)
        seven = rules["seven"]
        assert (seven["source"], seven["phase"], seven["differs"]) == ("recorded", "open", [])
        # A rule that is new looks back once, and records what it sees.
        assert rules["dear"]["source"] == source
        [former] = desk.touchcost("explain", "Acme", "--at", on(2), "--json").json["former_rules"]
        assert (former["rule"], former["operands"]["touch_cost_28d"]) == ("costly", "45.00")
        assert "costly, which is no longer judged, saw" in shown(desk, 2)
        once(desk)


def test_what_a_person_ended_was_over_though_a_recomputation_goes_on(desk: Desk, office: Office) -> None:
    [account] = office.requesters
    [alert] = office.alerts(account)
    office.world.agents.note(alert.id, office.person, "#wrong our fault")
    desk.night()
    desk.night()
    week = past(desk, 6)["week"]
    assert (week["phase"], week["level"], week["phase_source"]) == ("idle", None, "recorded")
    assert (week["source"], week["recomputed"]["phase"]) == ("recomputed", "open")
    assert week["differs"] == ["phase", "level"]
    assert past(desk, 4)["week"]["phase"] == "open"


def _plant(desk: Desk, account: AccountId, day: int, numbers: range) -> None:
    """Tickets that the helpdesk shows only now, made at noon of that day."""
    made = UtcSecond(int((NOW + timedelta(days=day, hours=3)).timestamp()))
    tickets = tuple(
        Ticket(
            TicketId(number),
            account,
            None,
            PersonKey(5),
            None,
            "email",
            made,
            made,
            TicketStatus.OPEN,
            own=False,
            tags=(),
        )
        for number in numbers
    )
    desk.absorb(Page(stream=Stream.TICKETS, cursor="", reached=None, end=False, tickets=tickets))


def test_what_happens_later_changes_nothing_and_what_comes_late_is_marked(desk: Desk, office: Office) -> None:
    account = AccountId(str(next(iter(office.requesters))))
    said = [desk.touchcost("explain", "Acme", "--at", on(day), "--json").json for day in (-3, 1)]
    _plant(desk, account, 2, range(7000, 7040))
    assert [desk.touchcost("explain", "Acme", "--at", on(day), "--json").json for day in (-3, 1)] == said
    assert past(desk, 2)["week"]["differs"] == ["value", "tickets_7d"]
    _plant(desk, account, -4, range(8000, 8005))
    idle, pending = past(desk, -3)["week"], past(desk, 1)["week"]
    assert (idle["source"], idle["value"], idle["phase"]) == ("recomputed", "5", "pending")
    assert (pending["source"], pending["value"], pending["recomputed"]["value"]) == ("recorded", "9", "14")


def test_a_finished_day_that_no_cycle_judged_yet_is_recomputed(desk: Desk) -> None:
    desk.world.advance(days=1)
    assert desk.touchcost("plan").status == 0
    week = past(desk, 5)["week"]
    assert (week["source"], week["phase_source"], week["phase"]) == ("recomputed", "recomputed", "open")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (400, "is not over, as far as the facts reach; the last finished day in UTC is 2026-11-22"),
        (5, "2026-11-23 is not over"),
        (-400, "nothing is known of 2025-10-14: facts reach back to 15 Sep 2026"),
    ],
)
def test_a_day_of_which_nothing_can_be_said_is_one_sentence(desk: Desk, day: int, sentence: str) -> None:
    said = desk.touchcost("explain", "Acme", "--at", on(day))
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("acme: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_what_is_about_now_is_left_out_and_what_is_known_only_now_is_named(desk: Desk) -> None:
    document = desk.touchcost("explain", "Acme", "--at", on(2), "--json").json
    assert {"wanted", "marks", "alert_tickets", "outbox"}.isdisjoint(document)
    assert {"segment", "status", "revenue_month", "account of a ticket"} <= set(document["known_as_now"])
    assert document["at"] == on(2)
    told = shown(desk, 2)
    assert "whether it is our own fault are known only as they are now" in " ".join(told.split())
    assert "care_" not in told
