"""A helpdesk as plain dictionaries: it shows marks, obeys writes, and people do in it what they like."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.command import Command, Heard
from rules.facts import AccountId, PersonKey, TicketId
from rules.marks import AccountMarks, AlertTicketMark, Hearing, MarksRead, WriteKind
from rules.planning.ask import Asked
from rules.planning.change import Waiting
from rules.planning.commands import first_line, read_command, read_tag
from rules.planning.desired import FIELDS
from rules.planning.reconcile import Reading

PREFIX = "care_"
PERSON = PersonKey(7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One thing that a person did on a ticket: a private comment, the answer field, or a tag."""

    number: int
    comment: str = ""
    answer: str = ""
    tag: str = ""


@dataclass(slots=True, kw_only=True)
class Task:
    """An alert ticket."""

    external_id: str
    status: str = "open"
    merged: bool = False
    said: list[tuple[str, str]] = field(default_factory=list)
    """Our comments, by their keys."""
    updates: list[Update] = field(default_factory=list)
    answer: str = ""
    tags: set[str] = field(default_factory=set)


@dataclass
class Shelf:
    """Everything that the helpdesk holds. A deleted account or ticket is gone."""

    tags: dict[AccountId, set[str]] = field(default_factory=dict)
    fields: dict[AccountId, dict[str, str | None]] = field(default_factory=dict)
    tasks: dict[TicketId, Task] = field(default_factory=dict)
    tagging_on: bool = True
    refused: set[AccountId] = field(default_factory=set)
    number: int = 0
    gone: set[TicketId] = field(default_factory=set)

    def add(self, account: AccountId, tags: Iterable[str]) -> None:
        self.tags[account] = set(tags)
        self.fields[account] = {f"{PREFIX}{name}": None for name in FIELDS}

    def delete(self, account: AccountId) -> None:
        del self.tags[account], self.fields[account]

    def update(self, ticket: TicketId, **done: str) -> None:
        """A person does something on a ticket."""
        self.number += 1
        task = self.tasks[ticket]
        made = Update(number=self.number, **done)
        task.updates.append(made)
        task.answer = made.answer or task.answer
        task.tags |= {made.tag} - {""}

    def read(self, asked: Asked, at: datetime) -> Reading:
        shown = [account for account in asked.accounts if account in self.tags]
        accounts = tuple(
            AccountMarks(
                account=account,
                tags=frozenset(self.tags[account]) if self.tagging_on else frozenset(),
                fields=dict(self.fields[account]),
            )
            for account in shown
        )
        tickets = tuple(self._mark(number, asked.heard.get(number)) for number in asked.tickets if number in self.tasks)
        marks = MarksRead(read_at=at, accounts=accounts, tickets=tickets, tagging_on=self.tagging_on)
        return Reading(marks=marks, accounts=frozenset(asked.accounts), tickets=frozenset(asked.tickets))

    def _mark(self, number: TicketId, heard: Hearing | None) -> AlertTicketMark:
        task = self.tasks[number]
        shown = AlertTicketMark(
            id=number,
            external_id=task.external_id,
            status=task.status,
            merged=task.merged,
            command_tags=frozenset(tag for tag in task.tags if read_tag(tag, PREFIX) is not None),
        )
        if heard is None:
            return shown
        fresh = [one for one in task.updates if one.number > (heard.update or 0)]
        return replace(
            shown,
            heard=Hearing(update=task.updates[-1].number if task.updates else heard.update),
            answers=tuple(_heard(one, command) for one in fresh for command in _commands(one)),
            answer_stands=bool(task.answer),
        )

    def obey(self, row: Waiting, number_of: Callable[[str], TicketId | None]) -> str:
        """What becomes of a write: applied, refused, gone, or waiting for its ticket."""
        if row.account in self.refused:
            return "refused"
        if row.kind is WriteKind.OPEN_ALERT:
            return self._open(row)
        if row.kind in (WriteKind.UPDATE_ALERT, WriteKind.CLOSE_ALERT):
            return self._message(row, number_of(row.what))
        if row.account not in self.tags:
            return "refused"
        self._mark_account(row)
        return "applied"

    def _mark_account(self, row: Waiting) -> None:
        if row.kind is WriteKind.ADD_TAG:
            self.tags[row.account] |= set(texts(row.body["tags"]))
        elif row.kind is WriteKind.REMOVE_TAG:
            self.tags[row.account] -= set(texts(row.body["tags"]))
        else:
            fields = row.body["fields"]
            assert isinstance(fields, Mapping)
            self.fields[row.account] |= fields

    def _open(self, row: Waiting) -> str:
        known = next((task for task in self.tasks.values() if task.external_id == row.key), None)
        assert known is None, "a ticket is never made twice under one key"
        number = TicketId(max([*self.tasks, *self.gone], default=0) + 1)
        self.tasks[number] = Task(external_id=row.key, said=[(row.key, str(row.body["comment"]))])
        return "applied"

    def _message(self, row: Waiting, number: TicketId | None) -> str:
        task = None if number is None else self.tasks.get(number)
        if number is None:
            return "waiting"
        if task is None or task.status == "closed":
            return "applied" if row.kind is WriteKind.CLOSE_ALERT else "gone"
        task.said.append((row.key, str(row.body.get("comment") or "")))
        task.status = "solved" if row.kind is WriteKind.CLOSE_ALERT else str(row.body.get("status") or task.status)
        if row.body.get("clears"):
            task.answer = ""
        task.tags -= set(texts(row.body.get("untag", [])))
        return "applied"


def _heard(update: Update, command: Command | None) -> Heard:
    return Heard(update=update.number, by=PERSON, command=command)


def _commands(update: Update) -> Iterable[Command | None]:
    line = first_line(update.comment)
    if line is not None:
        yield read_command(line)
    if update.answer:
        yield read_command(update.answer)
    if update.tag and (command := read_tag(update.tag, PREFIX)) is not None:
        yield command


def texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value
