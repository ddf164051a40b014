"""Backup and restore: everything comes back, on record and sealed; nothing is half there, and nothing is overwritten."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from caseload import settings
from caseload.errors import NotPermitted, Refused, Unreachable, Usage
from caseload.store import backup as store
from caseload.store.verify import check, verify_journal
from tests.practice.acts import lived_in
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.test_journal import guards_down
from tests.support import postgres
from tests.support.databases import Databases

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", postgres.tools(), prepend=os.pathsep)


@pytest.fixture(scope="module")
def lived(template: Template) -> Iterator[Practice]:
    """An agency with a history, which the tests of this module share and do not touch."""
    made = template.copy()
    lived_in(made)
    yield made
    made.drop()


class Places:
    """New databases of the engine under test, nothing in them."""

    def __init__(self, databases: Databases, engine_name: str) -> None:
        self._databases, self._engine, self._made = databases, engine_name, [""][:0]

    def new(self) -> Practice:
        self._made.append(self._databases.empty(self._engine))
        return Practice.at(self._engine, self._made[-1])

    def drop(self) -> None:
        for url in self._made:
            self._databases.drop(url)


@pytest.fixture
def places(databases: Databases, engine_name: str) -> Iterator[Places]:
    made = Places(databases, engine_name)
    yield made
    made.drop()


def backed_up(practice: Practice, path: Path) -> store.Kept:
    return store.backup(settings.load(database=practice.url), path)


def test_everything_comes_back_on_record_and_sealed(lived: Practice, places: Places, tmp_path: Path) -> None:
    kept = backed_up(lived, tmp_path / "agency.backup")
    assert [path.name for path in tmp_path.iterdir()] == ["agency.backup"]
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert kept.sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest()
    assert lived.value("SELECT count(*) FROM look WHERE surface = 'backup'") >= 1
    facts, prose = lived.facts(), lived.rows("SELECT body FROM narrative ORDER BY id")
    journal = lived.rows("SELECT * FROM journal ORDER BY id")

    back = places.new()
    told = store.restore(settings.load(database=back.url), kept.path, anchor=kept.seal)

    assert back.facts() == facts
    assert back.rows("SELECT body FROM narrative ORDER BY id") == prose
    *same, restored = back.rows("SELECT * FROM journal ORDER BY id")
    assert same == journal
    (row,) = back.rows("SELECT id, verb, summary, undoable FROM change WHERE verb = 'restore'")
    assert (restored.change_id, restored.op, row.id) == (row.id, "loaded", told.change)
    assert told.seal == kept.seal and str(kept.seal) in row.summary
    back.template = lived.template
    with back.as_(ADMIN).read(snapshot=True) as r:
        said = verify_journal(r, anchor=kept.seal)
        assert (said.faults, said.unsealed) == ((), 0)
        assert said.newest is not None and said.newest.id == int(str(kept.seal).partition(":")[0]) + 1
        assert check(r).sound
    if back.engine_name == "sqlite":
        assert back.value("PRAGMA journal_mode") == "wal"
    # Work goes on: keys are not drawn twice, ranks and journal are written.
    case = back.open(by="ana", worker="ana")
    assert back.row(case).case == case
    back.close()


def test_nothing_is_overwritten_and_nothing_restored_over_something(
    lived: Practice, places: Places, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(Refused, match="already a file"):
        backed_up(lived, taken)
    assert taken.read_text() == "mine"
    kept = backed_up(lived, tmp_path / "agency.backup")
    before = lived.facts()
    with pytest.raises(Refused):
        store.restore(settings.load(database=lived.url), kept.path)
    assert lived.facts() == before
    if lived.engine_name == "postgresql":
        other = places.new()
        with other.by_hand() as conn:
            conn.exec_driver_sql("CREATE TABLE theirs (id int)")
        with pytest.raises(Refused, match="empty"):
            store.restore(settings.load(database=other.url), kept.path)
        assert other.rows("SELECT relname FROM pg_class WHERE relname IN ('theirs', 'client')") == [("theirs",)]
        other.close()
    for wrong in (tmp_path, tmp_path / "no" / "such", ""):
        with pytest.raises((Usage, Refused)):
            backed_up(lived, wrong)  # type: ignore[arg-type]


def test_what_is_no_backup_is_not_restored(lived: Practice, places: Places, tmp_path: Path) -> None:
    kept = backed_up(lived, tmp_path / "agency.backup")
    whole = kept.path.read_bytes()
    kinds: dict[str, bytes] = {"empty": b"", "words": b"nothing of the kind", "half": whole[: len(whole) // 2]}
    other = b"PGDMP" if lived.engine_name == "sqlite" else b"SQLite format 3\0"
    kinds["other"] = other + b"\0" * 100
    back = places.new()
    for name, content in kinds.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises((Usage, Refused, Unreachable)):
            store.restore(settings.load(database=back.url), tmp_path / name)
        _nothing_at(back)
    with pytest.raises(Usage):
        store.restore(settings.load(database=back.url), tmp_path / "not there")
    store.restore(settings.load(database=back.url), kept.path)
    back.close()


def _nothing_at(place: Practice) -> None:
    if place.engine_name == "sqlite":
        path = settings.load(database=place.url).path
        assert path is not None
        assert not path.exists()
        assert not list(path.parent.glob(".caseload-part-*"))
    else:
        place.close()
        assert (
            place.rows("SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace") == []
        )
        place.close()


def test_a_backup_whose_journal_was_tampered_with_is_restored_only_on_demand_and_says_so(
    practice: Practice, places: Places, tmp_path: Path
) -> None:
    practice.open()
    with guards_down(practice, "payload") as conn:
        conn.exec_driver_sql("UPDATE payload SET body = '{}' WHERE id = 3")
    kept = backed_up(practice, tmp_path / "agency.backup")
    back = places.new()
    with pytest.raises(Refused, match="not sound") as said:
        store.restore(settings.load(database=back.url), kept.path)
    assert "row 3 " in said.value.details[0]
    _nothing_at(back)
    with pytest.raises(Refused, match="not sound"):
        store.restore(settings.load(database=back.url), kept.path, anchor=f"{kept.seal}"[:-1] + "0")
    store.restore(settings.load(database=back.url), kept.path, unsound=True)
    assert "not sound" in back.value("SELECT summary FROM change WHERE verb = 'restore'")
    back.close()


def test_a_worker_of_a_server_cannot_take_everything_away(practice: Practice, tmp_path: Path) -> None:
    if practice.engine_name == "postgresql":
        with pytest.raises(NotPermitted):
            store.backup(settings.load(database=practice.url_of("ana")), tmp_path / "all")
    with pytest.raises(Unreachable):
        store.backup(settings.load(database=f"sqlite:///{tmp_path}/none.db"), tmp_path / "all")
    assert list(tmp_path.iterdir()) == []


def test_without_the_tools_of_the_server_the_sentence_says_what_to_install(
    lived: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if lived.engine_name == "sqlite":
        assert backed_up(lived, tmp_path / "agency.backup").bytes > 0
        return
    with pytest.raises(Unreachable, match="postgresql-client"):
        backed_up(lived, tmp_path / "agency.backup")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- killed

# The child counts what it does to files and databases, and kills itself at the asked one.
CHILD = """
import os, signal, sys
from caseload import settings
from caseload.store import backup
what, url, path, last = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
folder, seen = os.path.dirname(path), 0
def count():
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
def watch(event, arguments):
    if event in ("open", "os.rename", "os.remove", "os.link", "sqlite3.connect", "subprocess.Popen"):
        if event == "subprocess.Popen" or any(folder in os.fspath(a) for a in arguments if isinstance(a, (str, os.PathLike))):
            count()
