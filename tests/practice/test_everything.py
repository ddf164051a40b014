"""Everything out and in again, from one engine to the other and back: no row lost, none changed, and nothing half there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from caseload import settings
from caseload.casework import absences, appointments, custodians, notes
from caseload.errors import CaseloadError, NotPermitted, OtherSchema, Refused, Usage
from caseload.exchange.everything import carry
from caseload.store import cipher
from caseload.store.verify import check, verify_journal
from tests.practice.carrying import Places, everything, much_done, must_be_the_same, other, own_login, rewritten, told
from tests.practice.encrypting import KEY, converted, holding, path_of
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.test_journal import guards_down
from tests.support.databases import Databases

ROOT = Path(__file__).parents[2]
WISH = carry.Wish()


@pytest.fixture(scope="module")
def lived(template: Template) -> Iterator[Practice]:
    """An agency in which almost everything was done, which the tests of this module share and carry away copies of."""
    made = template.copy()
    much_done(made)
    made.close()
    yield made
    made.drop()


@pytest.fixture
def places(databases: Databases, lived: Practice) -> Iterator[Places]:
    made = Places(databases, lived)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def out(lived: Practice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything of it in a folder, as csv."""
    path = tmp_path_factory.mktemp("out") / "all"
    carry.export(told(lived), str(path), "csv", "Moving to a server")
    return path


@pytest.fixture
def folder(out: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(out, tmp_path / "all"))


def sound(practice: Practice, anchor: str | None) -> None:
    with practice.as_(ADMIN).read(snapshot=True) as r:
        assert verify_journal(r, anchor=anchor).faults == ()
        assert check(r).faults == ()


def nothing_at(place: Practice) -> None:
    if place.engine_name == "sqlite":
        path = path_of(place)
        assert not path.exists()
        assert not list(path.parent.glob(".caseload-part-*"))
    else:
        assert place.rows("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace") == []
        place.close()


# ---------------------------------------------------------------- there and back


def test_an_agency_goes_to_the_other_engine_and_back_and_every_row_is_equal(lived: Practice, places: Places) -> None:
    there, back = places.new(other(lived.engine_name)), places.new(lived.engine_name)
    gone = carry.move(told(lived), told(there), WISH)
    start, halfway = everything(lived.url), everything(there.url)
    assert len([name for name, lines in start.items() if lines]) > 40
    must_be_the_same(start, halfway)
    came = carry.move(told(there), told(back), WISH)
    # The look at what left stands where it left from, and came along.
    halfway = everything(there.url)
    must_be_the_same(halfway, everything(back.url))
    assert gone.rows == {name: len(lines) for name, lines in start.items()}
    sound(there, gone.seal)
    sound(back, gone.seal)
    sound(back, came.seal)
    assert [one for (one,) in back.rows("SELECT verb FROM change WHERE verb = 'move everything'")] == [
        "move everything"
    ] * 2
    # Work goes on in each: keys are drawn anew, ranks and journal are written.
    for practice in (there, back):
        case = practice.open()
        assert practice.row(case).case == case
        sound(practice, gone.seal)


def test_what_was_done_before_a_move_is_taken_back_after_it(practice: Practice, databases: Databases) -> None:
    """The journal of one engine is read by the other: yes and no, moments, rows that were deleted."""
    places = Places(databases, practice)
    own_login(practice)
    case = practice.open()
    note = practice.note(case)
    appointment = practice.appoint(case, ahead=2)
    states = [practice.facts(typed=True)]
    done = []
    acts: list[Callable[[], Any]] = [
        lambda: practice.do("ben", custodians.restrict, case, "sol", "a colleague's cousin"),
        lambda: practice.do("ana", notes.discard, note),
        lambda: practice.do("ana", appointments.settle, appointment, "missed"),
        lambda: practice.do("ana", absences.set_cover, "ana", ("bo",), practice.day, practice.day + timedelta(5), "x"),
    ]
    for act in acts:
        done.append(act())
        states.append(practice.facts(typed=True))
    there = places.new(other(practice.engine_name))
    try:
        carry.move(told(practice), told(there), WISH)
        there.look(case)
        for receipt, by in zip(reversed(done), ("ana", "ana", "ana", "ben"), strict=True):
            states.pop()
            there.take_back(receipt, by=by)
            assert there.facts(typed=True) == states[-1]
        assert not there.differing()
        sound(there, None)
    finally:
        places.drop()


def test_a_key_that_was_given_once_is_given_to_nobody_else_after_a_move(
    practice: Practice, databases: Databases
) -> None:
    places = Places(databases, practice)
    own_login(practice)
    practice.open()
    gone = practice.open()
    key = practice.id(gone)
    practice.take_back(by="ana")
    there = places.new(other(practice.engine_name))
    try:
        carry.move(told(practice), told(there), WISH)
        assert there.id(there.open()) > key
    finally:
        places.drop()


