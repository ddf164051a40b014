"""An HMIS CSV export of FY2026, from what was asked to a folder or a zip: private, whole or not at all, with a manifest beside it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from caseload import __version__

from ...casework import looks
from ...errors import NotPermitted, Usage
from ...messages import _, _n
from ...models import case_file
from ...reports import door, period
from ...reports.formats.values import STAMP
from ...reports.telling import Telling
from ...store import migrate, query, seals, selection
from ...text import line
from ..everything.folder import place_for
from . import codes, episodes, facts
from .columns import COLUMNS
from .facts import Facts
from .keys import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from ...store.database import Database, Reading

    Tick = Callable[[int, int | None], None]

EDITION = "2026 v1"
# 1.1, 1.2: what was so in the period, and all of it. An agency's own database is no continuum's (source type 2).
_PERIOD, _FULL, _OF_AN_AGENCY = 3, 2, 2
_COC, _GEOCODE = re.compile(r"[A-Z]{2}-[0-9]{3}"), re.compile(r"[0-9]{6}")
_TELLS = ("identity", "services")
# In the order in which they are made: who is named in the others is known at the end.
_FILES: dict[str, Callable[[Facts], Iterator[facts.Row]]] = {
    "Organization": facts.organization, "Project": facts.project, "ProjectCoC": facts.project_coc,
    "Client": facts.clients, "Enrollment": episodes.enrollments, "Exit": episodes.exits, "IncomeBenefits": episodes.incomes,
    "CurrentLivingSituation": episodes.living_situations, "Assessment": episodes.assessments,
    "AssessmentResults": episodes.results, "Event": episodes.events, "User": facts.users,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked, as typed. `output` is a new folder, or a file that ends in `.zip`. `coc` and `geocode` say where the projects
    are (2.03), which caseload does not hold. `hashed` gives names as hashes; without `identified` there are none, and no birth date."""

    output: str
    first: str | None
    last: str | None
    query: str = ""
    coc: str = ""
    geocode: str = ""
    hashed: bool = False
    identified: bool = False
    why: str = ""
    recipient: str | None = None

    @property
    def report(self) -> str:
        """Under which name it goes on record."""
        return "hmis"

    @property
    def hash_status(self) -> int:
        """1.5"""
        return codes.WITHHELD if not self.identified else codes.SHA_256 if self.hashed else codes.UNHASHED


