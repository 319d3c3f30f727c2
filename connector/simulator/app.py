"""The web application: what happens around every call of the API, and its routes."""

import threading
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from connector.simulator.answers import RefusedError, answer, caller, here, missing_endpoint
from connector.simulator.control import control
from connector.simulator.directory import directory
from connector.simulator.exports import exports
from connector.simulator.faults import Fault, http_date
from connector.simulator.faulty import cut, spoil, strike
from connector.simulator.forms import forms
from connector.simulator.limiting import limit_headers, take_limits
from connector.simulator.oauth import WrongTokenError
from connector.simulator.organization_merges import organization_merges
from connector.simulator.organization_updates import organization_updates
from connector.simulator.organizations import organizations
from connector.simulator.page import NOT_FOUND, missing_page, page
from connector.simulator.records import Call
from connector.simulator.signin import signin
from connector.simulator.ticket_writes import ticket_writes
from connector.simulator.tickets import tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from connector.simulator.world import World

BLUEPRINTS = (
    control,
    directory,
    exports,
    forms,
    organization_merges,
    organization_updates,
    organizations,
    page,
    signin,
    ticket_writes,
    tickets,
)


class App(Flask):
    """Answers one call at a time, whatever thread it comes in on; `.json` may end any path."""

    def dispatch_request(self) -> Response:
        with here().lock:
            return cast(Response, super().dispatch_request())

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        environ["PATH_INFO"] = environ["PATH_INFO"].removesuffix(".json")
        return super().wsgi_app(environ, start_response)


def make_app(world: "World") -> Flask:
    """The application over this world."""
    app = App(__name__)
    app.extensions["world"] = world
    app.extensions["stopping"] = threading.Event()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(HTTPException, _unknown)
    return app


def endpoint() -> str:
    """The name by which faults and the request log know what is called."""
    return (request.endpoint or "unknown").rpartition(".")[2]


def _is_api() -> bool:
    return request.path.startswith(("/api/", "/oauth/"))


def _is_browser() -> bool:
    """Whether a page is wanted more than JSON; who takes anything gets JSON, as from the API."""
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def _begin() -> Response | None:
    # What a call sends is read even where nobody looks at it, or it would be taken for the next call.
    request.get_data()
    if not _is_api():
        return None
    world, name = here(), endpoint()
    world.catch_up()
    with world.lock:
        world.begin_call(name)
        g.fault = world.faults.strike(name, request.method, _per_page())
    struck = strike(g.fault, world)
    if struck is not None:
        return struck
    take_limits()
    if name != "token":
        _sign_in()
    return None


def _per_page() -> int:
    text = request.args.get("per_page", "")
    return int(text) if text.isdigit() else 1000


def _sign_in() -> None:
    world = here()
    try:
        g.caller = world.vault.caller(request.headers.get("Authorization"), world.addresses)
    except WrongTokenError as wrong:
        sentence = "The access token provided is expired, revoked, malformed or invalid for other reasons."
        body = {"error": "invalid_token", "error_description": sentence}
        raise RefusedError(401, body) from wrong


def _refused(refusal: RefusedError) -> Response:
    return answer(refusal.body, refusal.status, refusal.headers)


def _unknown(wrong: HTTPException) -> Response:
    if wrong.code == NOT_FOUND and not _is_api() and _is_browser():
        return missing_page()
    if wrong.code in (NOT_FOUND, 405):
        return _refused(missing_endpoint())
    return answer({"error": {"title": wrong.name, "message": wrong.description}}, wrong.code or 500)


def _end(response: Response) -> Response:
    world = here()
    response.headers["Date"] = http_date(world.now())
    if not _is_api():
        return response
    fault: Fault | None = g.get("fault")
    response.headers["x-zendesk-api-version"] = "v2"
    response.headers["x-request-id"] = f"{len(world.calls):032x}"
    response.headers.update(limit_headers())
    if fault is not None:
        response = spoil(fault, response)
    is_cut = fault is not None and fault.kind in ("cut", "lost_answer")
    line = Call(
        at=world.now(),
        method=request.method,
        path=request.full_path.rstrip("?"),
        endpoint=endpoint(),
        status=None if is_cut else response.status_code,
        user_id=caller().user_id,
    )
    world.calls.append(line)
    if is_cut:
        cut()
    return response
