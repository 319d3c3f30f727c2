"""How a fault strikes: instead of an answer, or by spoiling the answer there is."""

import json
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, request

from connector.simulator.answers import Body, answer, base_url
from connector.simulator.faults import Fault, retry_after

if TYPE_CHECKING:
    from threading import Event

    from connector.simulator.world import World

SOCKET = "simulator.socket"
HUGE_BYTES = 33 * 1024 * 1024
_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_PAGES = {"504": (504, "504 Gateway Time-out"), "html": (200, "Sign in")}
_BODIES: dict[str, Body] = {
    "401": {"error": "invalid_token", "error_description": "The access token provided is expired"},
    "403": {"error": {"title": "Forbidden", "message": "You do not have access to this page."}},
    "409": {"error": "DatabaseConflict", "description": "Parallel request, try again"},
    "429": {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests exceeded"},
    "500": {"error": "InternalError", "description": "Something went wrong"},
    "502": {"error": "BadGateway", "description": "No answer from behind"},
    "503": {"error": "DatabaseError", "description": "The service is temporarily unavailable"},
}


def strike(fault: Fault | None, world: "World") -> Response | None:
    """The answer that a fault gives in the place of the helpdesk's, or None where the call goes on."""
    if fault is None:
        return None
    if fault.kind in _BODIES:
        header = retry_after(fault, world.now())
        return answer(_BODIES[fault.kind], int(fault.kind), {"Retry-After": header} if header else {})
    if fault.kind in _PAGES:
        status, title = _PAGES[fault.kind]
        return Response(_HTML.format(title), status=status, mimetype="text/html")
    if fault.kind == "redirect":
        return Response(status=302, headers={"Location": f"{fault.target}{request.full_path}"})
    if fault.kind == "cut":
        return Response(status=500)
    _prepare(fault, world)
    return None


def _prepare(fault: Fault, world: "World") -> None:
    if fault.kind == "slow":
        stopping = cast("Event", current_app.extensions["stopping"])
        stopping.wait(fault.seconds)
    if fault.kind == "failed_job":
        world.jobs.failing.append("failed")
    if fault.kind == "killed_job":
        world.jobs.failing.append("killed")


def spoil(fault: Fault, response: Response) -> Response:
    """The answer as the fault leaves it."""
    if fault.kind == "truncated":
        return _truncated(response)
    if fault.kind == "huge":
        response.set_data(response.get_data() + b" " * HUGE_BYTES)
    if fault.kind == "foreign_next":
        _rewrite(response, _with_foreign_links(_json(response), fault.target))
    if fault.kind == "loop":
        _rewrite(response, {**_json(response), **_same_again(_json(response))})
    return response


def _json(response: Response) -> Body:
    return cast(Body, json.loads(response.get_data()))


def _rewrite(response: Response, body: Body) -> None:
    response.set_data(json.dumps(body))


def _with_foreign_links(body: Body, target: str) -> Body:
    found = dict(body)
    for key in ("next_page", "after_url"):
        if isinstance(found.get(key), str):
            found[key] = str(found[key]).replace(base_url(), target)
    links = found.get("links")
    if isinstance(links, dict):
        found["links"] = {
            key: link.replace(base_url(), target) if isinstance(link, str) else link for key, link in links.items()
        }
    return found


def _same_again(body: Body) -> Body:
    asked = request.url
    if "after_cursor" in body:
        cursor = request.args.get("cursor", body["after_cursor"])
        return {"after_cursor": cursor, "after_url": asked, "end_of_stream": False}
    start = int(request.args.get("start_time", 0))
    return {"next_page": asked, "end_time": start, "end_of_stream": False}


def _truncated(response: Response) -> Response:
    whole = response.get_data()
    connection = request.environ.get(SOCKET)

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        shut(connection)

    headers = {key: value for key, value in response.headers if key != "Content-Length"}
    headers["Content-Length"] = str(len(whole))
    return Response(half(), status=response.status_code, headers=headers)


def cut() -> None:
    """Cut the connection that this call came on, before anything is answered."""
    shut(request.environ.get(SOCKET))


def shut(connection: object) -> None:
    """Shut a connection in both directions; one that the other side left already is fine."""
    if isinstance(connection, socket.socket):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
