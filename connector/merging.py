"""Finds out where the alerts of accounts that were merged go on."""

from collections.abc import Iterable, Mapping

from connector.measuring import Yardstick
from connector.settings import HelpdeskSettings
from connector.store.store import Store
from rules.counting.account_facts import is_ignored
from rules.facts import AccountId
from rules.judging.merging import survivor_of


def find_survivors(
    store: Store, settings: HelpdeskSettings, yardstick: Yardstick, accounts: Iterable[AccountId]
) -> Mapping[AccountId, AccountId]:
    """The survivor of each of these accounts that was merged.

    Left out where it is gone itself, or the configuration leaves it out: there nothing goes on.
    """
    merged = store.merged(settings.name)
    found = {account: survivor_of(account, merged) for account in accounts if account in merged}
    known = store.accounts(settings.name) if found else ()
    gone = {one.id for one in known if one.deleted or is_ignored(one, yardstick.vocabulary)} | settings.ignore.accounts
    return {account: survivor for account, survivor in found.items() if survivor is not None and survivor not in gone}
