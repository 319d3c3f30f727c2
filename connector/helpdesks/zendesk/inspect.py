"""What `check` says of a Zendesk account: sign-in, rights, clock, exports, fields, tags, group, triggers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, NotRequired, TypeVar

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from connector.clock import Clock
from connector.helpdesk import Finding, HelpdeskError, Need, Severity, Stream
from connector.helpdesks.zendesk.errors import refused
from connector.helpdesks.zendesk.inspect_forms import FormsInspector
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.sign_in import LEGACY_REMEDY, LEGACY_WARNING
from connector.helpdesks.zendesk.ticket_field import TIMER_TITLE, TicketField
from connector.helpdesks.zendesk.triggers import inspect_rules
from connector.helpdesks.zendesk.wire import FIELD_ROW, ORGANIZATION_FIELD_PAGE, Id
from connector.http.decode import Layout
from connector.http.transport import Ask, Refusal, Reply, Transport
from connector.inspecting import carefully, fine, problem
from connector.settings import HelpdeskSettings

_FIELDS = Layout(stream=Stream.ACCOUNTS, key="organization_fields", page=ORGANIZATION_FIELD_PAGE, row=FIELD_ROW)
_CLOCKS_APART = timedelta(seconds=60)
_PROBED = timedelta(hours=1)
_PROBED_TICKETS = 3
_T = TypeVar("_T")


class _Token(TypedDict):
    scopes: NotRequired[list[str] | None]
    expires_at: NotRequired[str | None]


class _TokenAnswer(TypedDict):
    token: _Token


class _Row(TypedDict):
    id: Id


class _OrganizationsAnswer(TypedDict):
    organizations: list[_Row]


class _FoundAnswer(TypedDict):
    results: list[_Row]


class _Audit(TypedDict):
    author_id: NotRequired[int | None]
    metadata: NotRequired[dict[str, Any] | None]


class _AuditsAnswer(TypedDict):
    audits: list[_Audit]


_TOKEN = TypeAdapter(_TokenAnswer)
_ORGANIZATIONS = TypeAdapter(_OrganizationsAnswer)
_FOUND = TypeAdapter(_FoundAnswer)
_AUDITS = TypeAdapter(_AuditsAnswer)
_ANYTHING = TypeAdapter(dict[str, Any])


class Inspector:
    """Looks at one account, and writes nothing."""

    def __init__(
        self, settings: HelpdeskSettings, transport: Transport, people: People, timer: TicketField, clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._people = people
        self._timer = timer
        self._clock = clock
        self._forms = FormsInspector(transport)

    def findings(self, need: Need) -> Iterator[Finding]:
        """Everything there is to say, problems and what is fine. A part that fails is a problem and not the end."""
        try:
            yield from self._signed_in()
        except HelpdeskError as nobody:
            yield problem(str(nobody))
            return
        parts: tuple[Callable[[Need], Iterator[Finding]], ...] = (
            self._scopes,
            self._clocks,
            self._exports,
            self._agents,
            self._measuring,
            self._mapped_fields,
            self._fields,
            self._tagging,
            self._group,
            self._forms.findings,
            self._rules,
            self._message_keys,
        )
        for part in parts:
            yield from carefully(partial(part, need))

    def _signed_in(self) -> Iterator[Finding]:
        me = self._people.me()
        if me.get("role") == "admin":
            yield fine(f"Signed in as an administrator (user {me['id']}).")
        else:
            yield problem(
                f"Signed in as user {me['id']} ({me.get('role') or 'role unknown'}); exports need an administrator.",
                "Give this user the role of an administrator.",
            )
        if "api_token" in self._settings.auth:
            yield Finding(severity=Severity.NOTE, sentence=LEGACY_WARNING, remedy=LEGACY_REMEDY)

    def _scopes(self, need: Need) -> Iterator[Finding]:
        if "api_token" in self._settings.auth:
            return
        token = self._answer("/api/v2/oauth/tokens/current", _TOKEN.validate_json).value["token"]
        scopes = token.get("scopes") or []
        wanted = ("read", "write") if need.writes else ("read",)
        missing = [name for name in wanted if not any(scope == name or scope.endswith(f":{name}") for scope in scopes)]
        if missing:
            remedy = f"Give the OAuth client the scopes {' and '.join(wanted)}."
            yield problem(
                f"The token has the scopes {', '.join(scopes) or 'none'}: {', '.join(missing)} is missing.", remedy
            )
        else:
            yield fine(f"The token has the scopes {', '.join(scopes)}.")

    def _clocks(self, _: Need) -> Iterator[Finding]:
        date = self._answer("/api/v2/users/me", _ANYTHING.validate_json).date
        apart = timedelta() if date is None else self._clock.now() - date
        if abs(apart) > _CLOCKS_APART:
            seconds = abs(apart).total_seconds()
            side = "ahead of" if apart > timedelta() else "behind"
            yield Finding(
                severity=Severity.NOTE,
                sentence=f"This machine's clock is {seconds:.0f} seconds {side} Zendesk's.",
                remedy="Let the machine set its clock by NTP.",
            )

    def _exports(self, _: Need) -> Iterator[Finding]:
        start = str(int((self._clock.now() - _PROBED).timestamp()))
        for name in ("organizations", "ticket_events", "tickets/cursor"):
            ask = Ask(path=f"/api/v2/incremental/{name}", params=[("start_time", start)], size=1, export=True)
            self._good(ask, _ANYTHING.validate_json)
        yield fine("The exports of organisations, ticket events and tickets answer.")

    def _agents(self, _: Need) -> Iterator[Finding]:
        agents = self._people.page().agents
        if agents:
            yield fine(f"The list of agents and administrators answers: {len(agents)}.")
        else:
            yield problem("The list of agents and administrators is empty: every author would count as a customer.")

    def _measuring(self, _: Need) -> Iterator[Finding]:
        field = self._timer.field()
        if field is None:
            yield Finding(
                severity=Severity.NOTE,
                sentence=f'No ticket field is titled "{TIMER_TITLE}": all minutes are assumed, none are measured.',
                remedy="Install Zendesk's Time Tracking app, or name its field's id as `timer_field`.",
            )
        else:
            yield fine(f"Minutes are measured by the ticket field {field}.")

    def _mapped_fields(self, _: Need) -> Iterator[Finding]:
        known = self._organization_fields()
        for word, key in sorted(self._settings.fields.items()):
            if key not in known:
                remedy = f"Make the field, or correct `fields.{word}`."
                yield problem(f"`fields.{word}` names the organisation field {key}, which does not exist.", remedy)

    def _fields(self, need: Need) -> Iterator[Finding]:
        known = self._organization_fields() if need.fields else {}
        missing = sorted(key for key in need.fields if key not in known)
        if missing:
            yield Finding(
                severity=Severity.PROBLEM,
                sentence=f"Organisation fields are missing: {', '.join(missing)}.",
                remedy="Run `touchcost setup`.",
                looked_for=frozenset(need.fields),
                missing=frozenset(missing),
            )
        for key, wanted in need.fields.items():
            if key in known and known[key] != wanted.value:
                yield problem(
                    f"The organisation field {key} is of type {known[key]}, and {wanted.value} is needed.",
                    "A field's type cannot be changed: delete the field, then run `touchcost setup`.",
                )
        if need.fields and not missing:
            there = f"All {len(need.fields)} organisation fields are there."
            yield Finding(severity=Severity.FINE, sentence=there, looked_for=frozenset(need.fields))

    def _organization_fields(self) -> dict[str, str]:
        rows, _ = read_list(self._transport, "/api/v2/organization_fields", _FIELDS)
        return {key: row["type"] for row in rows if (key := row.get("key")) is not None}

    def _tagging(self, need: Need) -> Iterator[Finding]:
        if not need.tags:
            return
        found = self._answer("/api/v2/organizations", _ORGANIZATIONS.validate_json, ("page[size]", "1"))
        for row in found.value["organizations"][:1]:
            ask = Ask(path=f"/api/v2/organizations/{row['id']}/tags")
            if isinstance(self._transport.read(ask, _ANYTHING.validate_json), Refusal):
                remedy = "Switch on tags for users and organizations in the Admin Center, or write `tags: off`."
                yield problem("Organisations cannot be tagged in this account.", remedy)
            else:
                yield fine("Organisations can be tagged.")

    def _group(self, need: Need) -> Iterator[Finding]:
        if need.group is not None and need.group not in self._people.group_names():
            remedy = "Make the group, or correct `write.group`."
            yield problem(f"There is no group {need.group!r} for alert tickets.", remedy)

    def _rules(self, need: Need) -> Iterator[Finding]:
        if need.alert_tag is not None:
            yield from inspect_rules(self._transport, need.alert_tag)

    def _message_keys(self, need: Need) -> Iterator[Finding]:
        if need.alert_tag is None:
            return
        verdicts = [verdict for row in self._alert_tickets(need.alert_tag) for verdict in self._keyed(row["id"])]
        if any(verdicts):
            yield fine("Our messages on alert tickets are recognised: none is written twice.")
        elif verdicts:
            yield Finding(
                severity=Severity.NOTE,
                sentence="Our messages on alert tickets come back without their keys; they are known by their words.",
                remedy="Nothing to do: only a message that somebody redacts could be written twice.",
            )

    def _alert_tickets(self, tag: str) -> list[_Row]:
        """Those updated last: they hold a message if any does."""
        params = [("query", f"type:ticket tags:{tag}"), ("sort_by", "updated_at"), ("sort_order", "desc")]
        found = self._transport.read(Ask(path="/api/v2/search", params=params), _FOUND.validate_json)
        return [] if isinstance(found, Refusal) else found.value["results"][:_PROBED_TICKETS]

    def _keyed(self, ticket: int) -> Iterator[bool]:
        """For each update of ours, whether its key came back. A creation has none: `external_id` is its key."""
        audits = self._answer(f"/api/v2/tickets/{ticket}/audits", _AUDITS.validate_json).value["audits"]
        for audit in audits[1:]:
            if audit.get("author_id") == self._people.me()["id"]:
                yield bool((audit.get("metadata") or {}).get("custom"))

    def _answer(self, path: str, decode: Callable[[bytes], _T], *params: tuple[str, str]) -> Reply[_T]:
        return self._good(Ask(path=path, params=params), decode)

    def _good(self, ask: Ask, decode: Callable[[bytes], _T]) -> Reply[_T]:
        found = self._transport.read(ask, decode)
        if isinstance(found, Refusal):
            raise refused(self._transport.wire, ask.path, found)
        return found
