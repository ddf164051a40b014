"""An instrument as it is asked: a question under the cursor with its answers, the answer of the last time beside it, the score so far
below. Digits answer and go on. Every answer is kept as it is given."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ...casework.assessed import phase_words, score_words
from ...casework.assessments import PHASES, NewAssessment, scored
from ...casework.instruments import answers as given
from ...casework.instruments import scoring
from ...casework.instruments.questionnaire import CHOICES, Item, Value
from ...casework.instruments.shipped import VOICE
from ...errors import CaseloadError, Unreachable, Usage
from ...messages import _
from .. import days, findings
from ..commands import ASSESSMENT
from ..draw import Run, run
from ..prompts import Choice, Letters, Option, Pick, Words
from ..talk import Left
from ..widgets.sheet import BLANK
from ..widgets.sheet import Item as Line
from .stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...casework.assessed import Filled
    from ..findings import Before
    from ..scribbles import Kept

# Where the client's own words are kept while they are typed, beside those of questions.
_WORDS = "~words"
_PROSE = 20_000


class Subject(NamedTuple):
    """What is asked in which case, and where it is kept until it is recorded."""

    key: int
    number: str
    instrument: str
    place: str
    phase: str | None = None


class AssessPage(Stepping):
    """The questions of one instrument. With `fix`, one that was recorded: to be read, or to be corrected by another."""

    PLACE = ASSESSMENT
    HINTS: ClassVar[tuple[str, ...]] = (
        "answer_question",
        "record",
        "type_answer",
        "unanswer",
        "own_words",
        "leave_assessment",
    )

    def __init__(self, subject: Subject, before: Before, kept: Kept | None, fix: Filled | None = None) -> None:
        super().__init__()
        self.subject, self.place, self.before, self.kept, self.fix = subject, subject.place, before, kept, fix
        self.asked = before.asked
        self.form = self.asked.questionnaire
        self.answers: dict[str, tuple[Value, ...]] = dict(fix.answers) if fix is not None else {}
        self.words = (fix.row.words or "") if fix is not None else ""
        again = before.last is not None or subject.instrument == VOICE
        self.phase = fix.row.phase if fix is not None else subject.phase or ("review" if again else "baseline")
        self.on: date = fix.row.on if fix is not None else before.today
        self.cut_off = ""
        # What is being typed and was not taken yet, by question.
        self.typing: dict[str, str] = {}
        self._began = self.text()
        if kept is not None:
            self._take_up(kept.body)
        self._safe = self._dangers()
        self.at = next(iter(self._open()), self.form.asked(self.answers)[0].link)

    def on_mount(self) -> None:
        self._lay()
        if self.kept is not None:
            self.say(_("Your answers from {time} are back. Ctrl-S records them.").format(time=self.kept.when), "good")
        self.tell()

    # -- what is kept --------------------------------------------------------------

    def text(self) -> str:
        """All that was answered, as it is kept."""
        whole = {
            "answers": {link: [given.stored(value) for value in some] for link, some in self.answers.items()},
            "words": self.words, "phase": self.phase, "on": self.on.isoformat(), "cut_off": self.cut_off, "typing": self.typing,
        }  # fmt: skip
        return json.dumps(whole, ensure_ascii=False)

    def is_blank(self) -> bool:
        return self.text() == self._began

    def _take_up(self, body: str) -> None:
        """Goes on from what was kept; of what does not read any more, nothing is taken."""
        try:
            found = json.loads(body)
            answers = {
                link: tuple(given.restored(self.form.by_link[link], one) for one in some)
                for link, some in found["answers"].items()
            }
            given.check(self.form, answers)
            typing = {str(link): str(text) for link, text in found["typing"].items()}
            phase, on = str(found["phase"]), date.fromisoformat(found["on"])
            words, cut_off = str(found["words"]), str(found["cut_off"])
        except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError, CaseloadError):
            self.kept = None
            return
        self.answers, self.typing, self.words, self.on, self.cut_off = answers, typing, words, on, cut_off
        self.phase = phase if phase in PHASES else self.phase

    def _heard(self) -> None:
        self.app.jotter.heard(self.place, "" if self.is_blank() else self.text())

    # -- what is shown ---------------------------------------------------------------

    @property
    def item(self) -> Item:
        """The question under the cursor."""
        return self.form.by_link[self.at]

    def _open(self) -> list[str]:
        """The questions that are asked and not answered."""
        return [one.link for one in self.form.asked(self.answers) if not self.answers.get(one.link)]

    def _lay(self) -> None:
        numbers = {item.link: place for place, item in enumerate(self.form.questions, 1)}
        lines: list[Line] = [Line(body=self.form.title, tone="dim", indent=1)]
        for item in self.form.shown(self.answers):
            if item.is_question:
                lines.append(self._question(item, numbers[item.link]))
            elif item.text:
                lines.append(BLANK)
                lines.append(Line(body=item.text, tone="dim", indent=1))
        if self.words:
            lines += [BLANK, Line(((_(" In their words"), "title"),), self.words, indent=4, prose=True)]
        if all(line.value != self.at for line in lines):
            self.at = self.form.asked(self.answers)[0].link
        at = next(place for place, line in enumerate(lines) if line.value == self.at)
        self.sheet.show(lines, at=at, top=False)
        what = f" {self.subject.instrument} · {self.subject.number}"
        when = f"{phase_words(self.phase)} · {days.shown(self.on, self.before.today)} "
        note = (run(_("  #{id} as recorded").format(id=self.fix.row.id), "dim"),) if self.fix is not None else ()
        self.head.show((run(what),), note, (run(when),))

    def _question(self, item: Item, number: int) -> Line:
        said = "; ".join(given.said(item, one) for one in self.answers.get(item.link, ()))
        was = self.before.last.answers.get(item.link, ()) if self.before.last is not None else ()
        last = _(" was: {answer} ").format(answer="; ".join(given.said(item, one) for one in was)) if was else " "
        right = (run(said, "strong"), run(last, "dim")) if said or was else ()
        # Where a form numbers its questions itself, that number is said.
        head = (run(f"{item.prefix or number:>3}  {item.text}"),)
        if item.link != self.at:
            return Line(head, value=item.link, right=right)
        below = [item.text] if len(item.text) > 40 else []
        below += [item.help] if item.help else []
        mine = self.answers.get(item.link, ())
        below += [f"{'*' if one.code in mine else ' '} {by or '-'}  {one.text}" for one, by in given.numbers(item)]
        if item.kind not in CHOICES:
            below.append(_("Enter types the answer"))
        elif item.repeats:
            below.append(_("several may be given; the same digit takes one away"))
        return Line(head, "\n".join(below), value=item.link, right=right, indent=6, prose=True)

    def standing(self) -> Sequence[Run]:
        """The score so far, beside that of the last time."""
        asked = self.form.asked(self.answers)
        n = sum(bool(self.answers.get(one.link)) for one in asked)
        parts = [_("{n} of {all}").format(n=n, all=len(asked))]
        rules = self.asked.rules
        if len(rules.scales) == 1:
            counts = [
                given.counted(self.form.by_link[link].choices, one)
                for link in rules.scales[0].links
                for one in self.answers.get(link, ())
            ]
            sum_ = sum((one for one in counts if one is not None), Decimal(0)) * rules.scales[0].factor
            parts.append(_("so far {value}").format(value=f"{sum_.normalize():f}"))
            last = self.before.last.row if self.before.last is not None else None
            if last is not None and last.scores and last.scores[0].value is not None:
                day = days.shown(last.on, self.before.today)
                parts.append(_("{day}: {value}").format(day=day, value=f"{last.scores[0].value:g}"))
        if rules.flags:
            found = scoring.result(self.form, rules, self.answers).findings
            parts.append(_("flagged {n}").format(n=sum(one.raised is True for one in found)))
        danger = (run(_("SAFETY "), "bad"),) if self._dangers() else ()
        return (*danger, run(" · ".join(parts) + "  ", "strong"))

    # -- moving ------------------------------------------------------------------------

    def places(self) -> Sequence[str]:
        return [one.link for one in self.form.asked(self.answers)]

    # -- answering -----------------------------------------------------------------------

    def pressed(self, key: str, character: str | None) -> None:
        if (
            character is not None
            and character.isdecimal()
            and character.isascii()
            and not (self.reader and self.reader.begun)
        ):
            self._saying = ()
            self._digit(character)
            self.tell()
            return
        super().pressed(key, character)

    def _digit(self, typed: str) -> None:
        item = self.item
        if item.kind not in CHOICES:
            if item.kind in ("integer", "decimal"):
                self.talk.start(self._type(typed))
            else:
                self.say(_("Enter types the answer to this question."), "dim")
            return
        found = [one.code for one, number in given.numbers(item) if number == typed]
        if len(found) > 1:
            self.talk.start(self._which(found))
            return
        if not found:
            numbers = ", ".join(number for _one, number in given.numbers(item) if number)
            self.say(_("It is answered by {numbers}; t types it in words.").format(numbers=numbers), "dim")
            return
        if not item.repeats:
            self._set((found[0],))
            return
        mine = self.answers.get(item.link, ())
        self._set(tuple(one for one in mine if one != found[0]) if found[0] in mine else (*mine, found[0]), stay=True)

    async def _which(self, codes: Sequence[str]) -> None:
        """Which of several answers that count the same."""
        options = [Option(one.text, one.code) for one in self.item.choices if one.code in codes]
        self._set((await self.ask(Pick(_("Which:"), options=options, hint=_("type to find it"))),))

    def _set(self, answer: tuple[Value, ...], *, stay: bool = False) -> None:
        """Takes an answer and goes on to the next question; a danger is said before anything else is asked."""
        self.typing.pop(self.at, None)
        if answer:
            self.answers[self.at] = answer
        else:
            self.answers.pop(self.at, None)
        self._heard()
        if stay or not answer:
            self._lay()
        else:
            self._go(1)
        dangers = self._dangers()
        new = [text for text in dangers if text not in self._safe]
        self._safe = dangers
        if new:
            self.talk.start(self._danger("; ".join(new)))

    def _dangers(self) -> tuple[str, ...]:
        return scoring.safety(self.form, self.asked.rules, self.answers)

    async def _danger(self, text: str) -> None:
        """Said at once, whatever is still to be asked: the alert may be raised now, by recording what was answered so far."""
        self._saying = ()
        choices = (Choice("s", _("record now, with an alert"), True), Choice("g", _("go on asking"), False))
        question: Letters[bool] = Letters(_("SAFETY: {text}. Look at it now.").format(text=text), choices=choices)
        if await self.ask(question):
            await self.do_record()

    async def do_answer_question(self) -> None:
        if self.item.kind in CHOICES:
            if self.at == self.form.asked(self.answers)[-1].link:
                self.say(_("That was the last question. Ctrl-S records it."), "dim")
            self._go(1)
            return
        await self._type("")

    async def do_type_answer(self) -> None:
        await self._type("")

    async def _type(self, begun: str) -> None:
        """The answer on the bottom line; what is typed there is kept like any answer."""
        item, link = self.item, self.at

        def read(text: str) -> tuple[Value, ...]:
            if not text.strip():
                raise Usage(_("Type the answer, or Esc."))
            return given.read(item, text)

        def heard(text: str) -> None:
            self.typing[link] = text
            self._heard()

        mine = "; ".join(str(one).removeprefix(given.OWN) for one in self.answers.get(link, ()))
        before = self.typing.get(link) or (mine if item.kind not in CHOICES else "")
        question: Words[tuple[Value, ...]] = Words(
            _("Answer:"), reads=read, heard=heard, limit=item.longest or _PROSE, hint=item.unit
        )
        question.line.insert(begun or before, _PROSE)
        if begun:
            heard(begun)
        self._set(await self.ask(question))

    def do_unanswer(self) -> None:
        self._set(())
        self.tell()

    async def do_own_words(self) -> None:
        def heard(text: str) -> None:
            self.typing[_WORDS] = text
            self._heard()

        question: Words[str] = Words(
            _("In their words:"), reads=str.strip, heard=heard, hint=_("what the client says about it"), limit=_PROSE
        )
        question.line.insert(self.typing.get(_WORDS, self.words), _PROSE)
        self.words = await self.ask(question)
        self.typing.pop(_WORDS, None)
        self._heard()
        self._lay()

    async def do_phase(self) -> None:
        letter = {"baseline": "b", "review": "r", "closing": "e", "annual": "y"}
        choices = [Choice(letter[one], phase_words(one), one) for one in PHASES]
        phase = await self.ask(Letters(_("Asked"), choices=choices))
        today = self.before.today

        def read(text: str) -> date:
            if not text.strip():
                return self.on
            past = days.read_past_day(text)
            found, rest = (past, "") if past is not None else days.read_day(text, today)
            if rest or found > today:
                raise Usage(_("A day that has been: today, 2026-11-24 or 24 nov 2026."))
            return found

        hint = _("the day; empty: {day}").format(day=days.shown(self.on, today))
        self.on = await self.ask(Words(_("Answered on:"), reads=read, hint=hint))
        self.phase = phase
        self._heard()
        self._lay()

    async def do_cut_off(self) -> None:
        known = self.asked.cut_offs
        if len(known) < 2:
            self.say(_("This instrument has no cut-offs to choose from."), "dim")
            return
        options = [Option(one.code, one.code, f"{one.for_whom} {'<' if one.below else '≥'}{one.at}") for one in known]
        self.cut_off = await self.ask(Pick(_("Positive by:"), options=options, hint=_("type to find it")))
        self._heard()
        self._lay()

    # -- away -------------------------------------------------------------------------------

    async def do_record(self) -> None:
        """Records it as it is. Words that were typed and not taken hold it up: nothing typed is left behind."""
        if self.typing:
            link = next(iter(self.typing))
            if link != _WORDS:
                self.at = link
                self._lay()
            again = _("n") if link == _WORDS else _("t")
            self.say(_("Words were typed here and not taken: {key} goes on with them.").format(key=again), "warn")
            self.tell()
            raise Left
        if self.fix is not None and self.is_blank():
            self.say(_("Nothing of it is different."), "dim")
            raise Left
        key = self.subject.key
        new = NewAssessment(
            key, self.subject.instrument, dict(self.answers), self.phase, self.on, self.words, self.cut_off,
            corrects=self.fix.row.id if self.fix is not None else None, scratch=self.place,
        )  # fmt: skip
        receipt = await self.write("assess", findings.record(new), [key], words=(self.place, self.text()))
        self.dismiss(receipt)
        result = scoring.result(self.form, self.asked.rules, self.answers, cut_off=self.cut_off)
        scores = scored(self.asked, result)
        if len(scores) == 1:
            # Said to who has asked it, and kept in no record of the act.
            receipt = replace(receipt, words=f"{receipt.words} · {score_words(scores[0])}")
        self.app.say_done(receipt)

    async def finished(self, command: str, keys: Any, *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)

    async def do_leave_assessment(self) -> None:
        """Away at once; the answers are kept."""
        blank = self.is_blank()
        with suppress(Unreachable):  # then they are kept here until it answers again
            await self.app.jotter.flush(self.place, "" if blank else self.text())
        self.dismiss(None)
        if not blank:
            self.app.announce(_("Kept. The same key brings your answers back."), "dim")
