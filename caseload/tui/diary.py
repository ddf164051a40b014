"""What the screen asks of the practice, and has it do, about appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ..casework.appointments import Changes, NewAppointment
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing


def warnings(r: Reading, new: NewAppointment) -> list[str]:
    """What is to be known before an appointment is made, in sentences; nothing where nothing is. Raises as making it does."""
    from ..casework import judging

    return judging.questions_of_new(r, new)


def warnings_moved(r: Reading, appointment: int, at: datetime, minutes: int) -> list[str]:
    """The same of one that is moved."""
    from ..casework import appointments

    return appointments.questions_of_move(r, appointment, at, minutes)


def appoint(new: NewAppointment) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import appointments

        return appointments.appoint(w, new)

    return doing


def change(appointment: int, wanted: Changes, seen: int, which: str, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import appointments

        return appointments.change(w, appointment, wanted, seen=seen, which=which, scratch=place)

    return doing
