import pytest

from launch import checks
from launch.checks import Check


def test_pytest_stands_last_and_gets_the_arguments() -> None:
    wanted = checks.checks(["-k", "scan"], long=False)
    assert [check.name for check in wanted] == ["ruff", "mypy", "import contracts", "pytest"]
    assert wanted[-1].arguments == ("-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", "not long", "-k", "scan")


def test_long_tests_run_only_when_asked_for() -> None:
    assert checks.checks([], long=True)[-1].arguments == ("-m", "pytest", "-n", "2", "--dist", "worksteal")


@pytest.mark.parametrize(("statuses", "expected"), [([0, 0], 0), ([1, 0], 1), ([0, 5], 5), ([2, 1], 2), ([-9, 0], -9)])
def test_all_checks_run_and_the_first_failure_is_the_status(
    statuses: list[int], expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run: list[str] = []

    def status_of(check: Check) -> int:
        run.append(check.name)
        return statuses[len(run) - 1]

    wanted = [Check("a", ()), Check("b", ())]
    assert checks.run_all(wanted, status_of, clock=lambda: 1.0) == expected
    assert run == ["a", "b"]
    shown = capsys.readouterr().err
    assert "[2/2] b: " in shown
    assert ("failed" in shown) == (expected != 0)
