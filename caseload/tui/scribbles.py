"""What the screen asks about words being typed: kept as they come, taken up where a screen has died, offered again, listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Refused
from . import asks, days, unnamed

if TYPE_CHECKING:
    from ..casework.scratches import Unsaved
    from ..casework.triage import QueueRow
    from ..store.database import Reading
    from .spool import Spool


class Kept(NamedTuple):
    """Words that were typed and not saved, and when they were kept."""

    body: str
    when: str
    seen: int | None = None


def recall(r: Reading, place: str) -> Kept | None:
    """What this person was typing in that place, if anything."""
    from ..casework import scratches

    form, _bar, subject = place.partition("|")
    found = scratches.recall(r, form, subject)
    if found is None:
        return None
    if r.me.masked:
        raise Refused(unnamed.kept_words())
    at = found.saved_at.astimezone(r.zone)
    day = "" if at.date() == r.today else days.shown(at.date(), r.today) + " "
    return Kept(found.body, f"{day}{at:%H:%M}", found.seen)


class Waiting(NamedTuple):
    """What this person has typed and not saved, the lines of those cases in the queue, and who looks on which day."""

    texts: tuple[Unsaved, ...]
    rows: Mapping[int, QueueRow]
    standing: asks.Standing


def unsaved(r: Reading) -> Waiting:
    """Everything this person has typed and not saved, newest first."""
    from ..casework import scratches

    texts = unnamed.wordless(r, scratches.unsaved(r))
    return Waiting(texts, asks.rows(r, [one.case_id for one in texts if one.case_id is not None]), asks.standing(r))


def unsaved_count(r: Reading) -> int:
    """How many texts this person has typed and not saved."""
    from ..casework import scratches

    return scratches.count(r)


def keep(db: Any, place: str, text: str, seen: int | None = None, *, age: float | None = None) -> None:
    """Keeps what is being typed in that place, or was so many seconds ago; nothing forgets it."""
    from ..casework import scratches

    form, _bar, subject = place.partition("|")
    late = None if age is None else timedelta(seconds=age)
    scratches.keep(db, form, subject, text, seen=seen, age=late)


def spool(db: Any) -> Spool:
    """Where words go while the database is away, with this person's key."""
    from ..casework import scratches
    from .spool import Spool

    return Spool(scratches.secret(db))


def take_up(db: Any, spool: Spool) -> int:
    """Keeps in the database what screens that died left on this terminal, in the spool or in an editor's file, and wipes it
    here. How many texts."""
    from ..casework import scratches
    from . import editor, viewing

    taken = 0
    for left, folder in editor.left(spool.name):
        if left is not None:
            keep(db, left.place, left.text, left.seen, age=left.age)
            taken += 1
        editor.wipe(folder)
    for path, found in spool.left():
        for one in found:
            keep(db, one.place, one.typed.text, one.typed.seen, age=one.age)
            taken += 1
        path.unlink(missing_ok=True)
    viewing.sweep()
    scratches.sweep(db)
    return taken


class NoteStart(NamedTuple):
    """What there is to go on with when a note is begun: my drafts (id, form, version, day) and words kept, by form."""

    drafts: tuple[tuple[int, str, int, date], ...]
    kept: tuple[tuple[str, Kept], ...]


def note_start(r: Reading, key: int) -> NoteStart:
    """The person's drafts in this case and their unsaved words. No narrative is read."""
    from ..casework import page
    from .terms import forms

    found = page.preview(r, key)
    drafts = () if found is None else tuple(
        (n.id, n.form, n.version, n.at.astimezone(r.zone).date()) for n in found.notes if n.mine and n.state == "draft"
    )  # fmt: skip
    kept = [(form, recall(r, f"note:{form}|case:{key}")) for _letter, _words, form in forms()]
    return NoteStart(drafts, tuple((form, one) for form, one in kept if one is not None))
