"""Documents: files kept with a case, or with its client for all their cases. What they are and who added them stands in the record;
what is in them is looked at one at a time, and every look is on record before it shows anything.

A name of a file often has a client's in it: it is shown to who sees identity alone, and never said in receipts and messages.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, Row, Select, or_, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import case_file, document, worker
from ..models.document import DOCUMENT_KINDS
from ..store import filing, scope
from ..store.database import Database, Reading, Receipt, Work
from . import contents, disclosures, find, looks, retention, values

# What a document of a kind tells when it leaves, besides whose it is: what a consent must cover.
_TELLS = {
    "identity": (), "photo": (), "medical": ("health",), "letter": ("notes",), "other": ("notes",), "court": ("notes",),
}  # fmt: skip
_SUFFIX = re.compile(r"[a-z0-9]{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file to be kept with a case, or, `of_client`, with its client for all their cases. `name` is the file's own unless given;
    `replaces` the document of which it is the next edition; `keep_until` a day of its own in place of the kind's."""

    case: str | int
    path: Path
    kind: str = "other"
    name: str = ""
    of_client: bool = False
    replaces: int | None = None
    keep_until: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document on record. Its name, digest and why it was withdrawn are None for those who see no identity."""

    id: int
    kind: str
    name: str | None
    size: int
    sha256: str | None
    edition: int
    replaces: int | None
    replaced: bool
    of_client: bool
    on: date
    at: datetime
    by: str
    keep_until: date
    withdrawn: bool
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was written out: how large, its digest, and the change that records its leaving, if it went to somebody."""

    size: int
    sha256: str
    change: str | None


def none_such() -> str:
    """What is said of a document that is not there, and of one that is out of sight: the same."""
    return _("There is no such document that you may see.")


def kind_words(kind: str) -> str:
    """A kind of document as people say it."""
    return {
        "identity": _("identity paper"), "consent": _("consent"), "court": _("court"), "medical": _("medical"),
        "school": _("school"), "work": _("work"), "benefits": _("benefits"), "money": _("money"),
        "housing": _("housing"), "letter": _("letter"), "photo": _("photo"), "other": _("other"),
    }[kind]  # fmt: skip


def tells(kind: str, also: Sequence[str] = ()) -> tuple[str, ...]:
    """The kinds of information that leave with a document of that kind."""
    return tuple(dict.fromkeys(("identity", *_TELLS.get(kind, ("services",)), *also)))


def size_words(size: int) -> str:
    """A size as people read it: 14 KB, 2.5 MB (of 1024 and 1024 x 1024 bytes)."""
    if size < 1024:
        return _("{n} bytes").format(n=size)
    kilo = size / 1024
    return _("{n} KB").format(n=round(kilo)) if kilo < 1000 else _("{n} MB").format(n=f"{kilo / 1024:.1f}")


# ---------------------------------------------------------------- adding


def add(w: Work, new: NewDocument) -> Receipt:
    """Keep a file: read a piece at a time, the bytes once however many documents have them. Undo takes the document back.

    Raises Usage for a file that cannot be read, is empty or over the agency's limit, Conflict where the document that it replaces has
    another edition already, Refused where that was withdrawn.
    """
    row, ref, kind = _about(w, new)
    with _opened(new.path) as stream:
        return _kept(w, new, stream, row, ref, kind)


def take_in(w: Work, new: NewDocument, stream: BinaryIO) -> Receipt:
    """The same of what came inside another file, and lies nowhere by itself. Raises as `add` does."""
    return _kept(w, new, stream, *_about(w, new))


def _about(w: Work, new: NewDocument) -> tuple[dict[str, object], find.CaseRef, str]:
    """What stands with the file, the case, and its kind."""
    kind = values.one_of(_("kind of document"), new.kind, DOCUMENT_KINDS)
    ref = find.to_act_on(w, [new.case], closed=True)[0]
    name = values.name(_("The name of the document"), new.name or new.path.name, needed=True)
    row: dict[str, object] = {"case_id": ref.id, "client_id": None, "edition": 1}
    if new.of_client:
        row |= {"case_id": None, "client_id": ref.client_id}
    if new.replaces is not None:
        before = _first_of(w, new.replaces, ref)
        row |= {"case_id": before.case_id, "client_id": before.client_id, "edition": before.edition + 1}
    until = new.keep_until or retention.until(w, kind, w.today)
    if until < w.today:
        raise Usage(_("A document is kept at least until the day it was added."))
    row |= {
        "kind": kind, "name": name, "replaces_id": new.replaces, "on_date": w.today, "at": w.now, "worker_id": w.me.id,
        "retain_until": until,
    }  # fmt: skip
    return row, ref, kind


