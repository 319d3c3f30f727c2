"""What a helpdesk promises of walks: nothing is lost where they are cut, begin, end, or turn a page."""

from datetime import timedelta

from connector.helpdesk import Stream
from connector.testing.place import Place
from connector.testing.promise import promises
from connector.testing.pulled import FACTS, Pulled, pages_of, pull, rows_of, several_pages_of, walk, worked_on
from rules.facts import TicketId


def a_second_walk_brings_the_same_rows(place: Place) -> None:
    worked_on(place, place.add_account("Acme"))
    first, again = pull(place), pull(place)
    assert (first.events, first.tickets) == (again.events, again.tickets)


def a_walk_that_is_cut_after_any_page_goes_on_where_it_was(place: Place) -> None:
    _busy(place)
    for stream in FACTS:
        whole = several_pages_of(place, stream)
        for cut, page in enumerate(whole, start=1):
            rest = pages_of(place, stream, cursor=page.cursor)
            assert rows_of([*whole[:cut], *rest]) == rows_of(whole)
            assert len(rest) <= len(whole) - cut + 1


def a_walk_that_is_left_between_two_pages_goes_on_where_it_was(place: Place) -> None:
    _busy(place)
    for stream in FACTS:
        whole = several_pages_of(place, stream)
        left = place.helpdesk.pull(walk(place, stream))
        first = next(iter(left))
        assert rows_of([first, *pages_of(place, stream, cursor=first.cursor)]) == rows_of(whole)


def the_end_is_said_once_and_what_was_reached_never_goes_back(place: Place) -> None:
    _busy(place)
    for stream in Stream:
        reached = [page.reached for page in pages_of(place, stream) if page.reached is not None]
        assert reached == sorted(reached)


def rows_of_one_second_all_come_though_pages_end_within_it(place: Place) -> None:
    acme = place.add_account("Acme")
    made = {place.customer_asks(acme) for _ in range(7)}
    place.later()
    for stream in FACTS:
        assert Pulled(pages=tuple(several_pages_of(place, stream))).touched >= made


def a_walk_reaches_no_further_than_what_it_gave(place: Place) -> None:
    acme = place.add_account("Acme")
    begun = place.now() - timedelta(days=1)
    worked_on(place, acme)
    reached = {stream: pages_of(place, stream)[-1].reached for stream in FACTS}
    late = place.customer_asks(acme)
    place.later()
    for stream, until in reached.items():
        assert until is not None
        assert begun < until <= place.now()
        assert late in Pulled(pages=tuple(pages_of(place, stream, start=until))).touched


def a_walk_with_an_end_and_the_next_one_miss_nothing_together(place: Place) -> None:
    acme = place.add_account("Acme")
    early = worked_on(place, acme)
    middle = place.now()
    place.later()
    late = worked_on(place, acme)
    for stream in FACTS:
        before, after = pages_of(place, stream, end=middle), pages_of(place, stream, start=middle)
        reached = before[-1].reached
        assert reached is not None
        assert reached >= middle
        assert {early, late} <= Pulled(pages=(*before, *after)).touched
        whole, found = rows_of(pages_of(place, stream)), rows_of([*before, *after])
        assert found[0] >= whole[0]
        assert found[1] >= whole[1]


def what_happened_in_the_second_of_the_start_comes(place: Place) -> None:
    made = place.customer_asks(place.add_account("Acme"))
    begun = place.now().replace(microsecond=0)
    place.later()
    for stream in FACTS:
        assert made in Pulled(pages=tuple(pages_of(place, stream, start=begun))).touched


def a_walk_in_which_nothing_happened_has_one_page(place: Place) -> None:
    worked_on(place, place.add_account("Acme"))
    place.later()
    begun = place.now()
    place.later()
    for stream in FACTS:
        [page] = pages_of(place, stream, start=begun)
        assert (list(page.events), list(page.tickets)) == ([], [])


def _busy(place: Place) -> list[TicketId]:
    return [worked_on(place, place.add_account(name)) for name in ("Acme", "Beta", "Gamma")]


PROMISES = promises(
    a_second_walk_brings_the_same_rows,
    a_walk_that_is_cut_after_any_page_goes_on_where_it_was,
    a_walk_that_is_left_between_two_pages_goes_on_where_it_was,
    the_end_is_said_once_and_what_was_reached_never_goes_back,
    rows_of_one_second_all_come_though_pages_end_within_it,
    a_walk_reaches_no_further_than_what_it_gave,
    a_walk_with_an_end_and_the_next_one_miss_nothing_together,
    what_happened_in_the_second_of_the_start_comes,
    a_walk_in_which_nothing_happened_has_one_page,
)
"""In this order."""
