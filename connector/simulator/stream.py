"""A real ticket log, replayed: the Italian helpdesk's 4,580 tickets as organisations, agents and updates.

Source: 4TU 10.4121/uuid:0c60edf1-6f83-4e75-9367-4c63b3e9d5bb (University of Padova). The first row of a
case makes its ticket; every row but `Closed` is a private comment by its agent, `Closed` is the system's.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from connector.simulator.records import SYSTEM, Value
from connector.simulator.ticketing import Actor, Edit, NewComment, update_ticket

if TYPE_CHECKING:
    from connector.simulator.world import World

CLOSED = "Closed"
_STATUSES = {
    "Take in charge ticket": "open",
    "Wait": "pending",
    "Require upgrade": "hold",
    "Create SW anomaly": "hold",
    "Resolve ticket": "solved",
}
_TIME = "%Y/%m/%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """One line of the log, its time taken for UTC."""

    case: str
    activity: str
    resource: str
    at: datetime
    customer: str
    workgroup: str


def read_stream(path: Path) -> list[StreamRow]:
    """The rows of the log's CSV file, gzipped or not, in the file's order."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return [
            StreamRow(
                case=row["Case ID"],
                activity=row["Activity"],
                resource=row["Resource"],
                at=datetime.strptime(row["Complete Timestamp"], _TIME).replace(tzinfo=UTC),
                customer=row["customer"],
                workgroup=row["workgroup"],
            )
            for row in csv.DictReader(lines)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cast:
    """Who plays: requesters by customer, agents by resource."""

    requesters: dict[str, int]
    agents: dict[str, int]


def replay(world: "World", rows: Sequence[StreamRow], last_event_at: datetime, seed: int) -> None:
    """Put the whole log on the agenda, shifted so that its last event happens at `last_event_at`."""
    if not rows:
        return
    shift = last_event_at - max(row.at for row in rows)
    cases: dict[str, list[StreamRow]] = defaultdict(list)
    for row in rows:
        cases[row.case].append(row)
    first = min(row.at for row in rows) + shift
    world.clock.set(first - timedelta(days=1))
    cast = _cast(world, rows, cases, Random(seed))  # noqa: S311 - revenue of a simulation, not a secret.
    tickets: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row.at):
        is_last = row is cases[row.case][-1]
        world.schedule(row.at + shift, _act(world, cast, tickets, row, is_last=is_last))


def _cast(world: "World", rows: Sequence[StreamRow], cases: dict[str, list[StreamRow]], random: Random) -> _Cast:
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        groups[row.resource][row.workgroup] += 1
    agents = {
        resource: world.people.add_agent(group=groups[resource].most_common(1)[0][0].replace("Value", "Workgroup"))
        for resource in sorted(groups)
    }
    # A few cases name several customers; the first one counts.
    customers = dict.fromkeys(case[0].customer for case in cases.values())
    return _Cast(requesters={name: _requester(world, name, random) for name in customers}, agents=agents)


def _requester(world: "World", customer: str, random: Random) -> int:
    number = customer.rpartition(" ")[2]
    month = max(25.0, round(random.lognormvariate(4.4, 0.8), 0))
    fields: dict[str, Value] = {"mrr": month, "currency": "EUR"}
    domain = f"client-{number}.test"
    organization = world.people.add_organization(f"Client {number}", fields, [domain], external_id=f"client-{number}")
    return world.people.add_customer(organization, f"user-1@{domain}")


def _act(world: "World", cast: _Cast, tickets: dict[str, int], row: StreamRow, *, is_last: bool) -> Callable[[], None]:
    def happen() -> None:
        if row.case not in tickets:
            tickets[row.case] = _open(world, cast, row)
        else:
            _update(world, cast, tickets[row.case], row, is_last=is_last)

    return happen


def _open(world: "World", cast: _Cast, row: StreamRow) -> int:
    agent = cast.agents[row.resource]
    return world.people.create_ticket(
        cast.requesters[row.customer],
        subject=row.case,
        channel="web",
        agent_id=agent,
        public=False,
        fields=_fields(row, agent),
    )


def _fields(row: StreamRow, agent: int) -> dict[str, object]:
    status = _STATUSES.get(row.activity)
    fields: dict[str, object] = {} if status is None else {"status": status}
    if row.activity == "Take in charge ticket":
        fields["assignee_id"] = agent
    return fields


def _update(world: "World", cast: _Cast, ticket_id: int, row: StreamRow, *, is_last: bool) -> None:
    ticket = world.tickets[ticket_id]
    if row.activity == CLOSED:
        # A case that goes on after it was closed could not in this helpdesk: it is solved meanwhile.
        edit = Edit(fields={"status": "closed" if is_last else "solved"})
        update_ticket(world, ticket, edit, Actor(user_id=SYSTEM, channel="rule"))
        return
    agent = cast.agents[row.resource]
    comment = NewComment(body=row.activity, public=False)
    edit = Edit(fields=_fields(row, agent), comment=comment)
    update_ticket(world, ticket, edit, Actor(user_id=agent))