@dataclass(frozen=True, slots=True)
class Written:
    """What left: rows by file, where to, and sentences about what had no place in it."""

    rows: dict[str, int]
    path: Path
    manifest: dict[str, Any]
    remarks: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was done, in a sentence."""
        n = self.rows["Enrollment"]
        said = _n("Wrote {n} enrolment to {path}", "Wrote {n} enrolments to {path}", n)
        return said.format(n=n, path=line(str(self.path)))


def write(db: Database, wish: Wish, tick: Tick = lambda done, total: None) -> Written:
    """Write the export. An identified one is announced first, as a look at each of its cases; one for a recipient asks whether each
    case may go there, and is on record as disclosures before the file is there.

    Raises Usage for what cannot be understood or written to, NotPermitted, Refused.
    """
    days, wish = period.parse(from_=wish.first, to=wish.last), _checked(wish)
    zipped = wish.output.lower().endswith(".zip")
    if zipped:
        door.check(wish.output, 1, None)
    path = Path(wish.output).expanduser().absolute() if zipped else place_for(wish.output)
    told = Telling(db, wish, _TELLS)
    moment = _announce(db, wish, days) if wish.identified else None
    with db.read(snapshot=True) as r:
        found = Facts(
            r, keys(r), _scope(r, wish, days, moment), days, wish.identified, wish.hashed, wish.coc, wish.geocode
        )
        told.ask_of(r, found.cases)
        seal, schema = seals.anchor(db), migrate.current(r.conn)
        with door.said(line(str(path))), door.workshop(path.parent) as room:
            made = room / "folder"
            made.mkdir(mode=0o700)
            rows = _files(found, wish, made, tick)
            if zipped:
                _zip(made, room / "file")
            else:
                made.rename(room / "file")
            manifest = _manifest(found, wish, rows, room / "file") | {
                "seal": seal and seal.anchor,
                "schema": schema or "",
            }
            with door.private(room / "manifest") as stream:
                stream.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
            told.record()
            door.place(room, path)
    return Written(rows, path, manifest, (*manifest["remarks"], *told.remarks))


def _checked(wish: Wish) -> Wish:
    """Raises Usage for options that do not go together, before anything is done."""
    if wish.output == door.STDOUT:
        raise Usage(_("An HMIS export has 24 files: give --output a new folder, or a file that ends in .zip."))
    if wish.hashed and not wish.identified:
        raise Usage(_("A hash of a name still leads to the client: --hashed goes with --identified --why TEXT."))
    if wish.identified and not wish.why.strip():
        raise Usage(_("An identified export needs a reason: add --why TEXT."))
    if wish.coc and not _COC.fullmatch(wish.coc):
        raise Usage(_("--coc is a continuum's code: two capital letters, a dash and three digits, such as XX-500."))
    if wish.geocode and not (wish.coc and _GEOCODE.fullmatch(wish.geocode)):
        raise Usage(_("--geocode is six digits, and goes with --coc."))
    query.parse(wish.query)
    return wish


def _scope(r: Reading, wish: Wish, days: period.Period, moment: datetime | None) -> Select[Any]:
    """The cases that were open on a day of the period, in sight, answering the query, and announced if need be."""
    f = case_file.c
    found = select(f.id).where(
        selection.where(r, wish.query, open_only=False),
        f.opened_on <= days.last,
        or_(f.closed_on.is_(None), f.closed_on >= days.first),
    )
    return found if moment is None else found.where(f.id.in_(looks.announced(r, moment)))


def _announce(db: Database, wish: Wish, days: period.Period) -> datetime:
    with db.read() as r:
        if not r.me.sees_identity:
            raise NotPermitted(
                _("Your role ({role}) sees no names and no notes. Leave --identified out, or ask a supervisor.").format(
                    role=r.me.role
                )
            )
        cases = list(r.conn.execute(_scope(r, wish, days, None).order_by(case_file.c.id)).scalars())
    return looks.announce_export(db, "export hmis", wish.why, cases)


# ---------------------------------------------------------------- files


def _files(found: Facts, wish: Wish, made: Path, tick: Tick) -> dict[str, int]:
    users = facts.user_ids(found)
    number = found.local(found.r.now).strftime("%Y%m%d%H%M%S")
    done = 0

    def ready(rows: Iterable[facts.Row]) -> Iterator[facts.Row]:
        for row in rows:
            yield row | {"ExportID": number, "UserID": users.get(row.get("UserID") or 0)}

    rows = {}
    for name in sorted(COLUMNS, key=lambda one: list(_FILES).index(one) if one in _FILES else -1):
        source = (
            [_about(found, wish, number)] if name == "Export" else ready(_FILES[name](found)) if name in _FILES else []
        )
        with door.private(made / f"{name}.csv") as stream:
            rows[name] = _lines(stream, COLUMNS[name], source, lambda n, before=done: tick(before + n, None))  # type: ignore[misc]
        done += rows[name]
    return {name: rows[name] for name in COLUMNS}


def _about(found: Facts, wish: Wish, number: str) -> facts.Row:
    """Export.csv, which says what all the others are."""
    agency = line(found.r.agency.name)
    first, _blank, last = line(found.r.me.name).rpartition(" ")
    return {
        "ExportID": number, "SourceType": _OF_AN_AGENCY, "SourceID": wish.coc or None, "SourceName": agency,
        "SourceContactFirst": first, "SourceContactLast": last, "ExportDate": found.local(found.r.now),
        "ExportStartDate": found.days.first, "ExportEndDate": found.days.last, "SoftwareName": "caseload",
        "SoftwareVersion": __version__, "CSVVersion": EDITION, "ExportPeriodType": _PERIOD, "ExportDirective": _FULL,
        "HashStatus": wish.hash_status, "ImplementationID": found.keys.implementation,
    }  # fmt: skip


# S50, S200, S250: the most characters of a text, by column; hashes are longer, as the standard says.
_MOST = {
    "SourceName": 50, "SourceContactFirst": 50, "SourceContactLast": 50, "OrganizationName": 200, "ProjectName": 200,
    "UserFirstName": 50, "UserLastName": 50, "FirstName": 64, "MiddleName": 64, "LastName": 64, "NameSuffix": 50,
    "AssessmentLocation": 250, "ImplementationID": 200,
}  # fmt: skip


def _lines(stream: BinaryIO, columns: tuple[str, ...], rows: Iterable[facts.Row], tick: Callable[[int], None]) -> int:
    """Lines as HUD wants them: UTF-8, texts in quotation marks, numbers and days without, nothing between commas where nothing is
    known. The csv module of every Python this runs on puts marks around days, too."""
    stream.write((",".join(f'"{name}"' for name in columns) + "\r\n").encode())
    count = 0
    for row in rows:
        cells = (_cell(name, row.get(name)) for name in columns)
        stream.write((",".join(cells) + "\r\n").encode("utf-8", "replace"))
        count += 1
        if count % 500 == 0:
            tick(count)
    return count


def _cell(column: str, value: str | int | date | datetime | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = value[: _MOST.get(column)].replace('"', '""')
        return f'"{text}"'
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)


def _zip(made: Path, target: Path) -> None:
    with door.private(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in COLUMNS:
            member = zipfile.ZipInfo(f"{name}.csv", STAMP)
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            with (made / f"{name}.csv").open("rb") as part, archive.open(member, "w", force_zip64=True) as into:
                shutil.copyfileobj(part, into)


# ---------------------------------------------------------------- what is said of it


def _manifest(found: Facts, wish: Wish, rows: dict[str, int], made: Path) -> dict[str, Any]:
    parts = [] if made.is_file() else [made / f"{name}.csv" for name in COLUMNS]
    sums = {part.name: _sha256(part) for part in parts}
    whole = hashlib.sha256("".join(f"{one}  {name}\n" for name, one in sums.items()).encode()).hexdigest()
    return {
        "report": "hmis",
        "from": found.days.first.isoformat(),
        "to": found.days.last.isoformat(),
        "period": found.days.key,
        "as_of": found.r.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "today": found.r.today.isoformat(),
        "query": wish.query if wish.identified else query.mask_names(wish.query),
        "identified": wish.identified,
        "hashed": wish.hashed,
        "rows": rows,
        # Of a folder: that of the lines `SHA-256  FILE` below, as sha256sum writes them.
        "sha256": whole if sums else _sha256(made),
        "files": sums,
        "software": f"caseload {__version__}",
        "edition": EDITION,
        "remarks": list(_remarks(found, wish)),
        "warning": "For machines: texts are as they were typed, not defused for a spreadsheet.",
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _remarks(found: Facts, wish: Wish) -> Iterator[str]:
    """What the standard wants and caseload does not hold, and what it holds that the standard has no place for."""
    if not wish.coc:
        yield _("EnrollmentCoC and ProjectCoC.csv are empty, which HUD refuses: say where the projects are with --coc.")
    elif not wish.geocode:
        yield _("Geocode in ProjectCoC.csv is empty, which HUD refuses: add --geocode.")
    for what, n in sorted(found.left_out.items()):
        said = {
            "assessment": _n(
                "{n} assessment is left out: no contact of that day says how the client was met.",
                "{n} assessments are left out: no contact of that day says how the client was met.", n,
            ),
            "destination": _n(
                "{n} exit has no destination HUD knows: written as not collected (99).",
                "{n} exits have no destination HUD knows: written as not collected (99).", n,
            ),
            "event": _n(
                "{n} referral is left out: HUD has no event for its domain.",
                "{n} referrals are left out: HUD has no event for their domain.", n,
            ),
        }[what]  # fmt: skip
        yield said.format(n=n)
