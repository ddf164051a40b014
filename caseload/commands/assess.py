"""`caseload assess`: ask an instrument in a case, list what was asked, and how it has changed since the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified, without_keys
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column
from .receipts import key_of, told
from .session import check_why, names_shown
from .table import facts, paragraph
from .terminal import say
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caseload.casework.assessed import AnswerRow, AssessmentRow, Change, ScoreRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Phase = Literal["baseline", "review", "closing", "annual"]


@commands.command(
    "assess",
    "caseload assess 2026-048212 phq-2 --answers 1=2 --answers 2='nearly every day'",
    "caseload assess 2026-048212",
    help=_(
        "Ask an instrument in a case, named as `caseload instrument list` does: each answer by the number of its question, or "
        "--declined. Or: list; show ID, with the answers; changes, since the beginning. An answer that asks for a look at the client's "
        "safety says so at once, and raises a high alert."
    ),
)
def assess(
    ctx: typer.Context,
    case: Case,
    what: Annotated[
        str, typer.Argument(metavar="INSTRUMENT|list|show|changes", help=_("Which instrument, or what to do."))
    ] = "list",
    what_id: Annotated[
        str | None, typer.Argument(metavar="ID", help=_("Which assessment, with show."), show_default=False)
    ] = None,
    answers: Annotated[
        list[str] | None,
        said(
            "N=ANSWER|-|@FILE",
            _(
                "The answer to question N (or to its link): what it counts, its place where nothing counts, its code or the start of its "
                "words; several with commas. May be repeated; - and @FILE have one a line."
            ),
            "--answers",
        ),
    ] = None,
    phase: Annotated[
        Phase | None,
        typer.Option(
            "--phase",
            help=_("When in the work; baseline the first time and review afterwards, unless given."),
            show_default=False,
        ),
    ] = None,
    at: Annotated[str | None, said("DATE", _("The day it was answered; today unless given."), "--at")] = None,
    words: Annotated[str | None, said("TEXT|-|@FILE", _("What the client said about it."), "--words")] = None,
    cut_off: Annotated[
        str,
        said("NAME", _("Which cut-off counts, where there are several; that of the last time unless given."), "--cut-off"),
    ] = "",
    declined: Annotated[
        Literal["declined", "not_reached", "not_able"] | None,
        typer.Option(
            "--declined",
            help=_("It was offered and not answered: the client did not want to, was not reached, or was in no state for it."),
            show_default=False,
        ),
    ] = None,
    corrects: Annotated[str | None, said("ID", _("The assessment whose place this one takes."), "--corrects")] = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:  # fmt: skip
    asked = session(ctx)
    recording = (answers, phase, at, words, cut_off or None, corrects, declined)
    _fits(what, what_id, any(one is not None for one in recording), identified or deidentified or why is not None)
    if what in ("list", "changes"):
        cover = Cover(asked, deidentified, identified)
        check_why(identified, why)
        rows, columns = _listed(asked, case, what, why)
        output.rows(cover.rows(rows) if deidentified else rows, columns, format)
        cover.state()
    elif what == "show":
        _show(asked, case, key_number(what_id, "ID"), deidentified, identified, why, format)
    elif declined is not None:
        if answers or words or cut_off or corrects:
            raise Usage(_("--declined goes with --phase and --at alone."))
        _not_answered(asked, case, what, declined, phase, at, format)
    else:
        typed, said_words = _typed(answers or (), words)
        [number] = to_change(asked, case, one=True)

        def do(w: Work) -> Receipt:
            from caseload.casework import assessments
            from caseload.casework.instruments import answers as given

            when = day(at, "--at", w.today, back=True) if at is not None else None
            key = key_number(corrects, "--corrects") if corrects is not None else None
            form = assessments.asked_by(w, number, what, key).questionnaire
            new = assessments.NewAssessment(
                number, what, given.typed_all(form, typed), phase, when, said_words, cut_off, key
            )
            return assessments.record(w, new)

        receipt = asked.act("assess", do)
        told(receipt, format, _came_to)
        _aloud(receipt, format)


def _not_answered(
    asked: Session, case: str, what: str, why: str, phase: str | None, at: str | None, format: output.FormatName | None
) -> None:
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import offered

        when = day(at, "--at", w.today, back=True) if at is not None else None
        return offered.decline(w, number, what, why, phase=phase or "review", on=when)

    told(asked.act("assess", do), format, lambda receipt: {**key_of(receipt, "offer"), "phase": phase or "review"})


def _fits(what: str, what_id: str | None, recording: bool, reading: bool) -> None:
    """Raises Usage for options that go with another act."""
    if (what_id is None) == (what == "show"):
        raise Usage(_("show takes the ID of an assessment, as the list shows it; nothing else takes one."))
    if recording and what in ("list", "show", "changes"):
        raise Usage(_("--answers and what belongs to them go with an instrument: caseload instrument list"))
    if reading and what not in ("list", "show", "changes"):
        raise Usage(_("--identified, --why and --deidentified go with list, show and changes."))


def _typed(answers: Sequence[str], words: str | None) -> tuple[dict[str, str], str]:
    """The answers by what names their question, and the client's words. Raises Usage; repeats no answer."""
    if sum(one == "-" for one in (*answers, words)) > 1:
        raise Usage(_("Standard input can be read once: give one of them as @FILE."))
    found: dict[str, str] = {}
    for one in answers:
        for row in (text_of(one, "--answers") or "").splitlines():
            key, equals, value = row.partition("=")
            if not row.strip():
                continue
            if not equals or key.strip() in found:
                raise Usage(_("--answers takes N=ANSWER, such as 1=2, each question once."))
            found[key.strip()] = value
    return found, text_of(words, "--words") or ""


