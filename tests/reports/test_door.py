"""The one door out: whole or nothing, private, with a manifest, and a sentence when it cannot be."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from caseload import __version__
from caseload.errors import Refused, Usage
from caseload.reports import door, formats

from .paper import EMPTY, ROW, report, table


def send(what, output, form="csv", stdout=None, **more):
    return door.send(what, formats.find(form), str(output), stdout=stdout or io.BytesIO(), schema="0001", **more)


def streamed(rows):
    return replace(table(), rows=rows)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_report_and_its_manifest_appear_and_nothing_else(tmp_path):
    sent = send(report(), tmp_path / "visits.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["visits.csv", "visits.csv.manifest.json"]
    manifest = json.loads((tmp_path / "visits.csv.manifest.json").read_text())
    digest = hashlib.sha256((tmp_path / "visits.csv").read_bytes()).hexdigest()
    assert manifest["dictionary"]["visits"]["minutes"] == "How long it took."
    assert {k: v for k, v in manifest.items() if k != "dictionary"} == {
        "report": "visits", "from": "2026-11-16", "to": "2026-11-22", "period": "2026-W47",
        "as_of": "2026-11-23T05:00:00Z", "today": "2026-11-23", "query": "stage:active",
        "identified": False, "rows": {"visits": 2}, "sha256": digest, "seal": None,
        "software": f"caseload {__version__}", "schema": "0001", "remarks": [], "warning": None,
    }  # fmt: skip
    assert sent.manifest == manifest
    assert sent.rows == {"visits": 2}
    assert sent.path == tmp_path / "visits.csv"


def test_both_files_are_private_whatever_stood_there_before(tmp_path):
    for name in ("visits.csv", "visits.csv.manifest.json"):
        (tmp_path / name).write_text("old")
        (tmp_path / name).chmod(0o644)
    before = os.umask(0)
    try:
        send(report(), tmp_path / "visits.csv")
    finally:
        os.umask(before)
    assert mode(tmp_path / "visits.csv") == mode(tmp_path / "visits.csv.manifest.json") == 0o600


@pytest.mark.parametrize("form", formats.names())
def test_nobody_else_can_read_it_while_it_is_being_made(form, tmp_path):
    seen: list[int] = []

    def rows():
        for room in tmp_path.iterdir():
            seen.append(mode(room))
        yield ROW

    send(report(streamed(rows())), tmp_path / "x", form)
    assert seen == [0o700]


def test_without_identified_names_and_narrative_are_null(tmp_path):
    send(report(), tmp_path / "a", "json")
    row = json.loads((tmp_path / "a").read_text())[0]
    assert row["client"] is None
    assert row["note"] is None
    assert row["minutes"] == 25
    send(report(identified=True), tmp_path / "b", "json")
    row = json.loads((tmp_path / "b").read_text())[0]
    assert row["client"] == "Zoë Nwosu"
    assert row["note"] == "Called back.\nAll well."
    assert json.loads((tmp_path / "b.manifest.json").read_text())["identified"] is True


def test_standard_output_takes_one_part_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(door.tempfile, "gettempdir", lambda: str(tmp_path))
    for form in formats.names():
        stream = io.BytesIO()
        sent = send(report(), "-", form, stdout=stream)
        assert sent.path is None
        assert sent.manifest is None
        assert sent.rows == {"visits": 2}
        assert stream.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_standard_output_refuses_several_parts():
    stream = io.BytesIO()
    with pytest.raises(Usage, match="2 parts"):
        send(report(table(ROW, name="a"), table(ROW, name="b")), "-", "json", stdout=stream)
    assert stream.getvalue() == b""


def test_a_relative_path_is_written_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert send(report(), "here.csv").path == tmp_path / "here.csv"


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("missing/weekly.csv", "does not exist"),
        ("folder", "is a folder"),
        ("folder/", "names a folder"),
        ("", "names a folder"),
        ("file/weekly.csv", "not a folder"),
        ("n" * 250, "too long"),
        ("a\0b", "not a path"),
        ("taken", "taken.manifest.json is a folder"),
    ],
)
def test_a_path_nothing_can_be_written_to_is_wrong_usage_before_any_row_is_read(output, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "taken.manifest.json").mkdir()
    (tmp_path / "file").write_text("")
    before = sorted(p.name for p in tmp_path.iterdir())

    def rows():
        raise AssertionError("a row was read")
        yield

    with pytest.raises(Usage, match=says):
        send(report(streamed(rows())), output)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_device_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Usage, match="--output -"):
        send(report(), tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path):
    (tmp_path / "precious").write_text("keep me")
    (tmp_path / "latest.csv").symlink_to(tmp_path / "precious")
    send(report(), tmp_path / "latest.csv")
    assert not (tmp_path / "latest.csv").is_symlink()
    assert (tmp_path / "precious").read_text() == "keep me"


def test_no_terminal_control_in_what_is_said_about_a_path(tmp_path):
    with pytest.raises(Usage) as refused:
        send(report(), str(tmp_path / "\x1b[2J" / "x"))
    assert "\x1b" not in refused.value.message


@pytest.mark.parametrize("form", formats.names())
def test_rows_that_fail_half_way_leave_what_was_there_before(form, tmp_path):
    send(report(), tmp_path / "x", form)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def rows():
        for _ in range(2_000):
            yield ROW
        raise ValueError("the connection went away")

    with pytest.raises(ValueError, match="went away"):
        send(report(streamed(rows())), tmp_path / "x", form)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("failing", ["manifest", "file"])
def test_a_rename_that_fails_leaves_the_files_of_before_together(failing, tmp_path, monkeypatch):
    send(report(), tmp_path / "x")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    rename = Path.replace

    def refuse(source, target):
        if source.name == failing:
            raise OSError(errno.EIO, "Input/output error")
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(Refused, match="Input/output error"):
        send(report(table(EMPTY)), tmp_path / "x")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_what_must_be_on_record_first_is_there_before_the_file_and_stops_it_where_it_fails(tmp_path):
    def seen():
        return sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("."))

    found = []
    send(report(), tmp_path / "x", leaving=lambda: found.append(seen()))
    assert found == [[]] and seen() == ["x", "x.manifest.json"]

    def refuse():
        raise Refused("not on record")

    stream = io.BytesIO()
    for output, out in (("y", None), ("-", stream)):
        with pytest.raises(Refused, match="not on record"):
            send(report(), tmp_path / output if out is None else output, "csv", stdout=out, leaving=refuse)
    assert seen() == ["x", "x.manifest.json"] and stream.getvalue() == b""


def child(script: str, *argv: str) -> subprocess.CompletedProcess[str]:
    prelude = """
        import io, os, sys
        from caseload.errors import CaseloadError
        from caseload.reports import door, formats
        from tests.reports.paper import *
        def send(what, output, form):
            try:
                door.send(what, formats.find(form), output, stdout=sys.stdout.buffer, schema="0001")
            except CaseloadError as said:
                print(said.message, file=sys.stderr)
                sys.exit(said.exit_code)
    """
    code = textwrap.dedent(prelude) + textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )


@pytest.mark.parametrize("form", formats.names())
def test_a_full_disk_is_a_sentence_and_leaves_nothing(form, tmp_path):
    # No file of this process may grow past 20 kB: the kernel then fails its writes as a full disk would.
    done = child(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        noise = (os.urandom(40).hex() for _ in range(4_000))
        send(report(words(*noise)), sys.argv[1], sys.argv[2])
        """,
        str(tmp_path / "x"),
        form,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "no room left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_standard_output_is_a_sentence():
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(Refused, match="no room left"):
        send(report(), "-", stdout=full)


