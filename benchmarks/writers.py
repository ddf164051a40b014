"""What the journal's evidence costs eight writers: contacts logged a second with it, beside the journal's row alone.

Evidence is the salted payload and two hashes of every row. The baseline is the same agency whose triggers write the journal
row and neither; both are worked on in turns.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from caseload.casework import cases, contacts
from caseload.store.database import Database
from caseload.store.engine import open_engine

from .figures import Figure, median
from .server import own
from .soak import agency, database

WRITERS, SECONDS, ROUNDS = 8, 3.0, 3
_BARE_SQLITE = """
CREATE TRIGGER bare_journalling INSTEAD OF INSERT ON journalling BEGIN
  INSERT INTO journal (id, at, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash, hash)
  SELECT (SELECT COALESCE(max(id), 0) + 1 FROM journal), a.at, a.change_id, a.worker_id, a.login, NEW.table_name, NEW.row_id,
         NEW.case_id, NEW.op, NEW.columns, '', '' FROM acting a;
END
"""


def measure() -> list[Figure]:
    """The ratio on each engine."""
    with tempfile.TemporaryDirectory() as folder, own() as server:
        files = [f"sqlite:///{folder}/{name}.db" for name in ("whole", "bare")]
        server.create("bare")
        served = [server.url, server.url.replace("/caseload?", "/bare?")]
        return [_beside("SQLite", *files), _beside("PostgreSQL", *served)]


def _beside(engine: str, whole: str, bare: str) -> Figure:
    for url in (whole, bare):
        agency(url)
    _without_evidence(bare)
    rates: dict[str, list[float]] = {whole: [], bare: []}
    for _turn in range(ROUNDS):
        for url, seen in rates.items():
            seen.append(_rate(url))
    with_it, without = median(rates[whole]), median(rates[bare])
    said = f"the journal's row alone: {without:.0f} a second"
    what = f"{WRITERS} writers, journal with evidence, {engine}"
    ratio = with_it / without
    return Figure(what, f"{with_it:.0f} acts a second", said, f"{ratio:.2f}", "≥ 0.95", ratio >= 0.95)


def _without_evidence(url: str) -> None:
    engine = open_engine(url, migrating=True)
    with engine.begin() as conn:
        if engine.dialect.name == "sqlite":
            doors = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journalling'"
            for (door,) in conn.exec_driver_sql(doors).all():
                conn.exec_driver_sql(f"DROP TRIGGER {door}")
            conn.exec_driver_sql(_BARE_SQLITE)
        else:
            written = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE prosrc LIKE '%%INSERT INTO payload%%'"
            for (definition,) in conn.exec_driver_sql(written).all():
                conn.exec_driver_sql(_bare(definition).replace("%", "%%"))
    engine.dispose()


def _bare(definition: str) -> str:
    """A journal function of PostgreSQL without payload and hashes."""
    for part, instead in (
        (r", p AS \(INSERT INTO payload [^)]*\) SELECT [^)]* FROM d\)", ""),
        (r"journal_hash\(v_at, .*?h\.ph\)", "''"),
        (r"encode\(sha256\(.*?'hex'\)", "''"),
    ):
        definition, changed = re.subn(part, instead, definition, flags=re.DOTALL)
        if not changed:
            raise SystemExit(f"The journal's functions are written otherwise now: {part} is not there.")
    return definition


def _rate(url: str) -> float:
    """Acts a second of all writers together."""
    command = [sys.executable, "-m", "benchmarks.writers", url]
    running = [subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True) for seed in range(WRITERS)]
    return sum(json.loads(one.communicate()[0]) for one in running)


def _write(url: str, seed: int) -> float:
    with _opened(url) as db:
        with db.read() as r:
            mine = list(cases.keys(r, "", sort="case"))[seed::WRITERS]
        begun, acts = time.monotonic(), 0
        while time.monotonic() < begun + SECONDS:
            with db.work("contact") as w:
                contacts.log(w, contacts.NewContact((mine[acts % len(mine)],), "phone", "attempted"))
            acts += 1
        return acts / (time.monotonic() - begun)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    db: Any = database(url)
    try:
        yield db
    finally:
        db.close()


if __name__ == "__main__":
    print(json.dumps(_write(sys.argv[1], int(sys.argv[2]))))
