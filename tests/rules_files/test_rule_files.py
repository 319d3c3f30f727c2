"""Rule files become one policy: defaults, changes, guard and grace, with their order."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.rulefiles.checks import check_draft
from connector.rulefiles.drafts import read_rule_file
from connector.rulefiles.reading import LoadedPolicy, Reference, load_policy
from connector.yaml.marks import Place, Problem, load_text
from rules.catalogue import METRICS
from rules.expression import written
from rules.rule import Direction, FirstRun, Guard, Level, Lines, Policy, Rule, Unknown

VOLUME = """version: 1
rules:
  - id: volume
    title: Many tickets
    signal: tickets_28d
    levels:
      amber: {enter: 30, exit: 20}
      red: {enter: 60, exit: 40}
"""


def at_reference(sentence: str) -> Problem:
    return Problem(place=Place(file="config.yaml", line=3, column=9), sentence=sentence)


class Folder:
    """A folder of rule files that are named in their order."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, *texts: str, builtin: str | None = None) -> LoadedPolicy | tuple[Problem, ...]:
        names = [f"{number}.yaml" for number in range(1, len(texts) + 1)]
        for name, text in zip(names, texts, strict=True):
            (self.path / name).write_text(text)
        listed = [builtin, *names] if builtin else names
        return load_policy([Reference(text=name, folder=self.path, problem=at_reference) for name in listed])

    def policy(self, *texts: str, builtin: str | None = None) -> Policy:
        loaded = self.load(*texts, builtin=builtin)
        assert isinstance(loaded, LoadedPolicy), "\n".join(map(str, loaded))
        return loaded.policy

    def problems(self, *texts: str, builtin: str | None = None) -> list[str]:
        loaded = self.load(*texts, builtin=builtin)
        assert isinstance(loaded, tuple)
        return [str(problem).splitlines()[0].removeprefix(f"{self.path}/") for problem in loaded]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def only(policy: Policy) -> Rule:
    (rule,) = policy.rules
    return rule


def test_a_rule_is_read_with_every_key(folder: Folder) -> None:
    text = """version: 1
defaults: {grace: 12w, min_history: 4w, hold: 12h, clear_after: 0d, unknown: clear, remind: 9d, expires: 26w}
rules:
  - id: contribution
    title: Little is left
    signal: contribution_90d / seats
    direction: below
    levels: {watch: {enter: 10, exit: "12.50"}, red: {enter: "-5", exit: 0}}
    only_if: segment == 'small business'
    overrides:
      - {when: strategic, levels: {red: {enter: "-50", exit: 0}}}
      - {when: seats > 100 and not strategic, levels: {watch: {enter: 5, exit: 5}}}
    hold: 2w
    remind: 6w
    previously: [margin, profit]
    muted_by: [contribution-2]
    play: tier
    grace: none
    unknown: alert
    budget: exempt
    tag: none
    shadow: true
    enabled: false
    why: >-
      {contribution_90d} is left,
      from {seats} seats
    advice: talk first
"""
    rule, _ = folder.policy(text + VOLUME.partition("rules:\n")[2].replace("volume", "contribution-2")).rules
    assert (rule.id, rule.title, rule.direction) == ("contribution", "Little is left", Direction.BELOW)
    assert written(rule.signal.tree) == "contribution_90d / seats"
    assert rule.levels == (
        (Level.WATCH, Lines(enter=Decimal(10), exit=Decimal("12.50"))),
        (Level.RED, Lines(enter=Decimal(-5), exit=Decimal(0))),
    )
    assert rule.only_if is not None
    assert written(rule.only_if.tree) == "segment == 'small business'"
    assert (rule.hold, rule.clear_after, rule.min_history) == (timedelta(14), timedelta(0), timedelta(28))
    assert (rule.grace, rule.unknown, rule.exempt, rule.tag) == (False, Unknown.ALERT, True, "")
    assert (rule.shadow, rule.enabled) == (True, False)
    assert (rule.remind, rule.expires) == (timedelta(weeks=6), timedelta(weeks=26))
    assert (rule.previously, rule.muted_by, rule.play) == (("margin", "profit"), ("contribution-2",), "tier")
    assert [(override.when.text, len(override.levels)) for override in rule.overrides] == [
        ("strategic", 1),
        ("seats > 100 and not strategic", 1),
    ]
    assert rule.lines(0) == ((Level.RED, Lines(enter=Decimal(-50), exit=Decimal(0))),)
    assert rule.reachable == (Level.WATCH, Level.RED)
    assert (rule.why, rule.advice) == ("{contribution_90d} is left, from {seats} seats", "talk first")


