"""Making what a Bundle brings, by the verbs that make it anywhere: rights, rules and clocks are theirs. One act, which one undo takes back.

What is told in words stands in one draft note of whoever takes the case in: nobody here has signed it. They read it, and sign it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from ...casework import (
    alerts,
    assessments,
    backgrounds,
    care_plan,
    documents,
    find,
    goals,
    intake,
    needs,
    notes,
    steps,
    tasks,
)
from ...errors import Refused
from ...messages import _
from ...models import alias, case_file, channel, client_code, identity, person, plan
from ...models.plan import WHO
from ...store import scope
from ...store.names import rekey
from ...text import PROSE_LIMIT
from .. import meetings
from ..apply import day, new_of
from ..local import CODE_GROUPS, code_field
from .piece import SECTIONS

if TYPE_CHECKING:
    from ..apply import Job
    from .piece import Piece, Told

# So much of a note is left for its head and headings.
_ROOM = PROSE_LIMIT - 4_000


@dataclass(frozen=True, slots=True)
class NewCase:
    """For which program the case is, who sends it, how urgent it was there, who is to hold it, and when the Bundle was made."""

    program: str
    source: str
    risk: str
    worker: str | None
    stamp: str = ""


class Making:
    """One Bundle being taken in."""

    def __init__(self, job: Job, pieces: dict[tuple[str, str], Piece], new: NewCase) -> None:
        self._job, self._w, self._pieces, self._new = job, job.w, pieces, new
        self._case = self._client = 0

    def all(self) -> list[int]:
        """Make everything that is new, what others refer to first; the case."""
        self._open()
        self._beside_client()
        for entity, maker in (
            ("alert", self._alert), ("assessment", self._assessment), ("need", self._need), ("background", self._background),
            ("goal", self._goal), ("step", self._step), ("task", self._task), ("document", self._document),
        ):  # fmt: skip
            for seq, piece in self._fresh(entity):
                self._keep(seq, maker(piece))
        self._tell()
        return [self._case]

    def _fresh(self, entity: str) -> Iterator[tuple[int, Piece]]:
        """What is new of an entity, in the order of the Bundle; answers by the day they were given, since each is compared with the last."""
        found = [(seq, self._pieces[entity, ext]) for _row_id, ext, _fields, seq in new_of(self._job, entity, ", seq")]
        if entity == "assessment":
            found.sort(key=lambda one: one[1].load.on)
        yield from found

    def _keep(self, seq: int, row_id: int) -> None:
        meetings.keep(self._job.stage, [(row_id, seq)])

    def _known(self, entity: str, ext: str) -> int | None:
        asked = "select row_id from known where entity = ? and ext = ?"
        row = self._job.stage.run(asked, (entity, ext)).fetchone()
        return int(row[0]) if row is not None else None

    # -- the client and the case ---------------------------------------------------------------------------

    def _open(self) -> None:
        w, new = self._w, self._new
        clients, cases = list(self._fresh("client")), list(self._fresh("case"))
        [who] = [piece for (entity, _ext), piece in self._pieces.items() if entity == "client"]
        [what] = [piece for (entity, _ext), piece in self._pieces.items() if entity == "case"]
        if not cases:
            self._case = self._known("case", what.ext) or 0
            self._client = find.case(w, self._case).client_id
            # The client of that case, under another name than before.
            for seq, _piece in clients:
                self._keep(seq, self._client)
            return
        given, middle, family, suffix, _quality = (str(part or "") for part in who.fields["name"])
        born, quality = who.fields["birth"]
        language = str(who.fields["language"][0] or "")
        made = intake.NewCase(
            given, family, new.program, day(str(born or "")), new.source, new.risk, new.worker, language=language
        )
        if not clients:
            made = replace(made, client_of=self._case_of(who.ext))
        self._case = int(intake.open_case(w, made).data["id"])
        self._client = find.case(w, self._case).client_id
        for seq, _piece in cases:
            self._keep(seq, self._case)
        for seq, piece in clients:
            parts = {"middle": middle, "suffix": suffix, "birth_quality": quality}
            w.conn.execute(update(identity).where(identity.c.client_id == self._client).values(parts))
            rekey(w.conn, [self._client])
            self._codes(piece)
            self._keep(seq, self._client)

    def _codes(self, piece: Piece) -> None:
        rows = [
            {"client_id": self._client, "field": code_field(group), "code": code}
            for group in CODE_GROUPS
            for code in piece.fields.get(group, [[]])[0]  # type: ignore[union-attr]
        ]
        if rows:
            self._w.conn.execute(insert(client_code), rows)

    def _case_of(self, ext: str) -> int:
        """A case in sight of a client who came from there before. Raises Refused where none is."""
        w = self._w
        theirs = (case_file.c.client_id == self._known("client", ext), scope.visible(w))
        found = w.conn.execute(select(case_file.c.id).where(*theirs).order_by(case_file.c.id.desc()).limit(1)).scalar()
        if found is None:
            raise Refused(
                _("This client came from there before, into a case that you do not see. Ask your supervisor.")
            )
        return int(found)

    # -- beside the client ---------------------------------------------------------------------------------

    def _beside_client(self) -> None:
        w, mine = self._w, {"client_id": self._client}
        for seq, piece in self._fresh("alias"):
            self._keep(seq, w.add(alias, mine, name=piece.fields["name"][0]))
            rekey(w.conn, [self._client])
        for seq, piece in self._fresh("person"):
            role, relation = piece.fields["role"]
            self._keep(seq, w.add(person, mine, name=piece.fields["name"][0], role=role, relation=relation))
        for seq, piece in self._fresh("channel"):
            kind, value = piece.fields["value"]
            of = self._known("person", str(piece.load))
            row = {"person_id": of, "kind": kind, "value": value, "safe": "unknown", "valid_from": w.today}
            self._keep(seq, w.add(channel, mine | row))

    def _alert(self, piece: Piece) -> int:
        kind, level = (str(part) for part in piece.fields["level"])
        text = str(piece.fields["text"][0])
        return int(alerts.raise_alert(self._w, self._case, text, kind=kind, level=level).data["alert"])

    # -- what was found and agreed -------------------------------------------------------------------------

    def _assessment(self, piece: Piece) -> int:
        told = piece.load
        new = assessments.NewAssessment(self._case, told.instrument.code, told.answers, on=told.on, words=told.words)
        return int(assessments.record(self._w, new).data["assessment"])

    def _need(self, piece: Piece) -> int:
        told = piece.load
        new = needs.NewNeed(
            self._case, told.domain, str(piece.fields["severity"][0]), words=told.words, on=told.found,
            assessment=self._known("assessment", told.found_in),
        )  # fmt: skip
        return int(needs.add(self._w, new).data["need"])

    def _background(self, piece: Piece) -> int:
        text = str(piece.fields["text"][0])
        return int(backgrounds.write(self._w, self._case, piece.load, text, seen=0).data["background"])

    def _goal(self, piece: Piece) -> int:
        starts, due = (day(str(one) if one else None) for one in piece.fields["days"])
        new = goals.NewGoal(
            str(piece.fields["title"][0]), str(piece.fields["measure"][0]), self._known("need", piece.load.need), starts, due,
            words=piece.load.words or None,
        )  # fmt: skip
        return int(goals.add(self._w, self._draft(), new).data["goal"])

    def _draft(self) -> int:
        """The draft of a plan, begun where there is none."""
        being_written = (plan.c.case_id == self._case, plan.c.kind == "service", plan.c.state == "draft")
        found = self._w.conn.execute(select(plan.c.id).where(*being_written)).scalar()
        return int(found) if found is not None else int(care_plan.begin(self._w, self._case).data["plan"])

    def _step(self, piece: Piece) -> int:
        starts, due = (day(str(one) if one else None) for one in piece.fields["days"])
        # Whoever is named by what they are alone is somebody there.
        named = "" if piece.load.name in WHO else piece.load.name
        who, name = ("client", "") if piece.load.by_client else ("other", named or self._new.source)
        new = steps.NewStep(str(piece.fields["title"][0]), who, name, starts=starts, due=due)
        of = self._known("goal", piece.load.goal)
        assert of is not None, "a step comes with its goal"
        return int(steps.add(self._w, of, new).data["step"])

    def _task(self, piece: Piece) -> int:
        due = date.fromisoformat(str(piece.fields["due"][0]))
        return int(tasks.add(self._w, self._case, str(piece.fields["title"][0]), due).data["task"])

    def _document(self, piece: Piece) -> int:
        paper = piece.load
        new = documents.NewDocument(self._case, Path(), paper.kind, paper.name)
        return int(documents.take_in(self._w, new, io.BytesIO(paper.data)).data["document"])

    # -- what is told --------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """One draft note of all that is told and new, or several where it is too long for one."""
        left = sorted(
            self._fresh("brought"), key=lambda one: (SECTIONS.index(one[1].load.section), one[1].load.order, one[0])
        )
        while left:
            some, size = 0, 0
            while some < len(left) and (size + len(left[some][1].load.text) + 2 <= _ROOM or not some):
                size += len(left[some][1].load.text) + 2
                some += 1
            text = self._head() + "".join(_written([piece.load for _seq, piece in left[:some]]))
            note = int(notes.write(self._w, notes.NewNote(self._case, text=text)).data["note"])
            for seq, _piece in left[:some]:
                self._keep(seq, note)
            left = left[some:]

    def _head(self) -> str:
        said = _(
            "Sent by {source} as a FHIR Bundle of {day}. This is what was recorded there: none of it was done, found or permitted here."
        )
        return said.format(source=self._new.source, day=self._new.stamp[:10]) + "\n"


def _written(entries: list[Told]) -> Iterator[str]:
    section = ""
    for one in entries:
        if one.section != section:
            section = one.section
            yield f"\n{heading(section).upper()}\n"
        first, *rest = one.text.split("\n")
        yield f"{first}\n" + "".join(f"    {each}\n" if each else "\n" for each in rest)


def heading(section: str) -> str:
    """What stands above a part of what is told."""
    return {
        "case": _("The case there"), "people": _("The client, and who is around them"), "warnings": _("Warnings that have ended"),
        "consents": _("Consents given there: they permit nothing here"), "needs": _("Conditions recorded there"),
        "assessments": _("Asked and observed there"), "plan": _("The plan there"), "tasks": _("Tasks there"),
        "referrals": _("Referrals made there"), "appointments": _("Appointments there"),
        "contacts": _("Contacts and notes there"), "other": _("Also recorded there"),
    }[section]  # fmt: skip
