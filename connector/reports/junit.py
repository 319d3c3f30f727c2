"""The outcomes of rule tests in the format that CI servers read."""

from junitparser import Failure, JUnitXml, TestCase, TestSuite

from connector.reports.ruletests import Outcome, Outcomes


def junit_text(outcomes: Outcomes) -> str:
    """One suite a file, one case a test; what was missed with its place, expected, got and the values."""
    report = JUnitXml("touchcost test-rules")
    for file in dict.fromkeys(test.file for test in outcomes.tests):
        suite = TestSuite(file)
        suite.add_testcases([_case(test) for test in outcomes.tests if test.file == file])
        report.add_testsuite(suite)
    report.update_statistics()
    return f"{report.tostring().decode()}\n"


def _case(test: Outcome) -> TestCase:
    case = TestCase(test.name, classname=test.rule)
    case.result = [_failure(test)] if test.missed else []
    return case


def _failure(test: Outcome) -> Failure:
    failure = Failure(test.missed[0].problem.sentence)
    failure.text = "\n".join(
        f"{missed.problem}\n    {', '.join(f'{name} {value}' for name, value in missed.values.items())}"
        for missed in test.missed
    )
    return failure
