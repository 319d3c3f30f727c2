"""Whole lives of alerts, from values to marks: whatever happens in whatever order, what is promised holds."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lives_desk import DAY, REOPENS, SIZE, VOLUME, WIDE, Cycle, Desk
from lives_helpdesk import PREFIX
from lives_store import restart
from planning_desk import CALENDAR, WRITING

from rules.alert import Phase, State, Step, Transition
from rules.facts import NOBODY, AccountId, TicketId
from rules.marks import MarkKind, WriteKind
from rules.planning.case import NEW_HOLDS
from rules.planning.change import AlertKey, Cause, Waiting
from rules.planning.commands import read_tag
from rules.planning.writing import TagChoice
from rules.rule import FirstRun, Guard, Rule, Unknown

ACCOUNTS = tuple(AccountId(str(number)) for number in (1, 2, 3))
THEIRS = frozenset({"gold", "care_vip"})
NEWS = (Cause.FIRST, Cause.RULE_JOINED, Cause.RAISED, Cause.MOVED, Cause.SNOOZE_OVER, Cause.TAKEN_BACK, Cause.REMINDER)
NEW_STEPS = (Step.OPENED, Step.RAISED, Step.MOVED, Step.WOKEN, Step.REOPENED)
FLIPS_A_DAY = 3
NARROW = Guard(max_new_per_week=2, max_new_per_run=2, first_run=FirstRun.ALERT)

accounts = st.sampled_from(ACCOUNTS)
values = st.sampled_from([None, 0, 8, 12, 18, 22, 22, 27, 33, 33])
NOTHING: frozenset[int] = frozenset()
METRICS = ("tickets_28d", "reopens_90d", "seats")
metrics = st.sampled_from(METRICS)
comments = st.sampled_from(
    [
        "#take",
        "#snooze 2d because of a project",
        "#wrong our fault",
        "#known until 2026-12-03 because they said so",
        "#done talked",
        "#open",
        "#never volume because it is theirs",
        "#nonsense",
        "I have a look",
    ]
)
command_tags = st.sampled_from(["care_ack", "care_snooze_3d", "care_never_reopens"])


class LivesMachine(RuleBasedStateMachine):
    """A desk on which values, time, people, edits, the guard and restarts come in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.foreign: dict[AccountId, set[str]] = {account: set(THEIRS) for account in ACCOUNTS}
        self.commands: set[tuple[AccountId, str]] = set()
        self.log: dict[AlertKey, list[Transition]] = defaultdict(list)
        self.flips: Counter[tuple[AccountId, str, int]] = Counter()
        self.stirred: set[tuple[AccountId, int]] = set()
        self.keys: list[str] = []
        self.vetoed: set[tuple[AccountId, str]] = set()

    @initialize(
        tags=st.sampled_from(TagChoice),
        guard=st.sampled_from([WIDE, NARROW]),
        seen=st.lists(values, min_size=9, max_size=9),
        early=st.booleans(),
    )
    def begin(self, tags: TagChoice, guard: Guard, seen: list[int | None], *, early: bool) -> None:
        """Three days of a helpdesk; without an early cycle the first plan finds alerts that stand."""
        self.desk.writing = replace(WRITING, tags=tags)
        self.desk.guard = guard
        for place, account in enumerate(ACCOUNTS):
            self.desk.add(account, THEIRS)
            if early:
                self.cycle_runs(NOTHING)
            self.desk.values[account] = dict(zip(METRICS, seen[place * 3 : place * 3 + 3], strict=True))
        self.nights_pass(3)

    # What the helpdesk counts.

    @rule(account=accounts, metric=metrics, value=values)
    def value_moves(self, account: AccountId, metric: str, value: int | None) -> None:
        if account in self.desk.values:
            self.desk.values[account][metric] = value

    @rule(account=accounts, metric=metrics)
    def value_flaps(self, account: AccountId, metric: str) -> None:
        for value in (22, 0) * FLIPS_A_DAY:
            self.value_moves(account, metric, value)
            self.hours_pass(1)

    @rule(hours=st.sampled_from([1, 5, 11]))
    def hours_pass(self, hours: int) -> None:
        self.desk.later(timedelta(hours=hours))
        self.cycle_runs(NOTHING)

    @rule(days=st.sampled_from([1, 2, 5, 13]))
    def machine_is_off(self, days: int) -> None:
        for _ in range(days):
            self.desk.later(DAY)

    @rule(nights=st.sampled_from([1, 1, 2, 4]))
    def nights_pass(self, nights: int) -> None:
        for _ in range(nights):
            self.desk.later(DAY)
            self.cycle_runs(NOTHING)

    # What people do.

    @precondition(lambda self: self.desk.shelf.tasks)
    @rule(text=comments, data=st.data())
    def person_notes(self, text: str, data: st.DataObject) -> None:
        self.desk.shelf.update(self._ticket(data), comment=text)

    @precondition(lambda self: self.desk.shelf.tasks)
    @rule(text=comments, data=st.data())
    def person_fills_the_answer(self, text: str, data: st.DataObject) -> None:
        self.desk.shelf.update(self._ticket(data), answer=text.removeprefix("#"))

    @precondition(lambda self: self.desk.shelf.tasks)
    @rule(tag=command_tags, data=st.data())
    def person_tags_the_ticket(self, tag: str, data: st.DataObject) -> None:
        self.desk.shelf.update(self._ticket(data), tag=tag)

    @rule(account=accounts, tag=command_tags)
    def person_commands_by_a_tag(self, account: AccountId, tag: str) -> None:
        if account in self.desk.values:
            self._stir(account)
            self.desk.shelf.tags[account].add(tag)
            self.desk.touched.add(account)

    @rule(account=accounts, tag=st.sampled_from(["silver", "care_other"]))
    def person_tags(self, account: AccountId, tag: str) -> None:
        if account in self.desk.values:
            self.desk.shelf.tags[account].add(tag)
            self.foreign[account].add(tag)

    @rule(account=accounts, data=st.data())
    def person_takes_a_tag_of_ours_off(self, account: AccountId, data: st.DataObject) -> None:
        ours = sorted(self.desk.shelf.tags.get(account, set()) - self.foreign[account])
        if ours:
            self._stir(account)
            tag = data.draw(st.sampled_from(ours))
            self.desk.shelf.tags[account].remove(tag)
            self._note_veto(account, tag)

    @precondition(lambda self: self.desk.shelf.tasks)
    @rule(status=st.sampled_from(["solved", "closed", "pending", "open"]), data=st.data())
    def person_sets_a_ticket(self, status: str, data: st.DataObject) -> None:
        task = self.desk.shelf.tasks[self._ticket(data)]
        if task.status != "closed":
            task.status = status

    @precondition(lambda self: self.desk.shelf.tasks)
    @rule(merges=st.booleans(), data=st.data())
    def person_merges_or_deletes_a_ticket(self, data: st.DataObject, *, merges: bool) -> None:
        number = self._ticket(data)
        task = self.desk.shelf.tasks[number]
        if merges:
            task.status, task.merged = "closed", True
        else:
            self.desk.shelf.gone.add(number)
            del self.desk.shelf.tasks[number]

    @rule(account=accounts, into=accounts)
    def account_goes(self, account: AccountId, into: AccountId) -> None:
        """Deleted, or merged into another one that stands."""
        if account not in self.desk.values or len(self.desk.values) == 1:
            return
        self._stir(*ACCOUNTS)
        del self.desk.values[account]
        self.desk.shelf.delete(account)
        if into in self.desk.values:
            self.desk.merged[account] = into

    # What those do who run it.

    @rule(of=st.sampled_from(["volume", "reopens", "size"]), shift=st.sampled_from([-8, 0, 8]))
    def lines_are_edited(self, of: str, shift: int) -> None:
        original = {one.id: one for one in (VOLUME, REOPENS, SIZE)}[of]
        levels = tuple(
            (level, replace(lines, enter=lines.enter + shift, exit=lines.exit + shift))
            for level, lines in original.levels
        )
        self._edit(of, levels=levels)

    @rule(
        of=st.sampled_from(["volume", "reopens", "size"]),
        change=st.sampled_from(
            [
                {"hold": timedelta(0)},
                {"hold": 2 * DAY},
                {"clear_after": timedelta(0)},
                {"clear_after": 3 * DAY},
                {"enabled": False},
                {"enabled": True},
                {"shadow": True},
                {"shadow": False},
                {"unknown": Unknown.HOLD},
                {"unknown": Unknown.ALERT},
                {"exempt": True},
            ]
        ),
    )
    def rule_is_edited(self, of: str, change: dict[str, object]) -> None:
        self._edit(of, **change)

    @rule(of=st.sampled_from(["reopens", "size"]), by=st.sampled_from([(), ("volume",)]))
    def rule_is_muted(self, of: str, by: tuple[str, ...]) -> None:
        self._edit(of, muted_by=tuple(one.id for one in self.desk.rules if one.id.split("-")[0] in by))

    @rule()
    def rule_is_renamed(self) -> None:
        self._stir(*ACCOUNTS)
        for place, one in enumerate(self.desk.rules):
            if one.id.startswith("volume"):
                name = f"volume-{len(one.previously) + 2}"
                renamed = replace(one, id=name, previously=(one.id, *one.previously))
                self.desk.rules = (*self.desk.rules[:place], renamed, *self.desk.rules[place + 1 :])

    @rule(of=st.sampled_from([VOLUME, REOPENS, SIZE]))
    def rule_is_removed_or_comes_back(self, of: Rule) -> None:
        self._stir(*ACCOUNTS)
        others = tuple(one for one in self.desk.rules if not one.id.startswith(of.id))
        self.desk.rules = others if len(others) < len(self.desk.rules) else (*others, of)

    @precondition(lambda self: any(hold.is_waiting for hold in self.desk.holds))
    @rule(data=st.data())
    def hold_is_approved(self, data: st.DataObject) -> None:
        waiting = [hold for hold in self.desk.holds if hold.is_waiting]
        chosen = data.draw(st.sampled_from(waiting))
        self._stir(*ACCOUNTS)
        self.vetoed.clear()
        self.desk.holds = tuple(
            replace(hold, approved_at=self.desk.now) if hold == chosen else hold for hold in self.desk.holds
        )

    @rule(account=accounts)
    def account_is_refused_or_let_in(self, account: AccountId) -> None:
        self.desk.shelf.refused ^= {account}
        if account not in self.desk.shelf.refused:
            self.desk.outbox = [replace(row, parked=False) for row in self.desk.outbox]

    @rule()
    def tagging_is_switched(self) -> None:
        self.desk.shelf.tagging_on = not self.desk.shelf.tagging_on

    # What we do.

    @rule()
    def machine_starts_anew(self) -> None:
        restart(self.desk)

    @rule(kept=st.just(NOTHING) | st.frozensets(st.integers(0, 6), max_size=3))
    def cycle_runs(self, kept: frozenset[int]) -> None:
        made, outcomes = self._run(kept)
        # What a person answered is judged next time, and a message for a ticket that is gone needs another one.
        if made.plan.answers or "gone" in outcomes:
            self._run(NOTHING)
        if not self.desk.outbox:
            self._check_nothing_left()

    def _run(self, kept: frozenset[int]) -> tuple[Cycle, set[str]]:
        self.desk.later(timedelta(minutes=1))
        made = self.desk.plan()
        self._check_judgement(made)
        self._check_messages(made)
        self._check_edits(made)
        self._check_vetoes(made)
        self.desk.save(made)
        self._note(made)
        self._check_owned()
        sent = self.desk.deliver(kept)
        for row, outcome in sent:
            if outcome == "applied":
                self._count(row)
        return made, {outcome for _, outcome in sent}

    def _check_nothing_left(self) -> None:
        again = self.desk.plan()
        assert again.plan.changes == ()
        assert again.transitions == ()

    def _check_judgement(self, made: Cycle) -> None:
        """What is unknown moves nothing where a rule holds, and the same judgement again changes nothing."""
        for account, states in made.judged.items():
            for name, after in states.items():
                before = made.before.get(account, {}).get(name)
                if before is not None and self._is_unknown(account, name, before):
                    kept = ("phase", "level", "episode", "since", "clock", "opened_at", "resolved_at")
                    assert [getattr(after, key) for key in kept] == [getattr(before, key) for key in kept]

    def _is_unknown(self, account: AccountId, name: str, before: State) -> bool:
        judged = next((one for one in self.desk.rules if one.id == name and one.enabled), None)
        if (
            judged is None
            or judged.unknown is not Unknown.HOLD
            or before.judged_at is None
            or account in self._merging()
        ):
            return False
        days = CALENDAR.midnights(before.judged_at, self.desk.now)
        seen = [self.desk.past.get((account, day), {}) for day in days]
        numbers = [one.get(judged.signal.text, 0) for one in (*seen, self.desk.values.get(account, {}))]
        return before.signal != "" and all(number is None for number in numbers)

    def _merging(self) -> set[AccountId]:
        return {*self.desk.merged, *self.desk.merged.values()}

    def _check_messages(self, made: Cycle) -> None:
        """At most one message an account; none of what is on hold, spoken for or held."""
        written = Counter(
            (change.account, change.reason is Cause.ANSWERED) for change in made.plan.changes if change.key
        )
        assert all(number == 1 for (account, _), number in written.items() if account != NOBODY)
        for message in made.plan.messages:
            if message.account == NOBODY or message.reason not in NEWS:
                continue
            for name in message.rules:
                known = made.judged[message.account][name]
                state = made.plan.states.get((message.account, name), known)
                assert not state.is_silent
                assert state.held not in NEW_HOLDS

    def _check_edits(self, made: Cycle) -> None:
        """Whatever lines were edited: one judgement never ends an alert and opens it again."""
        steps = {(key, step.at, step.step) for key, step in made.transitions}
        ended = {(key, at) for key, at, step in steps if step is Step.RESOLVED}
        assert ended.isdisjoint((key, at) for key, at, step in steps if step is Step.OPENED)

    def _check_vetoes(self, made: Cycle) -> None:
        """A tag that a person took off comes back when something is new on the account, and not before."""
        news = {account for (account, _), step in made.transitions if step.step in NEW_STEPS}
        self.vetoed = {(account, tag) for account, tag in self.vetoed if account not in news}
        for change in made.plan.changes:
            if change.kind is WriteKind.ADD_TAG:
                tags = change.body["tags"]
                assert isinstance(tags, list)
                assert self.vetoed.isdisjoint((change.account, tag) for tag in tags)

    def _check_owned(self) -> None:
        """Only what is in our ledger is ever taken off."""
        for row in self.desk.outbox:
            if row.kind is WriteKind.REMOVE_TAG:
                marks = (mark for mark in self.desk.ledger.marks if mark.kind is MarkKind.TAG)
                ours = {mark.name for mark in marks if mark.account == row.account}
                assert set(_tags(row)) <= ours

    def _note(self, made: Cycle) -> None:
        for (account, name), step in made.transitions:
            self.log[account, _lineage(name)].append(step)

    def _count(self, row: Waiting) -> None:
        if row.key:
            self.keys.append(row.key)
        if row.kind in (WriteKind.ADD_TAG, WriteKind.REMOVE_TAG):
            for tag in _tags(row):
                if read_tag(tag, PREFIX) is None:
                    self.flips[row.account, tag, CALENDAR.today(self.desk.now)] += 1

    @invariant()
    def foreign_tags_survive(self) -> None:
        assert all(tags >= self.foreign[account] for account, tags in self.desk.shelf.tags.items())

    @invariant()
    def an_account_has_one_alert_ticket_at_a_time(self) -> None:
        followed = Counter(one.account for one in self.desk.ledger.tickets if one.ended_at is None)
        assert all(number == 1 for account, number in followed.items() if account != NOBODY)

    @invariant()
    def no_message_is_sent_twice(self) -> None:
        assert len(self.keys) == len(set(self.keys))

    @invariant()
    def a_level_is_set_exactly_while_open_or_clearing(self) -> None:
        for states in self.desk.states.values():
            for state in states.values():
                assert (state.level is not None) == (state.phase in (Phase.OPEN, Phase.CLEARING))
                assert (state.since is not None) == (state.phase is not Phase.IDLE)
                assert state.acknowledged is None or state.level is not None

    @invariant()
    def an_episode_resolves_once_and_only_after_it_opened(self) -> None:
        for steps in self.log.values():
            opened: Counter[int] = Counter()
            resolved: Counter[int] = Counter()
            for step in steps:
                begins = step.level_before is None and step.level_after is not None
                assert begins == (step.step is Step.OPENED or (step.step is Step.MOVED and begins))
                opened[step.episode] += begins
                resolved[step.episode] += step.step is Step.RESOLVED
                assert resolved[step.episode] <= opened[step.episode] <= 1

    @invariant()
    def the_log_joins_from_phase_to_phase(self) -> None:
        for steps in self.log.values():
            for one, other in pairwise(steps):
                assert (one.phase_after, one.level_after) == (other.phase_before, other.level_before)

    @invariant()
    def no_tag_flips_more_than_three_times_a_day_by_itself(self) -> None:
        for (account, _, day), number in self.flips.items():
            assert number <= FLIPS_A_DAY or (account, day) in self.stirred

    def _ticket(self, data: st.DataObject) -> TicketId:
        number = data.draw(st.sampled_from(sorted(self.desk.shelf.tasks)))
        key = self.desk.shelf.tasks[number].external_id
        for ticket in self.desk.ledger.tickets:
            if ticket.key == key and ticket.account != NOBODY:
                self.desk.touched.add(ticket.account)
                self._stir(ticket.account)
        return number

    def _note_veto(self, account: AccountId, tag: str) -> None:
        """It counts where we once read the tag back."""
        for mark in self.desk.ledger.marks:
            if (mark.account, mark.name) == (account, tag) and mark.seen_at is not None and mark.unwanted_at is None:
                self.vetoed.add((account, tag))

    def _edit(self, of: str, **changes: object) -> None:
        self._stir(*ACCOUNTS)
        self.desk.rules = tuple(
            replace(one, **changes) if _lineage(one.id) == of else one  # type: ignore[arg-type]
            for one in self.desk.rules
        )

    def _stir(self, *touched: AccountId) -> None:
        """On that day a tag of theirs may flip as often as people ask for."""
        self.stirred |= {(account, CALENDAR.today(self.desk.now)) for account in touched}


def _lineage(name: str) -> str:
    return re.sub(r"-\d+$", "", name)


def _tags(row: Waiting) -> list[str]:
    tags = row.body["tags"]
    assert isinstance(tags, list)
    return tags


TestLives = LivesMachine.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
