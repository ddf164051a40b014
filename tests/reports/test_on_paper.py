"""A record as docx, pdf and html: inert whatever was typed, in any script the font has, poured into a template of the agency's own."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from caseload.errors import Refused, Usage
from caseload.reports import paper
from caseload.reports.formats import docx, html, pdf
from caseload.reports.table import Report

from .paper import READ_AT, ROME

HOSTILE = (
    "=HYPERLINK(\"http://evil.example\") \x1b[2J[red]r[/] <b>&amp;</b>\x00\u202eexe {{ 7*7 }} {% for x in y %} "
    "]]> \ufffe" + "x" * 10_000
)  # fmt: skip
NAMES = "Łukasz Żółć · Ζωή Νίκου · Зоя Нікітіна · محمد الخطيب · שרה לוי · Nguyễn Thị"


def report(*entries: paper.Entry, name: str = "case-file", **more: object) -> Report:
    part = paper.Part("notes", "Notes", entries)
    made = Report(
        name, "Case file", (paper.table(part),), READ_AT, READ_AT.date(), ROME, query="2026-048217", identified=True
    )
    return replace(made, **more)  # type: ignore[arg-type]


def words_of(body: bytes) -> str:
    return "\n".join(one.text for one in Document(BytesIO(body)).paragraphs)


def docx_of(made: Report, template: Path | None = None) -> bytes:
    out = BytesIO()
    docx.write(made, out, Path(), template)
    return out.getvalue()


def pdf_of(made: Report, **more: object) -> bytes:
    out = BytesIO()
    pdf.write(made, out, Path(), **more)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_docx_opens_and_has_every_word_as_text() -> None:
    told = words_of(docx_of(report(paper.entry("2026-11-20", "note", NAMES, text=f"First.\nSecond.\n{HOSTILE}"))))
    assert NAMES in told and "First.\nSecond." in told and "This file identifies clients." in told
    assert "{{ 7*7 }} {% for x in y %}" in told and "49" not in told, "what was typed is no template"
    assert "<b>&amp;</b>" in told and "[red]r[/]" in told and "x" * 10_000 in told
    assert not set("\x1b\x00\u202e\ufffe") & set(told)


def test_an_agencys_own_template_is_filled_in(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("Harbour House, {{ day }}")
    own.add_paragraph("{%p for part in parts %}")
    own.add_paragraph("{{ part.title }}: {% for e in part.entries %}{{ e.head }}; {% endfor %}")
    own.add_paragraph("{%p endfor %}")
    path = tmp_path / "own.docx"
    own.save(str(path))
    told = words_of(docx_of(report(paper.entry(None, "a"), paper.entry(None, "b")), path))
    assert told == "Harbour House, 2026-11-23\nNotes: a; b; "


@pytest.mark.parametrize(
    "text",
    ["{{ nothing }}", "{% for x %}", "{{ parts.__class__.__mro__ }}", "{{ ''.__class__.__base__.__subclasses__() }}"],
)
def test_a_template_that_asks_for_what_there_is_not_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.docx"
    own = Document()
    own.add_paragraph(text)
    own.save(str(path))
    with pytest.raises(Usage, match="template"):
        docx_of(report(paper.entry(None, "secret")), path)


def test_a_template_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    with pytest.raises(Usage, match="cannot be read"):
        docx_of(report(), path)
    path.write_bytes(b"not a zip")
    with pytest.raises(Usage, match="no docx file"):
        docx_of(report(), path)


def test_a_pdf_takes_names_of_many_scripts_and_a_word_without_an_end() -> None:
    body = pdf_of(report(paper.entry("2026-11-20", NAMES, text=f"{NAMES}\n{HOSTILE}")))
    assert body.startswith(b"%PDF-") and body.rstrip().endswith(b"%%EOF")
    assert body.count(b"/Type /Page\n") >= 2, "what does not fit on one page goes on on the next"


def test_a_pdf_leaves_no_letter_out_unsaid() -> None:
    with pytest.raises(Refused, match=r"cannot show 2 letters.*html or docx"):
        pdf_of(report(paper.entry(None, "漢字")))


def test_a_font_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(b"no font")
    with pytest.raises(Usage, match="no font"):
        pdf_of(report(paper.entry(None, "a")), fonts=(path,))


def test_html_holds_the_same_as_inert_text() -> None:
    out = BytesIO()
    html.write(report(paper.entry("2026-11-20", NAMES, text=HOSTILE)), out, Path())
    told = out.getvalue().decode()
    assert NAMES in told and "&lt;b&gt;&amp;amp;&lt;/b&gt;" in told
    assert "<b>" not in told and "\x1b" not in told and "\u202e" not in told


def test_each_case_of_a_handover_has_a_page_of_its_own() -> None:
    parts = [paper.table(paper.Part(f"case-{n}", f"2026-{n}", (paper.entry(None, "ALERT"),))) for n in range(3)]
    body = pdf_of(report(name="handover", tables=tuple(parts)))
    assert body.count(b"/Type /Page\n") == 3
