"""Running command lines in this process, as a script or as a person at a terminal would."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from caseload.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        return json.loads(self.err.splitlines()[-1])["error"]

    @property
    def tsv(self) -> list[dict[str, str]]:
        head, *rows = [row.split("\t") for row in self.out.splitlines()]
        return [dict(zip(head, row, strict=True)) for row in rows]


Run = Callable[..., Ran]


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command line in this process; `terminal=True` puts a person in front of it."""

    def go(*args: str, stdin: str | bytes = "", terminal: bool = False) -> Ran:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        given = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", given)
            for stream in (sys.stdin, sys.stdout, sys.stderr):
                patch.setattr(stream, "isatty", lambda: terminal, raising=False)
            code = main(list(args))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return go
