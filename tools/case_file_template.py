"""Makes the template of the case file anew: `.venv/bin/python -m tools.case_file_template`."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.shared import Pt

TARGET = Path(__file__).resolve().parents[1] / "caseload" / "reports" / "templates" / "case-file.docx"


def main() -> None:
    paper = Document()
    paper.core_properties.author = paper.core_properties.comments = ""
    paper.core_properties.title = "Case file"
    paper.styles["Normal"].font.size = Pt(10)
    paper.add_paragraph("{{ title }}", style="Title")
    paper.add_paragraph("{{ query }}  {{ day }}")
    paper.add_paragraph().add_run("{{ warning }}").bold = True
    paper.add_paragraph("{%p for remark in remarks %}")
    paper.add_paragraph("{{ remark }}", style="List Bullet")
    paper.add_paragraph("{%p endfor %}")
    paper.add_paragraph("{%p for part in parts %}")
    paper.add_paragraph("{{ part.title }}", style="Heading 1")
    paper.add_paragraph("{%p if part.note %}")
    paper.add_paragraph("{{ part.note }}")
    paper.add_paragraph("{%p endif %}")
    paper.add_paragraph("{%p for entry in part.entries %}")
    head = paper.add_paragraph()
    head.paragraph_format.keep_with_next = True
    head.paragraph_format.space_after = Pt(0)
    head.add_run("{{ entry.on }}  {{ entry.head }}").bold = True
    paper.add_paragraph("{%p if entry.text %}")
    paper.add_paragraph("{{ entry.text }}")
    paper.add_paragraph("{%p endif %}")
    paper.add_paragraph("{%p endfor %}")
    paper.add_paragraph("{%p endfor %}")
    TARGET.parent.mkdir(exist_ok=True)
    paper.save(str(TARGET))


if __name__ == "__main__":
    main()