def _came_to(receipt: Receipt) -> dict[str, Any]:
    data = receipt.data or {}
    return {
        **key_of(receipt, "assessment"), **key_of(receipt, "alert"), "phase": data.get("phase"),
        "safety": list(data.get("safety", ())), "scores": [score_shape(one) for one in data.get("scores", ())],
    }  # fmt: skip


def _aloud(receipt: Receipt, format: output.FormatName | None) -> None:
    """What must be heard whatever the format; and at a terminal what it came to."""
    data = receipt.data or {}
    for text in data.get("safety", ()):
        say(_("SAFETY: {text}. Look at it now, whatever the total.").format(text=text))
    if output.chosen(format) == "table":
        for line in score_lines([score_shape(one) for one in data.get("scores", ())]):
            say(line)


# -- reading -------------------------------------------------------------------------------------


def _listed(asked: Session, case: str, what: str, why: str | None) -> tuple[list[dict[str, Any]], list[Column]]:
    from caseload.casework import assessed

    _number, key = opened(asked, case, told=False, surface=f"assess {what}", why=why)
    with asked.read() as r:
        found = assessed.of_case(r, key, told=False)
    if what == "changes":
        return [_change_shape(one) for one in assessed.changes(found)], _CHANGES
    return [assessment_shape(one, named=False) for one in found], _ROWS


def opened(asked: Session, case: str, *, told: bool, surface: str, why: str | None) -> tuple[str, int]:
    """The number and key of a case of which something that was found is about to be read: on record before. Raises NotPermitted for
    who sees no identity."""
    from caseload.casework import find, looks, veil

    with asked.read() as r:
        number = to_read(r, case)
        find.names_seen(veil.lifted(r))
    [key] = looks.announce(asked.db, [number], kind="narrative" if told else "case", surface=surface, why=why or "")
    return number, key


def _show(
    asked: Session, case: str, key: int, deidentified: bool, identified: bool, why: str | None,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    from caseload.casework import assessed

    check_why(identified, why)
    cover = Cover(asked, deidentified, identified)
    told_ = names_shown(identified) or deidentified
    _number, case_id = opened(asked, case, told=told_, surface="assess show", why=why)
    with asked.read() as r:
        found = assessed.one(r, key, told=told_)
    if found.row.case_id != case_id:
        raise Usage(_("There is no assessment {id} in that case.").format(id=key))
    shaped = assessment_shape(found.row, told_) | {"answers": [_answer_shape(one) for one in found.heard]}
    shaped = without_keys(cover.thing(shaped)) if deidentified else shaped
    cover.state()
    output.thing(shaped, [Column(name) for name in shaped], format, lambda: _page(shaped))


_ROWS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("on", _("Day"), keep=9, whole=True),
    Column("instrument", _("Instrument"), keep=9, least=6),
    Column("phase", _("When"), keep=6),
    Column("safety", _("Safety"), keep=8, whole=True, table=lambda yes: _("SAFETY") if yes else ""),
    Column("by", _("By"), keep=5),
    Column("corrected_by", _("Corrected by"), keep=4, whole=True),
    Column("scores", below=True, table=lambda scores: "; ".join(score_lines(scores))),
]
_CHANGES = [
    Column("instrument", _("Instrument"), keep=7),
    Column("title", _("Scale"), keep=9, least=12),
    Column("from", _("At first"), keep=8, right=True),
    Column("from_on", _("Day"), keep=5, whole=True),
    Column("to", _("Now"), keep=8, right=True),
    Column("to_on", _("Day"), keep=5, whole=True),
    Column("by", _("Change"), keep=9, right=True),
    Column("from_band", _("Was"), keep=4),
    Column("to_band", _("Is"), keep=4),
]


