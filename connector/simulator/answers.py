"""Answers of the API: JSON, the four shapes of error bodies, and who may call."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, cast

from flask import Response, current_app, g, request

from connector.simulator.oauth import ANONYMOUS, Caller
from connector.simulator.records import User

if TYPE_CHECKING:
    from connector.simulator.world import World

Body = dict[str, object]
P = ParamSpec("P")
MANY = 100
CONTENT_TYPE = "application/json; charset=utf-8"


class RefusedError(Exception):
    """A call that is answered with an error status."""

    def __init__(self, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def here() -> "World":
    """The world whose API is being called."""
    return cast("World", current_app.extensions["world"])


def caller() -> Caller:
    """Who calls; anonymous where nobody signed in."""
    return cast(Caller, g.get("caller", ANONYMOUS))


def calling_user() -> User:
    """The user who calls. Raises RefusedError with 401 for nobody."""
    user_id = caller().user_id
    if user_id is None:
        raise RefusedError(401, {"error": "Couldn't authenticate you"})
    return here().users[user_id]


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. Lone surrogates and control characters go out as escapes."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def refuse(name: str, description: str, status: int = 400, **more: object) -> RefusedError:
    """The common shape: a name, a sentence and perhaps details by field."""
    return RefusedError(status, {"error": name, "description": description, **more})


def invalid(field: str, description: str, error: str = "InvalidValue") -> RefusedError:
    """422, with what is wrong under the field's name."""
    details = {field: [{"description": description, "error": error}]}
    return refuse("RecordInvalid", "Record validation errors", 422, details=details)


def missing_record() -> RefusedError:
    """404 of a record that is not there."""
    return refuse("RecordNotFound", "Not found", 404)


def missing_endpoint() -> RefusedError:
    """404 of a path that this account does not have."""
    return refuse("InvalidEndpoint", "Not found", 404)


def forbidden() -> RefusedError:
    """403 for want of a role."""
    message = "You do not have access to this page. Please contact the account owner of this help desk."
    return RefusedError(403, {"error": {"title": "Forbidden", "message": message}})


def allowed(resource: str, *, admin: bool = False) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Let only agents in, or administrators, whose token has `read` or `write` of the resource."""

    def wrap(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Response:
            user = calling_user()
            _check_scope("read" if request.method == "GET" else "write", resource)
            if not user.active or not user.is_agent or (admin and user.role != "admin"):
                raise forbidden()
            return view(*args, **kwargs)

        return checked

    return wrap


def _check_scope(access: str, resource: str) -> None:
    token = caller().token
    if token is not None and not token.allows(access, resource):
        sentence = f"You are missing the following required scopes: {access}"
        raise RefusedError(403, {"error": {"title": "Forbidden", "message": sentence}})


def need_admin() -> None:
    """Refuse everybody but administrators."""
    if calling_user().role != "admin":
        message = "You need to be an administrator"
        raise RefusedError(403, {"error": {"title": "Forbidden", "message": message}})


def body() -> Body:
    """The request's JSON object. Raises RefusedError with 422 for anything else."""
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise RefusedError(422, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"})
    return found


def inner(name: str) -> Body:
    """The object under `name` in the request. Raises RefusedError with 400 when it is missing."""
    found = body().get(name)
    if not isinstance(found, dict):
        raise RefusedError(400, {"error": {"title": "Invalid attribute", "message": f"Parameter {name} is required"}})
    return found


def base_url() -> str:
    """The address under which this helpdesk was called."""
    return request.host_url.rstrip("/")


def ids_asked(name: str = "ids") -> list[int]:
    """Ids from a comma-separated parameter. Raises RefusedError with 400 for more than 100."""
    found = [int(part) for part in request.args.get(name, "").split(",") if part.strip().isdigit()]
    check_count(len(found))
    return found


def check_count(rows: int) -> None:
    """Refuse more than 100 rows in one call."""
    if rows > MANY:
        raise refuse("TooManyValues", "Too many values", max_count=MANY)
