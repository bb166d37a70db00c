"""Libraries that somebody has deleted from .venv by hand."""

import sys
from pathlib import Path

import pytest

import missing


@pytest.fixture
def caught() -> list[BaseException]:
    return []


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The environment of a checkout that has one module of its own."""
    (tmp_path / "festival").mkdir()
    (tmp_path / ".venv").mkdir()
    return tmp_path / ".venv"


def gone(environment: Path, error: Exception, caught: list[BaseException]) -> None:
    missing.hook(environment.parent, lambda _kind, error, _trace: caught.append(error))(type(error), error, None)


def test_a_missing_library_is_one_sentence_and_the_next_start_makes_it_anew(
    environment: Path, caught: list[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "prefix", str(environment))
    gone(environment, ModuleNotFoundError("No module named 'flask'", name="flask"), caught)
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "flask" in shown
    assert "start.py again" in shown
    assert (environment / ".unfinished").exists()
    assert caught == []


@pytest.mark.parametrize("error", [ImportError("x", name="festival.cards"), ImportError("x"), ValueError("x")])
def test_our_own_mistakes_keep_their_story(
    environment: Path, error: Exception, caught: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(environment))
    gone(environment, error, caught)
    assert caught == [error]
    assert not (environment / ".unfinished").exists()


def test_another_environment_is_left_alone(environment: Path, caught: list[BaseException]) -> None:
    error = ModuleNotFoundError("No module named 'flask'", name="flask")
    gone(environment, error, caught)
    assert caught == [error]
    assert not (environment / ".unfinished").exists()
