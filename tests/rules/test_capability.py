"""What is written where a helpdesk cannot bear everything."""

from dataclasses import replace

import pytest
from planning_desk import WRITING, Desk, kinds, standing

from rules.capability import EVERYTHING, Capability
from rules.planning.writing import limit


@pytest.mark.parametrize(
    ("capability", "unwritten"),
    [
        (Capability.ACCOUNT_TAGS, {"add_tag"}),
        (Capability.ACCOUNT_FIELDS, {"set_field"}),
        (Capability.ALERT_TICKETS, {"open_alert"}),
        (Capability.MACROS, set()),
        (Capability.MEASURED_TIME, set()),
        (Capability.BULK_EVENTS, set()),
        (Capability.VISIBLE_DELETES, set()),
    ],
)
def test_what_a_helpdesk_cannot_bear_is_not_planned_and_the_rest_is(
    capability: Capability, unwritten: set[str]
) -> None:
    desk = Desk(writing=limit(WRITING, EVERYTHING - {capability}))
    desk.add(cost_share=standing())
    assert {"add_tag", "set_field", "open_alert"} - set(kinds(desk.plan())) == unwritten


def test_a_choice_that_was_off_stays_off_whatever_a_helpdesk_can_do() -> None:
    off = limit(WRITING, ())
    assert limit(off, EVERYTHING) == off
    assert replace(off, tags=WRITING.tags, fields=WRITING.fields, alerts=WRITING.alerts, macros=True) == WRITING


def test_nobody_is_sent_to_macros_where_there_are_none() -> None:
    for capabilities, sent in ((EVERYTHING, True), (EVERYTHING - {Capability.MACROS}, False)):
        desk = Desk(writing=limit(WRITING, capabilities))
        desk.add(cost_share=standing())
        [text] = [str(one.body["comment"]) for one in desk.plan().changes if one.kind == "open_alert"]
        assert ("apply a macro" in text) is sent
        assert "#snooze 30d because …" in text
