"""Days, moments, weeks, texts and lists of cases, as people write them."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import pytest

from caseload.commands import inputs
from caseload.errors import Usage

FRIDAY = date(2026, 11, 20)
ROME = ZoneInfo("Europe/Rome")


@dataclass
class Now:
    """The agency's clock, as a reading carries it."""

    today: date = FRIDAY
    zone: ZoneInfo = ROME
    now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("tomorrow", date(2026, 11, 21)),
        ("friday", date(2026, 11, 27)),
        ("+2w", date(2026, 12, 4)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, meant: date) -> None:
    assert inputs.day(typed, "--until", FRIDAY) == meant


def test_a_weekday_of_what_happened_lies_behind() -> None:
    assert inputs.day("monday", "--since", FRIDAY, back=True) == date(2026, 11, 16)


def test_what_is_no_day_names_its_option() -> None:
    with pytest.raises(Usage, match=r"^--until: "):
        inputs.day("2026-02-30", "--until", FRIDAY)


def test_a_contact_lies_behind_and_an_appointment_ahead() -> None:
    said = "mon 14:30"
    assert inputs.moment(said, "--at", Now()) == datetime(2026, 11, 16, 13, 30, tzinfo=UTC)
    assert inputs.moment(said, "--at", Now(), ahead=True) == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "25:00", "2026-11-20T", "half past two"])
def test_what_is_no_moment_names_its_option(typed: str) -> None:
    for ahead in (False, True):
        with pytest.raises(Usage, match=r"^--at: "):
            inputs.moment(typed, "--at", Now(), ahead=ahead)


def test_a_text_comes_from_the_line_a_file_or_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes("\ufeffCame in.\r\nAll well.\n".encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Zoë called.\n".encode())))
    assert inputs.text_of("Came in.", "--note") == "Came in."
    assert inputs.text_of(f"@{file}", "--note") == "Came in.\r\nAll well."
    assert inputs.text_of("-", "--note") == "Zoë called."
    assert inputs.text_of("@@home", "--note") == "@home"
    assert inputs.text_of(None, "--note") is None


def test_a_text_that_cannot_be_read_names_the_option_and_the_line(tmp_path: Path) -> None:
    bad = tmp_path / "latin.txt"
    bad.write_bytes(b"one\ntwo caf\xe9\n")
    with pytest.raises(Usage, match=r"--note: the text is not UTF-8 \(line 2\)"):
        inputs.text_of(f"@{bad}", "--note")
    with pytest.raises(Usage, match="--note: the file cannot be read"):
        inputs.text_of(f"@{tmp_path / 'missing.txt'}", "--note")
    with pytest.raises(Usage, match="--note: the file cannot be read"):
        inputs.text_of(f"@{tmp_path}", "--note")


class Piped:
    def __init__(self, buffer: BinaryIO) -> None:
        self.buffer = buffer


def test_an_endless_input_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/zero").open("rb") as zero:
        monkeypatch.setattr(sys, "stdin", Piped(zero))
        with pytest.raises(Usage, match="larger than 16 MB"):
            inputs.text_of("-", "--note")


def test_a_list_of_cases_may_have_commas_remarks_and_repeats(tmp_path: Path) -> None:
    file = tmp_path / "leaver.txt"
    file.write_text("# Ana's cases\n2026-048212, 2026-115038\n\n2026-048212  # again\n2026-300019\n")
    assert inputs.case_list(str(file)) == ["2026-048212", "2026-115038", "2026-300019"]
    assert inputs.numbers("2026-048212,2026-115038") == ["2026-048212", "2026-115038"]
    with pytest.raises(Usage):
        inputs.numbers("2026-048212,")
