"""Pulling a running Request Tracker: whose a ticket is, who works there, and what no search of tickets shows."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from request_tracker_account import opened, pulled, sight_of
from request_tracker_desk import Desk
from request_tracker_server import NOW, RequestTracker

from connector.helpdesk import EVERYTHING, Capability, Helpdesk, HelpdeskError, Need, Page, Severity, Stream
from connector.settings import (
    EMAIL_DOMAIN,
    ORGANIZATION,
    QUEUE,
    AccountSource,
    Cost,
    Ignored,
    SourceKind,
    WriteSettings,
)
from connector.testing.steady_time import SteadyTime, person_key
from rules.facts import Account, Event, PersonKey, Rate, Ticket, TicketId, TicketStatus

CUSTOMER = AccountSource(kind=SourceKind.FIELD, field="Customer")
PRIVILEGED = """
    SELECT count(*) FROM GroupMembers JOIN Groups ON Groups.id = GroupMembers.GroupId
    WHERE Groups.Domain = 'SystemInternal' AND Groups.Name = 'Privileged'
"""


@pytest.fixture
def desk(request_tracker: RequestTracker) -> Desk:
    return Desk(request_tracker)


def accounts(helpdesk: Helpdesk) -> dict[str, Account]:
    (page,) = pulled(helpdesk, Stream.ACCOUNTS)
    return {account.id: account for account in page.accounts}


def tickets(pages: Iterable[Page]) -> dict[int, Ticket]:
    return {ticket.id: ticket for page in pages for ticket in page.tickets}


def events(helpdesk: Helpdesk) -> dict[int, Event]:
    return {event.id: event for page in pulled(helpdesk, Stream.EVENTS) for event in page.events}


def rates(*groups: str) -> Cost:
    return Cost(rates=tuple(Rate(per_hour=1, group=group, first=None) for group in groups))  # type: ignore[arg-type]


def key_of(desk: Desk, name: str) -> PersonKey:
    return person_key(desk.value("SELECT id FROM Users WHERE Name = ?", name))


def test_organisations_are_what_users_name_whatever_we_may_search_by(desk: Desk) -> None:
    reader, keeper = (accounts(opened(desk.server, who)) for who in ("reader", "keeper"))
    named = {row[0] for row in desk.rows("SELECT DISTINCT trim(Organization) FROM Users WHERE trim(Organization) > ''")}
    assert reader.keys() == keeper.keys() == named
    assert {account.created for account in reader.values()} == {None}
    assert {account.created for account in keeper.values()} == {NOW - timedelta(days=120)}


def test_fields_of_an_account_are_those_of_its_users(desk: Desk) -> None:
    for user, segment in (("user0002", "small"), ("user0003", "large")):
        desk.put("root", f"/user/{user}", {"CustomFields": {"Segment": segment}})
    found = accounts(opened(desk.server, fields={"segment": "Segment"}))
    assert (found["Company 01"].fields, found["Company 02"].fields) == ((("Segment", "small"),), ())


def test_a_mail_domain_belongs_to_the_one_organisation_whose_customers_have_it(desk: Desk) -> None:
    for user, organization, address in (
        ("user0201", "Company 01", "somebody@gmail.com"),
        ("user0004", "Company 40", "user0004@company02.example"),
    ):
        desk.put("root", f"/user/{user}", {"Organization": organization, "EmailAddress": address})
    found = accounts(opened(desk.server, account=(ORGANIZATION, EMAIL_DOMAIN)))
    assert found["Company 01"].domains == ("company01.example",)
    assert found["Company 02"].domains == ()
    assert found["Company 05"].domains == ("company05.example",), "agent08 works here and has the domain of the house"
    assert accounts(opened(desk.server))["Company 01"].domains == ()


def test_the_domain_of_a_requester_is_told_only_where_it_is_needed(desk: Desk) -> None:
    with_domain = tickets(pulled(opened(desk.server, account=(ORGANIZATION, EMAIL_DOMAIN)), Stream.TICKETS))
    assert with_domain[1].domain == "company01.example"
    assert {ticket.domain for ticket in tickets(pulled(opened(desk.server), Stream.TICKETS)).values()} == {None}


def test_a_ticket_belongs_to_the_first_source_that_names_an_account(desk: Desk) -> None:
    found = tickets(pulled(opened(desk.server, account=(CUSTOMER, ORGANIZATION, QUEUE)), Stream.TICKETS))
    queue = "SELECT Queues.Name FROM Tickets JOIN Queues ON Tickets.Queue = Queues.id WHERE Tickets.id = ?"
    assert {found[number].organization for number in range(71, 91)} == {"Holding"}
    alone = {number for number, names in desk.organizations().items() if names == [""]} - set(range(71, 91))
    assert len(alone) > 10
    for number in alone & found.keys():
        assert found[number].organization in (desk.value(queue, number), None)
        assert (found[number].organization is None) == (found[number].status is TicketStatus.DELETED)
    assert found[1].organization == "Company 01"


def test_accounts_that_only_tickets_name_come_with_the_tickets(desk: Desk) -> None:
    pages = pulled(opened(desk.server, account=(CUSTOMER,)), Stream.TICKETS)
    assert {account.id for page in pages for account in page.accounts} == {"Holding"}
    assert accounts(opened(desk.server, account=(CUSTOMER,))) == {}


def test_queues_are_accounts_where_they_are_asked_for_but_not_the_queue_of_alerts(desk: Desk) -> None:
    write = WriteSettings(group="Customer Success")
    assert accounts(opened(desk.server, account=(QUEUE,), write=write)).keys() == {"General", "Support", "Billing"}


def test_the_requester_who_wrote_first_is_the_one(desk: Desk) -> None:
    made = desk.open("user0002", "Support", Requestor=["user0002", "user0001"])
    other = desk.open("agent01", "Support", Requestor=["user0002", "user0001"])
    found = tickets(pulled(opened(desk.server), Stream.TICKETS))
    assert found[made].requester == key_of(desk, "user0002")
    assert found[other].requester == key_of(desk, "user0001")


def test_a_changed_requester_takes_the_ticket_along(desk: Desk) -> None:
    found = tickets(pulled(opened(desk.server), Stream.TICKETS))[91]
    assert (found.organization, found.requester) == ("Company 01", key_of(desk, "user0001"))


def test_a_changed_organisation_takes_old_tickets_along_and_those_merged_into_them(desk: Desk) -> None:
    desk.put("agent01", "/ticket/3", {"MergeInto": 1})
    desk.server.set_time(NOW + timedelta(hours=5))
    desk.put("root", "/user/user0001", {"Organization": "Company 40"})
    helpdesk = opened(desk.server, time=SteadyTime(begun=NOW + timedelta(hours=6)))
    found = tickets(pulled(helpdesk, Stream.TICKETS, start=NOW + timedelta(hours=4)))
    theirs = (
        "SELECT DISTINCT ObjectId FROM Transactions WHERE Type = 'Create' AND ObjectType = 'RT::Ticket' AND Creator = ?"
    )
    number = desk.value("SELECT id FROM Users WHERE Name = 'user0001'")
    assert found.keys() == {3, 91, *(row[0] for row in desk.rows(theirs, number))}
    assert {ticket.organization for ticket in found.values()} == {"Company 40"}


def test_merged_tickets_go_where_the_last_one_goes(desk: Desk) -> None:
    found = tickets(pulled(opened(desk.server), Stream.TICKETS))
    last = found[47]
    for number in (45, 46):
        assert found[number].status is TicketStatus.CLOSED
        assert (found[number].organization, found[number].requester) == (last.organization, last.requester)
        assert found[number].changed >= last.changed
        created = desk.value("SELECT strftime('%s', Created) FROM Tickets WHERE id = ?", number)
        assert found[number].created == int(created)


def test_a_merge_is_no_work_on_either_ticket(desk: Desk) -> None:
    desk.put("agent01", "/ticket/6", {"MergeInto": 7})
    merges = [event for event in events(opened(desk.server)).values() if event.merge]
    assert {(event.ticket, event.comment) for event in merges} >= {(TicketId(6), None), (TicketId(7), None)}


def test_deleted_tickets_are_told_as_such_and_restored_ones_as_they_are(desk: Desk) -> None:
    helpdesk = opened(desk.server)
    deleted = {number for number, one in tickets(pulled(helpdesk, Stream.TICKETS)).items() if one.status == "deleted"}
    assert deleted == {31, 32, 33, 34, 35}
    desk.put("agent01", "/ticket/31", {"Status": "open"})
    found = tickets(pulled(helpdesk, Stream.TICKETS))
    assert (found[31].status, found[31].organization) == (TicketStatus.OPEN, desk.organizations()[31][0])


def test_statuses_are_in_our_words(desk: Desk) -> None:
    found = tickets(pulled(opened(desk.server), Stream.TICKETS))
    kinds = {"stalled": TicketStatus.PENDING, "rejected": TicketStatus.CLOSED, "resolved": TicketStatus.SOLVED}
    for word, status in kinds.items():
        rows = desk.rows("SELECT id FROM Tickets WHERE Status = ? AND IsMerged IS NULL", word)
        assert {found[row[0]].status for row in rows} == {status}


def test_our_own_alert_tickets_are_ours_also_when_somebody_puts_a_requester_on_them(desk: Desk) -> None:
    key = {"care_key": "touchcost:elsewhere:Company 01:1"}
    ours = desk.open("connector", "Customer Success", CustomFields=key)
    odd = desk.open("connector", "Customer Success", CustomFields={"care_key": "something else"})
    found = tickets(pulled(opened(desk.server), Stream.TICKETS))
    assert (found[ours].own, found[odd].own, found[1].own) == (True, False, False)
    desk.put("root", f"/ticket/{ours}", {"Requestor": ["user0001"]})
    desk.put("root", "/user/user0001", {"Organization": "Company 40"})
    assert tickets(pulled(opened(desk.server), Stream.TICKETS))[ours].own


def test_everybody_privileged_is_an_agent_also_who_left_and_has_the_first_group_with_a_rate(desk: Desk) -> None:
    def groups(*rated: str) -> dict[PersonKey, str | None]:
        pages = pulled(opened(desk.server, cost=rates(*rated)), Stream.EVENTS)
        return {agent.key: agent.group for page in pages for agent in page.agents}

    working = {f"agent{number:02}": key_of(desk, f"agent{number:02}") for number in range(1, 9)}
    assert groups() == dict.fromkeys(working.values())
    found = groups("Tier 2", "Everybody", "No such group")
    assert {name: found[key] for name, key in working.items()} == {
        **{f"agent{number:02}": "Everybody" for number in (1, 2, 3, 4, 5, 8)},
        "agent06": "Tier 2",
        "agent07": "Tier 2",
    }


def test_members_of_inner_groups_belong_to_the_outer_one(desk: Desk) -> None:
    outer, inner = (desk.value("SELECT id FROM Groups WHERE Name = ?", name) for name in ("Tier 2", "Tier 1"))
    put = desk.ask("PUT", "root", f"/group/{outer}/members", json=[str(inner)])
    assert put.status_code == 200, put.text
    pages = pulled(opened(desk.server, cost=rates("Tier 2")), Stream.EVENTS)
    found = {agent.key: agent.group for page in pages for agent in page.agents}
    assert found[key_of(desk, "agent01")] == "Tier 2"


def test_the_list_of_agents_says_who_we_are_and_who_is_ignored(desk: Desk) -> None:
    ignore = Ignored(requesters=frozenset({"user0001@company01.example", "nobody@at.all"}))
    (page,) = pulled(opened(desk.server, ignore=ignore), Stream.AGENTS)
    assert page.own == key_of(desk, "reader")
    assert page.ignored == {key_of(desk, "user0001")}


def test_time_is_of_the_update_that_took_it_and_nothing_entered_is_unknown(desk: Desk) -> None:
    found = events(opened(desk.server))
    for number, minutes in desk.rows("SELECT id, TimeTaken FROM Transactions WHERE ObjectType = 'RT::Ticket'"):
        assert found[number].spent == (minutes * 60 or None)
    assert min(event.spent or 0 for event in found.values()) == -3600


def test_what_the_system_does_has_no_author(desk: Desk) -> None:
    found = events(opened(desk.server))
    system = desk.value("SELECT id FROM Users WHERE Name = 'RT_System'")
    made = desk.rows("SELECT id FROM Transactions WHERE ObjectType = 'RT::Ticket' AND Creator = ?", system)
    assert made
    assert {found[row[0]].author for row in made} == {0}


def test_each_right_that_we_ask_for_is_needed(desk: Desk) -> None:
    desk.put("root", "/user/user0001", {"Organization": "Company 40"})
    recent = NOW - timedelta(hours=1)

    def seen(who: str) -> dict[str, object]:
        helpdesk = opened(desk.server, who, account=(CUSTOMER, ORGANIZATION, QUEUE))
        found = tickets(pulled(helpdesk, Stream.TICKETS))
        return {
            "queues": {"General", "Support"} <= {one.organization for one in found.values()},
            "notes": any(event.comment == "private" for event in events(helpdesk).values()),
            "fields": any(one.organization == "Holding" for one in found.values()),
            "moved": 1 in tickets(pulled(helpdesk, Stream.TICKETS, start=recent)),
        }

    everything = dict.fromkeys(("queues", "notes", "fields", "moved"), True)
    assert seen("reader") == everything
    assert seen("without-SeeQueue") == everything | {"queues": False}
    assert seen("without-ShowTicketComments") == everything | {"notes": False}
    assert seen("without-SeeCustomField") == everything | {"fields": False}
    assert seen("without-ShowUserHistory") == everything | {"moved": False}
    assert tickets(pulled(opened(desk.server, "without-ShowTicket"), Stream.TICKETS)) == {}
    with pytest.raises(HelpdeskError, match="right SeeGroup"):
        events(opened(desk.server, "without-SeeGroup"))


@pytest.mark.parametrize(("who", "zone"), [("roman", "Europe/Rome"), ("root", "of the server")])
@pytest.mark.parametrize("stream", [Stream.EVENTS, Stream.TICKETS])
def test_nothing_is_pulled_in_another_time_zone(desk: Desk, who: str, zone: str, stream: Stream) -> None:
    with pytest.raises(HelpdeskError, match=rf"time zone {zone}.*would lose hours. Set the user's time zone to UTC"):
        pulled(opened(desk.server, who), stream)


@pytest.mark.parametrize(("who", "reads_utc"), [("reader", True), ("roman", False), ("root", False)])
def test_a_known_ticket_proves_in_which_zone_dates_are_read(desk: Desk, who: str, *, reads_utc: bool) -> None:
    sight = sight_of(desk.server, who)
    for ticket in (sight.tickets()[0], sight.tickets()[-1]):
        assert sight.reads_utc(ticket) is reads_utc


def test_check_says_who_we_are_and_that_nobody_can_be_seen_to_work_there(desk: Desk) -> None:
    def said(who: str) -> list[tuple[Severity, str]]:
        return [(one.severity, one.sentence) for one in opened(desk.server, who).inspect(Need())]

    assert said("reader")[1:] == [
        (Severity.FINE, "Dates are read as UTC."),
        (Severity.FINE, f"{desk.value(PRIVILEGED)} people are privileged."),
    ]
    problems = " ".join(sentence for severity, sentence in said("stranger") if severity is Severity.PROBLEM)
    for right in ("SeeGroup", "ShowTicket", "SeeCustomField", "ShowUserHistory"):
        assert f"the right {right}." in problems
    assert [severity for severity, sentence in said("roman") if "time zone Europe/Rome" in sentence] == [
        Severity.PROBLEM
    ]


def test_a_helpdesk_tells_itself_by_its_address_and_us_by_our_number(desk: Desk) -> None:
    found = opened(desk.server).identify()
    assert found.kind == "request_tracker"
    assert found.host == found.account == desk.server.url.removeprefix("http://")
    number = desk.value("SELECT id FROM Users WHERE Name = 'reader'")
    assert found.user == f"user {number}"
    assert found.ticket_page == f"{desk.server.url}/Ticket/Display.html?id={{id}}"


def test_what_it_can_do_hangs_on_how_accounts_are_found_and_whether_there_is_a_queue_of_alerts(desk: Desk) -> None:
    def lacking(*sources: AccountSource, queue: str | None = "Customer Success") -> frozenset[Capability]:
        found = opened(desk.server, account=sources, write=WriteSettings(group=queue)).identify()
        return EVERYTHING - found.capabilities - {Capability.MACROS}

    marks = {Capability.ACCOUNT_TAGS, Capability.ACCOUNT_FIELDS}
    assert lacking(ORGANIZATION, EMAIL_DOMAIN) == lacking(QUEUE) == set()
    assert lacking(ORGANIZATION, queue=None) == {Capability.ALERT_TICKETS}
    assert lacking(CUSTOMER) == lacking(CUSTOMER, ORGANIZATION) == lacking(QUEUE, ORGANIZATION) == marks


def test_reading_mails_nobody_and_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.rows("SELECT max(id), count(*) FROM Transactions")
    for stream in Stream:
        pulled(opened(desk.server, account=(CUSTOMER, ORGANIZATION, QUEUE, EMAIL_DOMAIN)), stream)
    assert desk.rows("SELECT max(id), count(*) FROM Transactions") == before
    assert desk.server.recipients() == []
