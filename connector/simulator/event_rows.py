"""Updates and comments as the API writes them: in the event export, in audits, in comments."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from connector.simulator.clock import iso, unix
from connector.simulator.records import Audit, Comment, FieldChange, Value
from connector.simulator.render import Row, overlaid, via

if TYPE_CHECKING:
    from connector.simulator.world import World

# The words for a channel in the event export; elsewhere channels go by their own names.
_WORDS = {
    "email": "Email",
    "web": "Web form",
    "api": "Web service",
    "chat": "Chat",
    "voice": "Phone call (inbound)",
    "native_messaging": "Messaging",
    "rule": "Rule",
    "system": "System",
}


def comment_row(comment: Comment, audit: Audit) -> Row:
    """A comment with everything in it."""
    return {
        "id": comment.id,
        "type": "Comment",
        "author_id": comment.author_id,
        "body": comment.body,
        "html_body": f'<div class="zd-comment">{comment.body}</div>',
        "plain_body": comment.body,
        "public": comment.public,
        "attachments": [],
        "audit_id": audit.id,
        "via": via(audit.channel),
        "created_at": iso(audit.at),
        "metadata": _metadata(audit),
    }


def _metadata(audit: Audit) -> Row:
    return {"system": {"client": "Simulated"}, "custom": dict(audit.metadata)}


def event_row(world: "World", audit: Audit, *, with_comments: bool) -> Row:
    """An update as the event export shows it: bodies only for those who asked."""
    word = _WORDS.get(audit.channel, audit.channel)
    children = [_child(change, audit, word) for change in audit.changes]
    if audit.comment is not None:
        children.append(_comment_child(audit.comment, audit, word, whole=with_comments))
    row: Row = {
        "id": audit.id,
        "ticket_id": audit.ticket_id,
        "timestamp": unix(audit.at),
        "created_at": iso(audit.at),
        "updater_id": audit.author_id,
        "via": word,
        "system": {"client": "Simulated"},
        "metadata": _metadata(audit),
        "event_type": "Audit",
        "child_events": children,
    }
    return overlaid(world, "event", audit.id, row)


def _child(change: FieldChange, audit: Audit, word: str) -> Row:
    row: Row = {
        "id": change.id,
        "via": word,
        "via_reference_id": None,
        "event_type": "Create" if audit.creates else "Change",
    }
    if change.name == "tags":
        return row | _tags_of(change)
    if change.name.isdigit():
        return row | {"custom_ticket_fields": {change.name: change.value}}
    return row | {change.name: change.value}


def _tags_of(change: FieldChange) -> Row:
    new = change.value if isinstance(change.value, list) else []
    old = change.previous if isinstance(change.previous, list) else []
    return {
        "tags": new,
        "added_tags": [tag for tag in new if tag not in old],
        "removed_tags": [tag for tag in old if tag not in new],
    }


def _comment_child(comment: Comment, audit: Audit, word: str, *, whole: bool) -> Row:
    if whole:
        return {**comment_row(comment, audit), "event_type": "Comment"}
    return {
        "id": comment.id,
        "via": word,
        "via_reference_id": None,
        "comment_present": True,
        "comment_public": comment.public,
        "event_type": "Comment",
    }


def audit_row(audit: Audit) -> Row:
    """An update as the audits of its ticket show it: values of ids are text there."""
    events = [_audit_event(change, creates=audit.creates) for change in audit.changes]
    if audit.comment is not None:
        events.insert(0, comment_row(audit.comment, audit))
    events += _notifications(audit.notified_by)
    return {
        "id": audit.id,
        "ticket_id": audit.ticket_id,
        "created_at": iso(audit.at),
        "author_id": audit.author_id,
        "metadata": _metadata(audit),
        "via": via(audit.channel),
        "events": events,
    }


def _audit_event(change: FieldChange, *, creates: bool) -> Row:
    row: Row = {"id": change.id, "field_name": change.name, "value": _id_text(change.name, change.value)}
    if creates:
        return {**row, "type": "Create"}
    return {**row, "type": "Change", "previous_value": _id_text(change.name, change.previous)}


def _id_text(name: str, value: Value) -> Value:
    return str(value) if name.endswith("_id") and value is not None else value


def _notifications(titles: Iterable[str]) -> list[Row]:
    return [
        {"type": "Notification", "via": {"channel": "rule", "source": {"from": {"title": title}}}} for title in titles
    ]