# ---------------------------------------------------------------- the folder


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_is_private_whole_and_brings_everything_back_on_either_engine(
    lived: Practice, places: Places, tmp_path: Path, form: str
) -> None:
    done = carry.export(told(lived), str(tmp_path / "all"), form, "Moving")
    start = everything(lived.url)
    assert [one.name for one in tmp_path.iterdir()] == ["all"]
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in done.path.iterdir()} == {0o600}
    manifest = json.loads((done.path / "manifest.json").read_text())
    for name, part in manifest["tables"].items():
        assert part["rows"] == len(start[name])
        assert part["sha256"] == hashlib.sha256((done.path / part["file"]).read_bytes()).hexdigest()
    assert manifest["tables"].keys() == start.keys()
    listed = (done.path / "dictionary.csv").read_text().splitlines()
    assert len({row.split(",")[0] for row in listed}) == 1 + len(start)
    place = places.new(lived.engine_name if form == "csv" else other(lived.engine_name))
    came = carry.bring(told(place), done.path, carry.Wish(anchor=done.seal))
    must_be_the_same(start, everything(place.url))
    sound(place, came.seal)


def test_both_formats_say_the_same_of_the_same_rows(lived: Practice, tmp_path: Path) -> None:
    parts = [carry.export(told(lived), str(tmp_path / form), form, "x").parts for form in ("csv", "parquet")]
    same = [{name: part.content for name, part in one.items() if name not in ("look", "seal")} for one in parts]
    assert same[0] == same[1]


def test_a_look_at_every_case_is_on_record_with_the_reason(lived: Practice, out: Path) -> None:
    looks = lived.rows("SELECT case_id FROM look WHERE surface = 'export everything' AND why = 'Moving to a server'")
    cases = {case for (case,) in lived.rows("SELECT id FROM case_file")}
    lived.close()
    assert {case for (case,) in looks} == cases | {None}


def test_null_and_empty_text_are_two_things_in_csv(out: Path) -> None:
    alerts = (out / "identity.csv").read_text()
    assert ',"",' in alerts or alerts.endswith(',""\n') or ",," in alerts
    assert '"Mara"' in alerts


def test_everything_leaves_with_a_reason_alone_and_over_nothing(lived: Practice, out: Path, tmp_path: Path) -> None:
    with pytest.raises(Usage, match="--why"):
        carry.export(told(lived), str(tmp_path / "all"), "csv", " ")
    for place in (out, out / "manifest.json"):
        with pytest.raises(Refused, match="already"):
            carry.export(told(lived), str(place), "csv", "x")
    with pytest.raises(Usage):
        carry.export(told(lived), str(tmp_path / "no" / "such"), "csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_workers_login_takes_nothing_out_of_a_server(lived: Practice, places: Places, tmp_path: Path) -> None:
    if lived.engine_name == "postgresql":
        ana = settings.load(database=lived.url_of("ana"))
        with pytest.raises(NotPermitted):
            carry.export(ana, str(tmp_path / "all"), "csv", "x")
        with pytest.raises(NotPermitted):
            carry.move(ana, told(places.new("sqlite")), WISH)
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(CaseloadError, match="no database"):
        carry.export(settings.load(database=f"{tmp_path}/none.db"), str(tmp_path / "all"), "csv", "x")


def test_nothing_is_brought_in_over_something(lived: Practice, places: Places, out: Path) -> None:
    place = places.new(lived.engine_name)
    carry.bring(told(place), out, WISH)
    before = everything(place.url)
    for again in (lambda: carry.bring(told(place), out, WISH), lambda: carry.move(told(lived), told(place), WISH)):
        with pytest.raises(Refused):
            again()
    with pytest.raises(Refused):
        carry.move(told(lived), told(lived), WISH)
    assert everything(place.url) == before


# ---------------------------------------------------------------- spoiled


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


# ---------------------------------------------------------------- logins


def test_on_a_server_the_first_admin_gets_a_password_and_lets_the_others_in(lived: Practice, places: Places) -> None:
    if lived.engine_name == "postgresql":
        place = places.new("sqlite")
        came = carry.move(told(lived), told(place), WISH)
        assert (came.people.admin, came.people.password, came.people.known) == (None, None, ())
        return
    place = places.new("postgresql", logins=False)
    with pytest.raises(Refused, match="no active admin"):
        carry.move(told(lived), told(place), carry.Wish(admin="ana"))
    nothing_at(place)
    came = carry.move(told(lived), told(place), WISH)
    if came.people.known:
        return  # another test of the run has made these logins on the server
    assert (came.people.admin, came.people.login) == (ADMIN, lived.login(ADMIN))
    assert came.people.password
    assert "ana" in came.people.unmade
    assert place.ask(ADMIN, lambda r: r.me.role) == "admin"


# ---------------------------------------------------------------- encrypted


def test_an_encrypted_file_moves_to_one_that_opens_with_the_same_key_and_comes_out_plain(
    store: Practice, tmp_path: Path, databases: Databases
) -> None:
    converted(store, KEY)
    holding(KEY)
    to = settings.load(database=str(tmp_path / "moved.db"))
    done = carry.move(told(store), to, WISH)
    assert done.encrypted
    assert cipher.is_encrypted(tmp_path / "moved.db")
    must_be_the_same(everything(store.url), everything(f"sqlite:///{tmp_path}/moved.db"))
    carry.export(told(store), str(tmp_path / "all"), "csv", "x")
    assert "Xanthippe" in (tmp_path / "all" / "narrative.csv").read_text()


# ---------------------------------------------------------------- killed

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
