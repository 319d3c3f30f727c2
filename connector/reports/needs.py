"""What writing into a helpdesk will need of it."""

from collections.abc import Iterator

from connector.helpdesk import FieldType, Need, Write, WriteKind
from connector.settings import AlertChoice, HelpdeskSettings, TagChoice, WritePolicy
from rules.facts import NOBODY
from rules.planning.desired import FIELDS, alert_tag, field_names, level_tag, review_tag
from rules.planning.writing import WriteSettings
from rules.rule import Rule


def need_of(settings: HelpdeskSettings) -> Need:
    """The fields, tags and group that the configuration asks for.

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
        writes=True,
    )


def field_writes(writing: WriteSettings) -> tuple[Write, ...]:
    """What makes each organisation field that is written."""
    return tuple(
        Write(
            id=number,
            account=NOBODY,
            kind=WriteKind.MAKE_FIELD,
            key="",
            body={
                "key": f"{writing.prefix}{name}",
                "title": FIELDS[name].title,
                "type": FIELDS[name].type,
                "description": FIELDS[name].description,
            },
        )
        for number, name in enumerate(field_names(writing), start=1)
    )


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
