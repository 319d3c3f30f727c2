"""From Zendesk's rows to our own values."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from connector.helpdesks.zendesk.channels import channel
from connector.helpdesks.zendesk.wire import EventRow, OrganizationRow, RequesterRow, TicketRow
from connector.http.texts import clean, moment, utc
from rules.facts import (
    SYSTEM,
    Account,
    AccountId,
    Comment,
    Event,
    PersonKey,
    Ticket,
    TicketId,
    TicketStatus,
    UtcSecond,
)

OWN_KEY = "touchcost:"
"""How the external id of every alert ticket begins, of any installation."""

_KEYS_KEPT = 20_000
_LONGEST_NAME = 250
_STATUS = {status.value: status for status in TicketStatus}
_SCRUBBED = "SCRUBBED"
MERGED_TAG = "closed_by_merge"
_COMMENTS = ("Comment", "VoiceComment")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_DOMAIN = re.compile(r"[^\s@,;\x00-\x20\ud800-\udfff]{1,253}")


class Kept(NamedTuple):
    """Which organisation fields are kept: these, and our own. Any other may hold the address of a person."""

    keys: frozenset[str]
    prefix: str
    """Of our own."""

    def __contains__(self, key: object) -> bool:
        return key in self.keys or (isinstance(key, str) and key.startswith(self.prefix))


class Values:
    """Makes our values of rows. People become fingerprints here and nowhere later."""

    def __init__(self, person_key: Callable[[int], PersonKey], alert_tag: str, kept: Kept) -> None:
        self._key = lru_cache(maxsize=_KEYS_KEPT)(person_key)
        self._alert_tag = alert_tag
        self._kept = kept

    def person(self, user_id: int | None) -> PersonKey:
        """The fingerprint of a person; SYSTEM for what no person did (Zendesk writes -1)."""
        return SYSTEM if user_id is None or user_id <= 0 else self._key(user_id)

    def ticket(self, row: TicketRow, domains: Mapping[int, str]) -> Ticket:
        """A ticket. Raises ValueError for a time or status that is none."""
        tags, requester, assignee = row["tags"], row["requester_id"], row.get("assignee_id")
        organization, external_id = row["organization_id"], row.get("external_id")
        created = int(moment(row["created_at"]).timestamp())
        return Ticket(
            TicketId(row["id"]),
            None if organization is None else str(organization),
            domains.get(requester) if requester is not None else None,
            self.person(requester),
            None if assignee is None else self.person(assignee),
            channel(row),
            UtcSecond(created),
            # Never before it was made: what was changed long ago is pruned.
            UtcSecond(max(row["generated_timestamp"], created)),
            _ticket_status(row),
            (external_id is not None and external_id.startswith(OWN_KEY)) or self._alert_tag in tags,
            _tags(tags),
            _problem(row),
        )

    def event(self, row: EventRow, groups: Mapping[PersonKey, str], timer_field: str | None) -> Event:
        """One update. What a child holds in another type than expected counts as not there.

        `timer_field` is the id of the ticket field with the timer's total, None where there is none.
        """
        updater = row.get("updater_id")
        author = SYSTEM if updater is None or updater <= 0 else self._key(updater)
        comment, status, timer = None, None, None
        merge = _is_merge(row.get("via"))
        # Some hundred thousand come at a time: a key is looked for before anything is called.
        for child in row["child_events"]:
            if "comment_present" in child or "public" in child:
                comment = _louder(comment, child)
                merge = merge or _is_merge(child.get("via"))
            if "status" in child:
                status = _event_status(child["status"], status)
            if timer_field is not None and ("custom_ticket_fields" in child or timer_field in child):
                timer = _seconds(child, timer_field, timer)
            if "added_tags" in child:
                merge = merge or _brings_merge_tag(child)
        ticket = TicketId(row["ticket_id"])
        return Event(
            ticket, row["id"], UtcSecond(row["timestamp"]), author, groups.get(author), comment, status, timer, merge
        )

    def account(self, row: OrganizationRow) -> Account:
        """An organisation. Raises ValueError for a time that is none."""
        created, external_id = row.get("created_at"), row.get("external_id")
        fields = row.get("organization_fields") or {}
        return Account(
            id=AccountId(str(row["id"])),
            name=clean(row["name"], _LONGEST_NAME) or str(row["id"]),
            external_id=None if external_id is None else clean(external_id, _LONGEST_NAME),
            domains=tuple(d.lower() for d in row.get("domain_names") or () if _DOMAIN.fullmatch(d)),
            created=None if created is None else utc(created),
            deleted=row.get("deleted_at") is not None,
            fields=tuple((clean(key), field_text(value)) for key, value in fields.items() if key in self._kept),
        )


def field_text(value: object) -> str | None:
    """A field's value as text: plain decimals, true or false, several values by commas; None when empty.

    What stands deeper than in one list is no value of a field.
    """
    if isinstance(value, list):
        return ",".join(text for part in value if (text := _single_text(part)) is not None) or None
    return _single_text(value)


def _single_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return clean(f"{number:f}") if number.is_finite() else None
    return clean(value) or None if isinstance(value, str) else None


def domains_of(users: Iterable[RequesterRow]) -> dict[int, str]:
    """The mail domain of each user that has one, lower case; the address itself goes no further."""
    found: dict[int, str] = {}
    for user in users:
        address, user_id = user.get("email"), user["id"]
        domain = address.rpartition("@")[2].lower() if isinstance(address, str) else ""
        if isinstance(user_id, int) and _DOMAIN.fullmatch(domain):
            found[user_id] = domain
    return found


def _ticket_status(row: TicketRow) -> TicketStatus:
    # A scrubbed ticket stays in the export with its contents replaced.
    if row.get("subject") == _SCRUBBED:
        return TicketStatus.DELETED
    status = _STATUS.get(row["status"])
    if status is None:
        raise ValueError("status: not one that is known")
    return status


def _problem(row: TicketRow) -> TicketId | None:
    """The problem that it is linked to; a problem with incidents belongs to itself."""
    problem = row["id"] if row.get("has_incidents") else row.get("problem_id")
    return None if problem is None else TicketId(problem)


def _tags(tags: list[str]) -> tuple[str, ...]:
    joined = "".join(tags)
    if joined.isprintable() and " " not in joined and "," not in joined:
        return tuple(tags)
    # A tag has neither spaces nor commas in Zendesk: what has is no tag.
    return tuple(tag for tag in tags if tag.isprintable() and " " not in tag and "," not in tag)


def _louder(comment: Comment | None, child: Mapping[str, Any]) -> Comment | None:
    """PUBLIC if any of an update's comments is public. With `include=comment_events` a comment says `public`."""
    if child.get("comment_present") is not True and child.get("event_type") not in _COMMENTS:
        return comment
    public = child.get("comment_public", child.get("public")) is True
    return Comment.PUBLIC if public or comment is Comment.PUBLIC else Comment.PRIVATE


def _event_status(word: object, known: TicketStatus | None) -> TicketStatus | None:
    return _STATUS.get(word, known) if isinstance(word, str) else known


def _seconds(child: Mapping[str, Any], field: str, known: int | None) -> int | None:
    custom = child.get("custom_ticket_fields")
    value = custom.get(field) if isinstance(custom, dict) else child.get(field)
    # Zendesk writes the value of a numeric field as text: "745".
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return known
    text = str(value).strip()
    return int(Decimal(text)) if _NUMBER.fullmatch(text) else known


def _is_merge(via: object) -> bool:
    # An update, and an event of it where that differs, says in a word how it came about.
    return isinstance(via, str) and ("merge" in via or "Merge" in via)


def _brings_merge_tag(child: Mapping[str, Any]) -> bool:
    added = child.get("added_tags")
    return isinstance(added, list) and MERGED_TAG in added
