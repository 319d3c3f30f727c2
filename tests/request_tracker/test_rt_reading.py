"""What reading relies on in Request Tracker, shown on a running one. Source of each fact: this file."""

from datetime import timedelta

import pytest
import requests
from request_tracker_desk import TICKETS, Desk, plain, updated
from request_tracker_server import NOW, RequestTracker


@pytest.fixture
def desk(request_tracker: RequestTracker) -> Desk:
    return Desk(request_tracker)


def test_the_seeded_past_is_as_large_as_it_is_said_to_be(desk: Desk) -> None:
    transactions = "SELECT count(*) FROM Transactions WHERE ObjectType = 'RT::Ticket'"
    assert desk.value("SELECT count(*) FROM Tickets") == 300
    assert desk.value(transactions) > 1000
    organizations = desk.value("SELECT count(DISTINCT trim(Organization)) FROM Users WHERE trim(Organization) > ''")
    assert organizations == 40
    kinds = {row[0] for row in desk.rows("SELECT DISTINCT Type FROM Transactions WHERE ObjectType = 'RT::Ticket'")}
    assert kinds >= {"Create", "Correspond", "Comment", "Status", "Set", "AddLink", "AddWatcher", "DelWatcher"}
    assert desk.value("SELECT max(Created) FROM Transactions") <= plain(NOW)
    assert desk.server.recipients() == []


def test_dates_are_read_in_the_zone_of_the_user_who_asks_which_is_the_servers_where_none_is_set(desk: Desk) -> None:
    moment = plain(updated(desk, 5))
    found = {who: desk.numbers(who, f"id = 5 AND LastUpdated >= '{moment}'") for who in ("reader", "roman", "root")}
    after = {who: desk.numbers(who, f"id = 5 AND LastUpdated > '{moment}'") for who in ("reader", "roman", "root")}
    assert found == {"reader": [5], "roman": [5], "root": []}
    assert after == {"reader": [], "roman": [5], "root": []}


@pytest.mark.parametrize("written", ["nonsense", "{0}"])
def test_a_date_that_cannot_be_read_matches_everything(desk: Desk, written: str) -> None:
    ahead = NOW + timedelta(days=300)
    date = written.format(int(ahead.timestamp()))
    assert desk.numbers("reader", f"id = 5 AND LastUpdated >= '{date}'") == [5]
    assert desk.numbers("reader", f"id = 5 AND LastUpdated >= '{plain(ahead)}'") == []


def test_a_z_at_its_end_makes_a_date_another_one_and_an_offset_counts_beside_the_users_zone(desk: Desk) -> None:
    moment = updated(desk, 5)
    assert desk.numbers("reader", f"id = 5 AND LastUpdated > '{plain(moment)}Z'") == [5]
    for who, offset, found in (("reader", "+0000", []), ("reader", "+0500", [5]), ("roman", "+0000", [5])):
        assert desk.numbers(who, f"id = 5 AND LastUpdated > '{plain(moment)} {offset}'") == found


def test_a_date_that_is_equal_means_its_whole_day(desk: Desk) -> None:
    moment = updated(desk, 5).replace(hour=3, minute=33)
    assert desk.numbers("reader", f"id = 5 AND LastUpdated = '{plain(moment)}'") == [5]
    one_second = f"LastUpdated >= '{plain(moment)}' AND LastUpdated <= '{plain(moment)}'"
    assert desk.numbers("reader", f"id = 5 AND {one_second}") == []


def test_more_tickets_than_a_page_holds_may_change_within_one_second(desk: Desk) -> None:
    moment, count = desk.rows("SELECT LastUpdated, count(*) FROM Tickets GROUP BY 1 ORDER BY 2 DESC")[0]
    assert count > 100
    second = f"LastUpdated >= '{moment}' AND LastUpdated <= '{moment}'"
    first = desk.numbers("reader", second)
    rest = desk.numbers("reader", f"({second} AND id > {first[-1]}) OR LastUpdated > '{moment}'")
    assert len(first) == 100
    assert len(set(first) | set(rest)) >= count - 5


