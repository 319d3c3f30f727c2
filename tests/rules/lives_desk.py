"""Accounts that are judged and planned for, cycle after cycle, beside a helpdesk in dictionaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from lives_helpdesk import Shelf
from planning_desk import CALENDAR, PAGES, PRICING, START, TODAY, WRITING
from written import signal

from rules.alert import Reason, State, Step, Transition
from rules.facts import AccountId, Day, HelpdeskName, Kind, Method, TicketId
from rules.judging.judge import Course, Judged, Sight, course, judge, retire
from rules.judging.merging import merge
from rules.judging.numbers import StatedNumbers
from rules.judging.renaming import rename
from rules.judging.watch import Watch, watch
from rules.marks import Mark, MarksRead, WriteKind
from rules.measuring.measure import DayRow, History, Metrics, Subject, Value, measure
from rules.planning.ask import Asked, ask
from rules.planning.case import Case
from rules.planning.change import AlertKey, Hold, Plan, Waiting
from rules.planning.plan import plan
from rules.planning.reconcile import Ledger, Reading, settle
from rules.planning.scene import Scene
from rules.planning.writing import WriteSettings
from rules.rule import Guard, Level, Lines, Policy, Rule, Unknown

DAY = timedelta(days=1)
FACTS_FROM = Day(TODAY - 40)
LINES = tuple(
    (level, Lines(enter=Decimal(enter), exit=Decimal(leave)))
    for level, enter, leave in ((Level.WATCH, 10, 6), (Level.AMBER, 20, 16), (Level.RED, 30, 24))
)
CALM: Mapping[str, Value] = {"tickets_28d": 0, "reopens_90d": 0, "seats": 0}
VOLUME = Rule(
    id="volume",
    title="Many tickets",
    signal=signal("tickets_28d"),
    levels=LINES,
    hold=2 * DAY,
    clear_after=3 * DAY,
    remind=4 * DAY,
    expires=12 * DAY,
    grace=False,
    min_history=timedelta(0),
)
REOPENS = replace(
    VOLUME, id="reopens", title="Solved tickets come back", signal=signal("reopens_90d"), hold=timedelta(0)
)
SIZE = replace(
    VOLUME,
    id="size",
    title="Many seats",
    signal=signal("seats"),
    levels=LINES[1:],
    hold=timedelta(0),
    clear_after=timedelta(0),
    unknown=Unknown.CLEAR,
)
WIDE = Guard(max_new_per_week=1_000, max_new_per_run=1_000, max_new_share=Decimal(1), max_open_share=Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What one cycle did."""

    plan: Plan
    scene: Scene
    transitions: tuple[tuple[AlertKey, Transition], ...]
    before: Mapping[AccountId, Mapping[str, State]]
    judged: Mapping[AccountId, Mapping[str, State]]
    """As the judge left the states, before the plan."""