def test_what_is_left_out_is_the_default(folder: Folder) -> None:
    policy = folder.policy(VOLUME)
    rule = only(policy)
    assert (policy.grace, policy.guard) == (timedelta(90), Guard())
    assert (rule.hold, rule.clear_after, rule.min_history) == (timedelta(3), timedelta(14), timedelta(56))
    assert (rule.grace, rule.unknown, rule.tag, rule.enabled) == (True, Unknown.HOLD, None, True)


@pytest.mark.parametrize(
    ("written", "value"),
    [("15%", "0.15"), ("0.1", "0.1"), ('"0.3"', "0.3"), ("2", "2"), ("0.10000000000000001", "0.10000000000000001")],
)
def test_a_line_is_exactly_what_is_written(folder: Folder, written: str, value: str) -> None:
    levels = f"{{red: {{enter: {written}, exit: 0}}}}"
    text = f"version: 1\nrules: [{{id: a, title: A, signal: reopens_28d / solved_28d, levels: {levels}}}]\n"
    assert only(folder.policy(text)).levels[0][1].enter == Decimal(value)


def test_defaults_hold_for_the_rules_of_their_own_file(folder: Folder) -> None:
    other = VOLUME.replace("volume", "calls").replace("rules:", "defaults: {hold: 9d}\nrules:")
    assert [rule.hold.days for rule in folder.policy(VOLUME, other).rules] == [3, 9]


def test_change_alters_the_named_lines_of_an_earlier_rule_and_keeps_the_others(folder: Folder) -> None:
    change = "version: 1\nchange:\n  - {id: volume, hold: 1d, levels: {red: {enter: 80}, watch: {enter: 5, exit: 4}}}\n"
    rule = only(folder.policy(VOLUME, change))
    assert rule.hold == timedelta(1)
    assert [(level.word, int(lines.enter), int(lines.exit)) for level, lines in rule.levels] == [
        ("watch", 5, 4),
        ("amber", 30, 20),
        ("red", 80, 40),
    ]


def test_a_shipped_rule_is_switched_off_by_change(folder: Folder) -> None:
    policy = folder.policy("version: 1\nchange: [{id: reopens, enabled: false}]\n", builtin="builtin:starter")
    assert [rule.id for rule in policy.rules if not rule.enabled] == ["reopens"]


def test_what_a_change_makes_wrong_is_told_where_it_is_written(folder: Folder) -> None:
    change = "version: 1\nchange:\n  - id: volume\n    levels: {red: {enter: 25}}\n    signal: touch_cost_28d\n"
    assert folder.problems(VOLUME, change) == [
        "1.yaml:8:30: rule 'volume': level red: exit 40 is on the wrong side of enter 25",
        "2.yaml:4:27: rule 'volume': level red: enter 25 does not lie beyond level amber's 30",
    ]


def test_change_of_an_unknown_rule_suggests_one(folder: Folder) -> None:
    change = "version: 1\nchange: [{id: cost-shares, hold: 1d}]\n"
    assert folder.problems(change, builtin="builtin:starter") == [
        "1.yaml:2:15: no earlier file has a rule 'cost-shares'; did you mean 'cost-share'?"
    ]


def test_a_change_that_forgets_the_percent_is_warned_of_where_it_is_written(folder: Folder) -> None:
    change = "version: 1\nchange: [{id: cost-share, levels: {red: {enter: 40}}}]\n"
    loaded = folder.load(change, builtin="builtin:starter")
    assert isinstance(loaded, LoadedPolicy)
    sentence = "rule 'cost-share': level red: enter 40 is 4,000 %; did you mean 40%? If not, write 4000%"
    assert [(problem.sentence, problem.place.line, problem.place.column) for problem in loaded.warnings] == [
        (sentence, 2, 49)
    ]


