"""A case that another agency sends as a Bundle of FHIR R4, taken in as a referral: a client and a case that waits here, with what is known.

Whoever opens cases takes one in. The case is new here and begins today: what is brought along is read and judged anew.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ...casework import find, intake
from ...errors import NotPermitted, Refused, Usage
from ...messages import _
from ...models import background, case_file, external_id, goal, plan, program, step
from ...models.case import RISKS
from ...store import scope
from ...text import LINE_LIMIT, fold, line
from ..check import Wording
from ..format import Format, Source, Written
from ..ids import slug
from ..rows import Note, Record, Reject
from ..table import Row, Table
from . import comes_answers, comes_client, comes_method, comes_papers, comes_told, making, parcel
from . import reading as fhir
from .piece import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...store.database import Reading
    from ..apply import Job
    from ..format import Again, Options
    from ..stage import Stage
    from .parcel import Entry, Parcel

# What a case is known by, the first that there is.
_CASES = ("EpisodeOfCare", "ServiceRequest")
_OPEN = ("active", "onhold", "waitlist", "planned")
# What is told with something else, and needs no line of its own.
_WITH_OTHERS = ("Practitioner", "PractitionerRole", "Organization", "Binary", "Provenance")
_MOST_LOST = 20
_COLUMNS = ("resourceType", "fullUrl", "resource")


class Arrival(Format):
    """One Bundle on its way in: for which program, and who is to hold the case."""

    def __init__(self, r: Reading, path: Path, source: str, program_code: str | None, worker: str | None) -> None:
        self._reading, self._path, self._said = r, path, source
        self._program, self._worker, self._system = program_code, worker, ""
        self.pieces: dict[tuple[str, str], Piece] = {}
        self.case = making.NewCase("", "", "low", worker)

    @staticmethod
    def require(r: Reading) -> None:
        """Raises NotPermitted unless this person opens cases, Refused for who looks without identity just now."""
        find.names_seen(r)
        if r.me.id is None:
            raise NotPermitted(_("An import needs a worker to stand for it."))

    def wording(self) -> Wording:
        names = {
            "client": "Patient", "alias": "Patient.name", "channel": "telecom, address", "case": "EpisodeOfCare",
            "program": _("program"), "worker": _("worker"), "person": "RelatedPerson", "alert": "Flag", "need": "Condition",
            "assessment": "QuestionnaireResponse", "background": "Observation", "goal": "Goal", "step": "CarePlan.activity",
            "task": "Task", "document": "DocumentReference", "brought": "fullUrl",
        }  # fmt: skip
        groups = {
            ("client", "name"): "Patient.name", ("client", "birth"): "Patient.birthDate", ("client", "sex"): "Patient.gender",
            ("client", "language"): "Patient.communication", ("alias", "name"): "Patient.name", ("channel", "value"): "telecom, address",
            ("case", "opened"): "EpisodeOfCare.period", ("case", "source"): "managingOrganization", ("closing", "day"): "EpisodeOfCare.period",
            ("person", "name"): "RelatedPerson.name", ("person", "role"): "RelatedPerson.relationship", ("alert", "text"): "Flag.code",
            ("alert", "level"): "Flag.category", ("need", "severity"): "Condition.severity", ("need", "words"): "Condition.note",
            ("assessment", "answers"): "QuestionnaireResponse.item", ("background", "text"): "Observation.value",
            ("goal", "title"): "Goal.description", ("goal", "measure"): "Goal.target.measure", ("goal", "days"): "Goal.target.due",
            ("step", "title"): "CarePlan.activity.detail.description", ("step", "days"): "CarePlan.activity.detail.scheduled",
            ("task", "title"): "Task.description", ("task", "due"): "Task.restriction.period",
        }  # fmt: skip
        things = {"client": "Patient", "case": "EpisodeOfCare", "program": _("program")}
        return Wording(things, names, groups, whole=True)

    def said(self, source: str, totals: dict[str, int]) -> str:
        if totals["cases"]:
            return _("Took a case over from {source}").format(source=source)
        return _("Brought a case from {source} up to date").format(source=source)

    # -- reading ------------------------------------------------------------------------------------------

    def read(self, stage: Stage) -> Source:
        """Lay the Bundle on the workbench. Raises Usage where it cannot be read as a whole, or is a case of ours that comes back."""
        opened = parcel.opened(self._path)
        r = self._reading
        _not_ours(r, opened)
        source = comes_told.source_of(opened, self._said)[:LINE_LIMIT] or _("an unnamed agency")
        episode = _episode(opened)
        self.case = making.NewCase(
            self._program_of(opened, episode), source, _risk(opened), self._worker, opened.stamp or r.now.isoformat()
        )
        staged: set[int] = set()
        for piece in self._pieces(opened, episode, source):
            if (piece.entity, piece.ext) in self.pieces:
                continue
            self.pieces[piece.entity, piece.ext] = piece
            staged.add(piece.row)
            refs = {"client": opened.client.key} if piece.entity == "case" else {}
            file = opened.file if piece.row else ""
            stage.add(Record(piece.entity, piece.ext, file, piece.row, piece.fields, refs, opened.stamp))
        for row, column, reason in opened.faults:
            stage.add(Reject(opened.file, row, column, "", _("a resource of this client, in FHIR R4"), reason))
        self._count(stage, opened, staged)
        stage.flush()
        self._system = f"fhir:{slug(source) or 'agency'}"
        return Source(self._system, source, "FHIR R4")

    def _pieces(self, opened: Parcel, episode: Entry | None, source: str) -> Iterator[Piece]:
        r = self._reading
        yield from comes_client.client(opened, r.today)
        known = episode or opened.client
        yield Piece("case", known.key if episode else f"{known.key}|case", known.row, {"source": (source,)})
        yield from comes_client.more_of_client(opened)
        yield from comes_client.around(opened, r.today)
        yield from comes_client.flags(opened)
        yield from comes_told.episodes(opened, r.zone)
        yield from comes_told.consents(opened, r.zone)
        yield from comes_method.conditions(r, opened)
        yield from comes_answers.responses(r, opened)
        yield from comes_method.goals(r, opened)
        yield from comes_method.plans(r, opened)
        yield from comes_method.tasks(r, opened)
        yield from comes_told.referrals(opened, r.zone)
        yield from comes_told.appointments(opened, r.zone)
        yield from comes_told.contacts(opened, r.zone)
        yield from comes_told.others(opened, r.zone)
        yield from comes_papers.papers(r, opened)
        yield comes_papers.whole(r, opened, source)

    def _count(self, stage: Stage, opened: Parcel, staged: set[int]) -> None:
        """What becomes of every entry: taken, told, kept in the Bundle alone; and references that lead nowhere."""
        faulty = {row for row, _column, _reason in opened.faults}
        beside = [one for one in opened.entries if one.row not in staged | faulty]
        stage.count_file(opened.file, opened.rows, len({one.row for one in beside}))
        kinds = Counter(line(one.kind)[:40] for one in beside)
        for with_others, said in (
            (True, _("told with what they belong to: {kinds}")),
            (False, _("have no place here, and stay in the Bundle that is kept with the case: {kinds}")),
        ):
            those = {kind: n for kind, n in sorted(kinds.items()) if (kind in _WITH_OTHERS) is with_others}
            if those:
                listed = ", ".join(f"{kind} {n}" for kind, n in those.items())
                stage.add(Note(opened.file, sum(those.values()), said.format(kinds=listed)))
        if opened.numbers:
            stage.add(Note(opened.file, opened.numbers, _("social security numbers are never taken")))
        words = Counter(piece.load.section for (entity, _ext), piece in self.pieces.items() if entity == "brought")
        if words:
            stage.add(
                Note(
                    opened.file,
                    words.total(),
                    _("entries are told in words, in a draft note: they are no facts of ours"),
                )
            )
        if words["consents"]:
            said = _("consents were given to the sender: they permit nothing here, and are told in words")
            stage.add(Note(opened.file, words["consents"], said))
        lost = [(entry, address) for entry, address in opened.lost() if entry.row in staged]
        for entry, address in lost[:_MOST_LOST]:
            said = _("entry {row} ({kind}) refers to what is not in the Bundle: {address}")
            stage.add(Note(opened.file, 0, said.format(row=entry.row, kind=line(entry.kind)[:40], address=address)))
        if len(lost) > _MOST_LOST:
            stage.add(Note(opened.file, len(lost) - _MOST_LOST, _("more references lead to what is not in the Bundle")))

    # -- what is decided here by now --------------------------------------------------------------------

    def gone(self, r: Reading, stage: Stage) -> int:
        """Of a case that came before: what they plan there is told, not planned, once a plan was put forward here; so is a section of the
        history that somebody here has written."""
        e = external_id.c
        [(ext,)] = [(ext,) for entity, ext in self.pieces if entity == "case"]
        mine = (e.system == self._system, e.entity == case_file.name, e.external == ext)
        case_id = r.conn.execute(select(e.row_id).where(*mine)).scalar()
        if case_id is None:
            return 0
        if not scope.sees(r, case_id):
            raise Refused(
                _("That was taken over here already, into a case that is not yours to see. Ask your supervisor.")
            )
        entities = {"goal": goal, "step": step} if _planned_here(r, case_id) else {}
        for entity, table in {**entities, "background": background}.items():
            taken = select(e.external).where(e.system == self._system, e.entity == table.name)
            known = set(r.conn.execute(taken).scalars())
            sections = set(
                r.conn.execute(select(background.c.section).where(background.c.case_id == case_id)).scalars()
            )
            for (kind, key), piece in list(self.pieces.items()):
                if kind == entity and key not in known and (entity != "background" or piece.load in sections):
                    self._in_words(stage, piece)
        return 0

    def _in_words(self, stage: Stage, piece: Piece) -> None:
        told = comes_told.instead(piece)
        self.pieces[told.entity, told.ext] = told
        stage.run(
            "update record set entity = ?, ext = ?, fields = '{}', digest = '', first_digest = '' where entity = ? and ext = ?",
            (told.entity, told.ext, piece.entity, piece.ext),
        )

    # -- which program ------------------------------------------------------------------------------------

    def _program_of(self, opened: Parcel, episode: Entry | None) -> str:
        """The program the case is for: the one named, the one that is called as the sender's, or the only one there is. Raises Usage."""
        if self._program is not None:
            return self._program
        rows = self._reading.conn.execute(
            select(program.c.code, program.c.name).where(program.c.closed_on.is_(None)).order_by(program.c.code)
        ).all()
        called = {fold(text) for text in fhir.said_all(episode.resource, "type")} if episode is not None else set()
        called |= {fold(fhir.named(one.resource)) for one in opened.of("HealthcareService")}
        alike = [row.code for row in rows if {fold(row.code), fold(row.name)} & called]
        if len(alike) == 1 or len(rows) == 1:
            return str(alike[0] if len(alike) == 1 else rows[0].code)
        if not rows:
            raise Usage(
                _("There is no program yet that a case could be for. An admin adds one: caseload program add PROGRAM")
            )
        known = ", ".join(row.code for row in rows)
        raise Usage(_("Say which program the case is for: --program, one of: {known}.").format(known=known))

    # -- writing ------------------------------------------------------------------------------------------

    def write(self, job: Job) -> Written:
        """Open the case and make what is new of it."""
        return Written(making.Making(job, self.pieces, self.case).all())

    @contextmanager
    def again(self) -> Iterator[Again]:
        """The entries as rows, for the file of those that were rejected."""
        from . import parse

        found, _data = parse.load(self._path)

        def rows() -> Iterator[Row]:
            for number, entry in enumerate(fhir.things(found, "entry"), 1):
                resource = entry.get("resource")
                kind = fhir.word(resource, "resourceType")
                text = line(json.dumps(resource, ensure_ascii=False, default=str))
                yield Row(number, [kind, fhir.word(entry, "fullUrl"), text])

        name = line(self._path.name)
        yield [(name, name, lambda: nullcontext(Table(name, _COLUMNS, rows())))]


