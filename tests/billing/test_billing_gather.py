"""All sources of revenue together."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from connector.billing import Billing, BillingError, Statement
from connector.billing.gather import gather_billing
from connector.settings import BillingSettings
from rules.counting.matching import BilledInvoice, BilledPeriod
from rules.facts import Account, AccountId, Billed, Invoice, Revenue

ACME = Account(id=AccountId("1"), name="Acme", external_id=None, domains=(), created=None, deleted=False, fields=())
KNOWN = Billed(
    revenue=(
        Revenue(account=ACME.id, first=date(2025, 1, 1), last=date(2025, 12, 31), amount=Decimal(1), currency="EUR"),
    ),
    invoices=(
        Invoice(account=ACME.id, number="R-0", due=date(2025, 1, 31), paid=None, amount=Decimal(1), currency="EUR"),
    ),
)


@dataclass(frozen=True)
class MemoryBilling:
    """A source in memory: what its kind says it says."""

    kind: str

    def read(self) -> Statement:
        if self.kind == "broken":
            raise BillingError("broken: cannot be read")
        period = BilledPeriod(
            key=self.kind,
            first=date(2026, 1, 1),
            last=date(2026, 1, 31),
            amount=Decimal(5),
            currency="EUR",
            place=f"{self.kind}:2",
        )
        invoice = BilledInvoice(
            key=self.kind,
            number="R-1",
            due=date(2026, 2, 28),
            paid=date(2026, 2, 1) if self.kind.isupper() else None,
            amount=Decimal(5),
            currency="EUR",
            place=f"{self.kind}:2",
        )
        problems = (f"{self.kind}:3: account is empty",)
        return Statement(periods=(period,), invoices=(invoice,), problems=problems, tells_invoices=self.kind.isupper())


def open_memory(settings: BillingSettings) -> Billing:
    return MemoryBilling(settings.kind)


def source(says: str) -> BillingSettings:
    return BillingSettings(kind=says, path=Path("unused"), match=("name",), place="config.yaml:1:1")


def test_revenue_of_every_source_is_taken_together() -> None:
    found = gather_billing([source("Acme"), source("ACME")], [ACME], KNOWN, open_memory)
    assert [(each.account, each.amount) for each in found.billed.revenue] == [(ACME.id, Decimal(5))] * 2


def test_invoice_that_two_sources_tell_is_one_and_paid_where_one_knows_it() -> None:
    found = gather_billing([source("Acme"), source("ACME")], [ACME], KNOWN, open_memory)
    assert [(each.number, each.paid) for each in found.billed.invoices] == [("R-1", date(2026, 2, 1))]


def test_last_known_facts_stay_whole_when_a_source_fails_and_the_failure_is_told() -> None:
    found = gather_billing([source("broken"), source("Acme")], [ACME], KNOWN, open_memory)
    assert (found.billed, found.failures) == (KNOWN, ("broken: cannot be read",))
    assert found.problems == ("Acme:3: account is empty",)


def test_rows_of_nobody_and_bad_rows_are_told_and_stop_nothing() -> None:
    found = gather_billing([source("Globex"), source("Acme")], [ACME], Billed(), open_memory)
    assert found.unmatched == ("Globex:2: no account has 'Globex' as its name",)
    assert len(found.problems) == 2
    assert (len(found.billed.revenue), len(found.billed.invoices)) == (1, 1)


def test_without_sources_nothing_is_billed() -> None:
    assert gather_billing([], [ACME], KNOWN, open_memory).billed == Billed()


def test_one_source_that_has_a_place_for_invoices_is_enough() -> None:
    told = [gather_billing(some, [ACME], KNOWN, open_memory).tells_invoices for some in ([source("Acme")], BOTH)]
    assert told == [False, True]


BOTH = (source("Acme"), source("ACME"))
