"""Reads what organisations and alert tickets show: directly, 100 a request, never from an export."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NotRequired, TypeVar

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.clock import Clock
from connector.helpdesk import AccountMarks, AlertTicketMark, MarksRead
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.values import MERGED_TAG, field_text
from connector.helpdesks.zendesk.wire import Id
from connector.http.transport import Ask, Refusal, Transport
from rules.facts import AccountId, TicketId

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


class _Tickets(TypedDict):
    tickets: list[_TicketMarks]


_ORGANIZATIONS = TypeAdapter(_Organizations)
_TICKETS = TypeAdapter(_Tickets)


class Marks:
    """Reads marks of one Zendesk account."""

    def __init__(self, transport: Transport, clock: Clock, prefix: str) -> None:
        self._transport = transport
        self._clock = clock
        self._prefix = prefix

    def read(self, accounts: Sequence[AccountId], tickets: Sequence[TicketId]) -> MarksRead:
        """What they show. The time is that of the first request: nothing later is promised."""
        read_at = self._clock.now()
        numbers = sorted({int(account) for account in accounts if account.isdecimal()})
        found = tuple(marks for ids in _chunks(numbers) for marks in self._accounts(ids))
        return MarksRead(
            read_at=read_at,
            accounts=found,
            tickets=tuple(mark for ids in _chunks(sorted(set(tickets))) for mark in self._tickets(ids)),
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

    def _tickets(self, ids: Sequence[int]) -> Iterator[AlertTicketMark]:
        for row in self._show("tickets", ids, _TICKETS)["tickets"]:
            if row["status"] != "deleted":
                yield AlertTicketMark(
                    id=TicketId(row["id"]),
                    external_id=row.get("external_id") or "",
                    status=row["status"],
                    merged=row["status"] == "closed" and MERGED_TAG in (row.get("tags") or ()),
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


def _text(value: object) -> str | None:
    text = field_text(value)
    date = None if text is None else _DATE.fullmatch(text)
    return text if date is None else date[1]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    left = iter(ids)
    while chunk := tuple(islice(left, MOST_IDS)):
        yield chunk
