"""The known word that a mistyped one was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the likeliest known word, empty where none is alike."""
    found = get_close_matches(word.lower(), tuple(known), n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""
