"""Revenue and invoices from a CSV file."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.billing import BillingError, Statement, open_billing
from connector.billing.csv_file import CsvFile
from connector.settings import BillingSettings

HEADER = "account,from,to,amount,currency\n"
GOOD = "Acme,2026-01-01,2026-01-31,1200.50,EUR\n"
COLUMNS = "account, amount, currency, with from and to for revenue, number, due and paid for invoices, or all of them"
INVOICES = "account,number,due,paid,amount,currency\n"
DUE = "Acme,R-1,2026-02-28,,1200.50,EUR\n"
BOTH = "account,number,from,to,due,paid,amount,currency\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "revenue.csv"


def read(path: Path, text: str | bytes) -> Statement:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvFile(path=path).read()


def problems(path: Path, *rows: str) -> list[str]:
    """The sentences about rows, without the file's name."""
    found = read(path, HEADER + "".join(f"{row}\n" for row in rows)).problems
    return [problem.removeprefix(f"{path}:") for problem in found]


def test_row_becomes_a_period_with_its_place(path: Path) -> None:
    (period,) = read(path, HEADER + GOOD).periods
    assert (period.key, period.first, period.last) == ("Acme", date(2026, 1, 1), date(2026, 1, 31))
    assert (period.amount, period.currency, period.place) == (Decimal("1200.50"), "EUR", f"{path}:2")


def test_columns_may_stand_in_any_order_beside_others(path: Path) -> None:
    text = 'note,Currency,to,from,amount,account\n"two\nlines",eur,2026-01-31,2026-01-01,7,"Acme, Inc"\n'
    (period,) = read(path, text).periods
    assert (period.key, period.currency, period.amount) == ("Acme, Inc", "EUR", Decimal(7))


@pytest.mark.parametrize(
    "text", ["\ufeff" + HEADER + GOOD, (HEADER + GOOD).replace("\n", "\r\n"), HEADER + GOOD.strip()]
)
def test_spreadsheets_ways_of_writing_are_read(path: Path, text: str) -> None:
    assert len(read(path, text).periods) == 1


def test_semicolons_separate_where_the_header_has_them(path: Path) -> None:
    assert len(read(path, (HEADER + GOOD).replace(",", ";")).periods) == 1


def test_credit_is_negative(path: Path) -> None:
    assert read(path, HEADER + GOOD.replace("1200.50", "-30")).periods[0].amount == -30


def test_empty_rows_are_passed_over(path: Path) -> None:
    found = read(path, HEADER + "\n,,,,\n" + GOOD)
    assert (len(found.periods), found.problems) == (1, ())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",2026-01-01,2026-01-31,5,EUR", "2: account is empty"),
        ("A,01.01.2026,2026-01-31,5,EUR", "2: from must be a date such as 2026-03-31, not '01.01.2026'"),
        ("A,2026-01-01,2026-02-30,5,EUR", "2: to must be a date such as 2026-03-31, not '2026-02-30'"),
        ("A,2026-02-01,2026-01-31,5,EUR", "2: from (2026-02-01) is after to (2026-01-31)"),
        ('A,2026-01-01,2026-01-31,"1.200,50",EUR', "2: amount must be a plain number such as 1200.50, not '1.200,50'"),
        ("A,2026-01-01,2026-01-31,NaN,EUR", "2: amount must be a plain number such as 1200.50, not 'NaN'"),
        ("A,2026-01-01,2026-01-31,5,€", "2: currency must be three letters such as EUR, not '€'"),
        ("A,2026-01-01", "2: 5 cells are needed, not 2"),
        ("A" * 251 + ",2026-01-01,2026-01-31,5,EUR", "2: account is longer than 250 characters"),
        (
            "A,2026-01-01,2026-01-31,\u202e\0,EUR",
            "2: amount must be a plain number such as 1200.50, not '\\u202e\\x00'",
        ),
        ('"A,2026-01-01,2026-01-31,5,EUR', "2: this is no CSV: look for a quotation mark that is not closed"),
    ],
)
def test_bad_row_is_told_in_one_sentence_and_the_others_are_read(path: Path, row: str, sentence: str) -> None:
    assert problems(path, row, GOOD.strip()) == [sentence]
    assert len(CsvFile(path=path).read().periods) == 1


def test_every_bad_row_is_told(path: Path) -> None:
    found = problems(path, "A", GOOD.strip(), "B")
    assert [line.partition(":")[0] for line in found] == ["2", "4"]


