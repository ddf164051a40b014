"""The arrows of docs/architecture.md, and what start-up may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .support import sources

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = ("casework", "reports", "exchange", "store", "models")
HARD_LIMIT = 450


def test_the_arrows_go_down_only(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The contracts stand in pyproject.toml; what breaks one is printed with the whole chain of imports."""
    from importlinter.cli import lint_imports

    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_the_practice_prints_nothing() -> None:
    """It answers with values; whoever asked decides where they are shown."""
    for path, tree in sources.trees().items():
        if not path.startswith(PRACTICE):
            continue
        assert not list(sources.calls(tree, "print", "input", "breakpoint")), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
                assert node.attr not in ("stdin", "stdout", "stderr", "exit"), f"{path}:{node.lineno}"


def test_one_module_holds_one_idea() -> None:
    long = {}
    for folder in ("caseload", "benchmarks"):
        for file in (ROOT / folder).rglob("*.py"):
            lines = len(file.read_text("utf-8").splitlines())
            if lines > HARD_LIMIT:
                long[str(file.relative_to(ROOT))] = lines
    assert long == {}, "split them"


def test_every_module_says_what_it_is_for() -> None:
    for path, tree in sources.trees().items():
        if tree.body:
            assert ast.get_docstring(tree), path


def test_annotations_cost_nothing_at_start() -> None:
    for path, tree in sources.trees().items():
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body):
            names = [alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
            assert "annotations" in names, path


# Importing the command line comes before everything, `--version` included (docs/performance.md).
HEAVY = (
    "sqlalchemy",
    "alembic",
    "psycopg",
    "textual",
    "typer",
    "click",
    "pydantic",
    "rich",
    "xlsxwriter",
    "openpyxl",
    "platformdirs",
)


def _loaded(statement: str) -> set[str]:
    """The top-level modules a fresh interpreter has after a statement."""
    code = f"import sys\n{statement}\nprint('\\n'.join({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["caseload", "caseload.cli", "caseload.errors", "caseload.messages", "caseload.settings", "caseload.text"]
)
def test_what_every_start_imports_is_light(module: str) -> None:
    assert _loaded(f"import {module}").isdisjoint(HEAVY)


def test_the_models_load_no_mapper_and_no_driver() -> None:
    code = "import sys, caseload.models; print('sqlalchemy.orm' in sys.modules, 'psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_asking_whether_the_schema_is_current_needs_no_alembic() -> None:
    """Every command asks; loading Alembic would double its start."""
    assert "alembic" not in _loaded("from caseload.store import migrate; migrate.head()")
