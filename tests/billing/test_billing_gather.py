"""All sources of revenue together."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from connector.billing import Billing, BillingError, Statement
from connector.billing.gather import gather_revenue
from connector.settings import BillingSettings
from rules.counting.matching import BilledPeriod
from rules.facts import Account, AccountId, Revenue

ACME = Account(id=AccountId("1"), name="Acme", external_id=None, domains=(), created=None, deleted=False, fields=())
KNOWN = Revenue(account=ACME.id, first=date(2025, 1, 1), last=date(2025, 12, 31), amount=Decimal(1), currency="EUR")


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
        return Statement(periods=(period,), problems=(f"{self.kind}:3: account is empty",))


def open_memory(settings: BillingSettings) -> Billing:
    return MemoryBilling(settings.kind)


def source(says: str) -> BillingSettings:
    return BillingSettings(kind=says, path=Path("unused"), match=("name",), place="config.yaml:1:1")


def test_revenue_of_every_source_is_taken_together() -> None:
    found = gather_revenue([source("Acme"), source("ACME")], [ACME], [KNOWN], open_memory)
    assert [(each.account, each.amount) for each in found.revenue] == [(ACME.id, Decimal(5))] * 2


def test_last_known_revenue_stays_whole_when_a_source_fails_and_the_failure_is_told() -> None:
    found = gather_revenue([source("broken"), source("Acme")], [ACME], [KNOWN], open_memory)
    assert (found.revenue, found.failures) == ((KNOWN,), ("broken: cannot be read",))
    assert found.problems == ("Acme:3: account is empty",)


def test_rows_of_nobody_and_bad_rows_are_told_and_stop_nothing() -> None:
    found = gather_revenue([source("Globex"), source("Acme")], [ACME], [], open_memory)
    assert found.unmatched == ("Globex:2: no account has 'Globex' as its name",)
    assert len(found.problems) == 2
    assert len(found.revenue) == 1


def test_without_sources_there_is_no_revenue() -> None:
    assert gather_revenue([], [ACME], [KNOWN], open_memory).revenue == ()
