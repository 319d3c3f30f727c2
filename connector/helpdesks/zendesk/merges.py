"""Finds out which organisation a deleted one was merged into.

Source: Zendesk's pages on merging organisations. `/organizations/{id}/merges` is for administrators and names every
merge that an organisation took part in; whether it still answers for one that is deleted is not said.
"""

from collections.abc import Sequence
from dataclasses import replace

from connector.helpdesk import HelpdeskBusyError, HelpdeskError, Log, Stream
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.wire import MERGE_PAGE, MERGE_ROW, MergeRow
from connector.http.decode import Layout
from connector.http.transport import Transport
from rules.facts import Account, AccountId

_MERGES = Layout(stream=Stream.ACCOUNTS, key="organization_merges", page=MERGE_PAGE, row=MERGE_ROW)
_MOST_TRACED = 100
"""Accounts of one page: who deletes more at once did not merge them by hand."""
_MOST_STEPS = 8


class Merges:
    """Asks one Zendesk account, only of organisations that were found deleted and matter to us."""

    def __init__(self, transport: Transport, log: Log) -> None:
        self._transport = transport
        self._log = log

    def trace(self, accounts: Sequence[Account], traced: frozenset[AccountId]) -> tuple[Account, ...]:
        """The same accounts, the deleted ones among `traced` with the one they were merged into where that is known.

        Raises HelpdeskBusyError. What is refused is not known.
        """
        wanted = [account.id for account in accounts if account.deleted and account.id in traced]
        winners = {account: self._survivor(account) for account in wanted[:_MOST_TRACED]}
        return tuple(replace(account, merged_into=winners.get(account.id)) for account in accounts)

    def _survivor(self, account: AccountId) -> AccountId | None:
        """Where it ended: the winner may have been merged itself before anybody looked."""
        path = [account]
        while len(path) <= _MOST_STEPS and (winner := self._winner(path[-1])) is not None and winner not in path:
            path.append(winner)
        return path[-1] if len(path) > 1 else None

    def _winner(self, loser: AccountId) -> AccountId | None:
        try:
            merges, _ = read_list(self._transport, f"/api/v2/organizations/{loser}/merges", _MERGES)
        except HelpdeskBusyError:
            raise
        except HelpdeskError:
            self._log("merges_not_told", account=loser)
            return None
        found = [merge["winner_id"] for merge in merges if merge["loser_id"] == int(loser) and _counts(merge)]
        return AccountId(str(found[-1])) if found else None


def _counts(merge: MergeRow) -> bool:
    return merge.get("status") != "error"