def test_a_page_holds_a_hundred_rows_at_most_and_says_nothing_of_it(desk: Desk) -> None:
    assert len(desk.numbers("reader", "id > 0", per_page=500)) == 100
    assert len(desk.numbers("reader", "id > 0", per_page=0)) == 20


def test_only_searches_of_tickets_say_how_many_there_are(desk: Desk) -> None:
    tickets = desk.get("reader", "/tickets", query="id > 0", per_page=10)
    transactions = desk.get("reader", "/transactions", query=f"{TICKETS} AND id > 0", per_page=10)
    assert (tickets["total"], transactions["total"]) == (desk.value("SELECT count(*) FROM Tickets") - 8, None)
    assert "next_page" not in transactions


def test_transactions_that_may_not_be_seen_are_cut_out_of_their_page(desk: Desk) -> None:
    query = f"{TICKETS} AND id > 0"
    assert len(desk.search("reader", "transactions", query)) == 100
    assert 0 < len(desk.search("without-ShowTicketComments", "transactions", query)) < 100
    # So an empty answer is not the end either.
    assert desk.search("without-ShowTicketComments", "transactions", f"{TICKETS} AND Type='Comment'") == []
    assert desk.search("reader", "transactions", f"{TICKETS} AND Type='Comment'") != []


def test_a_search_without_rights_looks_like_a_helpdesk_without_tickets(desk: Desk) -> None:
    assert desk.get("stranger", "/tickets", query="id > 0")["total"] == 0
    assert desk.ask("GET", "stranger", "/ticket/5").status_code == 403
    assert desk.ask("GET", "reader", "/ticket/9999").status_code == 404


def test_numbers_are_texts_in_lists_and_names_stand_for_ids_unless_the_id_is_asked_for(desk: Desk) -> None:
    bare = desk.search("reader", "transactions", f"{TICKETS} AND id > 0", fields="Creator,ObjectId,TimeTaken")[0]
    assert [type(bare[key]) for key in ("id", "ObjectId", "TimeTaken")] == [str, str, str]
    assert bare["Creator"]["id"].startswith(("user", "agent"))
    asked = {"fields": "Creator", "fields[Creator]": "id"}
    row = desk.search("reader", "transactions", f"{TICKETS} AND id > 0", **asked)[0]
    name = "SELECT Name FROM Users WHERE id = ?"
    assert desk.value(name, row["Creator"]["id"]) == bare["Creator"]["id"]


def test_a_deleted_ticket_vanishes_from_searches_but_not_from_its_own_page_nor_its_transactions(desk: Desk) -> None:
    assert desk.value("SELECT Status FROM Tickets WHERE id = 31") == "deleted"
    assert desk.numbers("reader", "id = 31") == []
    assert desk.numbers("reader", "id = 31 AND Status = 'deleted'") == []
    assert desk.get("reader", "/ticket/31")["Status"] == "deleted"
    query = f"{TICKETS} AND Type='Status' AND NewValue='deleted' AND TicketStatus='deleted'"
    found = desk.search("reader", "transactions", query, fields="ObjectId,Created")
    assert {row["ObjectId"] for row in found} == {"31", "32", "33", "34", "35"}


def test_a_merged_ticket_answers_as_the_other_and_is_found_by_its_effective_id(desk: Desk) -> None:
    assert desk.get("reader", "/ticket/45")["id"] == 47
    assert desk.numbers("reader", "id = 45") == []
    row = desk.search("reader", "tickets", "EffectiveId != id AND EffectiveId = 47", fields="Created,EffectiveId")
    assert [(one["id"], one["EffectiveId"]) for one in row] == [("45", "47"), ("46", "47")]
    own = desk.search("reader", "transactions", f"{TICKETS} AND ObjectId = 45", fields="Type,Field")
    assert own[0]["Type"] == "Create"
    assert [one["Type"] for one in own if one["Field"] == "MergedInto"] == ["AddLink"]


