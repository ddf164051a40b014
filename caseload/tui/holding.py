"""Who holds a case, who covers and sees it, and what of it may be told: the commands for that."""

from __future__ import annotations

from ..messages import _
from .commands import ACCESS, MANY, NOTHING, ONE, PACKET, STAFF, WORK, Command


def covering() -> tuple[Command, ...]:
    """Offers, restrictions, names, cover, and the moves of a whole team."""
    group = _("Who holds and who covers")
    return (
        Command(
            "transfer", _("Offer to a colleague"), ("H o",), WORK, group,
            _("To whom, then the day to answer by and why, as in `fri moved to the north side`. The case stays yours until "
              "they accept."),
            _("offer"), MANY, True,
        ),
        Command(
            "answer", _("Answer an offered case"), ("H a",), STAFF, group,
            _("Lists the cases offered to you; a accepts, d declines with a reason. Below them your own offers: what was "
              "declined says why, and what nobody has answered can be taken back."),
            _("answer"), NOTHING, True,
        ),
        Command(
            "withdraw", _("Take an offer back"), ("H t",), WORK, group,
            _("Before it is answered, with the reason; the case stays with its worker."), _("take back"), MANY, True,
        ),
        Command(
            "restrict", _("Restrict a case, or open it again"), ("H x",), WORK, group,
            _("Its worker, a custodian and those named to it see a restricted case, and nobody else. The custodian names "
              "another, or opens it to its team again; each with the reason."),
            _("restrict"), ONE, True,
        ),
        Command(
            "access", _("Who sees a case"), ("H n",), WORK, group,
            _("Everybody who sees it and by which right, who has it open in an emergency, and the names that were let in or kept out, "
              "with their reasons. There a lets somebody in, d keeps somebody out, x ends either."),
            _("who sees it"), ONE,
        ),
        Command(
            "let_in", _("Let somebody into the case"), ("a",), (ACCESS,), group,
            _("Who, to which last day if any, and why; it says what that does before it is done."), _("let in"), ONE, True,
        ),
        Command(
            "keep_out", _("Keep somebody from the case"), ("d",), (ACCESS,), group,
            _("Whatever their role: to them the case does not exist. Its worker and its custodian hand it on first."),
            _("keep out"), ONE, True,
        ),
        Command(
            "end_name", _("End what was set for a name"), ("x",), (ACCESS,), group,
            _("They see the case as their role does, no more and no less."), _("end it"), ONE, True,
        ),
        Command(
            "break_glass", _("Open a case in an emergency"), (), STAFF, group,
            _("Where the agency allows it: a case out of your sight, by its number and with a reason, for four hours. It stays on "
              "record, and whoever supervises it reads why."),
            _("emergency"), NOTHING,
        ),
        Command(
            "admit", _("Admit from the waiting list"), ("H w",), WORK, group,
            _("To whom and why: a case that nobody holds begins at assessment and is theirs."), _("admit"), MANY, True,
        ),
        Command(
            "cover", _("Set an absence and its cover"), ("H c",), STAFF, group,
            _("Who is away, who covers which of their cases (a query, or all the rest), then the days and why, as in "
              "`1 dec to 14 dec leave`."),
            _("cover"), NOTHING, True,
        ),
        Command(
            "returned", _("What happened while away"), ("H r",), STAFF, group,
            _("What others did to somebody's cases during their latest absence."), _("while away"),
        ),
        Command(
            "balance", _("Even out a team"), ("H b",), STAFF, group,
            _("The fewest moves that bring everybody within capacity, each with its reason, and the loads before and after."),
            _("balance"), NOTHING, True,
        ),
        Command(
            "leaver", _("Let somebody go"), ("H l",), STAFF, group,
            _("Who leaves, their last day and why, who receives their cases; a page says everything they hold and where it "
              "goes."),
            _("leaver"), NOTHING, True,
        ),
    )  # fmt: skip


def telling() -> tuple[Command, ...]:
    """Consents and disclosures."""
    group = _("What may be told")
    return (
        Command(
            "consent", _("Record a signed consent"), ("C g",), WORK, group,
            _("To whom, what about, what for, until when, who signed and when: what the form says. Whether it holds is then "
              "reckoned from its days."),
            _("consent"), ONE, True,
        ),
        Command(
            "amend", _("Set a consent right"), ("C a",), WORK, group,
            _("The one under the cursor, or one that is chosen, where it was copied wrongly from the form; what was told under it "
              "stands, and such a one is taken back instead."),
            _("set right"), ONE, True,
        ),
        Command(
            "revoke", _("Take a consent back"), ("C r",), WORK, group,
            _("The one under the cursor, or one of those in force; how the client said so. It holds no more from today."),
            _("revoke"), ONE, True,
        ),
        Command(
            "disclose", _("Record what was told"), ("C d",), WORK, group,
            _("To whom, what, what for, and the ground: a consent, or an exception with who was consulted and whether the "
              "client was told. Never undone: Enter on it adds to it."),
            _("told"), ONE,
        ),
        Command(
            "may_go", _("May this go?"), ("C q",), WORK, group,
            _("To whom and what about; the answer is the record that says yes, or why not."), _("may it go"), ONE,
        ),
        Command(
            "packet", _("Ask a consultant, without identity"), ("C p",), WORK, group,
            _("The case without identity as a text: look it over, change what the mask could not know, and Ctrl-S asks who reads it, "
              "until which day, and what you ask them. Enter on it, under Consents, withdraws it; its answer stands there."),
            _("packet"), ONE, True,
        ),
        Command(
            "packet_answer", _("Answer a packet"), ("n",), (PACKET,), group,
            _("What you say to a colleague who asked without saying whose case it is. It stands with the case, and is never altered."),
            _("answer"),
        ),
    )  # fmt: skip
