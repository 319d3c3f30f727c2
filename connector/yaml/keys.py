"""A mapping of a YAML file with known keys, for pydantic."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

from connector.yaml.values import said


class Keys(BaseModel):
    """A mapping with known keys. A key with nothing behind it counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    later: ClassVar[frozenset[str]] = frozenset()
    """Keys that a later version brings."""

    @classmethod
    def known(cls) -> frozenset[str]:
        """Every key that may stand here, as it is written."""
        return frozenset(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, given: object) -> dict[Any, object]:
        if not isinstance(given, dict):
            # A text is not repeated: it may be a secret that stands in the wrong place.
            written = "a text" if isinstance(given, str) else said(given)
            raise ValueError(f"write keys with values, not {written}")  # noqa: TRY004
        known = cls.known()
        return {key: item for key, item in given.items() if item is not None or key not in known}
