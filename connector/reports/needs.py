"""What writing into a helpdesk will need of it."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from connector.helpdesk import Capability, FieldType, Finding, Need, Severity, Write, WriteKind
from connector.settings import AlertChoice, HelpdeskSettings, TagChoice, WritePolicy
from rules.facts import NOBODY
from rules.messages.macros import FIELD_DESCRIPTION, MACRO_DESCRIPTION, MACROS
from rules.planning.desired import FIELDS, alert_tag, answer_field, field_names, level_tag, review_tag
from rules.planning.writing import WriteSettings
from rules.rule import Rule

_Made = tuple[WriteKind, Mapping[str, object]]


def need_of(settings: HelpdeskSettings) -> Need:
    """The fields, tags, group and macros that the configuration asks for.

    Under `report-only` nothing of that is missed yet; only what would act on alert tickets is worth knowing before.
    """
    writing = settings.write
    tag = alert_tag(writing) if writing.alerts is AlertChoice.TICKET else None
    if writing.policy is WritePolicy.REPORT_ONLY:
        return Need(alert_tag=tag)
    return Need(
        fields={f"{writing.prefix}{name}": FieldType(FIELDS[name].type) for name in field_names(writing)},
        tags=frozenset(_tags(settings)),
        alert_tag=tag,
        group=None if tag is None else writing.group,
        answer_field=None if tag is None else answer_field(writing),
        macros=frozenset(macro.title for macro in MACROS) if tag and writing.macros else frozenset(),
        writes=True,
    )


_BEYOND: Mapping[Capability, str] = MappingProxyType(
    {
        Capability.ACCOUNT_TAGS: "write.tags counts as off",
        Capability.ACCOUNT_FIELDS: "write.fields counts as off",
        Capability.ALERT_TICKETS: "write.alerts counts as off",
        Capability.MACROS: "people answer in words, on the alert ticket",
        Capability.MEASURED_TIME: "every minute is assumed, by cost.minutes",
        Capability.BULK_EVENTS: "a pull asks once for each ticket that changed, and the first one takes long",
        Capability.VISIBLE_DELETES: "a ticket that was deleted counts until `retention_days` are over",
    }
)
"""What follows where a helpdesk cannot do something."""


def what_is_beyond(capabilities: Collection[Capability]) -> Iterator[Finding]:
    """What a helpdesk cannot do, and what follows."""
    for capability in Capability:
        if capability not in capabilities:
            sentence = f"No {capability} in this helpdesk, as it is configured: {_BEYOND[capability]}."
            yield Finding(severity=Severity.NOTE, sentence=sentence)


def form_writes(writing: WriteSettings) -> tuple[Write, ...]:
    """What makes each organisation field that is written, the ticket field of answers and the macros, in this order."""
    made = [*_fields(writing), *(_answering(writing) if writing.alerts is AlertChoice.TICKET else ())]
    return tuple(
        Write(id=number, account=NOBODY, kind=kind, key="", body=body)
        for number, (kind, body) in enumerate(made, start=1)
    )


def name_of(write: Write) -> str:
    """The name by which `setup` knows what this makes: a key, or a title."""
    return str(write.body.get("key") or write.body["title"])


def _fields(writing: WriteSettings) -> Iterator[_Made]:
    for name in field_names(writing):
        kind = FIELDS[name]
        words = {"title": kind.title, "type": kind.type, "description": kind.description}
        yield WriteKind.MAKE_FIELD, {"key": f"{writing.prefix}{name}", **words}


def _answering(writing: WriteSettings) -> Iterator[_Made]:
    title = answer_field(writing)
    yield WriteKind.MAKE_TICKET_FIELD, {"title": title, "type": "text", "description": FIELD_DESCRIPTION}
    for macro in MACROS if writing.macros else ():
        words = {"title": macro.title, "description": MACRO_DESCRIPTION, "answer": macro.answer}
        yield WriteKind.MAKE_MACRO, words


def _tags(settings: HelpdeskSettings) -> Iterator[str]:
    writing = settings.write
    if writing.tags is TagChoice.ONE:
        yield review_tag(writing)
    if writing.tags is not TagChoice.EACH:
        return
    for rule in settings.policy.rules:
        if rule.enabled and not rule.shadow:
            yield from _tags_of(rule, writing)


def _tags_of(rule: Rule, writing: WriteSettings) -> Iterator[str]:
    for level in rule.reachable:
        tag = level_tag(rule.id, level, writing) if rule.tag is None else rule.tag
        if tag:
            yield tag