def prepare(r: Reading, path: Path, options: Options) -> Arrival:
    """A Bundle for one program. Raises NotPermitted for who opens no cases, Usage for an unknown program or worker, Refused for a program
    that takes no cases and a worker who holds none."""
    Arrival.require(r)
    code = options.program
    if code is not None:
        key = intake.open_program(r, code)
        code = str(r.conn.execute(select(program.c.code).where(program.c.id == key)).scalar_one())
    intake.receiver(r, options.worker)
    return Arrival(r, path, options.source or "", code, options.worker)


def _episode(opened: Parcel) -> Entry | None:
    """What the case is known by: the episode that runs, the newest of several; else the request by which the client is sent."""
    for kind in _CASES:
        found = [one for one in opened.of(kind) if one.resource.get("status") != "entered-in-error"]
        if found:
            return max(found, key=lambda one: (one.resource.get("status") in _OPEN, _begins(one.resource), one.key))
    return None


def _begins(resource: Any) -> str:
    return fhir.word(fhir.thing(resource, "period"), "start") or fhir.word(resource, "authoredOn")


def _risk(opened: Parcel) -> str:
    """The last risk that the sender judged, in our words: whoever was in danger there does not wait as if they were not."""
    called = {fold("Risk of the case"), fold(_("Risk of the case"))}
    judged = [
        (
            fhir.word(one.resource, "effectiveDateTime"),
            one.row,
            fold(fhir.said(one.resource.get("valueCodeableConcept"))),
        )
        for one in opened.of("Observation")
        if fold(fhir.word(one.resource.get("code"), "text")) in called
        and one.resource.get("status") != "entered-in-error"
    ]
    known = [one for one in judged if one[2] in RISKS]
    return max(known)[2] if known else "low"


def _planned_here(r: Reading, case_id: int) -> bool:
    """Whether a plan of this case was put forward here, or runs, or has ended."""
    told = select(plan.c.id).where(plan.c.case_id == case_id, plan.c.state != "draft").limit(1)
    return r.conn.execute(told).first() is not None


def _not_ours(r: Reading, opened: Parcel) -> None:
    """Raises Usage for a case that left from here and comes back: it is here already, under its number."""
    for entry in opened.of("EpisodeOfCare"):
        uid = str(entry.resource.get("id", ""))
        where = (case_file.c.uid == uid, scope.visible(r))
        number = r.conn.execute(select(case_file.c.number).where(*where)).scalar() if uid else None
        if number is not None:
            said = _(
                "That case left from here and is here already: {number}. What came back of it is added there by hand."
            )
            raise Usage(said.format(number=number))
