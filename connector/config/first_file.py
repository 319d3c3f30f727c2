"""The text of a first config.yaml, made of a few answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.config.secrets import fault_in
from connector.yaml.error import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` asks."""

    name: str
    """The helpdesk's name: a-z, 0-9 and -."""
    url: str
    client_id: str
    client_secret: str
    """A reference such as env:NAME, never the secret."""
    since: date
    time_zone: str
    currency: str | None = None
    per_hour: Decimal | None = None
    """What an agent hour costs; asked only with a currency."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Words of WORDS, each with the key of the organisation field that holds the fact."""
    ignore_status: tuple[str, ...] = ()
    """Values of the status field that are no customers."""


@dataclass(frozen=True, slots=True)
class Word:
    """A fact of an account that an organisation field may hold."""

    example: str
    """A key such as many have."""
    meaning: str


WORDS = {
    "revenue_month": Word("mrr", "what the account pays a month; rules about money need it (or billing: below)"),
    "currency": Word("currency", "the currency of that, where it is not cost.currency"),
    "customer_since": Word("contract_start", "a date; without it the account is as old as its organisation"),
    "owner": Word("csm", "who looks after the account"),
    "segment": Word("segment", "a business segment"),
    "status": Word("customer_status", "such as trial or partner; see ignore: below"),
    "seats": Word("seats", "how many people use the product"),
    "renewal": Word("contract_end", "a date"),
    "strategic": Word("vip", "a checkbox"),
    "parent": Word("parent_account", "the account above this one"),
}
"""The keys under `fields`, most wanted first."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})

_TEMPLATE = """\
# Written by `touchcost init`. Every key is explained in config.example.yaml.
# Next: touchcost check, then touchcost plan. Nothing is written into the helpdesk while the policy is report-only.
version: 1

# Where facts and states are kept; the path counts from this file's folder.
store: sqlite:///touchcost.db

helpdesks:
  - name: {name}
    kind: zendesk
    url: {url}
    # A secret never stands here, only where it is found: env:NAME, file:/path, credential:NAME or keyring:SERVICE/NAME.
    auth:
      client_id: {client_id}
      client_secret: {client_secret}
    # How far back the first pull goes. A year shows what a daemon that had run all along would show.
    since: {since}
    # Days begin at midnight of this zone.
    time_zone: {time_zone}

    # How a ticket finds its account: by its organisation; by the requester's mail domain too, if you add email_domain.
    account: [organization]

    # Facts of an account, each with the key of the organisation field that holds it. Take the # away where one is.
    fields:
{fields}

    # Bulk senders and those who do not pay are no customers.
    ignore:
      # tags: [spam]
      # requesters: [monitoring@example.com]
      {ignore_status}

    # Work that is our own fault is never held against an account. Tickets that are linked to a problem ticket are found
    # by themselves; name the tags that your agents set.
    # own_fault: {{tags: [our_bug, outage]}}

    write:
      # report-only: `touchcost plan` shows what would be written. sync: it is written.
      policy: report-only
      # off, one (<prefix>review alone) or each; the customer may be able to read tags in the help centre.
      tags: one
      # The group that alert tickets are assigned to.
      # group: Customer Success

# A table of revenue instead of a field, of invoices, or of both. Columns: account, amount, currency, with from and to
# for revenue, number, due and paid (empty until it is) for invoices, or all of them.
# billing:
#   - {{kind: csv, path: invoices.csv, match: [external_id, domain, name]}}

# What one agent hour costs, all included. Without it touchcost speaks of hours only.
{cost}
# The rules everybody understands. Add a file of your own to change their lines: [builtin:starter, my-rules.yaml]
rules: [builtin:starter]
"""

_COST = """\
cost:
  currency: {currency}
  per_hour: "{per_hour}"
  # gross_margin: "0.78"
  # rates: [{{group: Tier 2, per_hour: "85.00", from: 2026-01-01}}]
"""

_NO_COST = """\
# cost:
#   currency: EUR
#   per_hour: "60.00"
"""


def render_config(answers: Answers) -> str:
    """A commented config.yaml that says what was answered; load_config() reads it like any other.

    Raises ConfigError when `client_secret` is no reference, so that a secret is never written into the file.
    """
    fault = fault_in(answers.client_secret)
    if fault is not None:
        raise ConfigError([f"client_secret: {fault}"])
    return _TEMPLATE.format(
        name=_quoted(answers.name),
        url=_quoted(answers.url),
        client_id=_quoted(answers.client_id),
        client_secret=_quoted(answers.client_secret),
        since=answers.since.isoformat(),
        time_zone=_quoted(answers.time_zone),
        fields="\n".join(_field(word, answers.fields.get(word)) for word in WORDS),
        ignore_status=_ignore_status(answers.ignore_status),
        cost=_cost(answers),
    )


def _field(word: str, key: str | None) -> str:
    written = f"# {word}: {WORDS[word].example}" if key is None else f"{word}: {_quoted(key)}"
    return f"      {written:<34}# {WORDS[word].meaning}"


def _ignore_status(values: Sequence[str]) -> str:
    if not values:
        return "# status: [trial, internal, partner, former]"
    return f"status: [{', '.join(map(_quoted, values))}]"


def _cost(answers: Answers) -> str:
    if answers.currency is None or answers.per_hour is None:
        return _NO_COST
    return _COST.format(currency=_quoted(answers.currency), per_hour=format(answers.per_hour, "f"))


def _quoted(text: str) -> str:
    """The text as YAML: in quotes unless it is plain beyond doubt. JSON's quotes are YAML's."""
    plain = text.isascii() and text[:1].isalpha() and not set(text) - _PLAIN and text.lower() not in _WORDS
    return text if plain else json.dumps(text)
