"""Writes tags and fields of accounts onto everybody who carries them, and reads back what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from connector.helpdesk import Outcome, Write, WriteKind
from connector.helpdesks.request_tracker.carriers import Carrier, Carriers
from connector.helpdesks.request_tracker.searches import Searcher
from connector.helpdesks.request_tracker.sending import APPLIED, Ended, Sending, refused
from connector.http.transport import Refusal
from rules.facts import AccountId

_ROUNDS = 3
"""How often a list that others change meanwhile is read and written again."""

_BUSY = Ended(outcome=Outcome.POSTPONED, reason="somebody else keeps changing the tags")
_NOBODY = refused("nobody who could carry a mark belongs to this account")

_Wanted = Mapping[str, tuple[str, ...]]
"""What a carrier's custom fields should hold; only of those that hold something else."""
_Change = Callable[[Carrier], _Wanted]


class AccountWrites:
    """Writes for one delivery: who carries the marks of its accounts is looked up once."""

    def __init__(self, carriers: Carriers, searcher: Searcher, sending: Sending, tags: str) -> None:
        """`tags` is the name of the custom field that holds tags."""
        self._carriers = carriers
        self._searcher = searcher
        self._sending = sending
        self._tags = tags
        self._known: dict[AccountId, list[Carrier]] = {}

    def look_up(self, writes: Iterable[Write]) -> None:
        """Who carries the marks that these writes change."""
        accounts = {write.account for write in writes}
        self._known = {account: [] for account in accounts}
        for carrier in self._carriers.of(accounts):
            self._known[carrier.account].append(carrier)

    def apply(self, write: Write) -> Ended:
        """One write. On which carriers it is done already shows, so that it may come again."""
        account = write.account
        if account not in self._known:
            self._known[account] = list(self._carriers.of({account}))
        if not self._known[account]:
            return _NOBODY
        if write.kind is WriteKind.SET_FIELD:
            ended = self._set(account, _fields(write))
        else:
            ended = self._tag(account, self._retagged(write))
        if not ended.is_applied:
            # What is known of it may have been changed.
            del self._known[account]
        return ended

    def _set(self, account: AccountId, change: _Change) -> Ended:
        if self._wanting(account, change):
            # Somebody may belong to another account since they were listed.
            self._refresh(account)
        for carrier in self._wanting(account, change):
            ended = self._put(carrier, change(carrier), None)
            if not ended.is_applied:
                return ended
        return self._read_back(account, change)

    def _tag(self, account: AccountId, change: _Change) -> Ended:
        """A list is replaced whole: it is read after its ETag, and written only if nobody changed it since."""
        for _ in range(_ROUNDS):
            stale = False
            for carrier, etag in self._fresh(self._wanting(account, change)):
                if etag is None:
                    return refused(f"{carrier.path} cannot be seen, and so not be guarded against others who change it")
                ended = self._put(carrier, change(carrier), etag) if change(carrier) else APPLIED
                stale = stale or ended.is_stale
                if not (ended.is_applied or ended.is_stale):
                    return ended
            if not stale:
                return self._read_back(account, change)
            self._refresh(account)
        return _BUSY

    def _fresh(self, carriers: Sequence[Carrier]) -> list[tuple[Carrier, str | None]]:
        etags = {carrier.path: self._etag(carrier) for carrier in carriers}
        return [(carrier, etags[carrier.path]) for carrier in self._carriers.again(carriers)]

    def _etag(self, carrier: Carrier) -> str | None:
        found = self._searcher.look(carrier.path, bytes)
        return None if isinstance(found, Refusal) else found.etag

    def _put(self, carrier: Carrier, wanted: _Wanted, etag: str | None) -> Ended:
        missing = [name for name in wanted if name not in carrier.values]
        if missing:
            kind = carrier.path.partition("/")[0]
            return refused(f"no custom field {missing[0]} of a {kind} is seen: apply it, and give SeeCustomField")
        values = {name: self._written(name, texts) for name, texts in wanted.items()}
        return self._sending.put(carrier.path, {"CustomFields": values}, etag)

    def _written(self, name: str, texts: tuple[str, ...]) -> object:
        if name == self._tags:
            return list(texts)
        return texts[0] if texts else None

    def _read_back(self, account: AccountId, change: _Change) -> Ended:
        if not self._wanting(account, change):
            return APPLIED
        self._refresh(account)
        left = self._wanting(account, change)
        if not left:
            return APPLIED
        name = next(iter(change(left[0])))
        return refused(f"custom field {name} was not written: give ModifyCustomField on it")

    def _wanting(self, account: AccountId, change: _Change) -> list[Carrier]:
        return [carrier for carrier in self._known[account] if change(carrier)]

    def _refresh(self, account: AccountId) -> None:
        self._known[account] = list(self._carriers.again(self._known[account]))

    def _retagged(self, write: Write) -> _Change:
        tags = write.body["tags"]
        named = frozenset(map(str, tags)) if isinstance(tags, list) else frozenset[str]()

        def change(carrier: Carrier) -> _Wanted:
            held = carrier.values.get(self._tags, ())
            if write.kind is WriteKind.ADD_TAG:
                wanted = (*held, *sorted(named.difference(held)))
            else:
                wanted = tuple(tag for tag in held if tag not in named)
            return {} if wanted == held else {self._tags: wanted}

        return change


def _fields(write: Write) -> _Change:
    fields = write.body["fields"]
    named = fields.items() if isinstance(fields, Mapping) else ()
    wanted = {str(key): () if text is None else (str(text),) for key, text in named}

    def change(carrier: Carrier) -> _Wanted:
        return {key: texts for key, texts in wanted.items() if carrier.values.get(key) != texts}

    return change
