"""docx: a record poured into a template that an agency edits in Word. What people typed is text there, never part of the template."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload.errors import Usage
from caseload.messages import _
from caseload.text import line

from ..paper import parts_of
from . import Written

if TYPE_CHECKING:
    from ..table import Report

# Larger is no letterhead with a few words.
_MOST = 20 * 1024 * 1024


def default() -> bytes:
    """The template that comes along."""
    return files("caseload.reports").joinpath("templates", "case-file.docx").read_bytes()


def write(report: Report, target: BinaryIO, scratch: Path, template: Path | None = None) -> Written:
    """Raises Usage for a template that cannot be read, or that names what there is not."""
    from io import BytesIO
    from zipfile import BadZipFile

    from docxtpl import DocxTemplate  # type: ignore[import-untyped]
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    body = default() if template is None else _read(template)
    parts = parts_of(report.tables)
    context: dict[str, Any] = {
        "title": line(report.title), "warning": report.warning, "remarks": [line(one) for one in report.remarks],
        "day": report.today.isoformat(), "query": line(report.query), "parts": [_part(one) for one in parts],
    }  # fmt: skip
    try:
        made = DocxTemplate(BytesIO(body))
        environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        made.render(context, jinja_env=environment, autoescape=True)
        made.docx.core_properties.author = made.docx.core_properties.last_modified_by = ""
        made.save(target)
    except SecurityError:
        raise Usage(_("The template does what no template may do. Use the words that the default one uses.")) from None
    except TemplateError as error:
        raise Usage(
            _(
                "The template cannot be filled in: {why}. The default one shows what there is: caseload case-file --save-template FILE"
            ).format(why=line(str(error))[:200])
        ) from None
    except (BadZipFile, KeyError, ValueError, LxmlError):
        raise Usage(
            _("The template is no docx file that can be read. Save it in Word as .docx and try again.")
        ) from None
    return Written({one.name: len(one.entries) for one in parts})


def _part(one: Any) -> dict[str, Any]:
    entries = [{"on": each.on, "head": each.head, "text": each.text} for each in one.entries]
    return {"title": one.title, "note": one.note, "entries": entries}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            body = stream.read(_MOST + 1)
    except OSError as error:
        raise Usage(_("The template cannot be read: {why}.").format(why=error.strerror)) from None
    if len(body) > _MOST:
        raise Usage(_("The template is larger than 20 MB."))
    return body
