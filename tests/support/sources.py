"""The package's own source files, parsed once, for tests of what they may say."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import caseload

PACKAGE = Path(caseload.__file__).parent


@cache
def trees() -> dict[str, ast.Module]:
    """Path below the package -> its syntax tree."""
    # Kept for good, and nothing the collector should go through again and again.
    gc.disable()
    found = {
        str(p.relative_to(PACKAGE)): ast.parse(p.read_text("utf-8"), str(p)) for p in sorted(PACKAGE.rglob("*.py"))
    }
    gc.freeze()
    gc.enable()
    return found


def calls(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """Calls of plain names, such as `_("...")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node
