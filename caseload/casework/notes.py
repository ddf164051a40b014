"""The written record: draft, signed and locked, corrected only by addenda."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, delete, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import narrative, note, worker
from ..models.record import FORMS
from ..store import scope
from ..store.database import Receipt, Work
from . import attention, find, scratches, values

# What each form asks for, in order. GIRP begins with a goal, which ties the note to the plan.
SECTIONS: dict[str, tuple[str, ...]] = {
    "narrative": (),
    "soap": ("Subjective", "Objective", "Assessment", "Plan"),
    "dap": ("Data", "Assessment", "Plan"),
    "girp": ("Goal", "Intervention", "Response", "Plan"),
    "birp": ("Behaviour", "Intervention", "Response", "Plan"),
}


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note about one case. `scratch` names what was typed (`form|subject`), forgotten as the note is saved."""

    case: str | int
    form: str = "narrative"
    text: str = ""
    sign: bool = False
    addendum_to: int | None = None
    scratch: str | None = None


def compose(form: str, parts: dict[str, str]) -> str:
    """The text of a note from its sections, each under its heading; empty ones are left out. A narrative has one, ""."""
    if not SECTIONS[form]:
        return parts.get("", "")
    return "\n\n".join(
        f"{heading}:\n{parts[heading].strip()}" for heading in SECTIONS[form] if parts.get(heading, "").strip()
    )


def split(form: str, text: str) -> dict[str, str]:
    """The sections of a note's text; what stands before the first heading belongs to the first section."""
    headings = SECTIONS[form]
    if not headings:
        return {"": text}
    out: dict[str, list[str]] = {heading: [] for heading in headings}
    current = headings[0]
    for line in text.split("\n"):
        found = next(
            (h for h in headings if line.strip().casefold() in (f"{h}:".casefold(), f"{h[0]}:".casefold())), None
        )
        if found:
            current = found
        else:
            out[current].append(line)
    return {heading: "\n".join(lines).strip() for heading, lines in out.items()}


def write(w: Work, new: NewNote) -> Receipt:
    """Save a note as a draft, or sign it at once. An addendum needs a signed note of the same case.

    Raises Usage for an empty or over-long text, NotPermitted where the person may not write in that case.
    """
    form = values.one_of("form", new.form, FORMS)
    ref = find.to_act_on(w, [new.case], closed=True)[0]
    if not ref.is_open and new.addendum_to is None:
        raise Refused(
            _("Case {number} is closed. Reopen it, or add an addendum to a signed note.").format(number=ref.number)
        )
    text = values.prose(_("The note"), new.text)
    if new.addendum_to is not None:
        first = w.conn.execute(select(note.c.case_id, note.c.state).where(note.c.id == new.addendum_to)).first()
        if first is None or first.case_id != ref.id:
            raise Usage(_("That note is not one of this case."))
        if first.state != "signed":
            raise Refused(_("That note is still a draft: edit it instead of adding to it."))
    prose = {"case_id": ref.id, "worker_id": w.me.id, "body": text, "at": w.now}
    narrative_id = w.add(narrative, prose)
    row: dict[str, object] = {
        "case_id": ref.id, "author_id": w.me.id, "form": form, "state": "draft", "at": w.now, "on_date": w.today,
        "narrative_id": narrative_id, "addendum_to_id": new.addendum_to,
    }  # fmt: skip
    if new.sign:
        row |= _signature(w)
    note_id = w.add(note, row)
    attention.taken_up(w, [ref.id])
    scratches.clear(w, new.scratch)
    words = _("Signed a note ({form})") if new.sign else _("Saved a draft note ({form})")
    return w.receipt(words.format(form=form), cases=[ref.id], undoable=not new.sign, data={"note": note_id})


def edit(w: Work, note_id: int, text: str, *, seen: int, sign: bool = False, scratch: str | None = None) -> Receipt:
    """Save a new text of a draft; the one before is superseded and kept. `seen` is the version that was edited.

    Raises Conflict where someone saved it meanwhile, Refused where it is signed.
    """
    row = _draft(w, note_id)
    text = values.prose(_("The note"), text)
    prose = {"case_id": row.case_id, "worker_id": w.me.id, "body": text, "at": w.now, "supersedes_id": row.narrative_id}
    narrative_id = w.add(narrative, prose)
    changes = {"narrative_id": narrative_id, "version": seen + 1} | (_signature(w) if sign else {})
    if not w.conn.execute(update(note).where(note.c.id == note_id, note.c.version == seen).values(changes)).rowcount:
        raise Conflict(_("Someone else saved this note meanwhile. Your text is kept; look at theirs and save again."))
    scratches.clear(w, scratch)
    words = _("Signed a note ({form})") if sign else _("Saved a draft note ({form})")
    return w.receipt(words.format(form=row.form), cases=[row.case_id], undoable=not sign, data={"note": note_id})


