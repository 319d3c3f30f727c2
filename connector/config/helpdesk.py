"""One helpdesk of the configuration: its keys checked together, and turned into HelpdeskSettings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from connector.config.auth import read_auth
from connector.config.kinds import find_kind
from connector.config.layers import Layers
from connector.config.models import CostKeys, HelpdeskKeys
from connector.config.problems import problems_of
from connector.config.rules import Rulebook
from connector.config.urls import path_fault
from connector.config.values import field_key
from connector.rulefiles.reading import LoadedPolicy
from connector.settings import (
    EMAIL_DOMAIN,
    BillingSettings,
    Cost,
    HelpdeskSettings,
    Ignored,
    Kind,
    Secret,
    WriteSettings,
)
from connector.yaml.marks import Place, Problem
from connector.yaml.values import said
from rules.counting.own_fault import OwnFault
from rules.facts import AccountId, HelpdeskName, Rate
from rules.language.suggestion import did_you_mean

_LATER_KINDS = frozenset({"freshdesk", "zammad"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a helpdesk's keys are checked against."""

    kinds: Collection[str]
    """The kinds of helpdesk that are installed."""
    now: datetime
    rulebook: Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHelpdesk:
    """A helpdesk's keys, each right in itself and all of them together."""

    keys: HelpdeskKeys
    layers: Layers
    auth: Mapping[str, Secret | str]
    rules: LoadedPolicy


def read_helpdesk(layers: Layers, outside: Surroundings) -> tuple[ReadHelpdesk | None, list[Problem]]:
    """The helpdesk, or every problem with its keys and its rule files."""
    kind = find_kind(str(_mapping(layers).get("kind")))
    auth, problems = read_auth(layers, kind.sign_ins) if "auth" in _mapping(layers) else ({}, [])
    rules = outside.rulebook.read(layers)
    if not isinstance(rules, LoadedPolicy):
        problems += [problem for problem in rules if not problem.warning]
    try:
        keys = HelpdeskKeys.model_validate(layers.value)
    except ValidationError as error:
        return None, [*problems_of(error, layers, HelpdeskKeys), *problems]
    problems += [*_contradictions(keys, layers, outside), *_kind_contradictions(keys, layers, kind)]
    if problems or not isinstance(rules, LoadedPolicy):
        return None, problems
    return ReadHelpdesk(keys=keys, layers=layers, auth=auth, rules=rules), []


def taken_twice(helpdesks: Sequence[Layers]) -> Iterator[Problem]:
    """Names and addresses that two helpdesks share."""
    for key, what in (("name", "this name"), ("url", "this address")):
        first: dict[object, Place] = {}
        for layers in helpdesks:
            given = _mapping(layers).get(key)
            if not isinstance(given, str):
                continue
            same = given.lower().rstrip("/")
            if same in first:
                yield layers.problem((key,), f"{key}: another helpdesk has {what} already ({first[same]})")
            first.setdefault(same, layers.place((key,)))


def settings_of(read: ReadHelpdesk, billing: Sequence[BillingSettings]) -> HelpdeskSettings:
    """The helpdesk as a value."""
    keys = read.keys
    return HelpdeskSettings(
        name=HelpdeskName(keys.name),
        kind=keys.kind,
        url=keys.url,
        auth=read.auth,
        since=keys.since,
        every=keys.every,
        time_zone=keys.time_zone,
        account=tuple(dict.fromkeys(keys.account)),
        fields=keys.fields.model_dump(exclude_none=True),
        timer_field=keys.timer_field,
        ignore=_ignored(keys),
        own_fault=OwnFault(tags=frozenset(keys.own_fault.tags), problem_links=keys.own_fault.problem_links),
        requests_per_minute=keys.requests_per_minute,
        exports_per_minute=keys.exports_per_minute,
        write=_write(keys),
        cost=_cost(keys.cost),
        policy=read.rules.policy,
        billing=tuple(billing),
        retention_days=keys.retention_days,
        heartbeat=keys.heartbeat,
        place=str(read.layers.place(("name",))),
    )


def _mapping(layers: Layers) -> Mapping[str, object]:
    return layers.value if isinstance(layers.value, dict) else {}


