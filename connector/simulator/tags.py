"""Tag lists as the tag endpoints edit them."""

from collections.abc import Iterable

from flask import Response, request

from connector.simulator.answers import answer


def asked_tags() -> list[str]:
    """The tags in the request's body, as tags are kept: lower case, without spaces."""
    found = request.get_json(force=True, silent=True)
    listed = found.get("tags") if isinstance(found, dict) else None
    return kept_tags(listed) if isinstance(listed, list) else []


def kept_tags(tags: Iterable[object]) -> list[str]:
    """Tags as they are kept."""
    return [str(tag).strip().lower().replace(" ", "_") for tag in tags]


def edited(before: Iterable[str], asked: list[str], method: str) -> tuple[str, ...]:
    """PUT adds, POST replaces, DELETE removes."""
    if method == "PUT":
        return tuple(dict.fromkeys([*before, *asked]))
    if method == "POST":
        return tuple(dict.fromkeys(asked))
    return tuple(tag for tag in before if tag not in asked)


def tags_answer(tags: Iterable[str], method: str) -> Response:
    """200 or 201 with the list, 204 without a body."""
    if method == "DELETE":
        return Response(status=204)
    return answer({"tags": list(tags)}, 201 if method == "POST" else 200)
