"""What writing relies on in Request Tracker, shown on a running one. Source of each fact: this file."""

from datetime import datetime, timedelta

import pytest
from request_tracker_desk import TICKETS, Desk, plain, updated
from request_tracker_server import NOW, RequestTracker


@pytest.fixture
def desk(request_tracker: RequestTracker) -> Desk:
    return Desk(request_tracker)


@pytest.fixture
def mailing(request_tracker_server: RequestTracker) -> Desk:
    """One at which customers are mailed on purpose, to show what does it."""
    request_tracker_server.reset()
    return Desk(request_tracker_server)


def test_custom_fields_of_users_are_written_with_the_right_to_that_field_alone(desk: Desk) -> None:
    tags = {"CustomFields": {"care_tags": ["one", "two"]}}
    assert desk.put("connector", "/user/user0001", tags).status_code == 200
    users = desk.get("connector", "/users", fields="CustomFields", orderby="id", per_page=100)["items"]
    (row,) = (user for user in users if user["id"] == "user0001")
    assert {one["name"]: sorted(one["values"]) for one in row["CustomFields"]}["care_tags"] == ["one", "two"]
    # Its own page shows them to administrators of users alone.
    assert "CustomFields" not in desk.get("connector", "/user/user0001")


def test_a_put_is_answered_with_200_whatever_became_of_it(desk: Desk) -> None:
    for who, path, body in (
        ("connector", "/user/user0001", {"CustomFields": {"Segment": "large"}}),
        ("connector", "/user/user0001", {"CustomFields": {"No such field": "x"}}),
        ("connector", "/user/user0001", {"Organization": "Another"}),
        ("connector", "/ticket/5", {"Status": "resolved"}),
        ("agent01", "/ticket/5", {"Status": "no such status"}),
    ):
        assert desk.put(who, path, body).status_code == 200
    assert desk.value("SELECT count(*) FROM Transactions WHERE Created >= ?", plain(NOW)) == 0


def test_a_stale_etag_is_refused_and_lists_are_replaced_whole(desk: Desk) -> None:
    first = desk.ask("GET", "connector", "/user/user0001").headers["ETag"]
    desk.put("connector", "/user/user0001", {"CustomFields": {"care_tags": ["one", "two"]}})
    fresh = desk.ask("GET", "connector", "/user/user0001").headers["ETag"]
    three = {"CustomFields": {"care_tags": ["three"]}}
    assert desk.put("connector", "/user/user0001", three, etag=first).status_code == 412
    assert desk.put("connector", "/user/user0001", three, etag=fresh).status_code == 200
    assert desk.put("connector", "/user/user0001", three, etag=fresh).status_code == 412
    standing = "SELECT Content FROM ObjectCustomFieldValues WHERE ObjectType = 'RT::User' AND Disabled = 0"
    assert desk.rows(standing) == [("three",)]
    desk.put("connector", "/user/user0001", {"CustomFields": {"care_tags": []}})
    assert desk.rows(standing) == []


def test_custom_fields_of_queues_are_read_by_everybody_and_written_by_administrators_of_the_queue(desk: Desk) -> None:
    (queue,) = (
        row for row in desk.get("reader", "/queues/all", fields="Name,CustomFields")["items"] if row["id"] == "4"
    )
    assert "care_tags" in {one["name"] for one in queue["CustomFields"]}
    tags = {"CustomFields": {"care_tags": ["one"]}}
    assert desk.put("connector", "/queue/4", tags).status_code == 403
    assert desk.put("steward", "/queue/4", tags).status_code == 200
    (after,) = (row for row in desk.get("reader", "/queues/all", fields="CustomFields")["items"] if row["id"] == "4")
    assert {one["name"]: one["values"] for one in after["CustomFields"]}["care_tags"] == ["one"]


def test_an_alert_ticket_is_found_by_the_field_that_holds_its_key(desk: Desk) -> None:
    key = "touchcost:acme:Company 01:1"
    made = desk.open("connector", "Customer Success", CustomFields={"care_key": key})
    assert desk.numbers("connector", f"CF.{{care_key}} = '{key}'") == [made]
    assert desk.numbers("connector", "CF.{care_key} = 'touchcost:acme:Company 01:2'") == []


