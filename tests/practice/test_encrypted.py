"""An encrypted store: nothing in plain text on the disk, the same in every row, whole whenever it is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from caseload import settings
from caseload.casework import assign
from caseload.casework.live import Watch
from caseload.errors import CaseloadError, Refused, Unreachable, Usage
from caseload.exchange import importer
from caseload.store import backup, cipher, convert, keys
from caseload.store.connect import connect
from caseload.store.verify import check, verify_journal
from tests.exchange.hmis_files import family
from tests.practice.acts import lived_in
from tests.practice.kit import ADMIN, Practice, Template
from tests.support.databases import Databases

ROOT = Path(__file__).parents[2]
NOTE = "Xanthippe hides the letters behind the stove."
KEY = keys.Key("5a" * 32, "c3" * 16)
OTHER = keys.Key("77" * 32, "1d" * 16)


@pytest.fixture(scope="module")
def file_template(databases: Databases) -> Iterator[Template]:
    made = Template("sqlite", databases)
    yield made
    made.drop()


@pytest.fixture
def store(file_template: Template) -> Iterator[Practice]:
    """An agency in a file, with a history and a note whose words are looked for."""
    made = file_template.copy()
    made.note(lived_in(made), NOTE)
    made.close()
    yield made
    made.drop()


@pytest.fixture(autouse=True)
def nobody_asks() -> Iterator[None]:
    cipher.asks(None)
    yield
    cipher.asks(None)


def holding(*known: keys.Key) -> None:
    """From here on, whoever opens an encrypted file of one of those keys has it."""
    by_salt = {key.salt: key for key in known}

    def give(path: Path) -> keys.Key:
        if cipher.salt_of(path) not in by_salt:
            raise Unreachable(cipher.no_key())
        return by_salt[cipher.salt_of(path)]

    cipher.asks(give)


def path_of(practice: Practice) -> Path:
    path = settings.load(database=practice.url).path
    assert path is not None
    return path


def converted(practice: Practice, key: keys.Key | None) -> convert.Converted:
    practice.close()
    return convert.convert(settings.load(database=practice.url), key)


def spelled(words: str) -> list[bytes]:
    return [words.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]


def tells(content: bytes, *words: str) -> bool:
    """Whether any of the words, or a SQL statement, can be read in there."""
    return any(one in content for word in (*words, "CREATE TABLE", "Conti") for one in spelled(word))


def open_files() -> Iterator[bytes]:
    """What lies in every file that this process has open, also in those without a name."""
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISREG(os.stat(f"/proc/self/fd/{descriptor}").st_mode):
                # The same open file: nothing is opened, so no lock is lost by closing it.
                size = os.fstat(int(descriptor)).st_size
                yield os.pread(int(descriptor), size, 0)
        except OSError:
            continue


# ---------------------------------------------------------------- what lies on the disk


def test_no_file_of_an_encrypted_store_holds_a_word_that_was_written(store: Practice, tmp_path: Path) -> None:
    path = path_of(store)
    before = path.read_bytes()
    assert tells(before, NOTE), "in a plain file it can be read"
    old = os.open(path, os.O_RDWR)
    converted(store, KEY)
    assert len(os.pread(old, len(before), 0)) == len(before)
    assert not tells(os.pread(old, len(before), 0), NOTE), "nothing is left in the file that was replaced"
    os.close(old)

    holding(KEY)
    later = "Yolanda owes the baker eleven guilders."
    cases = [store.open(given="Zenobia", family="Ullmann", worker="ana") for _n in range(30)]
    for case in cases:
        store.note(case, later * 40)
    plan = store.ask("ben", assign.plan, assign.Wish(("bo",), cases=tuple(cases)))
    with store.as_("ben").work("reassign") as w:
        receipt = assign.commit(w, plan, "fairer loads")
        # What an act on many rows sets aside, and what sorting them does, while it is under way.
        w.conn.exec_driver_sql("SELECT body FROM narrative ORDER BY body, id").all()
        words = (NOTE, later, "Zenobia", "Ullmann")
        assert not any(tells(content, *words) for content in open_files())
    store.take_back(receipt, by="ben")
    kept = backup.backup(settings.load(database=store.url), tmp_path / "agency.backup")
    sides = [path.with_name(path.name + side) for side in ("", "-wal", "-shm")]
    for file in (*sides, kept.path):
        content = file.read_bytes()
        assert content
        assert not tells(content, *words), file.name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert store.value("SELECT count(*) FROM narrative WHERE body LIKE :w", w=f"{later}%") == 30


def test_what_an_import_sets_aside_stays_in_memory(store: Practice, tmp_path: Path) -> None:
    family().zip(tmp_path / "export.zip")
    converted(store, KEY)
    holding(KEY)
    with store.as_(ADMIN).read() as r, importer.plan(r, "hmis", tmp_path / "export.zip") as planned:
        assert planned.preview.totals["writes"]
        assert not [link for link in links() if "etilqs" in link]
    converted(store, None)
    with store.as_(ADMIN).read() as r, importer.plan(r, "hmis", tmp_path / "export.zip"):
        assert [link for link in links() if "deleted" in link], "beside a plain store it has a file without a name"


def links() -> list[str]:
    found = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except OSError:
            continue
    return found


# ---------------------------------------------------------------- the same store


def test_encrypted_rekeyed_and_decrypted_it_is_the_same_store_and_says_what_was_done(store: Practice) -> None:
    path = path_of(store)
    facts, journal = store.facts(), store.rows("SELECT * FROM journal ORDER BY id")
    for number, (key, verb) in enumerate(((KEY, "encrypt"), (OTHER, "encrypt"), (None, "decrypt")), 1):
        told = converted(store, key)
        assert told.sound
        holding(*filter(None, [key]))
        assert cipher.is_encrypted(path) == (key is not None)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert store.facts() == facts
        *same, said = store.rows("SELECT * FROM journal ORDER BY id")
        assert same[: len(journal)] == journal and len(same) == len(journal) + number - 1
        assert (said.change_id, said.op, said.table_name) == (told.change, "loaded", "seal")
        assert store.value("SELECT verb FROM change WHERE id = :id", id=told.change) == verb
        with store.as_(ADMIN).read(snapshot=True) as r:
            found = verify_journal(r)
            assert (found.faults, found.unsealed) == ((), 0)
            assert check(r).sound
        assert store.value("PRAGMA journal_mode") == "wal"
        assert not store.differing()
    # Work goes on.
    case = store.open(by="ana", worker="ana")
    assert store.row(case).case == case
    store.close()
    assert sorted(one.name for one in path.parent.glob(f"{path.name}*")) == [path.name]
    assert not list(path.parent.glob(".caseload-part-*"))


def test_two_terminals_work_in_an_encrypted_store_and_one_hears_the_other(store: Practice) -> None:
    converted(store, KEY)
    holding(KEY)
    watch = Watch(store.as_("ana"))
    assert watch.news() == {}
    case = store.open(by="ben", worker="bo")
    assert store.id(case) in {one for some in watch.news().values() for one in some}
    watch.close()


def test_a_backup_of_an_encrypted_store_opens_with_its_key_and_comes_back_encrypted(
    store: Practice, databases: Databases, tmp_path: Path
) -> None:
    converted(store, KEY)
    holding(KEY)
    facts = store.facts()
    kept = backup.backup(settings.load(database=store.url), tmp_path / "agency.backup")
    back = Practice.at("sqlite", databases.empty("sqlite"))
    there = settings.load(database=back.url)
    holding(OTHER)
    with pytest.raises(Unreachable, match="encrypted"):
        backup.restore(there, kept.path)
    assert not path_of(back).exists()
    holding(KEY)
    backup.restore(there, kept.path, anchor=kept.seal)
    assert back.facts() == facts
    back.close()
    assert cipher.is_encrypted(path_of(back))
    databases.drop(back.url)


def test_half_of_an_encrypted_file_is_named_as_damaged(store: Practice, databases: Databases, tmp_path: Path) -> None:
    converted(store, KEY)
    holding(KEY)
    path = path_of(store)
    whole, half = path.read_bytes(), tmp_path / "half.db"
    half.write_bytes(whole[: len(whole) // 8192 * 4096])
    told = settings.load(database=str(half), as_worker="ana")
    with pytest.raises(Unreachable, match="not a whole caseload database"), connect(told).read():
        raise AssertionError("it opened")
    with pytest.raises(Refused, match="could not copy"):
        backup.restore(settings.load(database=str(tmp_path / "back.db")), half)
    with pytest.raises(Refused, match="could not copy"):
        convert.convert(told, None)
    assert half.read_bytes() == whole[: len(whole) // 8192 * 4096]
    assert [one.name for one in tmp_path.iterdir()] == ["half.db"]


# ---------------------------------------------------------------- keys


def test_a_wrong_key_is_a_sentence_and_nothing_else(store: Practice, capfd: pytest.CaptureFixture[str]) -> None:
    converted(store, KEY)
    cipher.asks(lambda path: keys.Key(OTHER.raw, cipher.salt_of(path)))
    with pytest.raises(Unreachable, match="does not open the database"), store.as_("ana").read():
        raise AssertionError("it opened")
    cipher.asks(None)
    store.close()
    with pytest.raises(Unreachable, match="there is no key for it"), store.as_("ana").read():
        raise AssertionError("it opened")
    assert capfd.readouterr() == ("", "")
    holding(KEY)
    store.close()
    assert store.facts()


@pytest.mark.parametrize("words", ["correct horse battery staple", "Ein Stück Käse, bitte!", 'it\'s "quoted"; --'])
def test_words_open_what_any_program_with_sqlcipher_made_of_them(words: str, tmp_path: Path) -> None:
    path = tmp_path / "made.db"
    raw = sqlcipher3.dbapi2.connect(str(path))
    raw.execute("PRAGMA key = '{}'".format(words.replace("'", "''")))
    raw.execute("CREATE TABLE t (a)")
    raw.close()
    assert cipher.opens(path, keys.key_of(words, cipher.salt_of(path)))
    assert not cipher.opens(path, keys.key_of(words + "x", cipher.salt_of(path)))


def test_made_words_are_recognised_however_they_are_typed() -> None:
    words, salt = keys.made(), keys.new_salt()
    assert words != keys.made()
    meant = keys.key_of(words, salt)
    for typed in (words.lower(), words.replace("-", " "), words.replace("-", ""), f"  {words}\n"):
        assert keys.key_of(typed, salt) == meant
    assert keys.key_of(words.replace("0", "O").replace("1", "l"), salt) == meant
    assert keys.key_of(meant.raw.upper(), salt) == meant, "64 digits are the key itself"
    assert keys.key_of(words, keys.new_salt()) != meant
    for none in ("", "  \n", "x" * 2000):
        with pytest.raises(Usage):
            keys.key_of(none, salt)


def test_no_message_shows_a_key() -> None:
    assert KEY.raw not in repr(KEY) and KEY.raw not in f"{KEY}"


# ---------------------------------------------------------------- who stands in the way

# Opens the store as SQLite does, says so, and waits for its standard input to be closed.
GUEST = """
import sys
from pathlib import Path
from caseload.store import cipher, keys
key = keys.Key(sys.argv[2], sys.argv[3]) if sys.argv[2:] else None
conn = cipher.connect(Path(sys.argv[1]), key)
conn.execute("SELECT count(*) FROM client").fetchone()
print("in", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("key", [None, KEY])
def test_it_is_refused_while_somebody_has_the_store_open(store: Practice, key: keys.Key | None) -> None:
    path = path_of(store)
    if key is not None:
        converted(store, key)
        holding(key)
    store.close()
    before = path.read_bytes()
    argv = [sys.executable, "-c", GUEST, str(path), *([key.raw, key.salt] if key else [])]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as guest:
        assert guest.stdin and guest.stdout and guest.stdout.readline() == b"in\n"
        with pytest.raises(Refused, match="has the database open"):
            convert.convert(settings.load(database=store.url), OTHER)
        guest.stdin.close()
        assert guest.wait() == 0
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".caseload-part-*"))
    with store.raw.connect() as mine:
        mine.exec_driver_sql("SELECT count(*) FROM client").all()
        with pytest.raises(Refused, match="has the database open"):
            convert.convert(settings.load(database=store.url), OTHER)
    converted(store, OTHER)