backup._PAGES = 20
told = settings.load(database=url)
from caseload.store import arrival, engine, migrate, seals, verify
for module, name in ((migrate, "upgrade"), (verify, "verify_rows"), (arrival, "verify_rows"), (seals, "everything")):
    def counted(*args, real=getattr(module, name), **kw):
        count()
        out = real(*args, **kw)
        count()
        return out
    setattr(module, name, counted)
sys.addaudithook(watch)
tick = lambda done, total: count()
if what == "backup":
    backup.backup(told, path, tick)
else:
    backup.restore(told, path, tick=tick)
"""


def child(*argv: str) -> int:
    return subprocess.run([sys.executable, "-c", CHILD, *argv], cwd=ROOT, check=False, capture_output=True).returncode


def _killed_at_every_moment(run: Callable[[int], int], whole: Callable[[], bool], stride: int) -> None:
    """Kills it at each of its moments, later and later. `whole` looks at what is there; once `run` ends by itself it must be."""
    survived = 0
    for last in range(1, 400, stride):
        code = run(last)
        assert code in (0, -signal.SIGKILL)
        there = whole()
        survived += not there
        if code == 0 or (there and survived > 1):
            assert there and survived > 1
            return
    raise AssertionError("it never came to its end")


def test_a_backup_killed_at_any_moment_is_whole_or_not_there(lived: Practice, tmp_path: Path) -> None:
    path = tmp_path / "agency.backup"
    kind = b"SQLite" if lived.engine_name == "sqlite" else b"PGDMP"

    def whole() -> bool:
        if not path.exists():
            return False
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes().startswith(kind)
        if lived.engine_name == "sqlite":
            with store._opened(path, None) as conn:
                assert conn.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        return True

    stride = 13 if lived.engine_name == "sqlite" else 3
    _killed_at_every_moment(lambda last: child("backup", lived.url, str(path), str(last)), whole, stride)
    path.unlink()
    assert child("backup", lived.url, str(path), "0") == 0
    assert [one.name for one in tmp_path.iterdir()] == ["agency.backup"], "what was killed is cleared"


def test_a_restore_killed_at_any_moment_leaves_nothing_or_all_of_it(
    lived: Practice, places: Places, tmp_path: Path
) -> None:
    kept = backed_up(lived, tmp_path / "agency.backup")
    facts = lived.facts()
    back = places.new()
    path = settings.load(database=back.url).path

    def whole() -> bool:
        if path is not None:
            there = path.exists()
        else:
            # Until it is whole, every terminal finds the database empty.
            made = back.value("SELECT to_regclass('alembic_version')")
            there = bool(made and back.value("SELECT count(*) FROM alembic_version"))
        if there:
            assert back.facts() == facts
            assert back.value("SELECT count(*) FROM change WHERE verb = 'restore'") == 1
        back.close()
        return there

    stride = 13 if back.engine_name == "sqlite" else 6
    _killed_at_every_moment(lambda last: child("restore", back.url, str(kept.path), str(last)), whole, stride)
    if path is not None:
        assert not list(path.parent.glob(".caseload-part-*"))


@pytest.mark.parametrize("side", ["-wal", "-journal"])
def test_what_an_old_database_left_beside_the_place_is_not_worked_into_a_restored_one(
    lived: Practice, tmp_path: Path, side: str
) -> None:
    """SQLite would take it for changes to the file that stands there now."""
    kept = backed_up(lived, tmp_path / "agency.backup")
    place = tmp_path / "agency.db"
    left = place.with_name(f"agency.db{side}")
    left.write_bytes(b"somebody's last changes")
    if lived.engine_name == "postgresql":
        assert backed_up(lived, place).path == place, "no dump is read with the files beside it"
        return
    with pytest.raises(Refused, match=f"agency.db{side}"):
        store.restore(settings.load(database=str(place)), kept.path)
    with pytest.raises(Refused, match=f"agency.db{side}"):
        backed_up(lived, place)
    assert left.read_bytes() == b"somebody's last changes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agency.backup", f"agency.db{side}"]
    left.write_bytes(b"")
    assert store.restore(settings.load(database=str(place)), kept.path).seal == kept.seal
