"""Invoices from the table to the alert ticket and back, in the days of a helpdesk."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import Office

from connector.progress import Silent
from connector.reports.backtesting import Request, backtest
from connector.reports.replaying import find_ground
from connector.simulator import Server
from rules.alert import Phase, State, Step, Transition
from rules.backtest.replay import Past, replay, track
from rules.facts import AccountId
from rules.judging.judge import course
from rules.rule import Level

SINCE = "2026-09-15"
TODAY = date(2026, 11, 18)
HEADER = "account,number,due,paid,amount,currency\n"
GUARD = """\
version: 1
guard: {max_new_per_week: 1000, max_new_per_run: 1000, max_new_share: 100%, max_open_share: 100%, first_run: alert}
"""
RULE = "invoices-overdue"
# The newest minute is hidden from everybody.
HIDDEN = timedelta(seconds=60)


@pytest.fixture
def desk(office: Office, server: Server, tmp_path: Path) -> Iterator[Desk]:
    source = {"kind": "csv", "path": "invoices.csv", "match": ["name"]}
    keys = {"billing": [source], "rules": ["builtin:starter", "rules.yaml"]}
    with open_desk(office.world, server, tmp_path, SINCE, GUARD, **keys) as opened:
        bill(opened)
        yield opened


def bill(desk: Desk, *rows: str) -> None:
    """Billing exports its table anew."""
    (desk.path.parent / "invoices.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def customer(office: Office, name: str = "Acme") -> int:
    """A new account that is visible by now."""
    made = office.account(name)
    office.world.advance(seconds=1200)
    return made


def state(desk: Desk, account: int) -> State:
    return desk.states()[AccountId(str(account))].get(RULE, State())


def a_while(desk: Desk) -> None:
    """Time for one more cycle of the same day."""
    desk.world.advance(seconds=900)
    desk.good()


def test_an_invoice_falls_due_is_told_once_and_is_over_when_it_is_paid(desk: Desk, office: Office) -> None:
    account = customer(office, "Rossi Meccanica")
    unpaid = f"Rossi Meccanica,R-117,{day(1)},,1200.50,EUR"
    bill(desk, unpaid, f"Rossi Meccanica,R-98,{day(-40)},{day(-41)},900,EUR")
    desk.good()
    seen = []
    for _ in range(18):
        desk.night()
        seen.append((state(desk, account).level, len(office.alerts(account))))
    assert seen[:2] == [(None, 0), (Level.WATCH, 0)]
    assert seen.index((Level.AMBER, 1)) == 15
    assert set(seen[15:]) == {(Level.AMBER, 1)}
    [alert] = office.alerts(account)
    [comment] = office.comments(alert.id)
    assert comment.splitlines()[0] == (
        "Invoices past their due date: 1, the oldest by 15 days (15 days; your line is 15 days). Since 20 Nov."
    )
    assert "Overdue: R-117 (due 19 Nov 2026, 1,200 EUR)." in comment.splitlines()
    assert office.world.organizations[account].fields["care_state"] == "for review"

    bill(desk, unpaid.replace(",,", f",{day(18)},"))
    a_while(desk)
    assert state(desk, account).phase is Phase.IDLE
    [alert] = office.alerts(account)
    assert (alert.status, len(office.comments(alert.id))) == ("solved", 2)
    assert office.comments(alert.id)[-1] == "Back under the line since 6 Dec: 0 days. Open for 16 days."
    assert office.world.organizations[account].tags == ()
    assert office.world.organizations[account].fields["care_state"] == "in order"
    assert [mail for mail in office.world.mails if mail.audience != "agent"] == []
    for _ in range(3):
        desk.night()
    assert len(office.alerts(account)) == 1


def test_a_new_account_is_asked_like_any_other(desk: Desk, office: Office) -> None:
    account = customer(office)
    bill(desk, f"Acme,R-1,{day(-16)},,50,EUR")
    desk.good()
    assert (state(desk, account).level, len(office.alerts(account))) == (Level.AMBER, 1)


def test_a_table_of_open_items_ends_an_alert_by_leaving_the_invoice_out(desk: Desk, office: Office) -> None:
    account = customer(office)
    bill(desk, f"Acme,R-1,{day(-16)},,50,EUR")
    desk.good()
    bill(desk)
    a_while(desk)
    assert state(desk, account).phase is Phase.IDLE
    [alert] = office.alerts(account)
    assert office.comments(alert.id)[-1].startswith("Back under the line since 18 Nov. Open for ")


def test_a_table_that_cannot_be_read_changes_nothing_and_is_told(desk: Desk, office: Office) -> None:
    account = customer(office)
    bill(desk, f"Acme,R-1,{day(-16)},,50,EUR")
    desk.good()
    (desk.path.parent / "invoices.csv").unlink()
    desk.world.advance(seconds=900)
    report = desk.good()
    assert any("invoices.csv: the file cannot be read" in warning for warning in report.warnings)
    assert state(desk, account).level is Level.AMBER


def test_invoice_that_changed_is_judged_by_the_next_cycle_alone(desk: Desk, office: Office) -> None:
    for name in ("Alfa", "Beta"):
        customer(office, name)
    rows = [f"{name},R-1,{day(30)},,50,EUR" for name in ("Alfa", "Beta")]
    bill(desk, *rows)
    desk.good()
    for _ in range(2):
        a_while(desk)
    assert desk.good().counts["judged"] == 0
    bill(desk, rows[0], rows[1].replace(",,", f",{TODAY},"))
    desk.world.advance(seconds=60)
    assert desk.good().counts["judged"] == 1
    desk.world.advance(seconds=900)
    assert desk.good().counts["judged"] == 0


def test_invoices_go_with_their_source(desk: Desk, office: Office) -> None:
    account = customer(office)
    bill(desk, f"Acme,R-1,{day(-16)},,50,EUR")
    desk.good()
    assert len(desk.dump("invoice")["invoice"]) == 1
    keys = json.loads(desk.path.read_text())
    del keys["helpdesks"][0]["billing"]
    desk.path.write_text(json.dumps(keys))
    desk.world.advance(seconds=900)
    with open_installed(desk.world, desk.server, desk.path) as after:
        after.good()
        assert after.dump("invoice")["invoice"] == ()
        assert state(after, account).phase is Phase.IDLE


def midnight(after: int) -> datetime:
    return datetime.combine(day(after), datetime.min.time(), UTC)


def test_the_first_cycle_of_a_day_looks_at_everybody_though_the_last_one_was_at_midnight(
    desk: Desk, office: Office
) -> None:
    """Nothing came from the helpdesk or from billing in between: the day alone has moved."""
    account = customer(office)
    bill(desk, f"Acme,R-1,{day(1)},,50,EUR")
    desk.good()
    desk.world.move_to(midnight(2) + HIDDEN)
    assert desk.good().as_of == midnight(2)
    assert state(desk, account).phase is Phase.IDLE
    a_while(desk)
    assert state(desk, account).level is Level.WATCH


NIGHTS = 36
BILLS = (
    ("Alfa,R-1,{due},{paid},100,EUR", -30, 9),
    ("Alfa,R-2,{due},{paid},100,EUR", 2, 25),
    ("Beta,R-3,{due},{paid},100,EUR", 4, None),
    ("Gamma,R-4,{due},{paid},100,EUR", 5, 5),
    ("Gamma,R-5,{due},{paid},100,USD", 8, 12),
    ("Gamma,R-6,{due},{paid},100,EUR", 8, 31),
)
"""Rows with the days, counted from today, on which they fall due and are paid."""


def table_of(last: int) -> list[str]:
    """What billing exports at the end of a day, when every payment was entered on its own day."""
    return [row.format(due=day(due), paid="" if paid is None or paid > last else day(paid)) for row, due, paid in BILLS]


@pytest.fixture
def lived(desk: Desk, office: Office) -> Desk:
    """So many nights, with a cycle at each midnight."""
    for name in ("Alfa", "Beta", "Gamma"):
        customer(office, name)
    for night in range(NIGHTS + 1):
        bill(desk, *table_of(night))
        desk.world.move_to(midnight(night + 1) + HIDDEN)
        assert desk.good().as_of == midnight(night + 1)
    return desk


Moved = tuple[object, ...]


def _moved(account: AccountId, one: Transition) -> Moved:
    return account, one.at, one.step, one.level_after, one.value


def _lived(desk: Desk) -> Counter[Moved]:
    """What became of the rule in these nights, after the first look back."""
    rows = (row for row in desk.store.transitions(NAME) if row.rule == RULE and row.transition.at > midnight(1))
    return Counter(_moved(row.account, row.transition) for row in rows)


def _again(desk: Desk) -> Counter[Moved]:
    """What the judge makes of the same nights afterwards."""
    ground = find_ground(desk.store, desk.installation.settings.helpdesks[0], Silent())
    yardstick, found = ground.yardstick, Counter[Moved]()
    nights = course(yardstick.calendar, yardstick.facts_from, yardstick.as_of, ground.settings.policy.grace)
    tracks = [track(watched) for watched in yardstick.watches if watched.rule.id == RULE]
    past = Past(course=nights, peaks_from=yardstick.facts_from)
    for subject, sight in ground.sights():
        for passed in replay(subject.id, sight, tracks, past):
            found.update(_moved(subject.id, one) for one in passed.transitions if one.at > midnight(1))
    return found


def test_backtest_over_invoices_takes_every_step_that_was_lived(lived: Desk) -> None:
    there = _lived(lived)
    assert _again(lived) == there
    steps = Counter(step for _, _, step, *_ in there)
    assert min(steps[step] for step in (Step.OPENED, Step.RAISED, Step.LOWERED, Step.RESOLVED)) > 0
    settings = lived.installation.settings.helpdesks[0]
    request = Request(rule=RULE, first=day(1), last=day(NIGHTS))
    (counted,) = backtest(lived.store, settings, request, Silent()).rules
    assert counted.tally.alerts == steps[Step.OPENED]
    assert counted.tally.open_after == sum(found[RULE].level is not None for found in lived.states().values())


def test_what_falls_due_or_is_paid_later_changes_no_night_before_it(lived: Desk) -> None:
    before = _again(lived)
    later = [f"{name},R-9,{day(NIGHTS + 3)},{day(NIGHTS + 40)},100,EUR" for name in ("Alfa", "Beta")]
    paid = [row.replace(",,", f",{day(NIGHTS + 9)},") for row in table_of(NIGHTS)]
    bill(lived, *paid, *later)
    lived.world.advance(days=6)
    lived.good()
    after = _again(lived)
    assert Counter({moved: count for moved, count in after.items() if moved[1] <= midnight(NIGHTS + 1)}) == before
