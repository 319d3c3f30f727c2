"""Request limits as calls meet them: the refusal, and the headers on every answer."""

import math

from flask import request

from connector.simulator.answers import RefusedError, here
from connector.simulator.limits import Bucket

EXPORTS = "incremental-exports"
ACCOUNT = "account"


def take_limits() -> None:
    """Count a call. Raises RefusedError with 429 and Retry-After when a limit is used up."""
    limits = here().limits
    wait = limits.take(ACCOUNT, limits.account)
    if not wait and _is_export():
        wait = limits.take(EXPORTS, limits.exports)
    if wait:
        sentence = "Number of allowed API requests per minute exceeded"
        body = {"error": "APIRateLimitExceeded", "description": sentence}
        raise RefusedError(429, body, {"Retry-After": str(math.ceil(wait))})


def _is_export() -> bool:
    return request.path.startswith("/api/v2/incremental/")


def limit_headers() -> dict[str, str]:
    """What is left of the account's limit, and of that of exports."""
    limits = here().limits
    headers: dict[str, str] = {}
    account, exports = limits.bucket(ACCOUNT), limits.bucket(EXPORTS)
    if account is not None:
        headers |= {
            "X-Rate-Limit": str(account.size),
            "X-Rate-Limit-Remaining": str(int(account.left)),
            "ratelimit-limit": str(account.size),
            "ratelimit-remaining": str(int(account.left)),
            "ratelimit-reset": str(account.resets_in),
        }
    if exports is not None and _is_export():
        headers[f"zendesk-ratelimit-{EXPORTS}"] = _bucket(exports)
    return headers


def _bucket(bucket: Bucket) -> str:
    return f"total={bucket.size}; remaining={int(bucket.left)}; resets={bucket.resets_in}"
