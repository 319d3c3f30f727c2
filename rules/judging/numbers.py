"""The numbers of one account as rules look at them."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from rules.measuring.measure import Absence, Value
from rules.measuring.stretch import Known


class Numbers(Protocol):
    """The metrics and facts of one account on one day, exact. None is unknown, never zero."""

    @property
    def pays(self) -> bool:
        """Whether the account's status says that it pays."""

    def exact(self, name: str) -> Known | str | bool:
        """A metric or fact as it is, never scaled."""

    def operand(self, name: str) -> Known:
        """A number as a signal sees it: scaled where the account's grace ended within its window."""

    def currency(self, name: str) -> str | None:
        """The currency of an amount of money."""


class StatedNumbers:
    """Numbers that somebody wrote down by name: nothing is scaled, and all money is of one currency."""

    __slots__ = ("_values", "pays")

    def __init__(self, values: Mapping[str, Value], *, pays: bool = True) -> None:
        """A name that is left out is unknown."""
        self._values = {name: known(value) for name, value in values.items()}
        self.pays = pays

    def exact(self, name: str) -> Known | str | bool:
        """What was written down."""
        return self._values.get(name, Absence.NO_FACT)

    def operand(self, name: str) -> Known:
        """The same, where it is a number."""
        found = self._values.get(name, Absence.NO_FACT)
        return Absence.NO_FACT if isinstance(found, bool) or type(found) is str else found  # type: ignore[return-value]

    def currency(self, name: str) -> str | None:  # noqa: ARG002 - the protocol's.
        """One for all."""
        return "one"


def known(value: Value) -> Known | str | bool:
    """A value as rules compute with it, exactly."""
    if value is None:
        return Absence.NO_FACT
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else Fraction(value)
    return value
