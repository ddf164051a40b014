"""What is in files: it comes in and goes out a piece at a time, is kept once however many documents have it, and is held against
its digests. On PostgreSQL the server's own functions do so (store/sql/document.sql): no login reads whose a content is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import column, delete, insert, select, table, update

from ..errors import Refused, Usage
from ..messages import _
from ..models import agency, content, content_chunk, document, document_content
from ..models.document import CHUNK
from ..store.database import Reading, Work

_MB = 1024 * 1024
_mine = table("my_chunks", column("document_id"), column("n"), column("body"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that has come in, in this transaction, and waits for its document: its size in bytes and its SHA-256."""

    key: int
    size: int
    sha256: str


def limit(r: Reading) -> int:
    """The largest file that the agency lets a document be, in megabytes of 1 048 576 bytes."""
    return int(r.conn.execute(select(agency.c.document_mb)).scalar_one())


def take(w: Work, stream: BinaryIO) -> Taken:
    """Take in all that the stream gives. Raises Usage where it is empty or larger than the agency's limit."""
    most = limit(w)
    server = w.engine == "postgresql"
    key = int(w.conn.exec_driver_sql("SELECT begin_content()").scalar_one()) if server else w.add(content)
    whole, roots, size, n = hashlib.sha256(), hashlib.sha256(), 0, 0
    while body := _full(stream):
        size, n = size + len(body), n + 1
        if size > most * _MB:
            raise Usage(
                _("That file is larger than {n} MB, which is the most here. An admin can allow more: {command}").format(
                    n=most, command="caseload agency --set document_mb=N"
                )
            )
        whole.update(body)
        roots.update(hashlib.sha256(body).digest())
        if not server:
            w.conn.execute(insert(content_chunk).values(content_id=key, n=n, body=body))
        elif not w.conn.exec_driver_sql("SELECT add_chunk(%s, %s)", (key, body)).scalar():
            raise Refused(_("The server did not take that file. Nothing was kept; try again."))
    if not size:
        raise Usage(_("That file is empty."))
    if not server:
        w.conn.execute(update(content).where(content.c.id == key).values(size=size, chunks=n))
        return Taken(_once(w, key, whole.hexdigest(), roots.hexdigest()), size, whole.hexdigest())
    return Taken(key, size, whole.hexdigest())


def settle(w: Work, taken: Taken, document_id: int) -> None:
    """What was taken in is what that document has, which was added just now."""
    if w.engine != "postgresql":
        w.conn.execute(insert(document_content).values(document_id=document_id, content_id=taken.key))
    elif not w.conn.exec_driver_sql("SELECT settle_content(%s, %s)", (taken.key, document_id)).scalar():
        raise Refused(_("The server did not take that file. Nothing was kept; try again."))


def chunks(r: Reading, document_id: int) -> Iterator[bytes]:
    """What is in a document, a piece at a time. The look at it must be on record: on a server, without it there is nothing."""
    if r.engine == "postgresql":
        found = select(_mine.c.body).where(_mine.c.document_id == document_id)
        place = _mine.c.n
    else:
        of = document_content.c.content_id == content_chunk.c.content_id
        found = select(content_chunk.c.body).join(document_content, of)
        found = found.where(document_content.c.document_id == document_id)
        place = content_chunk.c.n
    n = 1
    while (body := r.conn.execute(found.where(place == n)).scalar()) is not None:
        yield bytes(body)
        n += 1


def unsound(r: Reading) -> tuple[int, tuple[int, ...]]:
    """Reckon every content anew: how many there are, and the documents, whoever's, that have not what was added."""
    if r.engine == "postgresql":
        row = r.conn.exec_driver_sql("SELECT checked, documents FROM unsound_documents()").one()
        return int(row.checked or 0), tuple(row.documents or ())
    sound: dict[int, tuple[str, int]] = {}
    checked = 0
    for one in r.conn.execute(select(content).where(content.c.root.is_not(None)).order_by(content.c.id)).all():
        checked += 1
        whole, roots, size = hashlib.sha256(), hashlib.sha256(), 0
        for n in range(1, one.chunks + 1):
            of = (content_chunk.c.content_id == one.id, content_chunk.c.n == n)
            body = r.conn.execute(select(content_chunk.c.body).where(*of)).scalar() or b""
            whole.update(body)
            roots.update(hashlib.sha256(body).digest())
            size += len(body)
        if (whole.hexdigest(), roots.hexdigest(), size) == (one.sha256, one.root, one.size):
            sound[one.id] = one.sha256, one.size
    found = (
        select(document.c.id, document.c.sha256, document.c.size, document_content.c.content_id)
        .outerjoin(document_content, document_content.c.document_id == document.c.id)
        .where(document.c.withdrawn_at.is_(None))
        .order_by(document.c.id)
    )
    rows = r.conn.execute(found).all()
    return checked, tuple(row.id for row in rows if sound.get(row.content_id) != (row.sha256, row.size))


def sweep(w: Work) -> int:
    """Let go of what no document has any more: its adding was undone, or it was withdrawn. How many contents that were."""
    if w.engine == "postgresql":
        return int(w.conn.exec_driver_sql("SELECT sweep_contents()").scalar() or 0)
    held = (
        select(document_content.c.content_id)
        .join(document, document.c.id == document_content.c.document_id)
        .where(document.c.withdrawn_at.is_(None))
    )
    gone = list(w.conn.execute(select(content.c.id).where(content.c.id.not_in(held))).scalars())
    for one in gone:
        w.conn.execute(delete(document_content).where(document_content.c.content_id == one))
        w.conn.execute(delete(content_chunk).where(content_chunk.c.content_id == one))
        w.conn.execute(delete(content).where(content.c.id == one))
    return len(gone)


def _once(w: Work, key: int, sha256: str, root: str) -> int:
    """The content with these digests: that one, unless the store has it already, and then it is let go."""
    same = select(content.c.id).where(content.c.sha256 == sha256, content.c.root == root)
    known = w.conn.execute(same).scalar()
    if known is None:
        w.conn.execute(update(content).where(content.c.id == key).values(sha256=sha256, root=root))
        return key
    w.conn.execute(delete(content_chunk).where(content_chunk.c.content_id == key))
    w.conn.execute(delete(content).where(content.c.id == key))
    return int(known)


def _full(stream: BinaryIO) -> bytes:
    """The next whole piece, or what is left: a stream may give less than it is asked for."""
    parts, left = [], CHUNK
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
