"""`caseload instrument`: what can be asked of a client, how it is scored, and a score of answers that are kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Unreachable, Usage
from caseload.messages import _
from caseload.text import line

from . import inputs, output
from .frame import Family, session
from .options import Format, said
from .output import Column
from .receipts import done
from .table import paragraph

if TYPE_CHECKING:
    from caseload.casework.instruments.questionnaire import Questionnaire
    from caseload.casework.instruments.scoring import Result
    from caseload.casework.instruments.shipped import Instrument
    from caseload.casework.questionnaires import FormRow

commands = Family()

_instrument = commands.group("instrument", _("Assessment instruments: what they ask, how they are scored, from where."))

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME|@FILE",
        help=_("The instrument's name, as `instrument list` shows it; or @ and a FHIR R4 Questionnaire as JSON."),
        show_default=False,
    ),
]


@_instrument(
    "list",
    "caseload instrument list",
    "caseload instrument list --format json",
    help=_("The instruments that can be asked: the agency's own, and those that come along."),
)
def list_(
    ctx: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help=_("Also the editions that were replaced or retired."))
    ] = False,
    format: Format = None,
) -> None:  # fmt: skip
    found = []
    for row in _forms(ctx, every):
        one = row.instrument
        if row.retired_on is not None and not every:
            continue
        found.append(
            {
                "name": one.code,
                "title": one.questionnaire.title,
                "questions": len(one.questionnaire.questions),
                "cut_offs": [f"{cut.code} {'<' if cut.below else '≥'}{cut.at}" for cut in one.cut_offs],
                "rules": one.rules.version,
                "source": one.rules.source,
                "edition": row.edition,
                "brought": row.brought_on,
                "retired": row.retired_on,
                "asked": row.asked,
            }
        )
    columns = [
        Column("name", _("Name"), keep=9, whole=True),
        Column("title", _("Title"), keep=7, least=16),
        Column("questions", _("Questions"), right=True, keep=6),
        Column("cut_offs", _("Positive"), keep=5, show=", ".join),
        Column("rules", _("Rules"), right=True, keep=3),
        Column("source", _("Published"), keep=4, least=20),
        Column("edition", _("Edition"), right=True, keep=5),
        Column("brought", _("Brought"), keep=2, whole=True),
        Column("retired", _("Retired"), keep=3, whole=True),
        Column("asked", _("Asked"), right=True, keep=1),
    ]
    output.rows(found, columns, format)


def _forms(ctx: typer.Context, every: bool) -> list[FormRow]:
    """What can be asked. Without a database, what comes along."""
    from caseload.casework import questionnaires
    from caseload.casework.instruments import shipped

    try:
        with session(ctx).read() as r:
            return list(questionnaires.listed(r, all_editions=every))
    except Unreachable:
        return [questionnaires.FormRow(shipped.shipped(code), None, None, None, None) for code in shipped.codes()]


@_instrument(
    "retire",
    "caseload instrument retire tea-and-talk",
    "caseload instrument retire tea-and-talk --format json",
    help=_("Ask a questionnaire of the agency's own no more; what was answered stays readable. For admins."),
)
def retire(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Which one, as the list has it."), show_default=False)],
    format: Format = None,
) -> None:
    from caseload.casework import questionnaires

    done(session(ctx), "instrument retire", lambda w: questionnaires.retire(w, name), format)


@_instrument(
    "show",
    "caseload instrument show phq-9",
    "caseload instrument show audit-c --format json",
    help=_("Every question of an instrument with its answers, what they count, and its terms of use."),
)
def show(ctx: typer.Context, name: Name, format: Format = None) -> None:
    found = _found(ctx, name)
    form = found.questionnaire
    shaped = {
        "name": found.code,
        "title": form.title,
        "version": form.version,
        "copyright": form.copyright,
        "rules": found.rules.version,
        "source": found.rules.source,
        "remarks": list(form.remarks),
        "questions": [
            {
                "number": number,
                "link": item.link,
                "kind": item.kind,
                "text": item.text,
                "required": item.required,
                "repeats": item.repeats,
                "answers": [{"code": one.code, "text": one.text, "counts": _plain(one.score)} for one in item.choices],
            }
            for number, item in enumerate(form.questions, 1)
        ],
    }
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: _page(form, found))


@_instrument(
    "score",
    "caseload instrument score phq-2 --answer 1=1 --answer 2='more than half the days'",
    "caseload instrument score audit-c --answer 1=3 --answer 2=1-2 --answer 3=never --cut-off women --format json",
    help=_("Score answers that are kept nowhere: to check a paper form, or how an instrument counts."),
)
def score(
    ctx: typer.Context,
    name: Name,
    answer: Annotated[
        list[str] | None,
        said(
            "N=ANSWER",
            _(
                "The answer to question N: what it counts (its place where nothing counts), its code or the start of its words; "
                "several with commas. May be repeated."
            ),
            "--answer",
        ),
    ] = None,
    cut_off: Annotated[
        str, said("NAME", _("Which cut-off counts as positive, where there are several."), "--cut-off")
    ] = "",
    format: Format = None,
) -> None:
    from caseload.casework.instruments import answers, scoring

    found = _found(ctx, name)
    typed: dict[str, str] = {}
    for one in answer or ():
        key, equals, value = one.partition("=")
        if not equals or key.strip() in typed:
            raise Usage(_("--answer takes N=ANSWER, such as 1=2, each question once."))
        typed[key.strip()] = value
    known = [one.code for one in found.cut_offs]
    if cut_off and cut_off not in known:
        raise Usage(
            _("{name} has no cut-off {cut_off!r}; it has: {all}.").format(
                name=found.code, cut_off=cut_off[:40], all=", ".join(known) or _("none")
            )
        )
    given = answers.typed_all(found.questionnaire, typed)
    told = scoring.result(found.questionnaire, found.rules, given, cut_off=cut_off)
    understood = [
        {
            "number": number,
            "link": item.link,
            "question": item.text,
            "answer": [answers.said(item, one) for one in given[item.link]],
        }
        for number, item in enumerate(found.questionnaire.questions, 1)
        if item.link in given
    ]
    shaped = {"answers": understood, **_shaped(found, told)}
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: (*_heard(understood), *_told(told)))


def _found(ctx: typer.Context, name: str) -> Instrument:
    from caseload.casework import questionnaires
    from caseload.casework.instruments import fhir, shipped

    if name.startswith("@") or name == "-":
        return shipped.brought(
            fhir.read(inputs.text_of(name, "NAME") or "", name=name.removeprefix("@").rpartition("/")[2])
        )
    try:
        with session(ctx).read() as r:
            return questionnaires.found(r, name)
    except Unreachable:
        return shipped.shipped(name.strip().lower())


def _plain(number: Any) -> Any:
    return None if number is None else int(number) if number == number.to_integral_value() else float(number)


def _page(form: Questionnaire, found: Instrument) -> Iterator[str]:
    from caseload.casework.instruments import answers

    numbers = {item.link: number for number, item in enumerate(form.questions, 1)}
    # A form of the agency's own has words that people typed: no line break of theirs begins a line of the page.
    yield f"{line(form.title)}  ({found.code})"
    for item in form.walk():
        if item.silent:
            continue
        number = numbers.get(item.link)
        yield ""
        yield from paragraph(line(f"{number}. {item.text}" if number else item.text), "    ")
        if item.help:
            yield from paragraph(line(item.help), "        ")
        for one, by in answers.numbers(item):
            yield from paragraph(line(f"{by or '-'}  {one.text}"), "        ")
    yield ""
    yield from paragraph(_("Scored after {source}.").format(source=found.rules.source))
    for remark in form.remarks:
        yield from paragraph(line(remark), "    ")
    if form.copyright:
        yield from paragraph(line(form.copyright), "    ")


def _shaped(found: Instrument, told: Result) -> dict[str, Any]:
    return {
        "name": found.code,
        "version": found.questionnaire.version,
        "rules": told.rules,
        "scores": [
            {
                "scale": one.scale,
                "title": one.title,
                "value": _plain(one.value),
                "highest": _plain(one.highest),
                "band": one.band or None,
                "positive": one.positive,
                "cut_off": one.cut_off or None,
                "at": _plain(one.at),
                "why": one.why or None,
            }
            for one in told.scores
        ],
        "flags": [
            {"flag": one.flag, "title": one.title, "domain": one.domain, "raised": one.raised} for one in told.findings
        ],
        "safety": list(told.safety),
    }


def _heard(understood: list[dict[str, Any]]) -> Iterator[str]:
    """What was understood, so that whoever reads from paper sees a slip."""
    for one in understood:
        yield from paragraph(f"{one['number']}. {one['question']}  {'; '.join(one['answer'])}")


def _told(told: Result) -> Iterator[str]:
    for text in told.safety:
        yield _("SAFETY: {text}. Look at it now, whatever the total.").format(text=text)
    for one in told.scores:
        if one.value is None:
            yield f"{one.title}: {one.why}"
            continue
        parts = [_("{value} of {highest}").format(value=_plain(one.value), highest=_plain(one.highest))]
        parts += [one.band] if one.band else []
        if one.positive is not None:
            word = _("positive") if one.positive else _("negative")
            parts.append(
                _("{word} at the cut-off {at} ({name})").format(word=word, at=_plain(one.at), name=one.cut_off)
            )
        yield f"{one.title}: " + ", ".join(parts)
    for finding in told.findings:
        if finding.raised is not False:
            yield f"{finding.domain}: {finding.title}" + ("" if finding.raised else "  " + _("(not told)"))
    if told.findings and not any(one.raised is not False for one in told.findings):
        yield _("Nothing raised.")
