"""The life of alerts: states, the log of their transitions, and what was seen on which day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, insert, or_, select, union, update

from connector.store.changes import forget_changed
from connector.store.database import Database, batches, replacing, upsert
from connector.store.desk_number import find_desk, make_desk
from connector.store.rows import Judgement, RuleRow, TransitionRow, VerdictDay
from connector.store.tables import ACCOUNT, ALERT, ANSWER, HELPDESK, RULE, TRANSITION
from connector.store.verdict_rows import read_days, save_days
from rules.alert import Phase, State, Transition
from rules.facts import AccountId, Day, HelpdeskName


class Alerts:
    """States, transitions and verdicts of every helpdesk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state: TypeAdapter[State] = TypeAdapter(State)
        self._transition: TypeAdapter[Transition] = TypeAdapter(Transition)

    def states(self, helpdesk: HelpdeskName) -> Mapping[AccountId, Mapping[str, State]]:
        """Every state by account and rule id."""
        found: dict[AccountId, dict[str, State]] = defaultdict(dict)
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
            rows = connection.execute(
                select(ALERT.c.account, ALERT.c.rule, ALERT.c.state).where(ALERT.c.helpdesk == desk)
            )
            for account, rule, state in rows:
                found[account][rule] = self._state.validate_json(state)
        return dict(found)

    def traced(self, helpdesk: HelpdeskName) -> frozenset[AccountId]:
        """Accounts, not known to be deleted, with something to be lost: an alert now or earlier, or an answer."""
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
            lived = or_(ALERT.c.phase != Phase.IDLE.value, ALERT.c.opened_at.is_not(None))
            alerts = select(ALERT.c.account).where(ALERT.c.helpdesk == desk, lived)
            answers = select(ANSWER.c.account).where(ANSWER.c.helpdesk == desk)
            gone = select(ACCOUNT.c.id).where(ACCOUNT.c.helpdesk == desk, ACCOUNT.c.deleted == 1)
            return frozenset(connection.scalars(union(alerts, answers))) - frozenset(connection.scalars(gone))

    def rules(self, helpdesk: HelpdeskName) -> tuple[RuleRow, ...]:
        """Every rule that was judged last time."""
        with self._database.read() as connection:
            desk = find_desk(connection, helpdesk)
            rows = connection.execute(select(RULE).where(RULE.c.helpdesk == desk).order_by(RULE.c.rule))
            return tuple(
                RuleRow(rule=row.rule, signal=row.signal, digest=row.digest, planned_at=row.planned_at) for row in rows
            )

    def transitions(
        self, helpdesk: HelpdeskName, account: AccountId | None = None, since: datetime | None = None
    ) -> tuple[TransitionRow, ...]:
        """The log, oldest first; of one account, or from a moment on."""
        with self._database.read() as connection:
            found = select(TRANSITION).where(TRANSITION.c.helpdesk == find_desk(connection, helpdesk))
            if account is not None:
                found = found.where(TRANSITION.c.account == account)
            if since is not None:
                found = found.where(TRANSITION.c.at >= since)
            rows = connection.execute(found.order_by(TRANSITION.c.at, TRANSITION.c.id)).all()
        return self._transition_rows(rows)

    def log(self, helpdesk: HelpdeskName, account: AccountId) -> tuple[TransitionRow, ...]:
        """One account's log in the order in which it was written: what a look back found comes when it was found."""
        with self._database.read() as connection:
            here = (TRANSITION.c.helpdesk == find_desk(connection, helpdesk), TRANSITION.c.account == account)
            rows = connection.execute(select(TRANSITION).where(*here).order_by(TRANSITION.c.id)).all()
        return self._transition_rows(rows)

    def verdict_days(
        self, helpdesk: HelpdeskName, account: AccountId, day: Day | None = None
    ) -> tuple[VerdictDay, ...]:
        """What the rules saw of an account on finished days, by rule and day; or on one of them."""
        with self._database.read() as connection:
            return tuple(read_days(connection, find_desk(connection, helpdesk), account, day))

    def save_judgement(self, helpdesk: HelpdeskName, judgement: Judgement) -> None:
        """Saves what a judgement changed, in one transaction.

        It is one that nothing is planned from: the next plan of each rule is its first, as if there had been none.
        """
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            self.save(connection, desk, judgement)
            connection.execute(update(RULE).where(RULE.c.helpdesk == desk).values(planned_at=None))

    def save(self, connection: Connection, desk: int, judgement: Judgement) -> None:
        """The same as a part of a larger transaction."""
        self._save_states(connection, desk, judgement.states)
        self._log(connection, desk, judgement.transitions)
        save_days(connection, desk, judgement.days)
        if judgement.rules is not None:
            _save_rules(connection, desk, judgement.rules)
        forget_changed(connection, desk, judgement.changed)
        connection.execute(update(HELPDESK).where(HELPDESK.c.id == desk).values(judged_at=judgement.as_of))

    def _save_states(
        self, connection: Connection, desk: int, states: Mapping[tuple[AccountId, str], State | None]
    ) -> None:
        kept = [(account, rule, state) for (account, rule), state in states.items() if state is not None]
        for some in batches(kept):
            packed = [self._packed(desk, account, rule, state) for account, rule, state in some]
            connection.execute(replacing(connection.dialect, ALERT), packed)
        for account, rule in (key for key, state in states.items() if state is None):
            here = (ALERT.c.helpdesk == desk, ALERT.c.account == account, ALERT.c.rule == rule)
            connection.execute(delete(ALERT).where(*here))

    def _transition_rows(self, rows: Iterable[Row[Any]]) -> tuple[TransitionRow, ...]:
        return tuple(
            TransitionRow(account=row.account, rule=row.rule, transition=self._transition.validate_json(row.transition))
            for row in rows
        )

    def _packed(self, desk: int, account: AccountId, rule: str, state: State) -> dict[str, Any]:
        return {
            "helpdesk": desk,
            "account": account,
            "rule": rule,
            "phase": state.phase.value,
            "level": state.level,
            "opened_at": state.opened_at,
            "state": self._state.dump_json(state).decode(),
        }

    def _log(self, connection: Connection, desk: int, rows: Iterable[TransitionRow]) -> None:
        lines = [
            {
                "helpdesk": desk,
                "account": row.account,
                "rule": row.rule,
                "at": row.transition.at,
                "step": row.transition.step.value,
                "transition": self._transition.dump_json(row.transition).decode(),
            }
            for row in rows
        ]
        if lines:
            connection.execute(insert(TRANSITION), lines)


def _save_rules(connection: Connection, desk: int, rules: Iterable[RuleRow]) -> None:
    """A rule's first plan is remembered as long as the rule is judged."""
    rows = [
        {
            "helpdesk": desk,
            "rule": rule.rule,
            "signal": rule.signal,
            "digest": rule.digest,
            "planned_at": rule.planned_at,
        }
        for rule in rules
    ]
    names = [row["rule"] for row in rows]
    connection.execute(delete(RULE).where(RULE.c.helpdesk == desk, RULE.c.rule.not_in(names)))
    if not rows:
        return
    fresh = upsert(connection.dialect, RULE)
    keys = list(RULE.primary_key.columns)
    changed = {"signal": fresh.excluded.signal, "digest": fresh.excluded.digest}
    connection.execute(fresh.on_conflict_do_update(index_elements=keys, set_=changed), rows)
