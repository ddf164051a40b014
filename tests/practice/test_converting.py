"""While a store is encrypted or decrypted: who stands in the way, and that it is whole whenever it is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from caseload import settings
from caseload.errors import CaseloadError, Refused, Unreachable
from caseload.store import cipher, convert, keys
from caseload.store.verify import verify_journal
from tests.practice.encrypting import KEY, OTHER, ROOT, converted, holding, path_of
from tests.practice.kit import ADMIN, Practice

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
    second = path.with_name(f"{path.stem}-second")  # beside it: no file has names on two disks
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