# Comes while the store is being encrypted: writes a row, or says why it could not.
LATECOMER = """
import sys
from caseload import settings
from caseload.errors import CaseloadError
from caseload.store.connect import connect
db = connect(settings.load(database=sys.argv[1], as_worker="ana"))
try:
    with db.work("clock") as w:
        w.receipt("Came in", undoable=False)
    print("done")
except CaseloadError as error:
    print(error.exit_code, error.message)
"""


@pytest.mark.parametrize("killed", [False, True], ids=["done", "killed before the old file is spoiled"])
def test_who_waits_for_the_store_meanwhile_writes_nothing_into_the_old_one(
    store: Practice, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if killed:
        monkeypatch.setattr(convert, "_spoil", lambda held, everything: None)
    path = path_of(store)
    inode = path.stat().st_ino
    came: list[subprocess.Popen[str]] = []

    def tick(_done: int, _total: int | None) -> None:
        if not came:
            argv = [sys.executable, "-c", LATECOMER, str(path)]
            came.append(subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True))
            while not has_open(came[0].pid, inode):
                assert came[0].poll() is None

    convert.convert(settings.load(database=store.url), KEY, tick)
    said, _err = came[0].communicate(timeout=60)
    assert said.startswith("5 The database was encrypted, or decrypted, just now.")
    holding(KEY)
    assert store.value("SELECT count(*) FROM change WHERE summary = 'Came in'") == 0