def test_nothing_that_is_written_inside_mails_anybody_and_a_reply_mails_the_customer(mailing: Desk) -> None:
    made = mailing.open("connector", "Customer Success", CustomFields={"care_key": "touchcost:acme:Company 01:1"})
    mailing.write("connector", made, "comment")
    mailing.put("connector", f"/ticket/{made}", {"Status": "resolved", "Priority": 50})
    mailing.put("connector", "/user/user0001", {"CustomFields": {"care_tags": ["one"]}})
    assert mailing.server.recipients() == []
    # No right of ours is needed for this one where everybody may reply.
    assert mailing.write("connector", 1, "correspond").status_code == 201
    assert mailing.server.mailed_outside() != []


def test_a_comment_can_carry_a_key_by_which_it_is_found_again(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success")
    key = "touchcost:acme:Company 01:1:raised:7"
    assert desk.write("connector", made, "comment", TxnCustomFields={"care_message": key}).status_code == 201
    query = f"{TICKETS} AND ObjectId = {made} AND CF.{{care_message}} = '{key}'"
    (found,) = desk.search("connector", "transactions", query, fields="Type")
    assert found["Type"] == "Comment"


def test_what_people_answer_is_read_of_comments_and_of_changes_of_a_field(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success")
    desk.write("agent01", made, "comment", Content="#snooze 30d because of a holiday")
    desk.put("agent01", f"/ticket/{made}", {"CustomFields": {"care_answer": "#take"}})
    asked = {"fields": "Type,Creator,Field,NewValue", "fields[Creator]": "Name"}
    _, comment, change = desk.search("connector", "transactions", f"{TICKETS} AND ObjectId = {made}", **asked)
    path = f"/transaction/{comment['id']}/attachments"
    (words,) = desk.get("connector", path, fields="Content,ContentType")["items"]
    assert (words["Content"], words["ContentType"]) == ("#snooze 30d because of a holiday", "text/plain")
    field = desk.value("SELECT id FROM CustomFields WHERE Name = 'care_answer'")
    assert (change["Type"], change["Field"], change["NewValue"]) == ("CustomField", str(field), "#take")
    assert (comment["Creator"]["Name"], change["Creator"]["Name"]) == ("agent01", "agent01")


def test_who_carries_a_mark_is_found_by_everybody_who_sees_the_field(desk: Desk) -> None:
    desk.put("connector", "/user/user0001", {"CustomFields": {"care_tags": ["care_review"]}})
    query = '[{"field": "CustomField.{care_tags}", "value": "care_review"}]'
    found = desk.get("reader", "/users", query=query, fields="Organization")["items"]
    assert [(one["id"], one["Organization"]) for one in found] == [("user0001", "Company 01")]


def test_an_owner_is_mailed_but_who_works_there_is_no_customer(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success")
    desk.put("connector", f"/ticket/{made}", {"Owner": "agent01"})
    assert desk.server.recipients() == ["agent01@rt.example"]


def test_what_we_write_moves_a_ticket_and_stands_under_our_name(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success")
    desk.server.set_time(NOW + timedelta(minutes=5))
    assert desk.write("connector", made, "comment", Content="").status_code == 201
    assert updated(desk, made) == datetime.fromisoformat(plain(NOW + timedelta(minutes=5)))
    asked = {"fields": "Type,Creator", "fields[Creator]": "Name"}
    found = desk.search("reader", "transactions", f"{TICKETS} AND ObjectId = {made}", **asked)
    assert [(row["Type"], row["Creator"]["Name"]) for row in found] == [
        ("Create", "connector"),
        ("Comment", "connector"),
    ]


def test_who_makes_a_ticket_is_not_its_requester(desk: Desk) -> None:
    page = desk.get("root", f"/ticket/{desk.open('connector', 'Customer Success')}")
    assert (page["Creator"]["id"], page["Requestor"], page["Cc"]) == ("connector", [], [])


def test_searches_by_a_custom_field_do_not_tell_capitals_apart(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success", CustomFields={"care_key": "touchcost:acme:Company 01:1"})
    assert desk.numbers("connector", "CF.{care_key} = 'TOUCHCOST:ACME:COMPANY 01:1'") == [made]


def test_a_condition_on_a_long_text_of_a_transaction_is_taken_no_notice_of(desk: Desk) -> None:
    made = desk.open("connector", "Customer Success")
    long = "touchcost:acme:" + "a" * 250
    desk.write("connector", made, "comment", TxnCustomFields={"care_message": long})
    query = f"{TICKETS} AND ObjectId = {made} AND CF.{{care_message}} = '{long}-another'"
    assert len(desk.search("connector", "transactions", query, fields="Type")) == 2


def test_a_field_that_was_zero_keeps_a_null_when_it_is_emptied(desk: Desk) -> None:
    desk.put("connector", "/user/user0001", {"CustomFields": {"care_tickets_90d": "0"}})
    desk.put("connector", "/user/user0001", {"CustomFields": {"care_tickets_90d": None}})
    query = '[{"field": "Name", "value": "user0001"}]'
    (row,) = desk.get("connector", "/users", query=query, fields="CustomFields")["items"]
    assert {one["name"]: one["values"] for one in row["CustomFields"]}["care_tickets_90d"] == [None]


def test_users_are_searched_by_their_names_without_the_right_to_administrate_them(desk: Desk) -> None:
    names = ("user0001", "user0002")
    query = ",".join(f'{{"field": "Name", "value": "{name}", "entry_aggregator": "OR"}}' for name in names)
    found = desk.get("connector", "/users", query=f"[{query}]", fields="Name")
    assert (found["total"], tuple(row["Name"] for row in found["items"])) == (2, names)


def test_resolving_a_ticket_mails_a_requester_and_making_one_mails_the_copies_of_its_queue(mailing: Desk) -> None:
    made = mailing.open("connector", "Customer Success")
    mailing.put("agent06", f"/ticket/{made}", {"Requestor": ["user0001"]})
    mailing.put("connector", f"/ticket/{made}", {"Status": "resolved"})
    assert mailing.server.recipients("connector") == ["user0001@company01.example"]
    mailing.put("root", "/queue/3", {"Cc": ["user0002"]})
    mailing.open("connector", "Customer Success")
    assert "user0002@company01.example" in mailing.server.recipients("connector")


def test_a_comment_mails_whoever_is_admin_cc_of_the_queue_in_which_the_ticket_is(mailing: Desk) -> None:
    made = mailing.open("connector", "Customer Success")
    mailing.put("root", "/queue/3", {"AdminCc": ["user0002"]})
    mailing.write("connector", made, "comment")
    assert mailing.server.recipients("connector") == ["user0002@company01.example"]


def test_a_ticket_that_was_changed_since_takes_no_status_and_one_that_was_merged_neither(desk: Desk) -> None:
    made, other = desk.open("connector", "Customer Success"), desk.open("connector", "Customer Success")
    before = desk.ask("GET", "connector", f"/ticket/{made}").headers["ETag"]
    desk.put("agent06", f"/ticket/{made}", {"Cc": ["user0001"]})
    solved = {"Status": "resolved"}
    assert desk.put("connector", f"/ticket/{made}", solved, etag=before).status_code == 412
    before = desk.ask("GET", "connector", f"/ticket/{made}").headers["ETag"]
    desk.put("agent06", f"/ticket/{made}", {"MergeInto": other})
    assert desk.put("connector", f"/ticket/{made}", solved, etag=before).status_code == 412


def test_mails_name_whose_deed_they_tell_of(desk: Desk) -> None:
    desk.write("agent01", 1, "correspond")
    assert desk.server.recipients("connector") == []
    assert desk.server.recipients("agent01") == desk.server.recipients() != []