def sign(w: Work, note_id: int) -> Receipt:
    """Sign a draft: from now on it is locked. Only its author signs it."""
    row = _draft(w, note_id)
    w.conn.execute(update(note).where(note.c.id == note_id).values(**_signature(w), version=note.c.version + 1))
    attention.taken_up(w, [row.case_id])
    return w.receipt(
        _("Signed a note ({form})").format(form=row.form), cases=[row.case_id], undoable=False, data={"note": note_id}
    )


def sign_drafts(w: Work, case: str | int) -> Receipt:
    """Sign the person's own drafts of one case, as `S` does in the queue."""
    ref = find.to_act_on(w, [case], closed=True)[0]
    mine = (note.c.case_id == ref.id, note.c.state == "draft", note.c.author_id == w.me.id)
    drafts = w.conn.execute(select(note.c.id).where(*mine)).scalars().all()
    if not drafts:
        return w.nothing(_("You have no draft in case {number}.").format(number=ref.number))
    w.conn.execute(update(note).where(*mine).values(**_signature(w), version=note.c.version + 1))
    attention.taken_up(w, [ref.id])
    return w.receipt(_("Signed {n} of your drafts").format(n=len(drafts)), cases=[ref.id], undoable=False)


def cosign(w: Work, case: str | int, *, note_id: int | None = None) -> Receipt:
    """Co-sign a signed note that asks for it, or all of the case that do. Who supervises the case does, and nobody their own.

    Raises Usage where there is no such note, NotPermitted for who wrote it or does not supervise the case, Refused where it
    is a draft or asks for none.
    """
    ref = find.to_act_on(w, [case], closed=True)[0]
    if not scope.may_lead(w, ref):
        raise NotPermitted(_("Only who supervises the case co-signs its notes."))
    found = select(note).where(note.c.case_id == ref.id, note.c.id == note_id if note_id is not None else _waits())
    rows = w.conn.execute(found).all()
    if note_id is not None:
        _may_cosign(w, rows[0] if rows else None)
    ids = [row.id for row in rows if w.me.id not in (row.author_id, row.signed_by)]
    if rows and not ids:
        raise NotPermitted(_("Nobody co-signs what they wrote themselves. Another supervisor does."))
    if not ids:
        return w.nothing(_("No note of case {number} waits to be co-signed.").format(number=ref.number))
    signature = {"cosigned_at": w.now, "cosigned_by": w.me.id, "version": note.c.version + 1}
    w.conn.execute(update(note).where(note.c.id.in_(ids)).values(signature))
    words = _n("Co-signed {n} note", "Co-signed {n} notes", len(ids)).format(n=len(ids))
    return w.receipt(words, cases=[ref.id], data={"cosigned": len(ids)})


def _waits() -> ColumnElement[bool]:
    return and_(note.c.state == "signed", note.c.needs_cosign, note.c.cosigned_at.is_(None))


def _may_cosign(w: Work, row: Row | None) -> None:  # type: ignore[type-arg]
    """Raises as `cosign` does for one note."""
    if row is None:
        raise Usage(_("That note is not one of this case."))
    if row.state != "signed":
        raise Refused(_("That note is still a draft. Its author signs it first."))
    if row.cosigned_at is not None or not row.needs_cosign:
        raise Refused(_("That note asks for no co-signature, or has it already."))


def discard(w: Work, note_id: int) -> Receipt:
    """Throw a draft away; undo brings it back."""
    row = _draft(w, note_id)
    w.conn.execute(delete(note).where(note.c.id == note_id))
    return w.receipt(_("Discarded a draft note"), cases=[row.case_id])


def _draft(w: Work, note_id: int) -> Row:  # type: ignore[type-arg]
    row = find.row_to_act_on(w, note, note_id, _("There is no such note."))
    if row.author_id != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("Only the author edits and signs a draft."))
    if row.state != "draft":
        raise Refused(_("A signed note is locked. Add an addendum instead."))
    return row


def _signature(w: Work) -> dict[str, object]:
    junior = w.conn.execute(select(worker.c.seniority).where(worker.c.id == w.me.id)).scalar() == "junior"
    return {"state": "signed", "signed_at": w.now, "signed_by": w.me.id, "needs_cosign": junior}
