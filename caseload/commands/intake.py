"""`caseload intake`: a new client and their first case, or a further case of a known one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from .frame import Family, session
from .inputs import day, text_of
from .options import Format, said
from .receipts import done
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from caseload.casework.duplicates import Likeness
    from caseload.store.database import Receipt, Work

commands = Family()

Risk = Literal["low", "medium", "high", "critical"]
Safe = Literal["yes", "no", "ask", "unknown"]


@commands.command(
    "intake",
    "caseload intake --given Amina --family Haddad --born 1991-04-02 --program housing --risk high --worker ana",
    "caseload intake --given - --family Osei --program housing < given-name.txt",
    help=_(
        "Open a case for a new client, or with --client-of a further case for the client of a known one. Without "
        "--worker it waits, unassigned. --given, --family and --phone take - for standard input, so that no name need "
        "stand in the list of processes; @FILE reads a file. Who may be known already is named, with the reasons; nothing is "
        "merged."
    ),
)
def intake(
    ctx: typer.Context,
    program: Annotated[str, typer.Option("--program", metavar="P", help=_("The program the case is in."))],
    given: Annotated[str | None, said("G|-|@FILE", _("Given name."), "--given")] = None,
    family: Annotated[str | None, said("F|-|@FILE", _("Family name."), "--family")] = None,
    born: Annotated[str | None, said("DATE", _("Birth date."), "--born")] = None,
    source: Annotated[str, said("S", _("Who sent them."), "--source")] = "",
    risk: Annotated[Risk, typer.Option("--risk", help=_("How urgent it is."))] = "low",
    worker: Annotated[str | None, said("W", _("Who holds the case."), "--worker")] = None,
    opened: Annotated[str | None, said("DATE", _("The day it opened; today unless given."), "--opened")] = None,
    language: Annotated[str | None, said("CODE", _("The client's language, such as it."), "--language")] = None,
    phone: Annotated[str | None, said("NUMBER|-|@FILE", _("A phone number."), "--phone")] = None,
    safe: Annotated[Safe, typer.Option("--safe-to-call", help=_("Whether that phone may be called."))] = "unknown",
    client_of: Annotated[
        str | None, said("CASE", _("A further case for the client of that one."), "--client-of")
    ] = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if client_of is None and given is None and family is None:
        raise Usage(_("A client needs --given or --family; a further case of a known client, --client-of CASE."))
    if client_of is not None and (given or family or born or language or phone):
        raise Usage(
            _("With --client-of the client is known: leave out --given, --family, --born, --language and --phone.")
        )
    if sum(one == "-" for one in (given, family, phone)) > 1:
        raise Usage(_("Only one text can come from standard input; give the others as @FILE."))
    texts = [text_of(given, "--given") or "", text_of(family, "--family") or "", text_of(phone, "--phone") or ""]
    known = to_change(asked, client_of, one=True)[0] if client_of else None

    found: list[Likeness] = []

    def open_case(w: Work) -> Receipt:
        from caseload.casework import duplicates
        from caseload.casework.intake import NewCase
        from caseload.casework.intake import open_case as write

        birth = day(born, "--born", w.today, back=True) if born else None
        if known is None:
            found.extend(duplicates.like(w, duplicates.Newcomer(texts[0], texts[1], birth, texts[2])))
        since = day(opened, "--opened", w.today, back=True) if opened else None
        return write(
            w,
            NewCase(
                texts[0], texts[1], program, born=birth, source=source, risk=risk, worker=worker, opened=since,
                language=language, phone=texts[2], safe_to_call=safe, client_of=known,
            ),
        )  # fmt: skip

    def case_of(receipt: Receipt) -> dict[str, Any]:
        number = receipt.cases[0] if receipt.cases else (receipt.data or {}).get("case")
        alike = [{"cases": list(one.cases), "score": one.score, "why": list(one.why), "ask": one.ask} for one in found]
        return {"case": number, "program": program, "risk": risk, "worker": worker, "known": alike}

    done(asked, "intake", open_case, format, more=case_of)
    for one in found:
        say(_("Perhaps known already: {words}").format(words=one.words))