def test_row_in_another_encoding_is_told_and_the_others_are_read(path: Path) -> None:
    found = read(path, HEADER.encode() + "Café,2026-01-01,2026-01-31,5,EUR\n".encode("cp1252") + GOOD.encode())
    assert found.problems == (f"{path}:2: this is not UTF-8; save the file as CSV UTF-8",)
    assert len(found.periods) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f":1: the file is empty; its first row names {COLUMNS}"),
        (GOOD, f":1: the first row lacks account, amount, currency; it names {COLUMNS}"),
        ("account,from,to,amount\n", f":1: the first row lacks currency; it names {COLUMNS}"),
        ("account,amount,currency\n", f":1: the first row lacks from, to; it names {COLUMNS}"),
        ("account,amount,currency,to\n", f":1: the first row lacks from; it names {COLUMNS}"),
        ("account,amount,currency,number,due\n", f":1: the first row lacks paid; it names {COLUMNS}"),
        ("account,from,to,amount,currency,from\n", ":1: the first row names from twice"),
        ("account,number,due,paid,amount,currency,due\n", ":1: the first row names due twice"),
    ],
)
def test_file_without_the_columns_is_an_error(path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BillingError) as raised:
        read(path, text)
    assert str(raised.value) == f"{path}{sentence}"


def test_file_that_is_not_there_is_an_error(path: Path) -> None:
    with pytest.raises(BillingError, match=r"revenue\.csv: the file cannot be read: No such file or directory"):
        CsvFile(path=path).read()


def test_row_with_number_and_due_date_is_an_invoice(path: Path) -> None:
    found = read(path, INVOICES + DUE + DUE.replace("R-1", "R-2").replace(",,", ",2026-03-04,"))
    assert found.periods == found.problems == ()
    open_one, paid_one = found.invoices
    assert (open_one.key, open_one.number, open_one.due, open_one.paid) == ("Acme", "R-1", date(2026, 2, 28), None)
    assert (open_one.amount, open_one.currency, open_one.place) == (Decimal("1200.50"), "EUR", f"{path}:2")
    assert (paid_one.number, paid_one.paid) == ("R-2", date(2026, 3, 4))


def test_row_may_be_a_service_period_an_invoice_or_both(path: Path) -> None:
    rows = (
        "Acme,R-1,2026-01-01,2026-01-31,2026-02-28,,5,EUR",
        "Acme,R-2,,,2026-02-28,2026-02-01,6,EUR",
        "Acme,,2026-02-01,2026-02-28,,,7,EUR",
    )
    found = read(path, BOTH + "\n".join(rows))
    assert [each.amount for each in found.periods] == [5, 7]
    assert [(each.number, each.amount) for each in found.invoices] == [("R-1", 5), ("R-2", 6)]
    assert found.problems == ()


def test_table_says_what_it_has_columns_for(path: Path) -> None:
    told = [(found.tells_revenue, found.tells_invoices) for found in (read(path, each) for each in HEADERS)]
    assert told == [(True, False), (False, True), (True, True)]


HEADERS = (HEADER, INVOICES, BOTH)


def test_credit_is_revenue_and_no_invoice(path: Path) -> None:
    rows = ("Acme,R-1,2026-01-01,2026-01-31,2026-02-28,,-5,EUR", "Acme,R-2,,,,,0,EUR")
    found = read(path, BOTH + "\n".join(rows))
    assert ([each.amount for each in found.periods], found.invoices, found.problems) == ([-5], (), ())


def test_paid_row_without_a_due_date_was_never_due(path: Path) -> None:
    found = read(path, BOTH + "Acme,R-1,2026-01-01,2026-01-31,,2026-01-02,5,EUR\nAcme,R-2,,,,2026-01-02,5,EUR\n")
    assert (len(found.periods), found.invoices, found.problems) == (1, (), ())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A,,2026-02-28,,5,EUR", "number is empty"),
        ("A,R-1,,,5,EUR", "due is empty: without it nobody can say when an unpaid invoice is overdue"),
        ("A,R-1,28.02.2026,,5,EUR", "due must be a date such as 2026-03-31, not '28.02.2026'"),
        (
            "A,R-1,2026-02-28,yes,5,EUR",
            "paid must be a date such as 2026-03-31, or empty while it is not paid, not 'yes'",
        ),
        (
            "A,R-1,2026-02-28,2026-02-30,5,EUR",
            "paid must be a date such as 2026-03-31, or empty while it is not paid, not '2026-02-30'",
        ),
        ("A,R\0-1,2026-02-28,,5,EUR", "number holds characters that cannot be shown: 'R\\x00-1'"),
        ("A,\u202eR-1,2026-02-28,,5,EUR", "number holds characters that cannot be shown: '\\u202eR-1'"),
        (f"A,{'9' * 251},2026-02-28,,5,EUR", "number is longer than 250 characters"),
        ("A,R-1,2026-02-28,,five,EUR", "amount must be a plain number such as 1200.50, not 'five'"),
        ("A,R-1,2026-02-28,,1e3,EUR", "amount must be a plain number such as 1200.50, not '1e3'"),
        ("A,R-1,2026-02-28,,5,", "currency must be three letters such as EUR, not ''"),
        (",R-1,2026-02-28,,5,EUR", "account is empty"),
        ("A,R-1,2026-02-28", "6 cells are needed, not 3"),
    ],
)
def test_bad_invoice_is_told_in_one_sentence_and_the_others_are_read(path: Path, row: str, sentence: str) -> None:
    found = read(path, f"{INVOICES}{row}\n{DUE}")
    assert found.problems == (f"{path}:2: {sentence}",)
    assert [each.number for each in found.invoices] == ["R-1"]


