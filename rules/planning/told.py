"""What was told of an alert, and when: from then on its reminder and its expiry count."""

from dataclasses import replace
from datetime import datetime

from rules.alert import State
from rules.planning.case import Alert
from rules.planning.guard import is_new
from rules.rule import Level


def tell(alert: Alert, alert_from: Level, at: datetime) -> State:
    """The state of an alert that the helpdesk shows.

    The time is that of the first showing, or of the first one at a level that is told: `alert_from` or higher.
    """
    state = alert.state
    if is_new(state, alert.level, alert_from):
        return replace(state, told_level=alert.level, told_at=at)
    return replace(state, told_level=max(alert.level, state.told_level or alert.level))
