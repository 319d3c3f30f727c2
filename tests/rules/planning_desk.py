"""A helpdesk in a few lines, for tests of plans: it shows marks, takes changes, and people touch it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from written import signal

from rules.alert import Phase, Reason, State
from rules.counting.cost import Pricing
from rules.counting.taken_off import TakenOff
from rules.days import Calendar
from rules.facts import AccountId, Day, HelpdeskName, Kind, Method, Rate, Revenue, TicketId
from rules.marks import AccountMarks, AlertTicketMark, MarksRead, WriteKind
from rules.measuring.measure import DayRow, History, Subject, measure
from rules.planning.case import Case
from rules.planning.change import AlertKey, Change, Hold, Plan, Waiting
from rules.planning.desired import FIELDS
from rules.planning.lately import Lately, Week
from rules.planning.plan import plan
from rules.planning.reconcile import Ledger, Reading, settle
from rules.planning.scene import Pages, Scene
from rules.planning.writing import WritePolicy, WriteSettings
from rules.rule import FirstRun, Guard, Level, Lines, Policy, Rule

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = Day(date(2026, 11, 21).toordinal())
CALENDAR = Calendar(UTC)
PRICING = Pricing(
    rates=(Rate(per_hour=Decimal(60), group=None, first=None),),
    minutes={"email": Decimal(5), "note": Decimal(3), "change": Decimal("0.5")},
    currency="EUR",
    gross_margin=None,
)
SHARE = Rule(
    id="cost-share",
    title="Support takes too much of what the account pays",
    signal=signal("touch_cost_90d / revenue_90d"),
    levels=(
        (Level.WATCH, Lines(enter=Decimal("0.15"), exit=Decimal("0.10"))),
        (Level.AMBER, Lines(enter=Decimal("0.20"), exit=Decimal("0.16"))),
        (Level.RED, Lines(enter=Decimal("0.30"), exit=Decimal("0.24"))),
    ),
    why="Support took {cost_share_90d} of what they paid in 90 days",
)
REOPENS = Rule(
    id="reopens",
    title="Solved tickets come back",
    signal=signal("reopens_90d"),
    levels=((Level.AMBER, Lines(enter=Decimal(4), exit=Decimal(2))),),
)
POLICY = Policy(rules=(SHARE, REOPENS), guard=Guard(first_run=FirstRun.ALERT))
WRITING = WriteSettings(policy=WritePolicy.SYNC, group="Customer Success")
PAGES = Pages(account="https://desk.test/organizations/{id}", ticket="https://desk.test/tickets/{id}")
ACME = AccountId("42")


def standing(level: Level = Level.RED, *, opened: datetime = START - timedelta(days=10)) -> State:
    """An open alert that was never told."""
    return State(
        phase=Phase.OPEN, level=level, since=opened, opened_at=opened, episode=1, value=Decimal("0.31"), signal="above"
    )


@dataclass
class Desk:
    """The helpdesk, our ledger of it and our states; `round` plans, applies and reads back."""

    policy: Policy = POLICY
    writing: WriteSettings = WRITING
    now: datetime = START
    tags: dict[AccountId, set[str]] = field(default_factory=dict)
    fields: dict[AccountId, dict[str, str | None]] = field(default_factory=dict)
    tickets: dict[TicketId, AlertTicketMark] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    states: dict[AlertKey, State] = field(default_factory=dict)
    resolved: dict[AlertKey, Reason] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    waiting: tuple[Waiting, ...] = ()
    holds: tuple[Hold, ...] = ()
    planned: dict[str, datetime] = field(default_factory=dict)
    tagging_on: bool = True
    active_accounts: int = 1_000
    owners: dict[AccountId, str] = field(default_factory=dict)
    owners_are_persons: bool = False
    cheap: bool = False
    """Whether accounts cost nearly nothing."""
    lately: Lately | None = None
    weeks: list[Week] = field(default_factory=list)
    day_turned: bool = False
    partly: dict[AccountId, set[str]] = field(default_factory=dict)
    """Tags that only some show of those who show an account's marks; adding one again reaches all."""
    hidden: set[AccountId] = field(default_factory=set)
    """Accounts that a read does not show."""
    taken_off: TakenOff | None = None
    own_fault_touches: int = 0
    """Of every account, beside the 357 touches that are not our own fault."""

    def add(self, account: AccountId = ACME, *, tags: Iterable[str] = (), **states: State) -> AccountId:
        """An account with states by rule id, `_` for `-`."""
        self.tags[account] = set(tags)
        self.fields[account] = {f"{self.writing.prefix}{name}": None for name in FIELDS}
        self.states |= {(account, rule.replace("_", "-")): state for rule, state in states.items()}
        return account

    def state(self, rule: str, account: AccountId = ACME) -> State:
        return self.states[account, rule]

    def set(self, rule: str, account: AccountId = ACME, **changes: object) -> None:
        """What the judge would have changed."""
        self.states[account, rule] = replace(self.states[account, rule], **changes)  # type: ignore[arg-type]

    def resolve(self, rule: str, account: AccountId = ACME, reason: Reason = Reason.VALUE) -> None:
        self.set(
            rule,
            account,
            phase=Phase.IDLE,
            level=None,
            since=None,
            acknowledged=None,
            resolved_at=self.now,
            calm_since=self.now - timedelta(days=14),
            value=Decimal("0.08"),
        )
        self.resolved[account, rule] = reason

    def later(self, **length: int) -> None:
        self.now += timedelta(**(length or {"minutes": 15}))

    def case(self, account: AccountId) -> Case:
        rows = [
            DayRow(TODAY, "", "", None, None, 0, 0, 74, 0, 6),
            DayRow(TODAY, "", "email", Kind.REPLY, Method.MEASURED, 40, 155_496, 0, 0, 0),
            DayRow(TODAY, "", "email", Kind.REPLY, Method.ASSUMED, 317, 0, 0, 0, 0),
            DayRow(TODAY, "", "email", Kind.REPLY, Method.ASSUMED, self.own_fault_touches, 0, 0, 0, 0, own_fault=True),
        ]
        rows = [DayRow(TODAY, "", "email", Kind.REPLY, Method.MEASURED, 9, 8100, 0, 0, 0)] if self.cheap else rows
        paid = Revenue(
            account=account, first=date(2026, 8, 24), last=date(2026, 11, 21), amount=Decimal(13_500), currency="EUR"
        )
        name = f"Rossi Meccanica {account}".removesuffix(f" {ACME}")
        subject = Subject(
            id=account,
            name=name,
            periods=(paid,),
            owner=self.owners.get(account),
            owner_is_person=self.owners_are_persons,
        )
        return Case(
            metrics=measure(subject, History(rows), PRICING, TODAY, Day(TODAY - 400)),
            states={rule: state for (whose, rule), state in self.states.items() if whose == account},
            resolved={rule: reason for (whose, rule), reason in self.resolved.items() if whose == account},
            taken_off=self.taken_off,
        )

    def read(self) -> Reading:
        shown = [account for account in self.tags if account not in self.hidden]
        accounts = tuple(
            AccountMarks(
                account=account,
                tags=frozenset(self.tags[account]) if self.tagging_on else frozenset(),
                fields=dict(self.fields[account]),
                partly=frozenset(self.partly.get(account, ())),
            )
            for account in shown
        )
        marks = MarksRead(
            read_at=self.now, accounts=accounts, tickets=tuple(self.tickets.values()), tagging_on=self.tagging_on
        )
        known = frozenset(row.ticket for row in self.ledger.tickets if row.ticket is not None)
        return Reading(marks=marks, accounts=frozenset(self.tags), tickets=known)

    def scene(self) -> Scene:
        return Scene(
            helpdesk=HelpdeskName("acme"),
            at=self.now,
            as_of=self.now,
            calendar=CALENDAR,
            policy=self.policy,
            writing=self.writing,
            pages=PAGES,
            cases={account: self.case(account) for account in self.tags},
            reading=self.read(),
            ledger=self.ledger,
            waiting=self.waiting,
            holds=self.holds,
            planned=self.planned,
            active_accounts=self.active_accounts,
            day_turned=self.day_turned,
            lately=self.lately,
        )

    def plan(self) -> Plan:
        return plan(self.scene())

    def round(self) -> Plan:
        """One cycle: plan, save, apply everything, read back."""
        made = self.plan()
        self.save(made)
        for change in made.changes:
            self.apply(change)
        self.later(minutes=1)
        self.settle()
        self.later()
        return made

    def save(self, made: Plan) -> None:
        self.states |= made.states
        self.resolved.clear()
        gone = {(mark.account, mark.name) for mark in made.dropped}
        marks = {(mark.account, mark.name): mark for mark in (*self.ledger.marks, *made.marks)}
        tickets = {ticket.key: ticket for ticket in (*self.ledger.tickets, *made.tickets)}
        messages = {message.key: message for message in (*self.ledger.messages, *made.messages)}
        self.ledger = Ledger(
            marks=tuple(mark for key, mark in marks.items() if key not in gone),
            tickets=tuple(tickets.values()),
            messages=tuple(messages.values()),
        )
        holds = {hold.id: hold for hold in (*self.holds, *made.holds)}
        self.holds = tuple(holds.values())
        self.planned |= dict.fromkeys(made.planned, self.now)
        self.weeks += [] if made.week is None else [made.week]

    def apply(self, change: Change) -> None:
        body = change.body
        if change.kind is WriteKind.ADD_TAG:
            self.tags[change.account] |= set(_texts(body["tags"]))
            self.partly.get(change.account, set()).difference_update(_texts(body["tags"]))
        elif change.kind is WriteKind.REMOVE_TAG:
            self.tags[change.account] -= set(_texts(body["tags"]))
        elif change.kind is WriteKind.SET_FIELD:
            self.fields[change.account] |= self._linked(body["fields"])
        else:
            self._message(change)

    def _linked(self, fields: object) -> Mapping[str, str | None]:
        assert isinstance(fields, dict)
        ids = {row.key: row.ticket for row in self.ledger.tickets if row.ticket is not None}
        return {key: PAGES.ticket_link(ids[value]) if value in ids else value for key, value in fields.items()}

    def _message(self, change: Change) -> None:
        row = next(row for row in self.ledger.tickets if row.key == change.what)
        if change.kind is WriteKind.OPEN_ALERT:
            row = replace(row, ticket=TicketId(len(self.tickets) + 1))
        assert row.ticket is not None
        status = {WriteKind.CLOSE_ALERT: "solved"}.get(change.kind, "open")
        self.tickets[row.ticket] = AlertTicketMark(id=row.ticket, external_id=row.key, status=status)
        self.comments.append((change.key, str(change.body["comment"])))
        messages = [replace(m, sent_at=self.now) if m.key == change.key else m for m in self.ledger.messages]
        tickets = [row if known.key == row.key else known for known in self.ledger.tickets]
        self.ledger = replace(self.ledger, tickets=tuple(tickets), messages=tuple(messages))

    def settle(self) -> None:
        found = settle(self.ledger, self.read())
        self.save(
            Plan(id="", helpdesk=HelpdeskName("acme"), marks=found.marks, dropped=found.dropped, tickets=found.tickets)
        )

    def person_sets(self, status: str, *, merged: bool = False) -> None:
        """Somebody changes the newest alert ticket."""
        newest = max(self.tickets)
        self.tickets[newest] = replace(self.tickets[newest], status=status, merged=merged)


def kinds(made: Plan) -> list[str]:
    return [str(change.kind) for change in made.changes]


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value