def test_half_of_a_row_that_can_be_read_counts(path: Path) -> None:
    rows = ("A,R-1,2026-01-01,2026-01-31,soon,,5,EUR", "A,R-2,2026-01-01,,2026-02-28,,5,EUR")
    found = read(path, BOTH + "\n".join(rows))
    assert (len(found.periods), [each.number for each in found.invoices]) == (1, ["R-2"])
    assert found.problems == (
        f"{path}:2: due must be a date such as 2026-03-31, not 'soon'",
        f"{path}:3: to must be a date such as 2026-03-31, not ''",
    )


def test_row_that_is_wrong_twice_is_told_in_one_sentence(path: Path) -> None:
    found = read(path, BOTH + "A,R-1,2026-01-01,x,y,,5,EUR\n")
    assert found.problems == (
        f"{path}:2: to must be a date such as 2026-03-31, not 'x'; due must be a date such as 2026-03-31, not 'y'",
    )


def test_row_that_is_neither_is_told(path: Path) -> None:
    found = read(path, BOTH + "A,,,,,,5,EUR\n")
    assert found.problems == (f"{path}:2: neither a service period (from, to) nor an invoice (number, due) is named",)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("due,paid", "no invoice is read from here, for the first row lacks number"),
        ("number,due", "no invoice is read from here, for the first row lacks paid"),
    ],
)
def test_columns_of_half_an_invoice_are_told_and_revenue_counts(path: Path, more: str, sentence: str) -> None:
    found = read(path, HEADER.strip() + f",{more}\n" + GOOD.strip() + ",1,2\n")
    assert (len(found.periods), found.invoices, found.problems) == (1, (), (f"{path}:1: {sentence}",))


def test_column_of_half_a_period_is_told_and_invoices_count(path: Path) -> None:
    found = read(path, INVOICES.strip() + ",to\n" + DUE.strip() + ",x\n")
    assert found.problems == (f"{path}:1: no service period is read from here, for the first row lacks from",)
    assert (found.periods, len(found.invoices)) == ((), 1)


def test_table_of_revenue_may_number_its_rows(path: Path) -> None:
    found = read(path, f"number,{HEADER}7,{GOOD}")
    assert (len(found.periods), found.invoices, found.problems) == (1, (), ())


def test_table_that_the_document_shows_is_read(path: Path) -> None:
    document = Path(__file__).parents[2].joinpath("docs", "billing.md").read_text()
    found = read(path, "account" + document.partition("```\naccount")[2].partition("```")[0])
    assert (len(found.periods), [each.number for each in found.invoices]) == (2, ["R-117", "R-131"])
    assert found.problems == ()


@given(garbage=st.binary(max_size=300), header=st.sampled_from(HEADERS))
def test_any_bytes_after_the_header_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, header: str
) -> None:
    path = tmp_path_factory.mktemp("billing") / "revenue.csv"
    assert isinstance(read(path, header.encode() + garbage), Statement)


@given(cells=st.lists(st.sampled_from(["", "A", "2026-02-28", "2026-13-01", "5", "-5", "EUR", "é"]), max_size=8))
def test_every_row_counts_or_is_told(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    """But for an empty one, a credit that is no revenue, and what was paid without ever being due."""
    path = tmp_path_factory.mktemp("billing") / "revenue.csv"
    found = read(path, f"{BOTH}{','.join(cells)}\n")
    counts = found.periods or found.invoices
    quiet = not any(cells) or (len(cells) == 8 and (cells[6] == "-5" or cells[4] == ""))
    assert counts or found.problems or quiet
    assert all(problem.startswith(f"{path}:2: ") for problem in found.problems)


def test_csv_is_found_by_its_entry_point(path: Path) -> None:
    settings = BillingSettings(kind="csv", path=path, match=("name",), place="config.yaml:9:5")
    assert open_billing(settings) == CsvFile(path=path)


def test_unknown_kind_is_told_with_its_place(path: Path) -> None:
    settings = BillingSettings(kind="cvs", path=path, match=("name",), place="config.yaml:9:5")
    with pytest.raises(BillingError, match=r"config\.yaml:9:5: there is no kind of billing 'cvs'; installed: csv"):
        open_billing(settings)
