"""An encrypted store: nothing in plain text on the disk, the same in every row, and opened by its key alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from caseload import settings
from caseload.casework import assign
from caseload.casework.live import Watch
from caseload.errors import Refused, Unreachable, Usage
from caseload.exchange import importer
from caseload.store import backup, cipher, convert, keys
from caseload.store.connect import connect
from caseload.store.verify import check, verify_journal
from tests.exchange.hmis_files import family
from tests.practice.encrypting import KEY, NOTE, OTHER, converted, holding, path_of
from tests.practice.kit import ADMIN, Practice
from tests.support.databases import Databases


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
