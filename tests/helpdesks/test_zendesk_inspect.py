"""What `check` says of an account, and which triggers would act on an alert ticket."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from zendesk_account import settings

from connector.helpdesk import FieldType, Finding, Need, Severity
from connector.helpdesks.zendesk.helpdesk import open_zendesk
from connector.helpdesks.zendesk.triggers import RuleRow, may_act
from connector.settings import Secret, WritePolicy, WriteSettings
from connector.simulator import API_TOKEN, CLIENT_ID, CLIENT_SECRET, Fault, Server, World, serve
from connector.simulator.ticketing import Actor, Edit, NewComment, update_ticket
from connector.testing.steady_time import NOW, SteadyTime

AUTH = {"client_id": CLIENT_ID, "client_secret": Secret(reference=f"env:{CLIENT_SECRET}", place="c.yaml:1:1")}
SYNC = WriteSettings(policy=WritePolicy.SYNC)
NEED = Need(
    fields={"care_state": FieldType.TEXT, "care_since": FieldType.DATE},
    tags=frozenset({"care_review"}),
    alert_tag="care_alert",
    group="Care",
    writes=True,
)


@pytest.fixture
def world() -> World:
    made = World.empty(now=NOW)
    made.people.add_agent(group="Care")
    made.people.add_organization("Acme", {"mrr": 100.0})
    made.fields.add_to_organizations("care_state", "State", "text", NOW)
    made.fields.add_to_organizations("care_since", "Since", "date", NOW)
    return made


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as running:
        yield running


def inspect(server: Server, need: Need = NEED, now: datetime = NOW, **changed: object) -> list[Finding]:
    wanted = {"url": server.url, "auth": AUTH, "write": SYNC, "timer_field": None, **changed}
    time = SteadyTime(begun=now)
    return list(open_zendesk(settings(**wanted), time.outside()).inspect(need))


def said(findings: list[Finding], severity: Severity) -> str:
    return "\n".join(f"{row.sentence} {row.remedy}" for row in findings if row.severity is severity)


def test_an_account_that_is_ready_has_no_problem(server: Server) -> None:
    findings = inspect(server)
    assert said(findings, Severity.PROBLEM) == ""
    assert said(findings, Severity.NOTE) == ""
    fine = said(findings, Severity.FINE)
    for words in ("administrator (user", "scopes read, write", "exports", "agents", "measured by", "All 2", "tagged"):
        assert words in fine


def test_checking_writes_nothing(server: Server, world: World) -> None:
    inspect(server)
    assert {call.method for call in world.calls if call.endpoint != "token"} == {"GET"}


def test_nobody_signed_in_is_one_problem_and_the_end(server: Server) -> None:
    auth = {"client_id": "x", "client_secret": Secret(reference="env:wrong-one", place="c.yaml:1:1")}
    (finding,) = inspect(server, auth=auth)
    assert finding.severity is Severity.PROBLEM


def test_an_agent_is_told_to_become_an_administrator(server: Server, world: World) -> None:
    agent = world.people.add_agent()
    world.vault.add_client("other", "other-secret", agent)
    auth = {"client_id": "other", "client_secret": Secret(reference="env:other-secret", place="c.yaml:1:1")}
    problems = said(inspect(server, auth=auth), Severity.PROBLEM)
    assert "exports need an administrator" in problems
    assert "/api/v2/incremental/organizations with status 403" in problems


def test_a_token_that_may_only_read_is_no_problem_until_something_is_to_be_written(
    server: Server, world: World
) -> None:
    text = world.vault.mint(world.vault.clients[CLIENT_ID].user_id, ["read"], None).text
    auth = {"token": Secret(reference=f"env:{text}", place="c.yaml:1:1")}
    assert "write is missing" in said(inspect(server, auth=auth), Severity.PROBLEM)
    report = Need(fields={}, tags=frozenset(), alert_tag=None)
    assert said(inspect(server, report, auth=auth), Severity.PROBLEM) == ""


def test_an_api_token_is_warned_about_with_both_dates(server: Server, world: World) -> None:
    address = next(user.email for user in world.users.values() if user.role == "admin")
    auth = {"email": address, "api_token": Secret(reference=f"env:{API_TOKEN}", place="c.yaml:1:1")}
    warnings = said(inspect(server, auth=auth), Severity.NOTE)
    assert "2026-10-27" in warnings
    assert "2027-04-30" in warnings


def test_clocks_that_differ_are_said(server: Server) -> None:
    assert "600 seconds ahead" in said(inspect(server, now=NOW + timedelta(minutes=10)), Severity.NOTE)


def test_missing_and_wrong_fields_are_named_with_the_remedy(server: Server) -> None:
    need = Need(fields={"care_why": FieldType.TEXT, "care_state": FieldType.DATE})
    problems = said(inspect(server, need, fields={"revenue_month": "mrr", "seats": "seats"}), Severity.PROBLEM)
    assert "missing: care_why. Run `touchcost setup`" in problems
    assert "care_state is of type text, and date is needed" in problems
    assert "`fields.seats` names the organisation field seats" in problems
    assert "mrr" not in problems


def test_missing_answer_field_and_macros_are_named_with_the_remedy(server: Server, world: World) -> None:
    need = Need(answer_field="care_answer", macros=frozenset({"Review: I take it"}))
    warnings = said(inspect(server, need), Severity.NOTE)
    assert "ticket field “care_answer”. Run `touchcost setup`" in warnings
    assert "macro “Review: I take it”" in warnings
    world.fields.add_to_tickets("care_answer", "text", NOW)
    assert "care_answer" not in said(inspect(server, need), Severity.NOTE)


def test_tagging_that_is_switched_off_is_said(server: Server, world: World) -> None:
    world.people.switch_tagging(enabled=False)
    assert "Switch on tags" in said(inspect(server), Severity.PROBLEM)
    assert "Switch on tags" not in said(inspect(server, Need()), Severity.PROBLEM)


def test_a_group_that_is_not_there_is_said(server: Server) -> None:
    assert "no group 'Nobody'" in said(inspect(server, Need(group="Nobody")), Severity.PROBLEM)


def test_a_missing_timer_is_said(server: Server, world: World) -> None:
    world.fields.of_tickets.clear()
    assert "all minutes are assumed" in said(inspect(server), Severity.NOTE)


def test_one_part_that_is_refused_does_not_hide_the_others(server: Server, world: World) -> None:
    world.faults.put(Fault(endpoint="triggers", kind="403"))
    findings = inspect(server)
    assert "/api/v2/triggers with status 403" in said(findings, Severity.PROBLEM)
    assert "Organisations can be tagged." in said(findings, Severity.FINE)


def test_standard_rules_that_tell_agents_are_welcome_in_one_line(server: Server) -> None:
    findings = inspect(server)
    fine = [line.rstrip() for line in said(findings, Severity.FINE).splitlines() if "alert tickets" in line]
    assert fine == [
        "Acting on alert tickets, and welcome: 4 triggers and 1 automation that tell group or assignee, or close."
    ]
    assert "received request" not in said(findings, Severity.NOTE)


def test_whether_messages_are_recognised_is_said_once_there_is_one(server: Server, world: World) -> None:
    own = world.connector
    ticket = world.people.create_ticket(own, fields={"tags": ["care_alert"]})
    assert "Our messages" not in said(inspect(server), Severity.FINE)
    edit = Edit(metadata={"touchcost": "touchcost:acme:1:1:raised"}, comment=NewComment(body="Raised.", public=False))
    update_ticket(world, world.tickets[ticket], edit, Actor(user_id=own, channel="api"))
    assert "Our messages on alert tickets are recognised" in said(inspect(server), Severity.FINE)


def test_messages_that_come_back_without_keys_are_said(server: Server, world: World) -> None:
    ticket = world.people.create_ticket(world.connector, fields={"tags": ["care_alert"]})
    edit = Edit(comment=NewComment(body="Raised.", public=False))
    update_ticket(world, world.tickets[ticket], edit, Actor(user_id=world.connector, channel="api"))
    assert "without their keys" in said(inspect(server), Severity.NOTE)


CUSTOMER_MAIL = {"field": "notification_user", "value": ["requester_id", "x", "y"]}


Condition = tuple[str, str, object]


def rule(*every: Condition, one: Sequence[Condition] = (), **changed: object) -> RuleRow:
    conditions = {"all": _rows(every), "any": _rows(one)}
    row = {"id": 7, "title": "Escalate", "active": True, "conditions": conditions, "actions": [CUSTOMER_MAIL]}
    return cast(RuleRow, {**row, **changed})


def _rows(conditions: Sequence[Condition]) -> list[dict[str, object]]:
    return [{"field": name, "operator": operator, "value": value} for name, operator, value in conditions]


@pytest.mark.parametrize(
    "acting",
    [
        rule(),
        rule(("update_type", "is", "Create")),
        rule(("status", "less_than", "solved"), ("priority", "is", "high")),
        rule(("comment_is_public", "is", "not_relevant")),
        rule(("current_tags", "not_includes", "vip other")),
        rule(("current_tags", "includes", "vip care_alert")),
        rule(one=[("type", "is", "incident"), ("status", "is", "open")]),
        rule(("role", "is", "agent")),
    ],
)
def test_a_rule_that_nothing_holds_back_would_act(acting: RuleRow) -> None:
    assert may_act(acting, "care_alert")


@pytest.mark.parametrize(
    "quiet",
    [
        rule(active=False),
        rule(("current_tags", "not_includes", "care_alert")),
        rule(("current_tags", "includes", "vip")),
        rule(("comment_is_public", "is", "true")),
        rule(("role", "is", "end_user")),
        rule(("type", "is", "incident")),
        rule(("organization_id", "is", "1800000000001")),
        rule(one=[("type", "is", "incident"), ("role", "is", "end_user")]),
    ],
)
def test_a_rule_that_leaves_alert_tickets_alone_is_not_named(quiet: RuleRow) -> None:
    assert not may_act(quiet, "care_alert")


def test_a_rule_that_would_act_is_named_with_the_condition_to_add(server: Server, world: World) -> None:
    world.triggers[0] = replace(world.triggers[0], title="Answer at once", all=(), actions=(CUSTOMER_MAIL,))
    warnings = said(inspect(server), Severity.NOTE)
    assert 'trigger "Answer at once"' in warnings
    assert "Tags, contains none of the following, care_alert" in warnings