def _kept(w: Work, new: NewDocument, stream: BinaryIO, row: dict[str, object], ref: find.CaseRef, kind: str) -> Receipt:
    taken = contents.take(w, stream)
    row |= {"size": taken.size, "sha256": taken.sha256}
    made = w.add(document, row)
    contents.settle(w, taken, made)
    said = _("Added a document ({kind})") if new.replaces is None else _("Added another edition of a document ({kind})")
    return w.receipt(said.format(kind=kind_words(kind)), cases=[ref.id], data={"document": made})


def withdraw(w: Work, document_id: int, why: str) -> Receipt:
    """Take a document out of the record: it stays listed with the reason, and nobody opens it any more. Undo puts it back, until an
    admin has swept what it held. Raises Usage where there is none, Refused where it is withdrawn already."""
    why = values.short(_("The reason"), why, needed=True)
    row = _one(w, document_id)
    _standing(row)
    new = {"withdrawn_at": w.now, "withdrawn_by": w.me.id, "withdrawn_why": why}
    w.conn.execute(update(document).where(document.c.id == document_id).values(new))
    said = _("Withdrew a document ({kind})").format(kind=kind_words(row.kind))
    return w.receipt(said, cases=[_case_of(w, row)])


def sweep(w: Work, why: str) -> Receipt:
    """Let go for good of what no document holds any more: its adding was undone, or it was withdrawn. Only an admin; the reason stands
    with the change, which nothing takes back."""
    values.short(_("The reason"), why, needed=True)
    if not scope.may_administer(w):
        raise NotPermitted(_("Only an admin sweeps what documents no longer hold."))
    n = contents.sweep(w)
    if not n:
        return w.nothing(_("Nothing waits to be swept: every file kept has its document."))
    return w.receipt(_("Swept files that no document holds: {n}").format(n=n), undoable=False, data={"swept": n})


