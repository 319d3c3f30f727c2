"""What a helpdesk is bound to, what its totals stand on, and where it stands."""

from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from connector.helpdesk import HelpdeskError, Identity, Stream
from connector.store.database import Database
from connector.store.desk_number import find_desk, make_desk
from connector.store.rows import Basis, Recount, Standing
from connector.store.tables import HELPDESK, RULE, TICKET, WALK
from rules.capability import EVERYTHING, Capability
from rules.facts import HelpdeskName, UtcSecond

_FIELDS = "account_fields"
_PROBLEMS = "problems"
"""In what is remembered: whether the rows were pulled with the problem that each ticket belongs to."""
_BEFORE_OWN_FAULT = MappingProxyType({"own_fault_tags": [], "problem_links": False, _PROBLEMS: False})
"""What totals stand on that were counted before our own fault was told apart."""
_EMPTY = Standing(filling=True, facts_from=None, judged_at=None, own=None, ignored=frozenset())


class Desks:
    """The helpdesks of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def helpdesks(self) -> tuple[HelpdeskName, ...]:
        """Every helpdesk that was ever spoken to, out of the configuration too."""
        with self._database.read() as connection:
            return tuple(connection.scalars(select(HELPDESK.c.name).order_by(HELPDESK.c.name)))

    def bind(self, helpdesk: HelpdeskName, identity: Identity) -> None:
        """Binds the name to what the helpdesk says of itself; HelpdeskError when it is bound to another.

        What it can do is remembered as it says it last.
        """
        found = (identity.kind, identity.host, identity.account)
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            bound = connection.execute(select(HELPDESK.c.kind, HELPDESK.c.host, HELPDESK.c.account).where(_is(desk)))
            before = tuple(bound.one())
            if before not in ((None, None, None), found):
                raise HelpdeskError(_another(helpdesk, before, found))
            values: dict[str, object] = dict(zip(("kind", "host", "account"), found, strict=True))
            values["capabilities"] = sorted(identity.capabilities)
            connection.execute(update(HELPDESK).where(_is(desk)).values(values))

    def capabilities(self, helpdesk: HelpdeskName) -> frozenset[Capability]:
        """What the helpdesk can do, as it said at the last contact; everything before there was one."""
        with self._database.read() as connection:
            found = connection.scalar(select(HELPDESK.c.capabilities).where(HELPDESK.c.name == helpdesk))
        return EVERYTHING if found is None else frozenset(map(Capability, found))

    def standing(self, helpdesk: HelpdeskName) -> Standing:
        """Where it stands; a helpdesk that the store does not know is filling and has nothing."""
        with self._database.read() as connection:
            row = connection.execute(select(HELPDESK).where(HELPDESK.c.name == helpdesk)).one_or_none()
        if row is None:
            return _EMPTY
        begins = None if row.facts_from is None else max(row.facts_from, row.kept_from or 0)
        return Standing(
            filling=row.filling == 1,
            facts_from=begins,
            judged_at=row.judged_at,
            own=row.own,
            ignored=frozenset(row.ignored or ()),
        )

    def keep_fields(self, helpdesk: HelpdeskName, keys: frozenset[str]) -> None:
        """Says which organisation fields accounts are kept with from now on.

        Others than before: every walk through the accounts is forgotten, so that the next one brings them all again.
        """
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            before = connection.scalar(select(HELPDESK.c.basis).where(_is(desk))) or {}
            if before.get(_FIELDS) != sorted(keys):
                values = {"basis": before | {_FIELDS: sorted(keys)}}
                connection.execute(update(HELPDESK).where(_is(desk)).values(values))
                accounts = WALK.c.stream == Stream.ACCOUNTS.value
                connection.execute(delete(WALK).where(WALK.c.helpdesk == desk, accounts))

    def recount(self, helpdesk: HelpdeskName, basis: Basis) -> Recount:
        """What an edit of the configuration asks for.

        Answers REFILL until `begin_filling` and REBUILD until `build_totals` has come to its end, also after a crash.
        """
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            row = connection.execute(select(HELPDESK).where(_is(desk))).one()
            if _asks_for_rows(row.basis or {}, basis):
                return Recount.REFILL
            due = _is_due(row, basis)
            # A filling that was cut has not brought what lies before the day to which it goes back by now.
            remembered = _on_rows(row.basis, basis) if row.filling == 1 else _merged(row.basis, basis)
            values = {"basis": remembered, "due": int(due or row.due == 1)}
            connection.execute(update(HELPDESK).where(_is(desk)).values(values))
        return Recount.REBUILD if due else Recount.NOTHING

    def foresee(self, helpdesk: HelpdeskName, basis: Basis) -> Recount:
        """What `recount` would answer; changes nothing."""
        with self._database.read() as connection:
            row = connection.execute(select(HELPDESK).where(HELPDESK.c.name == helpdesk)).one_or_none()
        if row is None or _asks_for_rows(row.basis or {}, basis):
            return Recount.REFILL
        return Recount.REBUILD if _is_due(row, basis) else Recount.NOTHING

    def begin_filling(self, helpdesk: HelpdeskName, basis: Basis) -> None:
        """Pages bring rows and no totals until `end_filling`. What is stored stays; unfinished walks are forgotten."""
        with self._database.write() as connection:
            desk = make_desk(connection, helpdesk)
            values = {"filling": 1, "basis": _packed(basis), "facts_from": None, "kept_from": None}
            connection.execute(update(HELPDESK).where(_is(desk)).values(values))
            connection.execute(update(TICKET).where(TICKET.c.helpdesk == desk, TICKET.c.cut == 1).values(cut=0))
            connection.execute(delete(WALK).where(WALK.c.helpdesk == desk, (WALK.c.done == 0) | (WALK.c.filling == 1)))

    def end_filling(self, helpdesk: HelpdeskName) -> None:
        """From now on pages change the totals."""
        with self._database.write() as connection:
            connection.execute(update(HELPDESK).where(_is(find_desk(connection, helpdesk))).values(filling=0))


def say_built(connection: Connection, desk: int, facts_from: UtcSecond) -> None:
    """The totals stand, on the basis that is remembered."""
    connection.execute(update(HELPDESK).where(_is(desk)).values(due=0, facts_from=facts_from))


def say_due(connection: Connection, desk: int) -> None:
    """The totals are being replaced, and are to be built again if that is cut. Every rule is to be judged on them."""
    connection.execute(update(HELPDESK).where(_is(desk)).values(due=1))
    connection.execute(update(RULE).where(RULE.c.helpdesk == desk).values(digest=""))


def _is(desk: int) -> ColumnElement[bool]:
    return HELPDESK.c.id == desk


def _packed(basis: Basis) -> dict[str, object]:
    """What totals depend on, with rows as they are pulled by now; people only as fingerprints."""
    return {
        "time_zone": basis.time_zone,
        "ignored_tags": sorted(basis.ignored_tags),
        "ignored_requesters": sorted(basis.ignored_requesters),
        "own": basis.own,
        "own_fault_tags": sorted(basis.own_fault.tags),
        "problem_links": basis.own_fault.problem_links,
        "timer_field": basis.timer_field,
        "sources": [str(source) for source in basis.sources],
        "since": basis.since.isoformat(),
        _PROBLEMS: True,
        _FIELDS: sorted(basis.account_fields),
    }


def _on_rows(before: dict[str, Any], basis: Basis) -> dict[str, object]:
    """The same with the rows that are stored."""
    return _packed(basis) | {_PROBLEMS: before.get(_PROBLEMS, False)}


def _merged(before: dict[str, Any], basis: Basis) -> dict[str, object]:
    """What is remembered: a later `since` asks for nothing, and the rows from before stay."""
    return _on_rows(before, basis) | {"since": min(before["since"], basis.since.isoformat())}


def _is_due(row: Row[*tuple[Any, ...]], basis: Basis) -> bool:
    """Whether the totals stand on something else than the rows and this basis. While filling they are built anyway."""
    counted = _merged(row.basis, basis) | {_FIELDS: row.basis.get(_FIELDS)}
    stand = {_FIELDS: None, **_BEFORE_OWN_FAULT, **row.basis}
    return bool(row.filling == 0 and (row.due == 1 or counted != stand))


def _asks_for_rows(before: dict[str, Any], basis: Basis) -> bool:
    """Whether the rows that are stored do not hold what is asked for now.

    Events hold the totals of the timer field they were pulled with, tickets a domain only where accounts need it, and
    those that an older version pulled hold no problem.
    """
    if "since" not in before:
        return True
    after = _packed(basis)
    earlier = basis.since.isoformat() < before["since"]
    unlinked = basis.own_fault.problem_links and not before.get(_PROBLEMS, False)
    return earlier or unlinked or any(before[name] != after[name] for name in ("timer_field", "sources"))


def _another(helpdesk: HelpdeskName, before: tuple[str, ...], found: tuple[str, ...]) -> str:
    return (
        f"{helpdesk}: the store holds {' '.join(before)} under this name, but {' '.join(found)} answers; "
        "give the new one a name of its own, or withdraw the old one with its data first"
    )
