"""What the screen has the practice do. Each function takes the answers and gives the work: a function of the unit of work
that runs on the writing thread, does everything in one transaction, and returns the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ..messages import _n

if TYPE_CHECKING:
    from ..casework.assign import Plan
    from ..casework.intake import NewCase
    from ..casework.merge import Plan as Merging
    from ..store.database import Receipt, Work

Doing = Callable[["Work"], "Receipt"]
# The place and the text of words that were kept while they were typed.
Typed = tuple[str, str] | None


def _place(words: Typed) -> str | None:
    return words[0] if words is not None else None


def forgetting(words: Typed, doing: Doing) -> Doing:
    """The work, with the typed words forgotten in its transaction."""

    def both(w: Work) -> Receipt:
        from ..casework import scratches

        scratches.clear(w, _place(words))
        return doing(w)

    return both


def log_contact(
    keys: Sequence[int], kind: str, outcome: str, with_whom: str, minutes: int | None, note: str, words: Typed, *,
    at: datetime | None = None, place: str | None = None,
) -> Doing:  # fmt: skip
    def doing(w: Work) -> Receipt:
        from ..casework import contacts

        new = contacts.NewContact(
            cases=tuple(keys),
            kind=kind,
            outcome=outcome,
            with_whom=with_whom,
            place=place,
            at=at,
            minutes=minutes,
            note=note,
            scratch=_place(words),
        )
        return contacts.log(w, new)

    return doing


def snooze(keys: Sequence[int], day: date, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import attention

        return attention.snooze_until(w, tuple(keys), day, why)

    return forgetting(words, doing)


def wake(keys: Sequence[int]) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import attention

        return attention.wake(w, tuple(keys))

    return doing


def reviewed(keys: Sequence[int]) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import attention

        return attention.reviewed(w, tuple(keys))

    return doing


def acknowledge(keys: Sequence[int]) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import attention

        return attention.acknowledge(w, tuple(keys))

    return doing


def move_stage(keys: Sequence[int], stage: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import stages

        receipts = [stages.move(w, key, stage, why) for key in keys]
        if len(receipts) == 1:
            return receipts[0]
        said = _n("Moved {n} case to stage {stage}", "Moved {n} cases to stage {stage}", len(keys))
        return w.receipt(said.format(n=len(keys), stage=stage), cases=list(keys))

    return forgetting(words, doing)


def set_risk(key: int, risk: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import stages

        return stages.set_risk(w, key, risk, why)

    return forgetting(words, doing)


def set_tags(keys: Sequence[int], put: Sequence[str], off: Sequence[str]) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import alerts

        return alerts.set_tags(w, tuple(keys), add=put, remove=off)

    return doing


def raise_alert(key: int, text: str, kind: str, level: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import alerts

        return alerts.raise_alert(w, key, text, kind=kind, level=level)

    return forgetting(words, doing)


def review_alert(key: int, alert: int | None) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import alerts

        return alerts.review(w, key, alert)

    return doing


def end_alert(key: int, alert: int, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import alerts

        return alerts.end(w, key, alert, why)

    return forgetting(words, doing)


def add_task(key: int, title: str, due: date, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import tasks

        return tasks.add(w, key, title, due)

    return forgetting(words, doing)


def finish_task(key: int, task: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import tasks

        return tasks.done(w, task, case=key)

    return doing


def change_task(task: int, seen: int, title: str | None, due: date | None, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import tasks

        return tasks.change(w, task, seen=seen, title=title, due=due)

    return forgetting(words, doing)


def appoint(key: int, at: datetime, minutes: int, title: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import appointments

        return appointments.appoint(
            w, appointments.NewAppointment(case=key, starts_at=at, minutes=minutes, title=title)
        )

    return forgetting(words, doing)


def move_appointment(appointment: int, seen: int, at: datetime, minutes: int | None, which: str = "one") -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import appointments

        return appointments.move(w, appointment, at, minutes=minutes, seen=seen, which=which)

    return doing


def settle(appointment: int, state: str, which: str = "one") -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import appointments

        return appointments.settle(w, appointment, state, which=which)

    return doing


def reassign(plan: Plan, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import assign

        return assign.commit(w, plan, why)

    return forgetting(words, doing)


def write_note(key: int, form: str, text: str, sign: bool, addendum_to: int | None, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import notes

        return notes.write(
            w, notes.NewNote(case=key, form=form, text=text, sign=sign, addendum_to=addendum_to, scratch=place)
        )

    return doing


def edit_note(note: int, text: str, seen: int, sign: bool, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import notes

        return notes.edit(w, note, text, seen=seen, sign=sign, scratch=place)

    return doing


def edit_client(key: int, changes: Mapping[str, str], seen: int, base: Mapping[str, str], place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import clients

        return clients.edit(w, key, changes, seen=seen, base=base, scratch=place)

    return doing


def sign_note(note: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import notes

        return notes.sign(w, note)

    return doing


def cosign(key: int, note: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import notes

        return notes.cosign(w, key, note_id=note)

    return doing


def discard_note(note: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import notes

        return notes.discard(w, note)

    return doing


def merge(plan: Merging, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import merge as merging

        return merging.commit(w, plan, why)

    return forgetting(words, doing)


def open_case(new: NewCase) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import intake

        return intake.open_case(w, new)

    return doing


def undo(change: int, redo: bool) -> Doing:
    def doing(w: Work) -> Any:
        from ..store import undo as undoing

        return undoing.undo(w, change, redo=redo)

    return doing


def comment(key: int, note: int | None, contact: int | None, text: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import comments

        return comments.add(w, key, text, note_id=note, contact_id=contact, scratch=_place(words))

    return doing


def mark_read(key: int, note: int | None, contact: int | None) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import comments

        return comments.mark(w, key, note_id=note, contact_id=contact)

    return doing


def save_view(
    name: str, query: str, sort: str, columns: tuple[str, ...], number: int | None, team: str | None
) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import views

        return views.save(w, views.NewView(name, query, sort, columns, number, team))

    return doing


def drop_view(name: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import views

        return views.drop(w, name)

    return doing
