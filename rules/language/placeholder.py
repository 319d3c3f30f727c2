"""The {metric} placeholders of texts that rule files hold."""

import re

from rules.catalogue import find_metric
from rules.language.building import unknown_metric
from rules.language.token import Mistake

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholder_mistakes(text: str) -> tuple[Mistake, ...]:
    """Unknown names, and braces that open or close nothing."""
    unknown = [
        Mistake(offset=found.start(1), sentence=unknown_metric(found[1]))
        for found in _PLACEHOLDER.finditer(text)
        if find_metric(found[1]) is None
    ]
    rest = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    lone = [
        Mistake(offset=found.start(), sentence=f"a lone '{found[0]}': a placeholder is written {{metric}}")
        for found in re.finditer("[{}]", rest)
    ]
    return tuple(sorted([*unknown, *lone], key=lambda mistake: mistake.offset))
