"""Our reading of the tickets without the store: `python -m benchmarks.decode CONFIG`.

From the bytes on the wire to our own values, by the same code as in a cycle.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event

from connector.config import secrets
from connector.helpdesk import Outside, Stream, Walk
from connector.installation import open_helpdesk, read_configuration
from rules.facts import PersonKey


def read(config: Path) -> int:
    """How many tickets came by; none is kept."""
    configuration, clock = read_configuration(config)
    outside = Outside(
        clock=clock,
        wait=Event().wait,
        resolve=secrets.resolve,
        person_key=PersonKey,
        random=Random(1),  # noqa: S311 - for waits that do not come
        log=lambda event, /, **fields: None,  # noqa: ARG005
    )
    helpdesk = open_helpdesk(configuration.settings.helpdesks[0], outside)
    walk = Walk(stream=Stream.TICKETS, start=datetime.fromtimestamp(0, UTC))
    return sum(len(page.tickets) for page in helpdesk.pull(walk))


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
