"""A folder that is not as it was written, and an act that was killed: refused, and nothing half there."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from caseload import settings
from caseload.errors import OtherSchema, Refused, Usage
from caseload.exchange.everything import carry
from tests.practice.carrying import (
    Places,
    nothing_at,
    other,
    own_login,
    rewritten,
    told,
)
from tests.practice.encrypting import path_of
from tests.practice.kit import Practice
from tests.practice.test_journal import guards_down
from tests.support.databases import Databases

ROOT = Path(__file__).parents[3]
WISH = carry.Wish()


def _less(text: str) -> str:
    return text[: text.rstrip("\n").rindex("\n") + 1]


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file is missing": (lambda f: (f / "note.csv").unlink(), r"note\.csv is missing"),
    "the manifest is missing": (lambda f: (f / "manifest.json").unlink(), r"manifest\.json is missing"),
    "the manifest is of something else": (lambda f: (f / "manifest.json").write_text("[1]"), r"manifest\.json is not"),
    "a file leads elsewhere": (
        lambda f: ((f / "note.csv").rename(f.parent / "n"), (f / "note.csv").symlink_to(f.parent / "n")),
        r"note\.csv is no file",
    ),
    "the manifest leads elsewhere": (
        lambda f: (f / "manifest.json").write_text(
            (f / "manifest.json").read_text().replace('"note.csv"', '"../note.csv"')
        ),
        "of the table note cannot be understood",
    ),
    "a table nobody knows": (lambda f: (f / "secrets.csv").write_text("id\n"), r"secrets\.csv: there is no such"),
    "a value edited": (
        lambda f: (f / "identity.csv").write_text((f / "identity.csv").read_text().replace('"Mara"', '"Clara"')),
        r"identity\.csv is not as it was written",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_folder_that_is_not_as_it_was_written_is_refused(
    name: str, folder: Path, places: Places, lived: Practice
) -> None:
    spoil, words = SPOILED[name]
    spoil(folder)
    place = places.new(lived.engine_name)
    with pytest.raises(Usage, match=words):
        carry.bring(told(place), folder, WISH)
    nothing_at(place)


@pytest.mark.parametrize(
    ("file", "edit", "words"),
    [
        ("task.csv", _less, r"task\.csv: \d+ rows, where \d+ were written"),
        ("task.csv", lambda text: text.replace(",title,", ",what,", 1), r"task\.csv, row 1.*column what"),
        ("case_file.csv", lambda text: text.replace("\n1,", "\none,", 1), r"case_file\.csv, row 2, column id"),
        ("agency.csv", lambda text: text.replace("true", "TRUE", 1), r"agency\.csv, row 2, column .*true"),
        ("note.csv", lambda text: text.rstrip("\n") + ",", r"note\.csv, row \d+, column version"),
    ],
)
def test_an_edited_file_is_named_with_its_row_and_column(
    file: str, edit: Callable[[str], str], words: str, folder: Path, tmp_path: Path
) -> None:
    (folder / file).write_text(edit((folder / file).read_text()))
    with pytest.raises(Usage, match=f"{file} is not as it was written") as said:
        carry.bring(settings.load(database=str(tmp_path / "new.db")), folder, WISH)
    assert re.search(words, said.value.details[0]), said.value.details
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    ("file", "edit", "words"),
    [
        (
            "tag.csv",
            lambda text: re.sub(r"\n(\d+),\d+,", r"\n\1,99999,", text, count=1),
            r"tag\.csv, row 2, column case_id",
        ),
        ("contact.csv", lambda text: text.replace('"phone"', '"pigeon"', 1), r"contact\.csv, row 2"),
        ("team.csv", lambda text: text.replace('"south"', '"north"', 1), r"team\.csv, row 3"),
        ("task.csv", _less, r"task\.csv: \d+ rows, where \d+ were written"),
    ],
)
def test_rows_that_break_a_rule_are_named_even_where_the_manifest_was_made_to_agree(
    file: str, edit: Callable[[str], str], words: str, folder: Path, places: Places, lived: Practice
) -> None:
    rewritten(folder, file, edit)
    place = places.new(lived.engine_name)
    with pytest.raises(Usage, match=words):
        carry.bring(told(place), folder, WISH)
    nothing_at(place)


def test_a_folder_of_another_caseload_says_which_one_to_install(folder: Path, tmp_path: Path) -> None:
    manifest = folder / "manifest.json"
    whole = json.loads(manifest.read_text())
    for schema, words in (("0000", "older caseload"), ("9999", "newer caseload"), (7, "older caseload")):
        manifest.write_text(json.dumps(whole | {"schema": schema}))
        with pytest.raises(OtherSchema, match=words):
            carry.bring(settings.load(database=str(tmp_path / "new.db")), folder, WISH)
    assert not (tmp_path / "new.db").exists()


def test_a_zip_is_to_be_unpacked_first(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for one in folder.iterdir():
            packed.write(one, one.name)
    with pytest.raises(Usage, match="Unpack"):
        carry.bring(settings.load(database=str(tmp_path / "new.db")), tmp_path / "all.zip", WISH)


def test_an_unsound_journal_comes_in_only_on_demand_and_the_record_says_so(
    practice: Practice, databases: Databases
) -> None:
    own_login(practice)
    practice.open()
    with guards_down(practice, "payload") as conn:
        conn.exec_driver_sql("UPDATE payload SET body = '{}' WHERE id = 3")
    places = Places(databases, practice)
    place = places.new(other(practice.engine_name))
    try:
        with pytest.raises(Refused, match="not sound"):
            carry.move(told(practice), told(place), WISH)
        nothing_at(place)
        carry.move(told(practice), told(place), carry.Wish(unsound=True))
        assert "not sound" in place.value("SELECT summary FROM change WHERE verb = 'move everything'")
    finally:
        places.drop()


CHILD = """
import os, signal, sys
from caseload import settings
from caseload.exchange.everything import carry, rows
what, url, place, last = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4]
def stop(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)
if last == "arriving":
    carry.arrive = stop
tick = stop if last == "writing" else (lambda done, total: None)
told = settings.load(database=url)
if what == "export":
    carry.export(told, place, "csv", "x", tick)
else:
    carry.bring(told, place, carry.Wish(), tick)
"""


def killed(*argv: str) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, *argv], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("moment", ["writing", "arriving"])
def test_a_killed_import_leaves_no_database(moment: str, out: Path, places: Places, lived: Practice) -> None:
    place = places.new(lived.engine_name)
    killed("import", place.url, str(out), moment)
    if lived.engine_name == "postgresql":
        nothing_at(place)
    else:
        assert not path_of(place).exists()
    carry.bring(told(place), out, WISH)
    place.close()


def test_a_killed_export_leaves_no_folder_and_the_next_one_clears_what_it_left(lived: Practice, tmp_path: Path) -> None:
    killed("export", told(lived).database, str(tmp_path / "all"), "writing")
    assert not (tmp_path / "all").exists()
    carry.export(told(lived), str(tmp_path / "all"), "csv", "x")
    assert [one.name for one in tmp_path.iterdir()] == ["all"]
