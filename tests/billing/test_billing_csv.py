"""Revenue from a CSV file."""

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
        ("", ":1: the file is empty; its first row names account, from, to, amount, currency"),
        (
            GOOD,
            ":1: the first row lacks account, from, to, amount, currency; it names account, from, to, amount, currency",
        ),
        ("account,from,to,amount\n", ":1: the first row lacks currency; it names account, from, to, amount, currency"),
        ("account,from,to,amount,currency,from\n", ":1: the first row names from twice"),
    ],
)
def test_file_without_the_columns_is_an_error(path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BillingError) as raised:
        read(path, text)
    assert str(raised.value) == f"{path}{sentence}"


def test_file_that_is_not_there_is_an_error(path: Path) -> None:
    with pytest.raises(BillingError, match=r"revenue\.csv: the file cannot be read: No such file or directory"):
        CsvFile(path=path).read()


@given(garbage=st.binary(max_size=300))
def test_any_bytes_after_the_header_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("billing") / "revenue.csv"
    assert isinstance(read(path, HEADER.encode() + garbage), Statement)


def test_csv_is_found_by_its_entry_point(path: Path) -> None:
    settings = BillingSettings(kind="csv", path=path, match=("name",), place="config.yaml:9:5")
    assert open_billing(settings) == CsvFile(path=path)


def test_unknown_kind_is_told_with_its_place(path: Path) -> None:
    settings = BillingSettings(kind="cvs", path=path, match=("name",), place="config.yaml:9:5")
    with pytest.raises(BillingError, match=r"config\.yaml:9:5: there is no kind of billing 'cvs'; installed: csv"):
        open_billing(settings)
