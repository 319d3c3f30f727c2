"""YAML values keep their places, and what YAML could do to us is refused."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.yaml.marks import Marked, load, load_text

STYLES = r"""plain: one two
single: 'it''s two'
double: "tab\t\x41\u00e9 two \
  three"
folded: >-
    one
    two
literal: |
    one
      two
anchored: &mark two
again: *mark
list: [{deep: two}]
"""


def found(marked: Marked, key: str, word: str) -> tuple[int, int]:
    value = marked.value
    assert isinstance(value, dict)
    place = marked.place_inside((key,), value[key].index(word))
    return place.line, place.column


def first_problem(text: str) -> str:
    marked = load_text(text, "f.yaml")
    return str(marked.problems[0]).splitlines()[0]


@pytest.mark.parametrize(
    ("key", "word", "place"),
    [
        ("plain", "two", (1, 12)),
        ("single", "two", (2, 16)),
        ("double", "A", (3, 15)),
        ("double", "two", (3, 26)),
        ("double", "three", (4, 3)),
        ("folded", "two", (7, 5)),
        ("literal", "two", (10, 7)),
        ("anchored", "two", (11, 17)),
        ("again", "two", (11, 17)),
    ],
)
def test_a_character_inside_a_text_is_found_whatever_its_quotes(key: str, word: str, place: tuple[int, int]) -> None:
    assert found(load_text(STYLES, "f.yaml"), key, word) == place


def test_what_is_missing_stands_right_after_the_last_character() -> None:
    marked = load_text("a: 'b /'\n", "f.yaml")
    assert str(marked.place_inside(("a",), 3)) == "f.yaml:1:8"


def test_keys_values_and_missing_values_have_places() -> None:
    marked = load_text(STYLES, "f.yaml")
    assert str(marked.place(("list", 0, "deep"))) == "f.yaml:13:15"
    assert str(marked.key_place(("list", 0, "deep"))) == "f.yaml:13:9"
    assert str(marked.place(("list", 0, "absent"))) == "f.yaml:13:8"


def test_numbers_are_exact_and_everything_odd_stays_text() -> None:
    text = "{a: 12.50, b: 7, c: 007, d: 1e9, e: 0x1f, f: .inf, g: yes, h: true, i: 2026-01-01, j: '7', k: ~, l: -1.5}"
    assert load_text(text, "f.yaml").value == {
        "a": Decimal("12.50"), "b": 7, "c": "007", "d": "1e9", "e": "0x1f", "f": ".inf", "g": "yes", "h": True,
        "i": "2026-01-01", "j": "7", "k": None, "l": Decimal("-1.5"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key 'a' stands here a second time (first on line 1)"),
        ("a: !!str 1\n", "f.yaml:1:4: a YAML tag ('!…') is not accepted: nothing here is ever executed"),
        (
            "a: !!python/name:os.system\n",
            "f.yaml:1:4: a YAML tag ('!…') is not accepted: nothing here is ever executed",
        ),
        ("a: b\x00\n", "f.yaml:1:5: a forbidden character, U+0000: remove it"),
        ('a: "b\\x1b"\n', "f.yaml:1:6: a forbidden character, U+001B: remove it"),
        ('a: "\\ud83d"\n', "f.yaml:1:5: a forbidden character, U+D83D: remove it"),
        ("a: b\u202e\n", "f.yaml:1:5: a forbidden character, U+202E: remove it"),
        ("a: &x [*x]\n", "f.yaml:1:8: *x repeats itself"),
        ("a: *x\n", "f.yaml:1:4: nothing before this is marked &x"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: one document a file: take this '---' away"),
        ("%YAML 1.1\n---\na: 1\n", "f.yaml:2:1: a '%' directive is not accepted here"),
        ("[a]: 1\n", "f.yaml:1:1: a key is a plain text"),
        ("a:\n\tb: 1\n", "f.yaml:2:1: indent with spaces, not with a tab"),
        ("a: b: c\n", "f.yaml:1:5: a second ':' on this line: put the text in quotes or check the indentation"),
        ("a: 1\nfoo\nb: 2\n", "f.yaml:2:1: a ':' is missing after this key"),
        ("a: 'x\nb: 2\n", "f.yaml:1:4: the file ends inside a text: a quote is not closed"),
        ('a: "\\UFFFFFFFF"\n', "f.yaml:1:1: not YAML from here on"),
        ("[" * 100_000, "f.yaml:1:32: more than 30 levels deep"),
        ("a" * (1 << 20) + "b", "f.yaml: larger than 1 MiB"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_is_wrong_has_a_place_and_a_sentence(text: str, line: str) -> None:
    assert first_problem(text) == line


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert first_problem("\n".join(lines)) == "f.yaml:4:24: aliases repeat more than 5,000 values: write them out"


def test_every_doubled_key_is_told_and_the_first_value_counts() -> None:
    marked = load_text("a: 1\na: {b: 1, b: 2}\n", "f.yaml")
    assert [str(problem.place) for problem in marked.problems] == ["f.yaml:2:1", "f.yaml:2:11"]
    assert marked.value == {"a": 1}


def test_a_problem_shows_its_line_with_a_caret() -> None:
    marked = load_text("a:\n  - 漢字: tickts\n", "f.yaml")
    problem = marked.problem(marked.place(("a", 0, "漢字")), "unknown")
    assert str(problem) == "f.yaml:2:9: unknown\n      - 漢字: tickts\n              ^"


def test_a_line_is_shown_without_its_control_characters() -> None:
    marked = load_text("a: \x1b[31mred\n", "f.yaml")
    assert str(marked.problems[0]).splitlines()[1] == "    a: �[31mred"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: caf\xe9\n", "f.yaml:2:7: byte 0xe9 is not UTF-8: save it as UTF-8"),
        (b"\xef\xbb\xbfa: 1\na: 2\n", "f.yaml:2:1: the key 'a' stands here a second time (first on line 1)"),
    ],
)
def test_a_file_is_utf_8(tmp_path: Path, content: bytes, line: str) -> None:
    (tmp_path / "f.yaml").write_bytes(content)
    assert str(load(tmp_path / "f.yaml", "f.yaml").problems[0]).splitlines()[0] == line


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert [str(load(path, "f.yaml").problems[0]) for path in (tmp_path / "none", tmp_path)] == [
        "f.yaml: there is no such file",
        "f.yaml: this is a folder",
    ]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    marked = load_text(text, "f.yaml")
    assert all(str(problem) for problem in marked.problems)


@given(st.text(alphabet="ab '\"\\&*!{}[]:-|>#\n\t,%", max_size=60))
def test_any_marks_are_read_or_refused(text: str) -> None:
    marked = load_text(text, "f.yaml")
    assert all(str(problem) for problem in marked.problems)
