"""What commands say of revenue and invoices that come from a table."""

import pytest
from command_line import Terminal

BILLING = "billing: [{kind: csv, path: billing.csv, match: [domain]}]\n"
REVENUE = "account,from,to,amount,currency\nbusy.test,2026-09-01,2026-11-30,9000,EUR\n"
INVOICES = """\
account,number,due,paid,amount,currency
busy.test,R-1,2026-11-05,,1200.50,EUR
busy.test,R-2,2026-11-20,,99.50,EUR
busy.test,R-3,2026-10-05,2026-10-01,500,EUR
calm.test,R-4,2026-10-05,2026-10-05,500,EUR
calm.test,R-5,2026-11-05,5 Nov,500,EUR
nobody.test,R-6,2026-11-05,,500,EUR
"""
BOTH = "account,from,to,number,due,paid,amount,currency\nbusy.test,2026-09-01,2026-11-30,R-1,2026-12-01,,9000,EUR\n"
COST_SLEEPS = "cost-share, cost-over-revenue sleep: no table under billing has the columns from and to"
INVOICES_SLEEP = "invoices-overdue sleeps: no table under billing has the columns number, due and paid"


def billed(terminal: Terminal, table: str, *, monthly: bool = True) -> Terminal:
    """The same installation with a table, pulled and judged."""
    terminal.write(more=BILLING)
    if not monthly:
        terminal.config.write_text(terminal.config.read_text().replace("revenue_month: mrr, ", ""))
    (terminal.config.parent / "billing.csv").write_text(table)
    ended = terminal.run("once")
    assert ended.status == 0, ended.err
    return terminal


@pytest.mark.parametrize(
    ("table", "asleep", "awake"),
    [
        (REVENUE, [INVOICES_SLEEP], [COST_SLEEPS]),
        (INVOICES, [COST_SLEEPS], [INVOICES_SLEEP]),
        (BOTH, [], [COST_SLEEPS, INVOICES_SLEEP]),
    ],
)
def test_check_names_the_rules_for_which_no_table_has_the_columns(
    terminal: Terminal, table: str, asleep: list[str], awake: list[str]
) -> None:
    said = billed(terminal, table, monthly=False).run("check").out
    assert [sentence in said for sentence in (*asleep, *awake)] == [True] * len(asleep) + [False] * len(awake)


def test_a_table_of_invoices_leaves_revenue_to_the_field(terminal: Terminal) -> None:
    said = billed(terminal, INVOICES).run("check").out
    assert COST_SLEEPS not in said
    assert "1 accounts with tickets are without revenue: Strange Ltd" in said


def test_without_any_revenue_to_know_check_names_no_account_for_want_of_it(terminal: Terminal) -> None:
    assert "are without revenue" not in billed(terminal, INVOICES, monthly=False).run("check").out


def test_check_names_rows_that_cannot_be_read_and_rows_of_nobody(terminal: Terminal) -> None:
    said = " ".join(billed(terminal, INVOICES).run("check").out.split())
    assert "billing.csv:6: paid must be a date such as 2026-03-31, or empty while it is not paid, not '5 Nov'" in said
    assert "billing.csv:7: no account has 'nobody.test' as its domain" in said


def test_explain_says_what_is_overdue(terminal: Terminal) -> None:
    desk = billed(terminal, INVOICES)
    told = desk.run("explain", "busy.test").out
    assert "Invoices: 3 known, 2 overdue, 1,300 EUR, the oldest by 17 days." in told
    assert "days_overdue = 17 days" in told
    assert "Invoices: 1 known, none overdue." in desk.run("explain", "calm.test").out
    unknown = desk.run("explain", "strange.test").out
    assert "Invoices:" not in unknown
    assert "no invoice of the account is known" in unknown


def test_explanation_as_json_has_the_numbers_of_the_day(terminal: Terminal) -> None:
    document = billed(terminal, INVOICES).run("explain", "busy.test", "--json").document
    names = ("days_overdue", "invoices_overdue", "amount_overdue", "late_payments_of_4")
    assert [document["metrics"][name] for name in names] == [17, 2, "1300.00", None]
    [rule] = [rule for rule in document["rules"] if rule["rule"] == "invoices-overdue"]
    assert (rule["value"], rule["level"], rule["since"][:10]) == ("17", "amber", "2026-11-07")


def test_metrics_say_that_numbers_of_invoices_are_of_the_day(terminal: Terminal) -> None:
    said = next(line for line in terminal.run("metrics").out.splitlines() if line.startswith("invoices_overdue"))
    assert "on the day" in said
    document = terminal.run("metrics", "--json").document["metrics"]
    found = {one["name"]: (one["daily"], one["missing"]) for one in document}
    assert found["days_overdue"] == (True, {"acme": ["a table under billing with the columns number, due and paid"]})
    assert found["tickets_7d"] == (False, {"acme": []})
