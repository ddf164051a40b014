"""What stands beside a client and a case and comes new: other names, channels, tasks, and words that somebody wrote."""

from __future__ import annotations

from datetime import date

from ..models import alias, channel, narrative, note, task
from ..store.names import rekey
from . import bulk
from .apply import Job, id_of, new_of
from .ids import number_new


def aliases(job: Job) -> None:
    """What clients are known as, too: they are found by it."""
    number_new(job.w.conn, job.stage, "alias")
    for some in bulk.slices(new_of(job, "alias", f", {id_of('client')}")):
        rows = [(row_id, client_id, f["name"][0]) for row_id, _ext, f, client_id in some]
        bulk.insert(job.w.conn, alias, ("id", "client_id", "name"), rows)
        rekey(job.w.conn, {row[1] for row in rows})


def channels(job: Job) -> None:
    """Phones, addresses and the like, from today; whether it is safe to call is unknown unless the source says."""
    number_new(job.w.conn, job.stage, "channel")
    rows = (
        (row_id, client_id, *f["value"], f.get("safe", ["unknown"])[0], job.w.today)
        for row_id, _ext, f, client_id in new_of(job, "channel", f", {id_of('client')}")
    )
    bulk.insert(job.w.conn, channel, ("id", "client_id", "kind", "value", "safe", "valid_from"), rows)


def tasks(job: Job) -> None:
    """Tasks of whoever holds the case."""
    number_new(job.w.conn, job.stage, "task")
    rows = (
        (row_id, case, worker, f["title"][0], date.fromisoformat(f["due"][0]), job.moment)
        for row_id, _ext, f, case, worker in new_of(job, "task", f", {id_of('case')}, {id_of('worker')}")
    )
    bulk.insert(job.w.conn, task, ("id", "case_id", "worker_id", "title", "due_on", "created_at"), rows)


def notes(job: Job) -> None:
    """Drafts in the name of whoever holds the case: nobody here has signed what a file brings. The words of a note stay for the
    record, as any do, when it is taken back."""
    conn, today = job.w.conn, job.w.today
    number_new(conn, job.stage, "note")
    for some in bulk.slices(new_of(job, "note", f", {id_of('case')}, {id_of('worker')}")):
        ids = bulk.draw(conn, narrative, len(some))
        written = [
            (prose_id, row_id, f["text"][0], case, worker or job.w.me.id)
            for prose_id, (row_id, _ext, f, case, worker) in zip(ids, some, strict=True)
        ]
        prose = ((prose_id, case, author, text, job.moment) for prose_id, _row, text, case, author in written)
        bulk.insert(conn, narrative, ("id", "case_id", "worker_id", "body", "at"), prose)
        rows = (
            (row_id, case, author, prose_id, job.moment, today) for prose_id, row_id, _text, case, author in written
        )
        bulk.insert(conn, note, ("id", "case_id", "author_id", "narrative_id", "at", "on_date"), rows)
