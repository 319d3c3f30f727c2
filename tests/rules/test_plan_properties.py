"""Whatever happens between two plans: foreign tags survive, removed tags are ours, an applied plan leaves nothing."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from planning_desk import POLICY, START, WRITING, Desk, standing

from rules.facts import AccountId
from rules.marks import MarkKind, WriteKind
from rules.planning.change import Change
from rules.planning.writing import TagChoice
from rules.rule import Level

ACCOUNTS = tuple(AccountId(str(number)) for number in (1, 2, 3))
RULES = ("cost-share", "reopens")
accounts = st.sampled_from(ACCOUNTS)
rules = st.sampled_from(RULES)


class PlanMachine(RuleBasedStateMachine):
    """A desk on which everything may happen between two plans."""

    def __init__(self) -> None:
        super().__init__()
        guard = replace(POLICY.guard, max_new_per_week=1_000)
        self.desk = Desk(
            policy=replace(POLICY, guard=guard),
            planned=dict.fromkeys(RULES, START - timedelta(days=99)),
            active_accounts=100_000,
        )
        self.foreign: dict[AccountId, set[str]] = {}

    @initialize(tags=st.sampled_from(TagChoice))
    def open_the_desk(self, tags: TagChoice) -> None:
        self.desk.writing = replace(WRITING, tags=tags)
        for account in ACCOUNTS:
            self.foreign[account] = {"gold", "care_vip"}
            self.desk.add(account, tags=self.foreign[account])

    @rule(account=accounts, name=rules, level=st.sampled_from(Level))
    def alert_stands(self, account: AccountId, name: str, level: Level) -> None:
        known = self.desk.states.get((account, name))
        level = Level.AMBER if name == "reopens" else level
        if known is None or known.level is None:
            episode = 1 if known is None else known.episode + 1
            self.desk.states[account, name] = replace(standing(level, opened=self.desk.now), episode=episode)
            return
        dropped = known.acknowledged is not None and level > known.acknowledged
        after = replace(known, level=level, acknowledged=None if dropped else known.acknowledged)
        self.desk.states[account, name] = after

    @rule(account=accounts, name=rules)
    def alert_ends(self, account: AccountId, name: str) -> None:
        known = self.desk.states.get((account, name))
        if known is not None and known.level is not None:
            self.desk.resolve(name, account)

    @rule(account=accounts, tag=st.sampled_from(("silver", "care_other")))
    def person_tags(self, account: AccountId, tag: str) -> None:
        self.desk.tags[account].add(tag)
        self.foreign[account].add(tag)

    @rule(account=accounts, data=st.data())
    def person_takes_a_tag_of_ours_off(self, account: AccountId, data: st.DataObject) -> None:
        ours = sorted(self.desk.tags[account] - self.foreign[account])
        if ours:
            self.desk.tags[account].remove(data.draw(st.sampled_from(ours)))

    @rule(status=st.sampled_from(("solved", "closed", "pending")))
    def person_sets_the_newest_ticket(self, status: str) -> None:
        if self.desk.tickets:
            self.desk.person_sets(status)

    @rule()
    def person_deletes_a_ticket(self) -> None:
        if self.desk.tickets:
            oldest = min(self.desk.tickets)
            self.desk.tickets[oldest] = replace(self.desk.tickets[oldest], status="closed", merged=True)

    @rule()
    def day_turns(self) -> None:
        self.desk.later(days=1)
        self.desk.day_turned = True

    @rule(lost=st.sets(st.integers(min_value=0, max_value=8)))
    def some_writes_are_lost(self, lost: set[int]) -> None:
        """Tags and fields alone: a message is never lost without a word, its outbox row stays."""
        made = self.desk.plan()
        self.desk.save(made)
        for place, change in enumerate(made.changes):
            if place not in lost or change.key:
                self._apply(change)
        self.desk.later(minutes=1)
        self.desk.settle()
        self.desk.later()

    @rule()
    def cycle_runs(self) -> None:
        self.desk.day_turned = False
        made = self.desk.plan()
        self.desk.save(made)
        for change in made.changes:
            self._apply(change)
        self.desk.later(minutes=1)
        self.desk.settle()
        self.desk.later()
        again = self.desk.plan()
        assert again.changes == ()

    def _apply(self, change: Change) -> None:
        if change.kind is WriteKind.REMOVE_TAG:
            ours = {
                mark.name
                for mark in self.desk.ledger.marks
                if mark.account == change.account and mark.kind is MarkKind.TAG
            }
            taken = change.body["tags"]
            assert isinstance(taken, list)
            assert ours >= set(taken)
        self.desk.apply(change)

    @invariant()
    def foreign_tags_survive(self) -> None:
        assert all(self.desk.tags[account] >= tags for account, tags in self.foreign.items())

    @invariant()
    def no_message_is_sent_twice(self) -> None:
        keys = [key for key, _ in self.desk.comments]
        assert len(keys) == len(set(keys))


TestPlan = PlanMachine.TestCase
TestPlan.settings = settings(max_examples=200, stateful_step_count=30, deadline=None, derandomize=True)
