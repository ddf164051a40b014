"""Whatever goes wrong ends in one exit code and a sentence: no traceback, and nothing of a client's."""

from __future__ import annotations

import errno
import json
import sys
from typing import Any

import pytest

from caseload import errors
from caseload.commands.guard import guarded, wants_json


def fails(error: BaseException) -> Any:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Refused("No."), 1),
        (errors.Usage("No."), 2),
        (errors.NotPermitted("No."), 3),
        (errors.Conflict("No."), 4),
        (errors.Unreachable("No."), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(error: BaseException, code: int) -> None:
    assert guarded(fails(error), []) == code


def test_a_failure_is_a_sentence_with_its_details_below(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(fails(errors.Refused("No such move.", details=["2026-048212: a rule forbids it"])), [])
    assert capsys.readouterr() == ("", "caseload: No such move.\n  2026-048212: a rule forbids it\n")


def test_a_script_that_reads_json_gets_the_failure_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(fails(errors.Conflict("Changed.", details=["by ben"])), ["stage", "--format", "json"])
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {"error": {"code": "conflict", "message": "Changed.", "details": ["by ben"]}}


def test_json_is_asked_for_before_the_double_dash_only() -> None:
    assert wants_json(["queue", "--format=json"])
    assert not wants_json(["queue", "--", "--format", "json"])
    assert not wants_json(["queue", "--format", "table"])


def test_a_reader_that_has_seen_enough_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(fails(BrokenPipeError()), []) == 0
    assert capsys.readouterr() == ("", "")


def test_a_full_disk_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(fails(OSError(errno.ENOSPC, "No space left on device", "weekly.csv")), []) == 1
    assert (
        capsys.readouterr().err
        == "caseload: The file could not be read or written: No space left on device.\n  weekly.csv\n"
    )


def test_a_fault_of_our_own_names_its_place_and_not_what_it_held(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CASELOAD_DEBUG", raising=False)
    assert guarded(fails(KeyError("Maria Rossi")), []) == 1
    err = capsys.readouterr().err
    assert "KeyError in commands/guard.py:" in err
    assert "Traceback" not in err
    assert "Maria" not in err


def test_whoever_debugs_sees_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_DEBUG", "1")
    with pytest.raises(KeyError):
        guarded(fails(KeyError("x")), [])


def test_a_control_sequence_in_a_message_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(fails(errors.Refused("file \x1b]0;owned\x07x")), [])
    assert "\x1b" not in capsys.readouterr().err


def test_output_that_cannot_be_written_is_noticed_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full:
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdout", Full())
    assert guarded(lambda: 0, []) == 1
    assert "No space left" in capsys.readouterr().err
