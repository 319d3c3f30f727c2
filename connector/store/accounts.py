"""Accounts and their domains: whose a ticket is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, and_, delete, insert, select

from connector.settings import EMAIL_DOMAIN, AccountSource
from connector.store.database import batches, replacing
from connector.store.packing import plain
from connector.store.tables import ACCOUNT, DOMAIN
from rules.facts import NOBODY, Account, AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Says whose a ticket is."""

    sources: tuple[AccountSource, ...]
    """Tried in this order."""
    holders: Mapping[str, AccountId]
    """Who holds a mail domain; of several the oldest, which has the smallest id."""

    def account(self, organization: str | None, domain: str | None) -> AccountId:
        """The account of a ticket with this organisation and this requester's domain."""
        for source in self.sources:
            if source != EMAIL_DOMAIN and organization is not None:
                return AccountId(organization)
            if source == EMAIL_DOMAIN and domain is not None and domain in self.holders:
                return self.holders[domain]
        return NOBODY


def owners(connection: Connection, desk: int, sources: tuple[AccountSource, ...], domains: Iterable[str]) -> Owners:
    """Who owns tickets of these domains, as the store stands now."""
    holders: dict[str, AccountId] = {}
    if EMAIL_DOMAIN in sources:
        for names in batches(sorted(filter(str.isprintable, domains))):
            held = select(DOMAIN.c.domain, DOMAIN.c.account)
            for domain, account in connection.execute(held.where(_here(DOMAIN.c.domain, desk, names))):
                holders[domain] = min(holders.get(domain, account), account, key=_age)
    return Owners(sources=sources, holders=holders)


def stored_accounts(connection: Connection, desk: int, ids: Iterable[AccountId]) -> dict[AccountId, Account]:
    """Those of these accounts that are known."""
    found: dict[AccountId, Account] = {}
    for names in batches(sorted(ids)):
        domains = connection.execute(
            select(DOMAIN.c.account, DOMAIN.c.domain).where(_here(DOMAIN.c.account, desk, names))
        )
        held = _by_account(domains)
        rows = connection.execute(select(ACCOUNT).where(_here(ACCOUNT.c.id, desk, names)))
        found.update((row["id"], _account(row, held[row["id"]])) for row in rows.mappings())
    return found


def every_account(connection: Connection, desk: int) -> Iterator[Account]:
    """Every account, in the order of their ids, deleted ones too."""
    held = _by_account(connection.execute(select(DOMAIN.c.account, DOMAIN.c.domain).where(DOMAIN.c.helpdesk == desk)))
    rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.helpdesk == desk).order_by(ACCOUNT.c.id))
    for row in rows.mappings():
        yield _account(row, held.get(row["id"], []))


def merged_accounts(connection: Connection, desk: int) -> dict[AccountId, AccountId]:
    """Which account each of those that were merged went into."""
    found = select(ACCOUNT.c.id, ACCOUNT.c.merged_into).where(ACCOUNT.c.helpdesk == desk)
    rows = connection.execute(found.where(ACCOUNT.c.merged_into.is_not(None)))
    return {row.id: row.merged_into for row in rows}


def save_accounts(connection: Connection, desk: int, accounts: Mapping[AccountId, Account]) -> None:
    """Replaces these accounts, as `storable` gave them, and the domains that they hold."""
    if not accounts:
        return
    connection.execute(
        replacing(connection.dialect, ACCOUNT), [_packed(desk, account) for account in accounts.values()]
    )
    for ids in batches(sorted(accounts)):
        connection.execute(delete(DOMAIN).where(_here(DOMAIN.c.account, desk, ids)))
    held = [(account.id, domain) for account in accounts.values() for domain in account.domains]
    if held:
        rows = [{"helpdesk": desk, "account": account, "domain": domain} for account, domain in held]
        connection.execute(insert(DOMAIN), rows)


def storable(account: Account) -> Account:
    """The account as it is kept: texts that every engine takes, domains in order, none once it is deleted."""
    domains = () if account.deleted else tuple(sorted({plain(domain) for domain in account.domains}))
    external_id = None if account.external_id is None else plain(account.external_id)
    return replace(account, name=plain(account.name), external_id=external_id, domains=domains)


def _packed(desk: int, account: Account) -> dict[str, object]:
    return {
        "helpdesk": desk,
        "id": account.id,
        "name": account.name,
        "external_id": account.external_id,
        "created": account.created,
        "deleted": int(account.deleted),
        "fields": account.fields,
        "merged_into": account.merged_into,
    }


def _account(row: RowMapping, domains: Sequence[str]) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        external_id=row["external_id"],
        domains=tuple(sorted(domains)),
        created=row["created"],
        deleted=row["deleted"] == 1,
        fields=tuple((key, value) for key, value in row["fields"]),
        merged_into=row["merged_into"],
    )


def _by_account(rows: Iterable[Any]) -> dict[AccountId, list[str]]:
    found: dict[AccountId, list[str]] = defaultdict(list)
    for account, domain in rows:
        found[account].append(domain)
    return found


def _here(column: Column[Any], desk: int, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(column.table.c.helpdesk == desk, column.in_(names))


def _age(account: AccountId) -> tuple[int, str]:
    """Ids are given in order, so the smaller number is the older account."""
    return len(account), account
