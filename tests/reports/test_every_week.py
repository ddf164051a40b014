"""The timer and the crontab line of the documentation, tried: what they run is the export of the week that has ended."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reports.md").read_text()


def units() -> list[configparser.ConfigParser]:
    found = []
    for text in re.findall(r"```ini\n(.*?)```", PAGE, re.S):
        unit = configparser.ConfigParser(interpolation=None, strict=True)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(text)
        found.append(unit)
    return found


def last_week() -> str:
    """The ISO week of the Sunday before today."""
    today = date.today()  # noqa: DTZ011 - as `date` has it
    year, week, _day = (today - timedelta(days=today.isoweekday())).isocalendar()
    return f"{year}-W{week:02}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose caseload says what it was asked."""
    program = tmp_path / ".local" / "bin" / "caseload"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$CASELOAD_DATABASE" "$@"\n')
    program.chmod(0o700)
    return tmp_path


def run(command: list[str], home: Path, **more: str) -> list[str]:
    done = subprocess.run(
        command, env={"HOME": str(home), "PATH": os.environ["PATH"], **more}, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def asked(output: Path) -> list[str]:
    week = last_week()
    where = str(output).format(week=week)
    database = "postgresql:///?service=agency"
    return [database, "export", "weekly", "--week", week, "--format", "xlsx", "--output", where]


def test_the_service_exports_the_week_that_has_ended(home):
    service, timer = units()
    assert timer["Timer"]["OnCalendar"] == "Mon 06:00"
    assert timer["Timer"]["Persistent"] == "true"
    assert service["Service"]["Type"] == "oneshot"
    name, _equals, value = service["Service"]["Environment"].partition("=")
    # systemd puts the home for %h and one % for two; $$ is a $ of the shell's.
    line = re.sub(r"%(.)", lambda match: {"h": str(home), "%": "%"}[match[1]], service["Service"]["ExecStart"])
    command = shlex.split(line.replace("$$", "$"))
    assert run(command, home, **{name: value}) == asked(home / "reports" / "{week}.xlsx")


def test_the_crontab_line_exports_the_week_that_has_ended(home):
    (line,) = re.findall(r"^0 6 \* \* 1  (.*)$", PAGE, re.M)
    # To cron a bare % ends the command, and \% is one.
    assert not re.search(r"(?<!\\)%", line)
    assert run(["/bin/sh", "-c", line.replace("\\%", "%")], home) == asked(Path("/srv/reports/weekly.xlsx"))
