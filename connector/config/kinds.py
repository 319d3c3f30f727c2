"""The kinds of helpdesk that are installed, and what each can be configured with, as it says itself."""

from importlib.metadata import entry_points

from connector.settings import Kind

_HELPDESKS = "touchcost.helpdesks"
_KINDS = "touchcost.kinds"


def installed_kinds() -> frozenset[str]:
    """The names of the kinds."""
    return frozenset(entry.name for entry in entry_points(group=_HELPDESKS))


def find_kind(name: str) -> Kind:
    """What the kind of this name can be configured with; a kind that says nothing of it, with everything."""
    for entry in entry_points(group=_KINDS, name=name):
        kind: Kind = entry.load()
        return kind
    return Kind()
