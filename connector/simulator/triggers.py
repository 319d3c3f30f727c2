"""Business rules of a new account: which updates send e-mail to whom.

The conditions are those of Zendesk's standard triggers, written as its API writes them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connector.simulator.records import Audit, Ticket, User

Condition = dict[str, object]
Action = dict[str, object]
REQUESTER_AND_CCS = "requester_and_ccs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger or automation: all of `all`, and one of `any` where there are some."""

    id: int
    title: str
    all: tuple[Condition, ...]
    any: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a trigger looks at: the ticket after an update, the update, and who made it."""

    ticket: Ticket
    audit: Audit
    author: User | None
    requester: User | None

    def changed(self, name: str) -> bool:
        """Whether the update changed the field."""
        return any(change.name == name for change in self.audit.changes)


def condition(name: str, operator: str, value: object) -> Condition:
    """A condition as the API writes it."""
    return {"field": name, "operator": operator, "value": value}


def mail_to(target: str) -> Action:
    """The action that sends an e-mail; its value holds recipient, subject and body."""
    kind = "notification_group" if target == "group_id" else "notification_user"
    return {"field": kind, "value": [target, "[{{ticket.title}}]", "{{ticket.comments}}"]}


_CREATED = condition("update_type", "is", "Create")
_UPDATED = condition("update_type", "is", "Change")
_PUBLIC = condition("comment_is_public", "is", "true")
_ANY_COMMENT = condition("comment_is_public", "is", "not_relevant")
_STANDARD: tuple[tuple[str, tuple[Condition, ...], str, bool], ...] = (
    (
        "Notify requester of new proactive ticket",
        (_CREATED, _PUBLIC, condition("role", "is", "agent")),
        REQUESTER_AND_CCS,
        True,
    ),
    (
        "Notify requester and CCs of received request",
        (_CREATED, _PUBLIC, condition("role", "is", "end_user")),
        REQUESTER_AND_CCS,
        True,
    ),
    ("Notify requester and CCs of comment update", (_UPDATED, _PUBLIC), REQUESTER_AND_CCS, True),
    (
        "Notify assignee of comment update",
        (_UPDATED, _ANY_COMMENT, condition("assignee_id", "is_not", "current_user")),
        "assignee_id",
        True,
    ),
    (
        "Notify assignee of assignment",
        (
            condition("assignee_id", "changed", None),
            condition("assignee_id", "is_not", "current_user"),
        ),
        "assignee_id",
        True,
    ),
    (
        "Notify assignee of reopened ticket",
        (
            condition("status", "value_previous", "solved"),
            condition("status", "is_not", "closed"),
            condition("assignee_id", "is_not", "current_user"),
        ),
        "assignee_id",
        True,
    ),
    (
        "Notify group of assignment",
        (condition("group_id", "changed", None), condition("assignee_id", "is", "")),
        "group_id",
        True,
    ),
    ("Notify all agents of received request", (_CREATED,), "all_agents", False),
)


def standard_triggers(new_id: Callable[[], int]) -> list[Trigger]:
    """The standard triggers; the one that mails every agent of every ticket is switched off."""
    return [
        Trigger(id=new_id(), title=title, all=conditions, actions=(mail_to(target),), active=active)
        for title, conditions, target, active in _STANDARD
    ]


def standard_automations(new_id: Callable[[], int]) -> list[Trigger]:
    """The standard automations; the survey is off, for it needs a plan that has it."""
    close = Trigger(
        id=new_id(),
        title="Close ticket 4 days after status is set to solved",
        all=(condition("status", "is", "solved"), condition("SOLVED", "greater_than", "96")),
        actions=({"field": "status", "value": "closed"},),
    )
    survey = Trigger(
        id=new_id(),
        title="Request customer satisfaction rating (System Automation)",
        all=(condition("status", "is", "solved"), condition("SOLVED", "is", "24")),
        actions=(mail_to("requester_id"),),
        active=False,
    )
    return [close, survey]


def firing(triggers: Iterable[Trigger], update: Update) -> list[Trigger]:
    """The active triggers whose conditions the update meets, in their order."""
    return [trigger for trigger in triggers if trigger.active and _meets(trigger, update)]


def _meets(trigger: Trigger, update: Update) -> bool:
    if not all(_holds(condition, update) for condition in trigger.all):
        return False
    return not trigger.any or any(_holds(condition, update) for condition in trigger.any)


def _holds(wanted: Condition, update: Update) -> bool:
    name, operator, value = str(wanted["field"]), str(wanted["operator"]), wanted["value"]
    if name == "update_type":
        return (value == "Create") is update.audit.creates
    if name == "comment_is_public":
        return _comment_holds(value, update)
    if name == "role":
        author = update.author
        return author is not None and author.is_agent is (value == "agent")
    if name == "current_tags":
        return _tags_hold(operator, str(value), update.ticket)
    return _compared(name, operator, value, update)


def _compared(name: str, operator: str, value: object, update: Update) -> bool:
    if operator == "changed":
        return update.changed(name)
    if operator == "value_previous":
        return any(c.name == name and c.previous == value for c in update.audit.changes)
    return _field_is(name, value, update) is (operator == "is")


def _comment_holds(value: object, update: Update) -> bool:
    comment = update.audit.comment
    if comment is None:
        return False
    return value == "not_relevant" or comment.public is (value == "true")


def _tags_hold(operator: str, value: str, ticket: Ticket) -> bool:
    found = any(tag in ticket.tags for tag in value.split())
    return found is (operator == "includes")


def _field_is(name: str, value: object, update: Update) -> bool:
    actual: object = getattr(update.ticket, name, None)
    if value == "current_user":
        # Without an assignee nobody is left to tell, whatever the trigger compares.
        return actual in (None, update.audit.author_id)
    if value == "":
        return actual is None
    return str(actual) == str(value)


def recipients(target: str, update: Update, users: Mapping[int, User]) -> list[User]:
    """Whom an e-mail action reaches: the author only of a request, as its confirmation."""
    knows = set() if update.audit.creates else {update.audit.author_id}
    wanted = set(_wanted(target, update.ticket, users)) - knows
    return [users[user] for user in sorted(wanted) if users[user].active]


def _wanted(target: str, ticket: Ticket, users: Mapping[int, User]) -> list[int]:
    if target == "requester_id":
        return [ticket.requester_id]
    if target == REQUESTER_AND_CCS:
        return [ticket.requester_id, *ticket.email_cc_ids]
    if target == "assignee_id":
        return [] if ticket.assignee_id is None else [ticket.assignee_id]
    if target == "all_agents":
        return [user.id for user in users.values() if user.is_agent]
    return [user.id for user in users.values() if user.default_group_id == ticket.group_id]
