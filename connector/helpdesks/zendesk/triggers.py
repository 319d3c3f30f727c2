"""Which triggers and automations of an account would act on an alert ticket, and what to add to them.

Names of conditions and actions: Zendesk's pages on triggers, automations and their conditions.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.helpdesk import Finding, Severity, Stream
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.wire import Frame, Id
from connector.http.decode import Layout
from connector.http.texts import clean
from connector.http.transport import Transport

_LONGEST_TITLE = 120
_TELLS_AGENTS = {("notification_user", "assignee_id"), ("notification_group", "group_id")}
_TELLS_AGENTS |= {("notification_group", "assignee_id"), ("notification_user", "group_id")}


class Conditions(TypedDict):
    """All of the first list must hold, and one of the second where it is not empty."""

    all: NotRequired[list[dict[str, Any]] | None]
    any: NotRequired[list[dict[str, Any]] | None]


class RuleRow(TypedDict):
    """A trigger or an automation."""

    id: Id
    title: str
    active: NotRequired[bool | None]
    conditions: Conditions
    actions: list[dict[str, Any]]


class _TriggerPage(Frame):
    triggers: list[RuleRow]


class _AutomationPage(Frame):
    automations: list[RuleRow]


_ROW = TypeAdapter(RuleRow)
_TRIGGERS = Layout(stream=Stream.TICKETS, key="triggers", page=TypeAdapter(_TriggerPage), row=_ROW)
_AUTOMATIONS = Layout(stream=Stream.TICKETS, key="automations", page=TypeAdapter(_AutomationPage), row=_ROW)


def inspect_rules(transport: Transport, alert_tag: str) -> Iterator[Finding]:
    """The active triggers and automations that may act on an alert ticket: a line for each that should not.

    Raises HelpdeskError.
    """
    triggers, odd_triggers = read_list(transport, "/api/v2/triggers", _TRIGGERS)
    automations, odd_automations = read_list(transport, "/api/v2/automations", _AUTOMATIONS)
    acting = [("trigger", row) for row in triggers if may_act(row, alert_tag)]
    acting += [("automation", row) for row in automations if may_act(row, alert_tag)]
    welcome = [kind for kind, row in acting if _is_welcome(row)]
    if not acting:
        yield Finding(severity=Severity.FINE, sentence="No trigger and no automation would act on an alert ticket.")
    if welcome:
        yield _welcome(welcome)
    for kind, row in acting:
        if not _is_welcome(row):
            yield _unwelcome(kind, row, alert_tag)
    for odd in odd_triggers + odd_automations:
        sentence = f"The trigger or automation {odd.row} could not be read ({odd.problem})."
        yield Finding(severity=Severity.NOTE, sentence=sentence)


def may_act(row: RuleRow, alert_tag: str) -> bool:
    """Whether nothing in the conditions rules out a ticket of ours: private, tagged, a task, without organisation."""
    if row.get("active") is False:
        return False
    every, one = row["conditions"].get("all") or (), row["conditions"].get("any") or ()
    if not all(_may_hold(condition, alert_tag) for condition in every):
        return False
    return not one or any(_may_hold(condition, alert_tag) for condition in one)


def _may_hold(condition: Mapping[str, Any], alert_tag: str) -> bool:
    name, operator = str(condition.get("field")), str(condition.get("operator"))
    value = str(condition.get("value"))
    judged = _RULED_OUT.get(name)
    return judged is None or not judged(operator, value, alert_tag)


def _wrong_tags(operator: str, value: str, alert_tag: str) -> bool:
    named = alert_tag in value.split()
    return (operator == "not_includes" and named) or (operator == "includes" and not named)


def _wrong_comment(operator: str, value: str, _: str) -> bool:
    return operator == "is" and value in ("true", "requester_can_see_comment")


def _wrong_role(operator: str, value: str, _: str) -> bool:
    return (operator == "is") == (value == "end_user")


def _wrong_type(operator: str, value: str, _: str) -> bool:
    return (operator == "is" and value != "task") or (operator == "is_not" and value == "task")


def _wrong_organization(operator: str, value: str, _: str) -> bool:
    return operator == "is" and value not in ("", "None")


_RULED_OUT: Mapping[str, Callable[[str, str, str], bool]] = {
    "current_tags": _wrong_tags,
    "comment_is_public": _wrong_comment,
    "role": _wrong_role,
    "requester_role": _wrong_role,
    "type": _wrong_type,
    "organization_id": _wrong_organization,
}


def _welcome(kinds: Sequence[str]) -> Finding:
    """One line for all that do what is wanted."""
    counts = (f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in Counter(kinds).items())
    sentence = f"Acting on alert tickets, and welcome: {' and '.join(counts)} that tell group or assignee, or close."
    return Finding(severity=Severity.FINE, sentence=sentence)


def _unwelcome(kind: str, row: RuleRow, alert_tag: str) -> Finding:
    title = clean(row["title"], _LONGEST_TITLE)
    return Finding(
        severity=Severity.NOTE,
        sentence=f'The {kind} "{title}" ({row["id"]}) would act on alert tickets.',
        remedy=f'Add to its "Meet ALL" conditions: Tags, contains none of the following, {alert_tag}.',
    )


def _is_welcome(row: RuleRow) -> bool:
    return all(_tells_or_closes(action) for action in row["actions"])


def _tells_or_closes(action: Mapping[str, Any]) -> bool:
    name, value = action.get("field"), action.get("value")
    target = value[0] if isinstance(value, list) and value else value
    return (name, target) in _TELLS_AGENTS or (name == "status" and target == "closed")