@dataclass
class Desk:
    """The accounts, what is seen of them, their states, our ledger and the outbox."""

    shelf: Shelf = field(default_factory=Shelf)
    rules: tuple[Rule, ...] = (VOLUME, REOPENS, SIZE)
    guard: Guard = WIDE
    writing: WriteSettings = WRITING
    now: datetime = START
    values: dict[AccountId, dict[str, Value]] = field(default_factory=dict)
    past: dict[tuple[AccountId, Day], Mapping[str, Value]] = field(default_factory=dict)
    states: dict[AccountId, Mapping[str, State]] = field(default_factory=dict)
    merged: dict[AccountId, AccountId] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    outbox: list[Waiting] = field(default_factory=list)
    holds: tuple[Hold, ...] = ()
    planned: dict[str, datetime] = field(default_factory=dict)
    touched: set[AccountId] = field(default_factory=set)
    """Accounts whose alert tickets people changed since the last cycle."""
    turned: bool = True
    rows: int = 0

    def add(self, account: AccountId, tags: frozenset[str]) -> None:
        self.shelf.add(account, tags)
        self.values[account] = dict(CALM)

    def later(self, length: timedelta) -> None:
        """Time passes; what an account shows at the end of a day is that day's."""
        for day in CALENDAR.midnights(self.now, self.now + length):
            self.turned = True
            for account, values in self.values.items():
                self.past[account, day] = dict(values)
        self.now += length

    def watches(self) -> list[Watch]:
        return [watch(rule) for rule in self.rules if rule.enabled]

    def course(self) -> Course:
        return course(CALENDAR, FACTS_FROM, self.now, timedelta(0))

    def sight(self, account: AccountId) -> Sight:
        def seen(day: Day) -> StatedNumbers:
            today = CALENDAR.today(self.now)
            return StatedNumbers(self.values[account] if day == today else self.past.get((account, day), CALM))

        return Sight(measure=seen, begun=None)

    def judge(self) -> tuple[dict[AccountId, Mapping[str, State]], dict[AccountId, tuple[Judged, ...]]]:
        """The states and what became of each rule, by account; accounts that are gone are retired."""
        watches = self.watches()
        states = {
            account: rename(found, [one.rule for one in watches]).by_rule for account, found in self.states.items()
        }
        log = [self._merge(loser, states) for loser in self.merged]
        found: dict[AccountId, tuple[Judged, ...]] = {}
        for account in {**states, **dict.fromkeys(self.values)}:
            before = states.get(account, {})
            if account in self.values:
                found[account] = judge(self.sight(account), watches, before, self.course())
            else:
                found[account] = retire(before, self.now, Reason.ACCOUNT_GONE)
            states[account] = {**before, **{one.rule: one.state for one in found[account]}}
        for moved in reversed(log):
            for account, judged in moved.items():
                found[account] = (*judged, *found.get(account, ()))
        return states, found

    def _merge(
        self, loser: AccountId, states: dict[AccountId, Mapping[str, State]]
    ) -> dict[AccountId, tuple[Judged, ...]]:
        survivor = self.merged[loser]
        if survivor not in self.values:
            return {}
        made = merge(states.get(survivor, {}), states.get(loser, {}), self.now)
        states |= {survivor: made.survivor, loser: made.loser}
        return {
            account: tuple(Judged(rule=rule, state=State(), transitions=(step,)) for rule, step in steps)
            for account, steps in ((survivor, made.taken), (loser, made.given))
        }

    def scene(
        self, states: Mapping[AccountId, Mapping[str, State]], judged: Mapping[AccountId, tuple[Judged, ...]]
    ) -> Scene:
        return Scene(
            helpdesk=HelpdeskName("acme"),
            at=self.now,
            as_of=self.now,
            calendar=CALENDAR,
            policy=Policy(rules=self.rules, guard=self.guard, grace=timedelta(0)),
            writing=self.writing,
            pages=PAGES,
            cases={account: self._case(account, found, judged.get(account, ())) for account, found in states.items()},
            reading=Reading(marks=MarksRead(read_at=self.now, accounts=()), accounts=frozenset(), tickets=frozenset()),
            ledger=self.ledger,
            waiting=tuple(self.outbox),
            holds=self.holds,
            planned=self.planned,
            active_accounts=100,
            day_turned=self.turned,
        )

    def _case(self, account: AccountId, states: Mapping[str, State], judged: tuple[Judged, ...]) -> Case:
        resolved = {
            one.rule: change.reason for one in judged for change in one.transitions if change.step is Step.RESOLVED
        }
        survivor = self.merged.get(account)
        return Case(
            metrics=_metrics(account),
            states=states,
            resolved=resolved,
            exists=account in self.values,
            merged_into=survivor if survivor in self.values else None,
        )

    def plan(self) -> Cycle:
        """Judge, ask, read and plan; nothing of it is kept."""
        states, judged = self.judge()
        scene = self.scene(states, judged)
        scene = replace(scene, reading=self.shelf.read(ask(scene, frozenset(self.touched)), self.now))
        made = plan(scene)
        steps = [
            ((account, one.rule), step)
            for account, found in judged.items()
            for one in found
            for step in one.transitions
        ]
        return Cycle(
            plan=made,
            scene=scene,
            transitions=(*steps, *made.transitions),
            before=self.states,
            judged=states,
        )

    def round(self) -> Cycle:
        """One whole cycle."""
        made = self.plan()
        self.save(made)
        self.deliver()
        return made

    def save(self, cycle: Cycle) -> None:
        """What one transaction saves of a cycle."""
        made = cycle.plan
        states = {account: dict(found) for account, found in cycle.judged.items()}
        for (account, rule), state in made.states.items():
            states[account][rule] = state
        self.states = dict(states)
        self._save_ledger(made)
        self.holds = tuple({hold.id: hold for hold in (*self.holds, *made.holds)}.values())
        watched = {one.rule.id for one in self.watches()}
        planned = {**dict.fromkeys(made.planned, self.now), **self.planned}
        self.planned = {rule: at for rule, at in planned.items() if rule in watched}
        self.outbox = [row for row in self.outbox if row.id not in made.cancelled]
        for change in made.changes:
            self.rows += 1
            self.outbox.append(
                Waiting(
                    id=self.rows,
                    account=change.account,
                    kind=change.kind,
                    key=change.key,
                    what=change.what,
                    body=change.body,
                )
            )
        self.turned = False
        self.touched.clear()

    def _save_ledger(self, made: Plan) -> None:
        gone = {(mark.account, mark.kind, mark.name) for mark in made.dropped}
        marks = {(mark.account, mark.kind, mark.name): mark for mark in self.ledger.marks}
        marks = {key: mark for key, mark in marks.items() if key not in gone}
        marks |= {(mark.account, mark.kind, mark.name): mark for mark in made.marks}
        tickets = {one.key: one for one in (*self.ledger.tickets, *made.tickets)}
        messages = {one.key: one for one in (*self.ledger.messages, *made.messages)}
        self.ledger = Ledger(
            marks=tuple(marks.values()), tickets=tuple(tickets.values()), messages=tuple(messages.values())
        )

    def deliver(self, kept: frozenset[int] = frozenset()) -> list[tuple[Waiting, str]]:
        """Send what waits, but for the rows in these places of the outbox, and read back. What became of each."""
        sent: list[tuple[Waiting, str]] = []
        for place, row in enumerate(list(self.outbox)):
            if row.parked or place in kept:
                continue
            outcome = self.shelf.obey(self._linked(row), self._number)
            sent.append((row, outcome))
            if outcome != "waiting":
                self.outbox.remove(row)
            if outcome == "refused":
                self.outbox.append(replace(row, parked=True))
            elif outcome == "applied":
                self._note(row)
            elif outcome == "gone":
                self._end(row.what)
        self.now += timedelta(minutes=1)
        self._settle({row.account for row, outcome in sent if outcome == "applied"})
        return sent

    def _number(self, key: str) -> TicketId | None:
        return next((ticket.ticket for ticket in self.ledger.tickets if ticket.key == key), None)

    def _linked(self, row: Waiting) -> Waiting:
        """A field with the key of a ticket shows its link, and is left out while the ticket has no number."""
        if row.kind is not WriteKind.SET_FIELD:
            return row
        fields = row.body["fields"]
        assert isinstance(fields, dict)
        keys = {ticket.key: ticket.ticket for ticket in self.ledger.tickets}
        linked = {
            name: PAGES.ticket_link(number) if value in keys and (number := keys[value]) is not None else value
            for name, value in fields.items()
            if value not in keys or keys[value] is not None
        }
        return replace(row, body={"fields": linked})

    def _note(self, row: Waiting) -> None:
        if row.kind is WriteKind.OPEN_ALERT:
            number = max(self.shelf.tasks)
            tickets = (replace(one, ticket=number) if one.key == row.key else one for one in self.ledger.tickets)
            self.ledger = replace(self.ledger, tickets=tuple(tickets))
        if row.key:
            messages = (replace(one, sent_at=self.now) if one.key == row.key else one for one in self.ledger.messages)
            self.ledger = replace(self.ledger, messages=tuple(messages))

    def _end(self, key: str) -> None:
        tickets = (replace(one, ended_at=self.now) if one.key == key else one for one in self.ledger.tickets)
        self.ledger = replace(self.ledger, tickets=tuple(tickets))

    def _settle(self, accounts: set[AccountId]) -> None:
        followed = [one.ticket for one in self.ledger.tickets if one.account in accounts and one.ended_at is None]
        tickets = tuple(number for number in followed if number is not None)
        reading = self.shelf.read(Asked(accounts=tuple(sorted(accounts - {AccountId("")})), tickets=tickets), self.now)
        mine = tuple(self._with_link(mark) for mark in self.ledger.marks if mark.account in accounts)
        found = settle(replace(self.ledger, marks=mine), reading)
        self._save_ledger(
            Plan(id="", helpdesk=HelpdeskName("acme"), marks=found.marks, dropped=found.dropped, tickets=found.tickets)
        )

    def _with_link(self, mark: Mark) -> Mark:
        number = self._number(mark.value or "")
        return replace(mark, value=PAGES.ticket_link(number)) if number is not None else mark


def _metrics(account: AccountId) -> Metrics:
    rows = [
        DayRow(TODAY, "", "", None, None, 0, 0, 74, 0, 6),
        DayRow(TODAY, "", "email", Kind.REPLY, Method.ASSUMED, 317, 0, 0, 0, 0),
    ]
    subject = Subject(id=account, name=f"Account {account}")
    return measure(subject, History(rows), PRICING, TODAY, Day(TODAY - 400))