def test_change_of_a_rule_that_is_shipped_or_comes_later_says_which_file_to_name_first(folder: Folder) -> None:
    change = "version: 1\nchange: [{id: cost-share, hold: 1d}, {id: fair-share, hold: 1d}, {id: volume, hold: 1d}]\n"
    told = "no earlier file has a rule"
    assert folder.problems(change, VOLUME) == [
        f"1.yaml:2:15: {told} 'cost-share'; it is in builtin:starter: name that before this file",
        f"1.yaml:2:43: {told} 'fair-share'; it is in builtin:red-flags: name that before this file",
        f"1.yaml:2:71: {told} 'volume'; it is in {folder.path}/2.yaml: name that before this file",
    ]


def test_a_test_of_a_shipped_rule_says_which_file_to_name_first(folder: Folder) -> None:
    test = "version: 1\ntests: [{name: opens, rule: reopens, opened: 0}]\n"
    assert folder.problems(test) == [
        "1.yaml:2:29: test 'opens': no rule 'reopens'; it is in builtin:starter: name that before this file"
    ]


def test_the_last_guard_counts_whole(folder: Folder) -> None:
    first = VOLUME + "guard: {max_new_per_week: 8, max_new_per_run: 3, max_resolved_share: 0.5}\n"
    second = "version: 1\nguard: {max_new_per_run: 7, max_new_share: 2.5%, first_run: alert}\n"
    guard = folder.policy(first, second, "version: 1\n").guard
    assert guard == Guard(max_new_per_run=7, max_new_share=Decimal("0.025"), first_run=FirstRun.ALERT)


def test_the_last_grace_is_that_of_the_helpdesk(folder: Folder) -> None:
    files = [VOLUME, "version: 1\ndefaults: {grace: 30d}\n", "version: 1\ndefaults: {hold: 1d}\n"]
    assert folder.policy(*files).grace == timedelta(30)


def test_problems_of_all_files_come_at_once_in_the_order_of_the_files(folder: Folder) -> None:
    problems = folder.problems(VOLUME.replace("tickets_28d", "tickts_28d"), "version: 1\nguards: {}\n", VOLUME)
    assert [problem.split(": ")[0] for problem in problems] == ["1.yaml:5:13", "2.yaml:2:1", "3.yaml:3:9"]
    assert "this id is taken at" in problems[-1]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.yaml", "cannot read {folder}/none.yaml: there is no such file"),
        ("builtin:startr", "nothing is shipped as builtin:startr; did you mean 'builtin:starter'?"),
        ("builtin:red-flag", "nothing is shipped as builtin:red-flag; did you mean 'builtin:red-flags'?"),
    ],
)
def test_a_reference_to_nothing_is_told_at_the_reference(name: str, sentence: str) -> None:
    loaded = load_policy([Reference(text=name, folder=Path("rules"), problem=at_reference)])
    assert isinstance(loaded, tuple)
    assert [str(problem) for problem in loaded] == [f"config.yaml:3:9: {sentence.format(folder='rules')}"]


def test_a_file_is_named_once() -> None:
    twice = [Reference(text="builtin:starter", folder=Path(), problem=at_reference)] * 2
    loaded = load_policy(twice)
    assert isinstance(loaded, tuple)
    assert str(loaded[0]) == "config.yaml:3:9: builtin:starter stands in this list already"


def test_the_files_read_are_known_for_reloading(folder: Folder) -> None:
    loaded = folder.load(VOLUME, builtin="builtin:starter")
    assert isinstance(loaded, LoadedPolicy)
    assert loaded.paths == (folder.path / "1.yaml",)


def test_the_tag_of_alert_tickets_is_taken_under_every_prefix(folder: Folder) -> None:
    (folder.path / "1.yaml").write_text(VOLUME + "    tag: flag_alert\n")
    references = [Reference(text="1.yaml", folder=folder.path, problem=at_reference)]
    assert isinstance(load_policy(references, prefix="care_"), LoadedPolicy)
    loaded = load_policy(references, prefix="flag_")
    assert isinstance(loaded, tuple)
    assert "the tag 'flag_alert' is already that of every alert ticket" in str(loaded[0])