def _first_of(w: Work, document_id: int, ref: find.CaseRef) -> Row:  # type: ignore[type-arg]
    """The document of which another edition is added, in that case. Raises Usage, Conflict, Refused."""
    before = _one(w, document_id)
    if ref.id != before.case_id and ref.client_id != before.client_id:
        raise Usage(_("That document is none of this case's."))
    _standing(before)
    if w.conn.execute(select(document.c.id).where(document.c.replaces_id == document_id)).first() is not None:
        raise Conflict(_("That document has another edition already. Replace the newest: caseload document list CASE"))
    return before


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, if it is one. What it is called is not said: it may be a client's name."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _("it cannot be opened")
        raise Usage(_("That file cannot be read: {why}.").format(why=why)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Usage(_("That is no file: name one file, not a folder or a device."))
    with os.fdopen(handle, "rb") as stream:
        yield stream


# ---------------------------------------------------------------- looking


def of_case(r: Reading, case_id: int, *, named: bool = True) -> tuple[DocumentRow, ...]:
    """The documents of a case and of its client, newest first. They are for who sees identity."""
    if not r.me.sees_identity:
        return ()
    client_id = select(case_file.c.client_id).where(case_file.c.id == case_id).scalar_subquery()
    theirs = or_(document.c.case_id == case_id, document.c.client_id == client_id)
    found = r.conn.execute(_rows(theirs).order_by(document.c.at.desc(), document.c.id.desc())).all()
    replaced = {row.replaces_id for row in found}
    return tuple(
        DocumentRow(
            row.id, row.kind, row.name if named else None, row.size, row.sha256 if named else None, row.edition, row.replaces_id,
            row.id in replaced, row.client_id is not None, row.on_date, row.at, row.handle, row.retain_until,
            row.withdrawn_at is not None, row.withdrawn_why if named else None,
        )
        for row in found
    )  # fmt: skip


def must_be_of(r: Reading, case: str | int, document_id: int) -> None:
    """Raises Usage where that document is none of that case's."""
    if document_id not in {one.id for one in of_case(r, find.case(r, case).id)}:
        raise Usage(none_such())


def suffix(name: str) -> str:
    """The ending of a file's name where it is a plain one (`pdf`), else nothing."""
    found = Path(name).suffix.removeprefix(".").lower()
    return found if _SUFFIX.fullmatch(found) else ""


def write_out(
    db: Database,
    document_id: int,
    target: Path,
    *,
    why: str,
    surface: str = "",
    recipient: str = "",
    purpose: str = "",
    also: Sequence[str] = (),
) -> Written:
    """Write a document to a new private file, held against its digest on the way. The look at it is committed first, with the reason.

    With a `recipient` it leaves: a consent or an exception must permit what it tells (`also` adds kinds of information to those of its
    kind), and the telling is on record before the file is there. Raises NotPermitted where none does, Refused where the place is taken
    or the bytes are not what was added.
    """
    why = values.short(_("The reason"), why, needed=True)
    path = filing.place_for(target)
    with db.read() as r:
        row = _one(r, document_id)
        _standing(row)
        case_id = _case_of(r, row)
        number = find.case(r, case_id).number
        if recipient:
            from . import permits

            permits.permitted(r, {case_id: number}, recipient, tells(row.kind, also))
    looks.announce(db, [case_id], kind="document", surface=f"document {document_id}", why=_via(surface, why))
    change: list[str | None] = [None]

    def leaving() -> None:
        if recipient:
            with db.work("document send", why=why) as w:
                told = _("Document {id} ({kind}), {size}").format(
                    id=document_id, kind=kind_words(row.kind), size=size_words(row.size)
                )
                sent = disclosures.send(
                    w, {case_id: number}, recipient, tells(row.kind, also), told=told, purpose=purpose
                )
                change[0] = sent.number

    with filing.growing(path) as part, db.read() as r:
        _copied(r, row, part)
        leaving()
    return Written(row.size, row.sha256, change[0])


def open_into(db: Database, document_id: int, place: Callable[[str], Path], *, why: str) -> Path:
    """Write a document to a private file that `place` makes for its ending, to be looked at and removed again; the look is committed
    first. Raises as `write_out`, and Refused for one that holds no document to look at."""
    with db.read() as r:
        row = _one(r, document_id)
        _standing(row)
        case_id = _case_of(r, row)
    ending = suffix(row.name)
    if ending not in _SHOWN:
        raise Refused(
            _(
                "A file of that kind is not opened here, since it might run. Write it out: caseload document get {id}"
            ).format(id=document_id)
        )
    looks.announce(db, [case_id], kind="document", surface=f"document {document_id}", why=why)
    path = place(ending)
    with db.read() as r:
        _copied(r, row, path)
    return path


# What a viewer shows and nothing runs: scripts, programs, shortcuts, archives and pages that fetch are written out at the most.
_SHOWN = frozenset(
    {
        "pdf", "png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "heic", "bmp", "txt", "md", "csv", "rtf", "doc", "docx", "odt",
        "xls", "xlsx", "ods", "ppt", "pptx", "odp", "eml", "mp3", "m4a", "wav", "ogg", "mp4", "mov",
    }
)  # fmt: skip


def _copied(r: Reading, row: Row, path: Path) -> None:  # type: ignore[type-arg]
    """What is in the document, in that file. Raises Refused where it is not what was added, or was swept."""
    whole, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for body in contents.chunks(r, row.id):
            whole.update(body)
            size += len(body)
            out.write(body)
    if not size:
        raise Refused(_("What that document held is no longer kept: it was swept after it had been taken back."))
    if (size, whole.hexdigest()) != (row.size, row.sha256):
        raise Refused(
            _(
                "Document {id} is not what was added: its digest differs. Nothing was written; tell your administrator."
            ).format(id=row.id)
        )


def _via(surface: str, why: str) -> str:
    return f"{surface}: {why}" if surface else why


# ---------------------------------------------------------------- verifying


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many contents were reckoned anew, and the documents whose bytes are not what was added."""

    contents: int
    faults: tuple[int, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(r: Reading) -> Verdict:
    """Reckon every digest anew from the bytes. Whoever works here may: it tells numbers of documents, and nothing of them."""
    return Verdict(*contents.unsound(r))


# ---------------------------------------------------------------- finding


def _rows(*where: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return select(document, worker.c.handle).join(worker, worker.c.id == document.c.worker_id).where(*where)


def _one(r: Reading, document_id: int) -> Row:  # type: ignore[type-arg]
    """A document of a case in sight, or of the client of one. Raises Usage, and NotPermitted for who sees no identity."""
    find.names_seen(r)
    row = r.conn.execute(select(document).where(document.c.id == document_id)).first()
    if row is None or _seen_in(r, row) is None:
        raise Usage(none_such())
    return row


def _seen_in(r: Reading, row: Row) -> int | None:  # type: ignore[type-arg]
    """The case in sight through which a document is seen: its own, or the newest of its client."""
    of = case_file.c.id == row.case_id if row.client_id is None else case_file.c.client_id == row.client_id
    return r.conn.execute(select(case_file.c.id).where(of, scope.visible(r)).order_by(case_file.c.id.desc())).scalar()


def _case_of(r: Reading, row: Row) -> int:  # type: ignore[type-arg]
    found = _seen_in(r, row)
    assert found is not None  # asked by `_one` in this reading
    return found


def _standing(row: Row) -> None:  # type: ignore[type-arg]
    if row.withdrawn_at is not None:
        raise Refused(_("That document was withdrawn. What was said why stands in the list."))
