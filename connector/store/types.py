"""Column types: moments, exact numbers and JSON, the same on every engine."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of up to 64 bits; SQLite numbers rows by itself only where the type is called INTEGER."""


Name = Text().with_variant(Text(collation="C"), "postgresql")
"""A text that rows are sorted by: on every engine in the order of its code points, as Python sorts."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Raises TypeError for a datetime without a time zone."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """In UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Exact(TypeDecorator[Decimal]):
    """A Decimal as its text: no digit is lost or added."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Plain or scientific, as `str` writes it."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """With as many digits as it was given."""
        return None if value is None else Decimal(value)


class Json(TypeDecorator[object]):
    """A JSON document as ASCII text, which every engine takes: NUL and lone surrogates stand there escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002
        """Frozen sets become sorted lists."""
        return json.dumps(value, default=sorted)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002
        """None where the column is NULL."""
        return None if value is None else json.loads(value)