def test_a_merge_moves_the_ticket_that_is_left_and_not_the_one_that_goes(desk: Desk) -> None:
    went, stays = updated(desk, 41), updated(desk, 42)
    assert (went < stays, stays) == (True, (NOW - timedelta(days=2)).replace(tzinfo=None))


def test_a_merge_resolves_nothing_and_adds_up_the_time_without_a_transaction(desk: Desk) -> None:
    desk.write("agent01", 6, "comment", TimeTaken=5)
    statuses = desk.rows("SELECT Status FROM Tickets WHERE id = 6")
    worked = desk.value("SELECT sum(TimeWorked) FROM Tickets WHERE id IN (6, 7)")
    desk.put("agent01", "/ticket/6", {"MergeInto": 7})
    assert desk.rows("SELECT Status FROM Tickets WHERE id = 6") == statuses
    assert desk.value("SELECT TimeWorked FROM Tickets WHERE id = 7") == worked
    since = f"{TICKETS} AND (ObjectId = 6 OR ObjectId = 7) AND Created >= '{plain(NOW)}'"
    assert [row["Type"] for row in desk.search("reader", "transactions", since, fields="Type")] == [
        "Comment",
        "AddLink",
        "AddLink",
    ]


def test_time_taken_stands_on_replies_notes_creations_and_corrections_that_may_be_negative(desk: Desk) -> None:
    made = desk.open("agent01", "Support", TimeWorked=10)
    desk.write("agent01", made, "correspond", TimeTaken=7)
    desk.write("agent01", made, "comment", TimeTaken=3)
    desk.put("agent01", f"/ticket/{made}", {"TimeWorked": 35})
    desk.put("agent01", f"/ticket/{made}", {"TimeWorked": 30})
    query = f"{TICKETS} AND ObjectId = {made} AND Type != 'Status'"
    found = desk.search("reader", "transactions", query, fields="Type,Field,TimeTaken")
    assert [(row["Type"], row["Field"], row["TimeTaken"]) for row in found] == [
        ("Create", "", "10"),
        ("Correspond", "", "7"),
        ("Comment", "", "3"),
        ("Set", "TimeWorked", "15"),
        ("Set", "TimeWorked", "-5"),
    ]


def test_a_customer_who_writes_again_has_the_ticket_opened_by_the_system(desk: Desk) -> None:
    made = desk.open("user0001", "Support", Requestor="user0001")
    desk.write("agent01", made, "correspond")
    desk.put("agent01", f"/ticket/{made}", {"Status": "resolved"})
    resolved = desk.value("SELECT Resolved FROM Tickets WHERE id = ?", made)
    desk.server.set_time(NOW + timedelta(minutes=5))
    desk.write("user0001", made, "correspond")
    asked = {"fields": "Type,Creator,NewValue", "order": "DESC"}
    last, before = desk.search("reader", "transactions", f"{TICKETS} AND ObjectId = {made}", **asked)[:2]
    assert (last["Type"], last["Creator"]["id"], last["NewValue"]) == ("Status", "RT_System", "open")
    assert (before["Type"], before["Creator"]["id"]) == ("Correspond", "user0001")
    # What is opened again keeps the day on which it was resolved: it says nothing of the status.
    assert desk.value("SELECT Resolved FROM Tickets WHERE id = ?", made) == resolved