def _contradictions(keys: HelpdeskKeys, layers: Layers, outside: Surroundings) -> Iterator[Problem]:
    if keys.kind not in outside.kinds:
        yield layers.problem(("kind",), _unknown_kind(keys.kind, outside.kinds))
    if keys.since > outside.now.astimezone(ZoneInfo(keys.time_zone)).date():
        yield layers.problem(("since",), f"since: {keys.since} lies ahead; write the day the first pull goes back to")
    for index, source in enumerate(keys.billing):
        if source.helpdesk not in (None, keys.name):
            sentence = f"helpdesk: this stands under {keys.name}; leave the key out"
            yield layers.problem(("billing", index, "helpdesk"), sentence)
    for index, tag in enumerate(keys.own_fault.tags):
        if tag in keys.ignore.tags:
            sentence = (
                f"tags: {said(tag)} stands under ignore.tags too, and what is ignored counts nowhere; take one away"
            )
            yield layers.problem(("own_fault", "tags", index), sentence)
    yield from _cost_contradictions(keys.cost, layers)


def _kind_contradictions(keys: HelpdeskKeys, layers: Layers, kind: Kind) -> Iterator[Problem]:
    """What this kind of helpdesk cannot serve."""
    fault = None if kind.below_a_path else path_fault(keys.url)
    if fault is not None:
        yield layers.problem(("url",), f"url: {fault}")
    if kind.fields_have_keys:
        yield from _odd_keys(keys, layers)
    last = len(keys.account) - 1
    for index, source in enumerate(keys.account):
        if source.kind not in kind.accounts:
            known = " and ".join(kind.accounts)
            sentence = f"account: {keys.kind} finds no account by {said(str(source))}; it does by {known}"
            yield layers.problem(("account", index), sentence)
        elif source == EMAIL_DOMAIN and 0 < index < last:
            yield layers.problem(("account", index), "account: email_domain stands first or last")


def _odd_keys(keys: HelpdeskKeys, layers: Layers) -> Iterator[Problem]:
    for word, key in keys.fields.model_dump(exclude_none=True).items():
        try:
            field_key(key)
        except ValueError as odd:
            yield layers.problem(("fields", word), f"{word}: {odd}")


def _unknown_kind(kind: str, kinds: Collection[str]) -> str:
    if kind in _LATER_KINDS:
        return f"kind: {said(kind)} is not in this version"
    near = did_you_mean(kind, kinds) or f"; installed: {', '.join(sorted(kinds)) or 'none'}"
    return f"kind: no helpdesk of kind {said(kind)} is installed{near}"


def _cost_contradictions(cost: CostKeys, layers: Layers) -> Iterator[Problem]:
    if cost.currency is None and (cost.per_hour is not None or cost.rates):
        where = "per_hour" if cost.per_hour is not None else "rates"
        yield layers.key_problem(("cost", where), "cost: a rate has a currency; add currency: EUR, or whichever it is")
    seen: set[tuple[str | None, object]] = set() if cost.per_hour is None else {(None, None)}
    for index, rate in enumerate(cost.rates):
        if (rate.group, rate.first) in seen:
            whose = f"group {said(rate.group)}" if rate.group else "every group"
            sentence = f"rates: a second rate of {whose} from the same day; take one of them away"
            yield layers.problem(("cost", "rates", index), sentence)
        seen.add((rate.group, rate.first))


def _ignored(keys: HelpdeskKeys) -> Ignored:
    return Ignored(
        tags=frozenset(keys.ignore.tags),
        requesters=frozenset(keys.ignore.requesters),
        accounts=frozenset(map(AccountId, keys.ignore.accounts)),
        status=frozenset(keys.ignore.status),
    )


def _write(keys: HelpdeskKeys) -> WriteSettings:
    write = keys.write
    return WriteSettings(
        policy=write.policy,
        prefix=write.prefix,
        tags=write.tags,
        fields=write.fields,
        alerts=write.alerts,
        digest=write.digest,
        alert_from=write.alert_from,
        only=frozenset(map(AccountId, write.only)),
        group=write.group,
    )


def _cost(cost: CostKeys) -> Cost:
    loaded = () if cost.per_hour is None else (Rate(per_hour=cost.per_hour, group=None, first=None),)
    dated = tuple(Rate(per_hour=rate.per_hour, group=rate.group, first=rate.first) for rate in cost.rates)
    return Cost(
        currency=cost.currency,
        rates=(*loaded, *dated),
        gross_margin=cost.gross_margin,
        minutes=cost.minutes.model_dump(),
    )
