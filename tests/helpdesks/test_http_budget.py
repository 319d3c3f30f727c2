"""Budgets: our share of the limits, and less where the helpdesk says so."""

import pytest

from connector.http.budget import Budget, Limit, account_limit, endpoint_limits
from connector.testing.steady_time import SteadyTime


def waits(budget: Budget, time: SteadyTime, requests: int, *, export: bool = True) -> list[float]:
    found = []
    for _ in range(requests):
        found.append(round(budget.take(export=export), 2))
        time.passed += found[-1]
    return found


def test_a_bucket_gives_its_size_at_once_and_then_its_rate() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    assert waits(budget, time, 9) == [0, 0, 0, 0, 0, 0, 10, 10, 10]


def test_a_bucket_fills_again_but_never_over_its_size() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    waits(budget, time, 6)
    time.passed += 3600
    assert waits(budget, time, 7) == [0, 0, 0, 0, 0, 0, 10]


def test_exports_count_as_requests_too() -> None:
    time = SteadyTime()
    budget = Budget(2, 60, time.monotonic)
    assert waits(budget, time, 3) == [0, 0, 30]


def test_other_requests_leave_the_exports_alone() -> None:
    time = SteadyTime()
    budget = Budget(100, 1, time.monotonic)
    waits(budget, time, 50, export=False)
    assert waits(budget, time, 1) == [0]


def test_a_limit_that_others_have_used_up_is_kept() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    budget.learn({"Zendesk-RateLimit-incremental-exports": "total=10; remaining=1; resets=41"})
    assert waits(budget, time, 3) == [0, 10, 10]


def test_an_empty_limit_is_left_alone_until_it_is_whole_again() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    budget.learn({"zendesk-ratelimit-incremental-exports": "total=10; remaining=0; resets=41"})
    assert waits(budget, time, 1) == [41]


def test_a_plan_smaller_than_our_share_slows_us_down() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    budget.learn({"X-Rate-Limit": "10", "X-Rate-Limit-Remaining": "0"})
    assert waits(budget, time, 2, export=False) == [6, 6]


def test_a_refusal_empties_the_bucket() -> None:
    time = SteadyTime()
    budget = Budget(100, 6, time.monotonic)
    budget.refused(export=True)
    assert waits(budget, time, 2) == [10, 10]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"},
        {"ratelimit-limit": "700", "ratelimit-remaining": "699"},
        {"rate-limit": "700", "rate-limit-remaining": "699"},
    ],
)
def test_headers_of_every_year_are_understood(headers: dict[str, str]) -> None:
    assert account_limit(headers)[:2] == (700, 699)


def test_headers_of_endpoints_are_understood_in_both_spellings() -> None:
    found = dict(
        endpoint_limits(
            {
                "zendesk-ratelimit-incremental-exports": "total=10; remaining=9; resets=2",
                "Zendesk-Rate-Limit-tickets-index": "total=100;remaining=99",
                "X-Rate-Limit": "700",
            }
        )
    )
    assert found == {"incremental-exports": Limit(10, 9, 2), "tickets-index": Limit(100, 99, None)}


def test_odd_headers_say_nothing() -> None:
    assert account_limit({"X-Rate-Limit": "many", "ratelimit-reset": "-1"}) == Limit()
