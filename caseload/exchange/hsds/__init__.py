"""Open Referral HSDS: a directory of services, versions 1.1 to 3.1, taken into ours and brought up to date by a newer file."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ...casework import directory
from ...errors import NotPermitted, Usage
from ...messages import _, _n
from ...models import external_id, place, provider, service
from ...store import scope
from ...text import fold, line
from .. import offers
from ..check import Wording
from ..format import Format, Source, Written
from ..ids import slug
from ..rows import Note, Record
from ..table import Row, Table
from . import map, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ...store.database import Reading
    from ..apply import Job
    from ..format import Again, Options
    from ..stage import Stage


class Hsds(Format):
    """A directory on its way in."""

    def __init__(self, r: Reading, path: Path, source: str) -> None:
        self._reading, self._path, self._source = r, path, source
        self.system = f"hsds:{source}"
        self._whole, self._name = False, ""

    @staticmethod
    def require(r: Reading) -> None:
        """Raises NotPermitted unless this person keeps the directory."""
        if not scope.handles(r) or r.me.id is None:
            raise NotPermitted(_("Your role ({role}) reads the directory and does not keep it.").format(role=r.me.role))

    def wording(self) -> Wording:
        own = ("name", "about", "place", "languages", "cost", "capacity", "ages", "eligibility", "bring", "hours", "state", "checked",
               "domain", "address", "phone", "email", "url", "where")  # fmt: skip
        groups = {(entity, name): name for entity in ("provider", "service", "place") for name in own}
        return Wording(
            {"provider": _("organisation"), "service": _("service"), "place": _("place")},
            {"provider": "organization_id", "service": "id", "place": "city"},
            groups | {("service", "provider"): "organization_id"},
        )

    def said(self, source: str, totals: dict[str, int]) -> str:
        n = totals.get("services", 0)
        words = _n("Took {n} service from {source}", "Took {n} services from {source}", n).format(n=n, source=source)
        m = totals.get("providers", 0)
        return words + " " + _n("and {n} provider", "and {n} providers", m).format(n=m)

    def read(self, stage: Stage) -> Source:
        """Lay a directory on the workbench. Raises Usage where it cannot be read as a whole."""
        found = read.read(self._path)
        self._whole, self._name = found.whole, line(found.name)
        index = map.index(found, self._reading, directory.domains(self._reading))
        for thing in map.records(found, index):
            stage.add(thing)
        beside = set(read.each(found))
        for file, rows, empty in found.files:
            stage.count_file(file, rows, rows if file in beside else empty)
        if with_others := sum(rows for file, rows, _empty in found.files if file in beside):
            said = _("rows of places, phones, hours and the like are told with what they belong to")
            stage.add(Note(self._name, with_others, said))
        if found.unread:
            said = _("nothing of these files is kept yet: {files}").format(files=", ".join(found.unread))
            stage.add(Note(self._name, 0, said))
        if not found.whole:
            stage.add(Note(self._name, 0, _("is a part of a directory: what is not in it stays as it is")))
        stage.flush()
        return Source(self.system, self._name, found.edition)

    def gone(self, r: Reading, stage: Stage) -> int:
        """Stage as no longer offered what was taken before and is not in a whole directory any more; and recognise what somebody had
        entered here already. Raises Usage where nothing at all is known again: that is another directory."""
        stage.flush()
        self._met(r, stage)
        e, all_missing = external_id.c, 0
        for entity, table in (("service", service), ("provider", provider)):
            rows = r.conn.execute(
                select(e.external, table.c.state)
                .join(table, table.c.id == e.row_id)
                .where(e.system == self.system, e.entity == entity)
            ).all()
            here = {ext for (ext,) in stage.run("select ext from record where entity = ?", (entity,))}
            missing = [row.external for row in rows if row.external not in here]
            if entity == "service" and rows and here and len(missing) == len(rows):
                said = _(
                    "Nothing that was taken from «{source}» before is in this directory. Name another one with --source NAME."
                )
                raise Usage(said.format(source=self._source))
            if entity == "provider":
                self._still_unknown(stage, {row.external for row in rows})
            if not self._whole or not missing or not here:
                continue
            for ext in missing:
                refs = {"provider": _owner_of(r, self.system, ext)} if entity == "service" else {}
                stage.add(Record(entity, ext, "", 0, {"state": ("inactive",)}, refs))
            words = {
                "service": _("services were taken before and are no longer in it: not offered for now"),
                "provider": _("organisations were taken before and are no longer in it: not offered for now"),
            }
            stage.add(Note(self._name, len(missing), words[entity]))
            all_missing += len(missing)
        stage.flush()
        return all_missing

    def _still_unknown(self, stage: Stage, known: set[str]) -> None:
        """Of an organisation that another edition of the directory has told of, what it said stands where this one says nothing."""
        for ext in [one for (one,) in stage.run("select ext from record where entity = 'provider' and file = ''")]:
            if ext in known:
                kept = Record("provider", ext, "", 0, {"state": ("active",)})
                told = json.dumps(kept.fields)
                stage.run(
                    "update record set fields = ?, digest = ? where entity = 'provider' and ext = ?",
                    (told, kept.digest(), ext),
                )

    def _met(self, r: Reading, stage: Stage) -> None:
        """What stands here under the same name, and was never taken from anywhere, is the same."""
        e = external_id.c
        for entity, table in (("provider", provider), ("place", place)):
            taken = select(e.row_id).where(e.system == self.system, e.entity == entity)
            free: dict[str, list[int]] = {}
            for row in r.conn.execute(select(table.c.id, table.c.name_key).where(table.c.id.not_in(taken))):
                free.setdefault(row.name_key, []).append(row.id)
            mine = select(e.external).where(e.system == self.system, e.entity == entity)
            known = set(r.conn.execute(mine).scalars())
            rows = stage.run(
                "select ext, json_extract(fields, '$.name[0]') from record where entity = ? and state = 'read'",
                (entity,),
            ).fetchall()
            for ext, name in rows:
                one = free.get(fold(name), []) if name and ext not in known else []
                if len(one) == 1:
                    del free[fold(name)]
                    stage.run(
                        "insert or ignore into known (entity, ext, row_id, updated, digest) values (?, ?, ?, '', '')",
                        (entity, ext, one[0]),
                    )

    def write(self, job: Job) -> Written:
        """Make what is new. No case is touched by it."""
        offers.write(job)
        return Written([])

    @contextmanager
    def again(self) -> Iterator[Again]:
        """The rows of organisations and services once more, for the file of those that were rejected."""
        found = read.read(self._path)
        files: dict[str, list[read.Row]] = {}
        for rows in found.tables.values():
            for row in rows:
                files.setdefault(row.file, []).append(row)

        def opener(name: str, rows: list[read.Row]) -> Callable[[], AbstractContextManager[Table]]:
            header = tuple(dict.fromkeys(column for row in rows for column in row.cells))
            ordered = sorted(rows, key=lambda row: row.number)
            listed: list[Any] = [Row(row.number, [row.cells.get(column, "") for column in header]) for row in ordered]
            return lambda: nullcontext(Table(name, header, iter(listed)))

        yield [(name, name, opener(name, rows)) for name, rows in files.items()]


def prepare(r: Reading, path: Path, options: Options) -> Hsds:
    """A directory of one source. Raises NotPermitted for who does not keep the directory."""
    Hsds.require(r)
    return Hsds(r, path, slug(options.source or "") or "directory")


def _owner_of(r: Reading, system: str, ext: str) -> str:
    e, o = external_id.alias("e").c, external_id.alias("o").c
    found = (
        select(o.external)
        .join(service, service.c.provider_id == o.row_id)
        .join(
            e.id.table,
            (e.row_id == service.c.id) & (e.entity == "service") & (e.system == system) & (e.external == ext),
        )
        .where(o.system == system, o.entity == "provider")
    )
    return str(r.conn.execute(found).scalars().first() or "")
