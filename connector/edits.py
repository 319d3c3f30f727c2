"""Notices that something was edited that verdicts depend on, since the last judgement."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from connector.settings import HelpdeskSettings
from connector.store.rows import RuleRow
from connector.store.store import Store
from rules.judging.watch import Watch
from rules.rule import Rule


def rule_rows(settings: HelpdeskSettings, watches: Iterable[Watch]) -> tuple[RuleRow, ...]:
    """The rules as they are judged now, each with a digest of everything its verdicts depend on besides the facts."""
    terms = _terms(settings)
    return tuple(
        RuleRow(rule=watch.rule.id, signal=watch.key, digest=_digest(watch.rule, terms), planned_at=None)
        for watch in watches
    )


def is_edited(store: Store, settings: HelpdeskSettings, rules: Iterable[RuleRow]) -> bool:
    """Whether the last judgement was of other rules, on other terms, or of totals that were built anew since."""
    met = {row.rule: (row.signal, row.digest) for row in store.rules(settings.name)}
    return met != {row.rule: (row.signal, row.digest) for row in rules}


def _terms(settings: HelpdeskSettings) -> tuple[object, ...]:
    """What every rule's verdicts depend on: how work is priced, how accounts are read, which of them count."""
    cost, ignore = settings.cost, settings.ignore
    return (
        (cost.currency, cost.rates, cost.gross_margin, sorted(cost.minutes.items())),
        (settings.policy.grace, sorted(settings.fields.items())),
        (sorted(ignore.accounts), sorted(ignore.status)),
    )


def _digest(rule: Rule, terms: tuple[object, ...]) -> str:
    """Of a rule without the texts that only people read."""
    judged = replace(rule, title="", why=None, advice=None, play=None)
    return blake2b(repr((judged, terms)).encode(), digest_size=16).hexdigest()