def has_open(pid: int, inode: int) -> bool:
    folder = f"/proc/{pid}/fd"
    for descriptor in os.listdir(folder):
        try:
            if os.stat(f"{folder}/{descriptor}").st_ino == inode:
                return True
        except OSError:
            continue
    return False


def test_what_cannot_be_converted_is_left_as_it_is(store: Practice, tmp_path: Path) -> None:
    path = path_of(store)
    second = tmp_path / "second"
    os.link(path, second)
    with pytest.raises(Refused, match="second name"):
        converted(store, KEY)
    second.unlink()
    with pytest.raises(Unreachable, match="no database"):
        convert.convert(settings.load(database=str(tmp_path / "none.db")), KEY)
    theirs = tmp_path / "theirs.db"
    with sqlite3.connect(theirs) as conn:
        conn.execute("CREATE TABLE t (a)")
    conn.close()
    with pytest.raises(CaseloadError):
        convert.convert(settings.load(database=str(theirs)), KEY)
    assert not cipher.is_encrypted(theirs)
    assert [one.name for one in tmp_path.iterdir()] == ["theirs.db"]
    linked = tmp_path / "linked.db"
    linked.symlink_to(path)
    convert.convert(settings.load(database=str(linked)), KEY)
    assert linked.is_symlink() and cipher.is_encrypted(path)


