"""Each guard is needed: take it out, and a named test goes red. (tests/faults/guards.py prints the whole table.)"""

import pytest

from tests.faults.guards import GUARDS, Guard, red, whole_tests, without

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_every_guard_stands_where_it_is_taken_out(guard: Guard) -> None:
    with without(guard) as copy:
        assert guard.instead in (copy / guard.file).read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_without_its_guard_a_named_test_goes_red(guard: Guard) -> None:
    with without(guard) as copy:
        failed = red(copy, whole_tests(guard))
    for test in guard.noticed_by:
        assert any(name.startswith(test) for name in failed), (test, failed)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_with_all_guards_in_place_the_named_tests_are_green() -> None:
    tests = tuple(dict.fromkeys(test for guard in GUARDS for test in whole_tests(guard)))
    with without(None) as copy:
        assert red(copy, tests) == []
