"""Which source of revenue belongs to which helpdesk."""

from collections.abc import Sequence

from connector.config.helpdesk import ReadHelpdesk
from connector.config.layers import Layers
from connector.config.models import BillingSource, FileKeys
from connector.settings import BillingSettings
from connector.yaml.marks import Problem
from connector.yaml.values import said
from rules.language.suggestion import did_you_mean


def billing_of(read: ReadHelpdesk, whole: FileKeys, beside: Layers) -> tuple[BillingSettings, ...]:
    """The helpdesk's sources: under it or in `defaults`, then those beside the helpdesks that name it or none."""
    own = [_settings(source, read.layers, index) for index, source in enumerate(read.keys.billing)]
    shared = [
        _settings(source, beside, index)
        for index, source in enumerate(whole.billing)
        if source.helpdesk in (None, read.keys.name)
    ]
    return (*own, *shared)


def billing_problems(whole: FileKeys, beside: Layers, helpdesks: Sequence[Layers]) -> list[Problem]:
    """Sources beside the helpdesks that name one which is not there, or none where there are several."""
    names = [layers.value.get("name") if isinstance(layers.value, dict) else None for layers in helpdesks]
    known = [name for name in names if isinstance(name, str)]
    found = [_fault(source, beside, index, known) for index, source in enumerate(whole.billing)]
    return [problem for problem in found if problem is not None]


def _fault(source: BillingSource, beside: Layers, index: int, names: Sequence[str]) -> Problem | None:
    if source.helpdesk is None and len(names) > 1:
        return beside.problem(("billing", index), "helpdesk is missing: with several, each source names its own")
    if source.helpdesk is not None and source.helpdesk not in names:
        near = did_you_mean(source.helpdesk, names)
        sentence = f"helpdesk: there is no helpdesk {said(source.helpdesk)}{near}"
        return beside.problem(("billing", index, "helpdesk"), sentence)
    return None


def _settings(source: BillingSource, layers: Layers, index: int) -> BillingSettings:
    trail = ("billing", index)
    return BillingSettings(
        kind=source.kind,
        path=layers.path((*trail, "path"), source.path),
        match=tuple(dict.fromkeys(source.match)),
        place=str(layers.place(trail)),
    )