def test_on_a_server_it_says_who_encrypts(practice: Practice) -> None:
    if practice.engine_name == "sqlite":
        assert convert.store_of(settings.load(database=practice.url)) == path_of(practice).resolve()
        return
    with pytest.raises(Refused, match="server's disk"):
        convert.convert(settings.load(database=practice.url), KEY)


# ---------------------------------------------------------------- killed

# Counts what it does to files and databases, and kills itself at the asked moment; says them all where it comes to its end.
CHILD = """
import os, signal, sys
from pathlib import Path
from caseload import settings
from caseload.store import cipher, convert, keys, milestone, seals
url, last, old, new = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
told = settings.load(database=url)
key = lambda text: keys.Key(*text.split(":")) if text else None
cipher.asks(lambda path: key(old))
folder, seen = str(told.path.parent), []
def count(what="row"):
    seen.append(what)
    if len(seen) == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0
def watch(event, arguments):
    if event in ("open", "os.rename", "os.remove", "sqlite3.connect"):
        if any(folder in os.fspath(a) for a in arguments if isinstance(a, (str, os.PathLike))):
            count(event)
for module, name in (
    (convert, "_spoil"), (convert, "verify_rows"), (milestone, "record"), (seals, "everything"), (os, "write"), (os, "fsync"),
):
    def counted(*args, real=getattr(module, name), name=name, **kw):
        count(name)
        out = real(*args, **kw)
        count(name)
        return out
    setattr(module, name, counted)
real_keyed = cipher.keyed
def keyed(*args, **kw):
    conn = real_keyed(*args, **kw)
    conn.set_progress_handler(count, 60_000)
    return conn
cipher.keyed = keyed
convert._BLOCK = 1 << 18
sys.addaudithook(watch)
convert.convert(told, key(new), lambda done, total: count())
print(*seen)
"""


@pytest.mark.parametrize(("old", "new"), [(None, KEY), (KEY, None), (KEY, OTHER)], ids=["encrypt", "decrypt", "rekey"])
def test_killed_at_any_moment_the_store_is_whole(store: Practice, old: keys.Key | None, new: keys.Key | None) -> None:
    path = path_of(store)
    facts, prose = store.facts(), store.rows("SELECT body FROM narrative ORDER BY id")
    if old is not None:
        converted(store, old)
    store.close()
    begins = path.read_bytes()
    holding(*filter(None, [old, new]))

    def parts() -> list[Path]:
        return list(path.parent.glob(".caseload-part-*"))

    def run(last: int) -> subprocess.CompletedProcess[str]:
        cipher.forget(path)
        path.write_bytes(begins)
        for left in parts() if last else ():  # or it would have that to do as well
            left.unlink()
        said = [f"{key.raw}:{key.salt}" if key else "" for key in (old, new)]
        argv = [sys.executable, "-c", CHILD, store.url, str(last), *said]
        return subprocess.run(argv, cwd=ROOT, check=False, capture_output=True, text=True)

    def is_new() -> bool:
        cipher.forget(path)
        made = cipher.salt_of(path) == new.salt if new else not cipher.is_encrypted(path)
        assert made or path.read_bytes() == begins, "not a byte of the old one was touched"
        assert store.facts() == facts
        assert store.rows("SELECT body FROM narrative ORDER BY id") == prose
        with store.as_(ADMIN).read(snapshot=True) as r:
            assert not verify_journal(r).faults
        store.close()
        return made

    moments = run(0).stdout.split()
    assert is_new()
    step = moments.index("os.rename") + 1
    # Now and then on the whole way, and each moment around the one at which the copy takes its place.
    for last in sorted({*range(1, len(moments), len(moments) // 3), *range(step - 1, step + 3)}, reverse=True):
        assert run(last).returncode == -signal.SIGKILL
        assert is_new() == (last > step), moments[last - 1]
    assert run(len(moments) // 2).returncode == -signal.SIGKILL and parts()
    assert run(0).returncode == 0 and is_new()
    assert not parts(), "what was killed is cleared by the next"
