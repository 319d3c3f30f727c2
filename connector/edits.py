"""Notices that something was edited that verdicts depend on, since the last judgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from connector.settings import HelpdeskSettings
from connector.store.rows import RuleRow
from rules.judging.renaming import rename
from rules.judging.watch import Watch
from rules.rule import Rule


def rule_rows(settings: HelpdeskSettings, watches: Sequence[Watch], met: Iterable[RuleRow]) -> tuple[RuleRow, ...]:
    """The rules as they are judged now, each with a digest of everything its verdicts depend on besides the facts.

    `met` are those of the last judgement.
    """
    terms, planned = _terms(settings), first_plans(met, watches)
    return tuple(
        RuleRow(
            rule=watch.rule.id,
            signal=watch.key,
            digest=_digest(watch.rule, terms),
            planned_at=planned.get(watch.rule.id),
        )
        for watch in watches
    )


def first_plans(met: Iterable[RuleRow], watches: Iterable[Watch]) -> Mapping[str, datetime]:
    """When each rule was first planned; one that got another id has no first plan for that."""
    planned = {row.rule: row.planned_at for row in met if row.planned_at is not None}
    return rename(planned, (watch.rule for watch in watches)).by_rule


def is_edited(met: Iterable[RuleRow], rules: Iterable[RuleRow]) -> bool:
    """Whether the last judgement was of other rules, on other terms, or of totals that were built anew since."""
    return _judged_by(met) != _judged_by(rules)


def _judged_by(rules: Iterable[RuleRow]) -> Mapping[str, tuple[str, str]]:
    return {row.rule: (row.signal, row.digest) for row in rules}


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
