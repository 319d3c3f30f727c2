"""A past to be judged again: accounts that somebody works on every day for a year.

`python -m benchmarks.past FOLDER ACCOUNTS` fills a store with it, and writes the numbers of every account at every
midnight, for those who cannot count. Prints how often the lowest line of one of twelve rules was reached.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

from benchmarks.installation import environment, write_config
from benchmarks.past_lines import NUMBERS, rule_file
from benchmarks.payload import BEGINNING, NOW
from connector.helpdesks.memory import MemoryHelpdesk
from connector.installation import Installation, open_installation
from connector.measuring import Measurable, Yardstick, make_yardstick, read_accounts
from connector.progress import Silent
from connector.pulling import Pull
from rules.facts import NOBODY, Account, AccountId, Agent, Comment, Event, PersonKey, Ticket, TicketId, TicketStatus
from rules.facts import UtcSecond as Second
from rules.judging.watch import Numbers, Watch, glance

_AGENT, _CUSTOMER = PersonKey(1), PersonKey(2)
_HOUR = 3_600
_LONG_BEFORE = timedelta(days=400)
_SEASON = 60
_PAGE = 10_000


def fill(folder: Path, accounts: int) -> Path:
    """A configuration whose store holds the past of so many accounts."""
    config = write_config(folder, "http://127.0.0.1:9", rules="rules.yaml")
    (folder / "rules.yaml").write_text(rule_file())
    with open_installation(config, environment=environment()) as installation:
        Pull(
            helpdesk=_helpdesk(accounts),
            store=installation.store,
            settings=installation.settings.helpdesks[0],
            clock=installation.clock,
            stop=installation.stop,
            progress=Silent(),
        ).run()
    return config


def measurables(installation: Installation) -> Iterator[tuple[Yardstick, Measurable]]:
    """Every account of the store with its daily totals, and what it is measured by."""
    store, settings = installation.store, installation.settings.helpdesks[0]
    as_of = store.absorbed_until(settings.name)
    yardstick = None if as_of is None else make_yardstick(store, settings, as_of)
    if yardstick is None:
        raise SystemExit("nothing was filled in")
    for measurable in read_accounts(store, settings, yardstick):
        if measurable.subject.id != NOBODY:
            yield yardstick, measurable


def _helpdesk(accounts: int) -> MemoryHelpdesk:
    helpdesk = MemoryHelpdesk(now=NOW, agents=(Agent(key=_AGENT, since=Second(0), group="Tier 1"),), page_size=_PAGE)
    for number in range(accounts):
        account = AccountId(str(number + 1))
        fields = (("mrr", str(600 + 90 * (number % 9))), ("currency", "EUR"))
        helpdesk.accounts[account] = Account(
            id=account,
            name=f"Account {account}",
            external_id=None,
            domains=(),
            created=BEGINNING - _LONG_BEFORE,
            deleted=False,
            fields=fields,
        )
        _live(account, helpdesk)
    helpdesk.events.sort(key=lambda event: event.at)
    helpdesk.tickets.sort(key=lambda ticket: ticket.changed)
    return helpdesk


def _live(account: AccountId, helpdesk: MemoryHelpdesk) -> None:
    """Up to three tickets a day, more in some months than in others."""
    chance = Random(int(account))  # noqa: S311 - not a secret.
    for day in range((NOW - BEGINNING).days):
        season = 1 + math.sin(2 * math.pi * (day + int(account)) / _SEASON) / 2
        morning = int((BEGINNING + timedelta(days=day)).timestamp()) + 8 * _HOUR
        for _ in range(1 + (chance.random() < season / 2) + (chance.random() < season / 3)):
            number = len(helpdesk.tickets) + 1
            helpdesk.events += _events(number, morning, chance)
            helpdesk.tickets.append(_ticket(number, account, Second(morning), helpdesk.events[-1].at))


def _ticket(number: int, account: AccountId, created: Second, changed: Second) -> Ticket:
    return Ticket(
        id=TicketId(number),
        organization=account,
        domain=None,
        requester=_CUSTOMER,
        assignee=_AGENT,
        channel="email",
        created=created,
        changed=changed,
        status=TicketStatus.SOLVED,
        own=False,
        tags=(),
    )


def _events(number: int, morning: int, chance: Random) -> Iterator[Event]:
    """A question, an answer, a note, the end, and at times a second round."""
    steps: list[tuple[PersonKey, Comment | None, TicketStatus | None]]
    steps = [(_CUSTOMER, Comment.PUBLIC, TicketStatus.NEW), (_AGENT, Comment.PUBLIC, TicketStatus.OPEN)]
    steps += [(_AGENT, Comment.PRIVATE, None), (_AGENT, None, TicketStatus.SOLVED)]
    if chance.random() < 1 / 5:
        steps += [(_CUSTOMER, Comment.PUBLIC, TicketStatus.OPEN), (_AGENT, Comment.PUBLIC, TicketStatus.SOLVED)]
    for place, (author, comment, status) in enumerate(steps):
        yield Event(
            ticket=TicketId(number),
            id=10 * number + place,
            at=Second(morning + place * _HOUR),
            author=author,
            group="Tier 1" if author == _AGENT else None,
            comment=comment,
            status=status,
            timer=None,
            merge=False,
        )


def write_numbers(config: Path, numbers: Path) -> int:
    """A line of JSON for each account and midnight; gives how often a rule's lowest line was reached."""
    over = 0
    with open_installation(config, environment=environment()) as installation, numbers.open("w") as lines:
        for yardstick, measurable in measurables(installation):
            sight = yardstick.sight(measurable.subject, measurable.history)
            for moment in yardstick.course.midnights:
                seen = sight.measure(moment.day)
                over += sum(_is_over(one, seen) for one in yardstick.watches)
                print(json.dumps(_floats(yardstick.watches, seen)), file=lines)
    return over


def _is_over(one: Watch, seen: Numbers) -> bool:
    reading = glance(one, seen)
    return reading is not None and reading.reached is not None


def _floats(watches: tuple[Watch, ...], seen: Numbers) -> Mapping[str, float]:
    """What is unknown is 0, for those who know no unknown."""
    names = sorted({name for one in watches for name in (*one.operands, *one.asked)})
    return {name: _float(seen.exact(name)) for name in names}


def _float(known: object) -> float:
    return float(known) if isinstance(known, int | Fraction | Decimal) else 0.0


if __name__ == "__main__":
    print(write_numbers(fill(Path(sys.argv[1]), int(sys.argv[2])), Path(sys.argv[1]) / NUMBERS))
