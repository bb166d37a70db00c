"""start.py answers whatever Python reads it."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "start.py").read_text(encoding="utf-8")
GUARD = SOURCE[: SOURCE.index("from launch")]


def test_the_oldest_grammar_reads_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 4))


def test_nothing_in_it_is_younger_than_python_2() -> None:
    younger = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal, ast.Starred)
    nodes = list(ast.walk(ast.parse(SOURCE)))
    assert not [node for node in nodes if isinstance(node, younger)]
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs)]
    assert not [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"]
    assert SOURCE.startswith("# -*- coding: utf-8 -*-")


def test_an_old_python_gets_one_sentence_in_both_languages() -> None:
    pretend = "import sys; sys.version_info = (3, 4, 10, 'final', 0)\n"
    old = subprocess.run([sys.executable, "-X", "utf8", "-c", pretend + GUARD], capture_output=True, encoding="utf-8")
    assert old.returncode == 1
    assert old.stderr.count("\n") == 1
    assert "这个是 3.4" in old.stderr or "您这个是 3.4" in old.stderr
    assert "Laojiefang needs Python 3.11 or newer, this is 3.4" in old.stderr


def test_an_old_python_never_reads_the_launcher() -> None:
    assert "launch" not in GUARD.split('"""')[2]


def test_help_needs_no_set_up_and_speaks_both_languages(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", str(ROOT / "start.py"), "--help"]
    shown = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "全屏" in shown.stdout
    assert "full-screen" in shown.stdout


def test_a_console_that_knows_no_chinese_stops_nothing(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "start.py"), "--prot"]
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "SYSTEMROOT": "C:\\Windows"}
    refused = subprocess.run(command, capture_output=True, encoding="cp1252", cwd=tmp_path, env=environment)
    assert refused.returncode == 2
    assert "--prot is not known here" in refused.stderr
    assert "Traceback" not in refused.stderr
