"""Reads what organisations and alert tickets show: directly, 100 a request, never from an export."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, NotRequired, TypeVar

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.clock import Clock
from connector.helpdesk import NOTHING, AccountMarks, AlertTicketMark, Hearing, MarksRead
from connector.helpdesks.zendesk.answers import Answers
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.values import MERGED_TAG, field_text
from connector.helpdesks.zendesk.wire import Id, PersonId
from connector.http.texts import moment
from connector.http.transport import Ask, Refusal, Transport
from rules.facts import AccountId, PersonKey, TicketId
from rules.planning.commands import read_tag

MOST_IDS = 100
"""As many as `show_many` takes. Source: Zendesk's page on listing by ids."""

_NOT_FOUND, _FORBIDDEN = 404, 403
_T = TypeVar("_T")
# A date field answers with a time: 2026-11-12T00:00:00+00:00.
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)")


class _OrganizationMarks(TypedDict):
    id: Id
    tags: NotRequired[list[str] | None]
    organization_fields: NotRequired[dict[str, Any] | None]


class _Organizations(TypedDict):
    organizations: list[_OrganizationMarks]


class _TicketMarks(TypedDict):
    id: Id
    external_id: NotRequired[str | None]
    status: str
    tags: NotRequired[list[str] | None]
    updated_at: NotRequired[str | None]
    assignee_id: NotRequired[PersonId | None]
    custom_fields: NotRequired[list[dict[str, Any]] | None]


class _Tickets(TypedDict):
    tickets: list[_TicketMarks]


_ORGANIZATIONS = TypeAdapter(_Organizations)
_TICKETS = TypeAdapter(_Tickets)


class Marks:
    """Reads marks of one Zendesk account."""

    def __init__(
        self, transport: Transport, clock: Clock, prefix: str, answers: Answers, person: Callable[[int], PersonKey]
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._prefix = prefix
        self._answers = answers
        self._person = person

    def read(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """What they show. The time is that of the first request: nothing later is promised."""
        read_at = self._clock.now()
        numbers = sorted({int(account) for account in accounts if account.isdecimal()})
        found = tuple(marks for ids in _chunks(numbers) for marks in self._accounts(ids))
        rows = (row for ids in _chunks(sorted(set(tickets))) for row in self._tickets(ids))
        return MarksRead(
            read_at=read_at,
            accounts=found,
            tickets=tuple(self._ticket(row, heard.get(TicketId(row["id"])), read_at) for row in rows),
            tagging_on=self._is_tagging_on(found),
        )

    def _accounts(self, ids: Sequence[int]) -> Iterator[AccountMarks]:
        for row in self._show("organizations", ids, _ORGANIZATIONS)["organizations"]:
            fields = row.get("organization_fields") or {}
            yield AccountMarks(
                account=AccountId(str(row["id"])),
                tags=frozenset(row.get("tags") or ()),
                fields={key: _text(value) for key, value in fields.items() if key.startswith(self._prefix)},
            )

    def _tickets(self, ids: Sequence[int]) -> Iterator[_TicketMarks]:
        rows = self._show("tickets", ids, _TICKETS)["tickets"]
        return (row for row in rows if row["status"] != "deleted")

    def _ticket(self, row: _TicketMarks, heard: Hearing | None, now: datetime) -> AlertTicketMark:
        tags, assignee = row.get("tags") or (), row.get("assignee_id")
        shown = AlertTicketMark(
            id=TicketId(row["id"]),
            external_id=row.get("external_id") or "",
            status=row["status"],
            merged=row["status"] == "closed" and MERGED_TAG in tags,
            assignee=None if assignee is None else self._person(assignee),
            command_tags=frozenset(tag for tag in tags if read_tag(tag, self._prefix) is not None),
        )
        if heard is None:
            return shown
        listened = self._answers.listen(shown.id, _changed_at(row), heard, now)
        return replace(
            shown,
            heard=listened.hearing,
            answers=listened.answers,
            answer_stands=_holds(row, self._answers.field()),
        )

    def _show(self, what: str, ids: Sequence[int], shape: TypeAdapter[_T]) -> _T:
        path = f"/api/v2/{what}/show_many"
        ask = Ask(path=path, params=[("ids", ",".join(str(number) for number in ids))])
        found = self._transport.read(ask, shape.validate_json)
        if isinstance(found, Refusal):
            raise refused(self._transport.wire, path, found)
        return found.value

    def _is_tagging_on(self, found: Sequence[AccountMarks]) -> bool:
        """Where "tags on users and organizations" is off every account shows none, and the tag call is refused.

        Source: Zendesk's pages on tags.
        """
        bare = next((marks.account for marks in found if not marks.tags), None)
        if bare is None:
            return True
        answer = self._transport.read(Ask(path=f"/api/v2/organizations/{bare}/tags"), bytes)
        return not (isinstance(answer, Refusal) and answer.status in (_NOT_FOUND, _FORBIDDEN))


def _changed_at(row: _TicketMarks) -> datetime | None:
    try:
        return moment(row.get("updated_at") or "")
    except ValueError:
        return None


def _holds(row: _TicketMarks, field: str | None) -> bool:
    """Whether something stands in the field of this id."""
    return any(str(one.get("id")) == field and bool(one.get("value")) for one in row.get("custom_fields") or ())


def _text(value: object) -> str | None:
    text = field_text(value)
    date = None if text is None else _DATE.fullmatch(text)
    return text if date is None else date[1]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    left = iter(ids)
    while chunk := tuple(islice(left, MOST_IDS)):
        yield chunk