def test_a_reader_who_has_heard_enough_is_no_failure_of_ours():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as pipe, pytest.raises(BrokenPipeError):
        send(report(), "-", stdout=pipe)


def test_a_folder_one_may_not_write_in_is_a_sentence(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)
    # Root may write anywhere, so the child first becomes nobody; the folders above must then let nobody through.
    for above in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        above.chmod(mode(above) | 0o011)
    done = child(
        """
        from caseload.reports.formats import csv_text
        if os.geteuid() == 0:
            os.setegid(65534), os.seteuid(65534)
        send(report(), sys.argv[1], "csv")
        """,
        str(folder / "x.csv"),
    )
    assert done.returncode == 1, done.stderr
    assert "You may not write" in done.stderr
    assert list(folder.iterdir()) == []


def test_what_a_killed_run_left_is_cleared_and_a_running_one_is_left_alone(tmp_path):
    dead = tmp_path / f"{door._WORKSHOP}dead"
    dead.mkdir()
    (dead / "file").write_text("half a report")
    (tmp_path / "someone.csv").write_text("theirs")
    with door.workshop(tmp_path) as living:
        assert not dead.exists()
        send(report(), tmp_path / "x.csv")
        assert living.is_dir()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["someone.csv", "x.csv", "x.csv.manifest.json"]