def number(value: float | None) -> int | float | None:
    """A score as JSON has it: a whole number where it is one."""
    return None if value is None else int(value) if value == int(value) else value


def score_shape(one: ScoreRow) -> dict[str, Any]:
    """One scale, or one domain that an answer flags, as JSON has it."""
    return {
        "scale": one.scale, "title": one.title, "value": None if one.flag else number(one.value), "highest": number(one.highest),
        "band": one.band or None, "positive": one.positive, "cut_off": one.cut_off or None, "domain": one.domain or None,
    }  # fmt: skip


def assessment_shape(row: AssessmentRow, named: bool) -> dict[str, Any]:
    """An assessment as JSON has it."""
    return {
        "id": str(row.id), "instrument": row.instrument, "title": row.title, "phase": row.phase, "on": row.on, "by": row.by,
        "safety": row.safety, "rules": row.rules, "scores": [score_shape(one) for one in row.scores],
        "words": row.words if named else None,
        "corrects": str(row.corrects) if row.corrects is not None else None,
        "corrected_by": str(row.corrected_by) if row.corrected_by is not None else None,
    }  # fmt: skip


def _answer_shape(one: AnswerRow) -> dict[str, Any]:
    return {"number": one.number, "link": one.link, "question": one.question, "answer": one.answer}


def _change_shape(one: Change) -> dict[str, Any]:
    def at(score: ScoreRow) -> Any:
        return score.positive if score.flag else number(score.value)

    return {
        "instrument": one.instrument, "scale": one.scale, "title": one.scale_title, "from": at(one.first), "from_on": one.first_on,
        "to": at(one.last), "to_on": one.last_on, "by": number(one.by), "from_band": one.first.band or None,
        "to_band": one.last.band or None,
    }  # fmt: skip


def score_lines(scores: Sequence[dict[str, Any]], *, titled: bool = True) -> list[str]:
    """What it came to: each scale that was scored, and the domains that an answer flags. Without anything scored, that is said."""
    lines = []
    for one in scores:
        if one["domain"] is not None:
            if one["positive"]:
                lines.append(f"{one['domain']}: {one['title']}")
        elif one["value"] is not None:
            reached = "" if one["positive"] is None else _("positive") if one["positive"] else _("negative")
            of = _("{value} of {highest}").format(value=one["value"], highest=one["highest"])
            words = ", ".join(word for word in (of, one["band"], reached) if word)
            lines.append(f"{one['title']}: {words}" if titled or len(scores) > 1 else words)
    return lines or [_("not scored")]


def _page(shaped: dict[str, Any]) -> Iterator[str]:
    from caseload.casework.assessed import phase_words

    by = _("{day} by {who}").format(day=output.as_text(shaped["on"]), who=shaped["by"])
    yield from facts(
        (
            (shaped["title"], by),
            (_("When"), phase_words(shaped["phase"])),
            (_("Corrected by"), shaped["corrected_by"]),
            (_("Came to"), "; ".join(score_lines(shaped["scores"]))),
            (_("Safety"), _("An answer asks for a look at the client's safety.") if shaped["safety"] else ""),
        )
    )
    if shaped["words"]:
        yield from paragraph(shaped["words"], "  ")
    yield ""
    for one in shaped["answers"]:
        yield from paragraph(f"{one['number']}. {one['question']}")
        yield from paragraph(one["answer"] or "…", "    ")