def test_everybody_with_the_right_to_see_groups_may_read_who_is_privileged(desk: Desk) -> None:
    query = '[{"field": "Domain", "value": "SystemInternal"}, {"field": "Name", "value": "Privileged"}]'
    (group,) = desk.get("reader", "/groups", query=query)["items"]
    members = {row["id"] for row in desk.get("reader", f"/group/{group['id']}")["Members"]}
    assert members > {"root", "connector", "agent01", "agent08"}
    # Whoever left is disabled and stays in the group; lists of users leave them out.
    assert "agent07" in members
    everybody = desk.get("reader", "/users", fields="id,Privileged", per_page=100)["items"]
    assert {row.get("Privileged", "") for row in everybody} == {""}
    assert "agent07" not in {row["id"] for row in everybody}
    assert desk.ask("GET", "stranger", f"/group/{group['id']}").status_code == 403


def test_groups_tell_their_members_one_level_deep(desk: Desk) -> None:
    query = '[{"field": "Domain", "value": "UserDefined"}]'
    named = {row["Name"]: row["id"] for row in desk.get("reader", "/groups", query=query, fields="Name")["items"]}
    members = desk.get("reader", f"/group/{named['Tier 2']}")["Members"]
    assert [(row["type"], row["id"]) for row in members] == [("user", "agent06"), ("user", "agent07")]


def test_users_are_searched_by_organization_only_with_the_right_to_administrate_them(desk: Desk) -> None:
    query = '[{"field": "Organization", "value": "COMPANY 07"}]'
    asked = {"query": query, "fields": "Name,Organization,Created", "per_page": 100}
    keeper = desk.get("keeper", "/users", **asked)["items"]
    assert {row["Organization"] for row in keeper} == {"Company 07"}
    assert {row["Created"] for row in keeper} != {"1970-01-01T00:00:00Z"}
    reader = desk.get("reader", "/users", **asked)
    assert reader["total"] > 100, "what may not be searched by is silently left out: everybody is found"
    assert "Company 07" in {row["Organization"] for row in reader["items"]}
    assert {row["Created"] for row in reader["items"] if row["id"] != "reader"} == {"1970-01-01T00:00:00Z"}


def test_organization_and_address_of_a_requester_come_with_the_ticket(desk: Desk) -> None:
    asked = {"fields": "Requestor", "fields[Requestor]": "id,EmailAddress,Organization"}
    (requester,) = desk.search("reader", "tickets", "id = 1", **asked)[0]["Requestor"]
    assert requester["Organization"].startswith("Company ")
    assert requester["EmailAddress"].endswith(".example")


def test_a_changed_organization_moves_no_ticket_but_is_told_in_the_users_transactions(desk: Desk) -> None:
    before = desk.rows("SELECT id, LastUpdated FROM Tickets")
    desk.put("root", "/user/user0001", {"Organization": "Company 40"})
    assert desk.rows("SELECT id, LastUpdated FROM Tickets") == before
    query = "ObjectType='RT::User' AND Type='Set' AND Field='Organization' AND Created >= '2026-11-22 09:00:00'"
    (row,) = desk.search("reader", "transactions", query, fields="ObjectId,OldValue,NewValue")
    number = desk.value("SELECT id FROM Users WHERE Name = 'user0001'")
    assert (row["ObjectId"], row["OldValue"], row["NewValue"]) == (str(number), "Company 01", "Company 40")
    assert desk.search("stranger", "transactions", query) == []


def test_a_token_names_its_owner_whose_own_page_tells_the_time_zone(desk: Desk) -> None:
    for who, zone in (("reader", "UTC"), ("roman", "Europe/Rome")):
        number = desk.server.tokens[who].split("-")[1]
        me = desk.get(who, f"/user/{number}")
        assert (me["Name"], me["Timezone"], str(me["id"])) == (who, zone, number)
    assert desk.get("root", "/user/14").get("Timezone") is None


def test_a_wrong_token_is_refused_and_every_answer_tells_the_time(desk: Desk) -> None:
    desk.server.set_time(NOW + timedelta(hours=1))
    found = desk.ask("GET", "reader", "/rt")
    assert found.headers["Date"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    refused = requests.get(f"{desk.server.url}/REST/2.0/rt", headers={"Authorization": "token 1-14-x"}, timeout=60)
    assert refused.status_code == 401
