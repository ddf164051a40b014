"""Killed at any moment, an export leaves nothing half-written at PATH, and the next one clears up."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from caseload.reports import formats

from .agency import MONDAY, Cases, at

ROOT = Path(__file__).parents[2]

# The child counts what it does to files (every one is an audit event) and kills itself at the asked one.
AT_EVENT = """
import os, signal, sys
from caseload.reports import door, formats
from tests.reports.paper import ROW, report, table
path, form, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
what = report(table(*[ROW] * 50))
writer = formats.find(form).write
seen = 0
def watch(event, arguments):
    global seen
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.scandir", "os.utime"):
        if any(isinstance(a, (str, os.PathLike)) and os.path.dirname(path) in os.fspath(a) for a in arguments):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
door.send(what, formats.find(form), path, stdout=sys.stdout.buffer, schema="0001")
"""

# The child says each row it hands over, and goes on for ever.
AT_ROW = """
import itertools, sys
from dataclasses import replace
from caseload.reports import door, formats
from tests.reports.paper import ROW, report, table
def rows():
    for n in itertools.count():
        print(n, flush=True)
        yield ROW
what = report(replace(table(), rows=rows()))
door.send(what, formats.find(sys.argv[2]), sys.argv[1], stdout=sys.stderr.buffer, schema="0001")
"""


def run(script: str, *argv: str) -> int:
    return subprocess.run([sys.executable, "-c", script, *argv], cwd=ROOT, check=False).returncode


def whole(path: Path) -> bool:
    manifest = json.loads(path.with_name(path.name + ".manifest.json").read_text())
    return manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() and manifest["rows"] == {"visits": 50}


@pytest.mark.parametrize("form", ["csv"])
def test_killed_at_every_single_file_operation(form, tmp_path):
    for last in range(1, 200):
        path = tmp_path / str(last) / "visits"
        path.parent.mkdir()
        code = run(AT_EVENT, str(path), form, str(last))
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert not path.exists() or whole(path), f"half a report after operation {last}"
        assert run(AT_EVENT, str(path), form, "0") == 0
        assert sorted(p.name for p in path.parent.iterdir()) == ["visits", "visits.manifest.json"]
        assert whole(path)
    else:
        raise AssertionError("the export never came to its end")
    assert last > 5


@pytest.mark.parametrize("form", formats.names())
def test_killed_while_rows_are_written(form, tmp_path):
    dice = random.Random(form)
    for _ in range(3):
        path = tmp_path / "visits"
        argv = [sys.executable, "-c", AT_ROW, str(path), form]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
            assert child.stdout is not None
            for _line in range(dice.randint(1, 3_000)):
                child.stdout.readline()
            child.kill()
        assert not path.exists()
        assert not path.with_name("visits.manifest.json").exists()
    assert run(AT_EVENT, str(path), form, "0") == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["visits", "visits.manifest.json"]


# The child is a whole export of a database, killed from within at the nth word of its progress.
AT_TICK = """
import os, signal, sys
from caseload import settings
from caseload.reports import ExportRequest, export
from caseload.reports import stream
from caseload.reports.formats import csv_text, html, json_text, parquet, xlsx
from caseload.store.connect import connect
url, path, form, last = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
parquet.GROUP = 10
for module in (stream, csv_text, html, json_text, xlsx):
    module.PAGE = 10
heard = 0
def tick(done, total):
    global heard
    heard += 1
    if heard == last:
        os.kill(os.getpid(), signal.SIGKILL)
db = connect(settings.load(database=url))
export(db, ExportRequest("contacts", form, path), tick=tick)
db.close()
"""


# What writes the file knows no engine; one of the forms is written from a server.
@pytest.mark.parametrize(
    ("engine_name", "form"),
    [*(("sqlite", form) for form in formats.names()), ("postgresql", "csv")],
    indirect=["engine_name"],
)
def test_an_export_killed_half_way_leaves_nothing_and_the_next_one_is_whole(form, agency, tmp_path):
    with agency.writing() as w:
        cases = Cases(agency, w.conn)
        case = cases.open(MONDAY)
        for n in range(60):
            cases.contact(case, "ana", at(MONDAY, 8, n % 60))
    path = tmp_path / "contacts"
    url = agency.settings.database
    # The moment is drawn by lot, another one for each form; csv, on both engines, is killed at three.
    for last in random.Random(form).sample(range(1, 7), 3 if form == "csv" else 1):
        assert run(AT_TICK, url, str(path), form, str(last)) == -signal.SIGKILL
        assert not path.exists()
        assert not path.with_name("contacts.manifest.json").exists()
    assert run(AT_TICK, url, str(path), form, "0") == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["contacts", "contacts.manifest.json"]
    manifest = json.loads(path.with_name("contacts.manifest.json").read_text())
    assert manifest["rows"] == {"contacts": 60}
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