def test_tags_that_two_rules_would_share_depend_on_the_prefix(folder: Folder) -> None:
    text = VOLUME + "    tag: flag_calls_red\n" + VOLUME[VOLUME.index("  - id") :].replace("volume", "calls")
    (folder.path / "1.yaml").write_text(text)
    references = [Reference(text="1.yaml", folder=folder.path, problem=at_reference)]
    assert isinstance(load_policy(references, prefix="care_"), LoadedPolicy)
    assert isinstance(load_policy(references, prefix="flag_"), tuple)


def test_a_metric_that_nothing_can_fill_is_a_warning(folder: Folder) -> None:
    loaded = folder.load(
        VOLUME.replace("tickets_28d", "touch_cost_28d /\n      revenue_28d") + "    only_if: seats > 3\n"
    )
    assert isinstance(loaded, LoadedPolicy)
    assert loaded.unfilled(METRICS) == ()
    warnings = loaded.unfilled({"touch_cost_28d"})
    assert [str(warning).splitlines()[0].removeprefix(f"{folder.path}/") for warning in warnings] == [
        "1.yaml:6:7: warning: rule 'volume': no configured source can fill 'revenue_28d': the rule sleeps",
        "1.yaml:10:14: warning: rule 'volume': no configured source can fill 'seats': the rule sleeps",
    ]


def test_a_metric_in_the_middle_of_an_expression_is_told_at_its_place(folder: Folder) -> None:
    loaded = folder.load(VOLUME.replace("tickets_28d", "(tickets_28d + 2) / (seats - 1)"))
    assert isinstance(loaded, LoadedPolicy)
    (warning,) = loaded.unfilled(METRICS.keys() - {"seats"})
    assert str(warning.place).removeprefix(f"{folder.path}/") == "1.yaml:5:34"


def test_the_whole_catalogue_holds_the_starter_rules_once(folder: Folder) -> None:
    change = "version: 1\nchange: [{id: reopens, hold: 9d}, {id: fair-share, shadow: false}]\n"
    catalogue = {rule.id: rule for rule in folder.policy(change, builtin="builtin:red-flags").rules}
    assert (catalogue["reopens"].hold, catalogue["fair-share"].shadow) == (timedelta(9), False)
    both = [Reference(text=f"builtin:{name}", folder=Path(), problem=at_reference) for name in ("starter", "red-flags")]
    loaded = load_policy(both)
    assert isinstance(loaded, LoadedPolicy)
    assert len(loaded.policy.rules) == len(catalogue)


def test_overrides_of_a_change_take_the_place_of_all_earlier_ones(folder: Folder) -> None:
    first = VOLUME + "    overrides: [{when: strategic, levels: {red: {enter: 90, exit: 80}}}]\n"
    change = (
        "version: 1\nchange: [{id: volume, overrides: [{when: seats > 9, levels: {amber: {enter: 7, exit: 6}}}]}]\n"
    )
    (override,) = only(folder.policy(first, change)).overrides
    assert override.when.text == "seats > 9"


def test_a_rule_that_is_off_needs_no_metric(folder: Folder) -> None:
    loaded = folder.load(VOLUME + "    enabled: false\n")
    assert isinstance(loaded, LoadedPolicy)
    assert loaded.unfilled(()) == ()


def test_three_hundred_rules_are_read(folder: Folder) -> None:
    rule = VOLUME[VOLUME.index("  - id") :]
    text = "version: 1\nrules:\n" + "".join(rule.replace("volume", f"volume-{number}") for number in range(300))
    assert len(folder.policy(text).rules) == 300


WORDS = ["id", "title", "signal", "levels", "red", "enter", "exit", "hold", "rules", "change", "guard", "defaults", "a"]
VALUES = st.sampled_from(["seats", "touches_7d / seats", "7d", "30%", "none", "", "{x", "a > 1"]) | st.integers(0, 9)
TREES = st.recursive(
    st.none() | st.booleans() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*WORDS, "version"]), TREES, max_size=6))
def test_any_mapping_is_read_or_told(tree: dict[str, object]) -> None:
    file = read_rule_file(load_text(json.dumps({"version": 1, **tree}), "f.yaml"))
    for draft in (*file.drafts, *file.changes):
        checked = check_draft(draft)
        assert checked.rule is not None or checked.problems or draft.bad
