"""One promise of the contract."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.helpdesk import Capability
from connector.testing.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something that a helpdesk does; its name is a sentence."""

    keep: Callable[[Place], None]
    """Raises AssertionError where it is broken."""
    needs: frozenset[Capability] = frozenset()

    @property
    def name(self) -> str:
        """The sentence, with _ for blanks."""
        return self.keep.__name__


def promises(*keep: Callable[[Place], None], needs: Capability | None = None) -> tuple[Promise, ...]:
    """Some that need the same."""
    needed = frozenset() if needs is None else frozenset({needs})
    return tuple(Promise(keep=one, needs=needed) for one in keep)
