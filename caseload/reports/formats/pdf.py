"""pdf: a record on A4, with the font embedded, so that names come out in any script the font has, right-to-left ones as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload.errors import Refused, Usage
from caseload.messages import _, _n
from caseload.text import line, steady

from ..paper import parts_of
from . import Written

if TYPE_CHECKING:
    from ..table import Report

_BODY = "body"
# In millimetres and points.
_MARGIN, _LINE = 18, 5
_SIZES = {"title": 16, "part": 13, "text": 9.5}


def write(report: Report, target: BinaryIO, scratch: Path, fonts: Sequence[Path] = ()) -> Written:
    """`fonts` are further ones for letters that the own font has not. Raises Refused for letters that none of them has."""
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-_MARGIN + 4)
            self.set_font(_BODY, "", 8)
            self.cell(0, 4, f"{line(report.query)}  {report.today.isoformat()}  {self.page_no()}", align="R")

    parts = parts_of(report.tables)
    with ExitStack() as stack:
        page = Paper(format="A4")
        stack.callback(_close_fonts, page)
        page.set_margin(_MARGIN)
        page.set_auto_page_break(True, margin=_MARGIN)
        _add_fonts(page, stack, fonts)
        _must_have_letters(page, report)
        page.set_title(line(report.title))
        page.set_text_shaping(True)
        page.add_page()
        _words(page, report.title, "title", bold=True)
        _words(page, report.warning, "text", bold=True)
        for remark in report.remarks:
            _words(page, remark, "text")
        for part in parts:
            if report.name == "handover" and part is not parts[0]:
                page.add_page()
            page.ln(3)
            _words(page, part.title, "part", bold=True)
            _words(page, part.note, "text")
            for one in part.entries:
                page.ln(1)
                _words(page, f"{one.on}  {one.head}".strip(), "text", bold=True)
                _words(page, one.text, "text")
        target.write(bytes(page.output()))
    return Written({one.name: len(one.entries) for one in parts})


def _close_fonts(page: Any) -> None:
    """The library leaves the files of its fonts open until they are collected."""
    for font in page.fonts.values():
        font.ttfont.close()


def _words(page: Any, text: str, size: str, *, bold: bool = False) -> None:
    if not text:
        return
    page.set_font(_BODY, "B" if bold else "", _SIZES[size])
    page.multi_cell(0, _LINE if size == "text" else _LINE + 3, _drawn(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _drawn(text: str) -> str:
    return steady(text)


def _add_fonts(page: Any, stack: ExitStack, fonts: Sequence[Path]) -> None:
    """Our own, and those that the person names. Raises Usage for a file that is none."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    own = files("caseload.reports").joinpath("fonts")
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        page.add_font(_BODY, style, stack.enter_context(as_file(own.joinpath(name))))
    further = []
    for at, path in enumerate(fonts):
        try:
            with path.open("rb") as stream:
                TTFont(stream).close()
            page.add_font(f"further{at}", "", path)
        except Exception:  # whatever a font file that is none makes of the library
            raise Usage(_("--font: that file is no font that can be used (ttf or otf).")) from None
        further.append(f"further{at}")
    if further:
        page.set_fallback_fonts(further, exact_match=False)


def _must_have_letters(page: Any, report: Report) -> None:
    """Raises Refused where a letter would be left out: half a name is worse than no file."""
    known = [set(font.cmap) for font in page.fonts.values()]
    plain = set().union(*known)
    texts = [report.title, *report.remarks]
    for part in parts_of(report.tables):
        texts += [part.title, part.note]
        for one in part.entries:
            texts += [one.on, one.head, one.text]
    letters = {ord(c) for text in texts for c in _drawn(text) if c != "\n"}
    missing = len(letters - plain)
    if missing:
        said = _n(
            "A pdf cannot show {n} letter that is in it: the font has none. Write html or docx, or name a font with --font FILE.",
            "A pdf cannot show {n} letters that are in it: the font has none. Write html or docx, or name a font with --font FILE.",
            missing,
        )
        raise Refused(said.format(n=missing))
