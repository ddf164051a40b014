"""Every command's name, module and one line of help: what `caseload --help` shows without importing any of them."""

from __future__ import annotations

from dataclasses import dataclass

from caseload.messages import _


@dataclass(frozen=True, slots=True)
class Entry:
    """A command (or a group of commands) at the top of the command line."""

    name: str
    module: str
    help: str


def sections() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The commands in the order in which a newcomer needs them."""
    return (
        (
            _("Each day"),
            (
                Entry("queue", "queue", _("Whom to see to first, and why.")),
                Entry("cases", "cases", _("List the cases a query selects.")),
                Entry("show", "show", _("Everything about one case.")),
                Entry("notes", "supervision", _("All notes of a case at once.")),
                Entry("agenda", "diary", _("What stands in the coming days.")),
                Entry("contact", "log", _("Log a contact, made or attempted.")),
                Entry("group", "groups", _("A group activity: log it for several, set one line right.")),
                Entry("note", "log", _("Write a note, and sign it.")),
                Entry("task", "dated", _("Tasks of a case: add, done, change, list.")),
                Entry("appointment", "appointments", _("Appointments of a case: add, change, cancel, list.")),
                Entry("snooze", "triage", _("Take a case out of the queue until a day.")),
                Entry("acknowledge", "triage", _("Say that you have seen that a case is yours.")),
                Entry("reviewed", "triage", _("Looked at, nothing to do until tomorrow.")),
                Entry("tally", "diary", _("What you did today, and what is left.")),
                Entry("unsaved", "unsaved", _("What you typed on the screen and have not saved.")),
            ),
        ),
        (
            _("A case"),
            (
                Entry("intake", "intake", _("Open a case for a new or known client.")),
                Entry("client", "client", _("What is known of a client; change it.")),
                Entry("merge", "merge", _("Two records of one person become one.")),
                Entry("stage", "closing", _("Move a case to another stage, or close it.")),
                Entry("closing", "closing", _("What stands before closing a case, all at once.")),
                Entry("risk", "triage", _("Set the risk of a case.")),
                Entry("restrict", "restrict", _("Restrict a case to its worker and a custodian.")),
                Entry("access", "access", _("Who sees a case, by which right; let in or keep out by name.")),
                Entry("assess", "assess", _("Ask an instrument in a case; its scores over time.")),
                Entry("need", "needs", _("Needs by domain: add, change, end, list.")),
                Entry("background", "needs", _("The history a client brings along, in sections.")),
                Entry("consent", "consent", _("Signed permissions to tell: give, revoke, list.")),
                Entry("disclose", "disclose", _("What was told to whom; may it go; the accounting.")),
                Entry("refer", "refer", _("What is asked of others for a client: draft, send.")),
                Entry("budget", "money", _("Budgets of programs and clients, and how they stand.")),
                Entry("authorise", "money", _("What may be spent for a client: ask, approve, end.")),
                Entry("pay", "money", _("What was paid of it; take a payment back.")),
                Entry("document", "documents", _("Files kept with a case: add, list, get, verify.")),
                Entry("packet", "packets", _("A masked packet for a consultant: draft, approve, read, answer.")),
                Entry("plan", "care_plan", _("The plan agreed with a client: versions, approval, timeline.")),
                Entry("goal", "care_plan", _("Goals of a plan: add, change, reach, drop, agree.")),
                Entry("step", "care_plan", _("Steps towards a goal: who does what by when, and done.")),
                Entry("alert", "alerts", _("What to know before knocking on the door.")),
                Entry("tag", "triage", _("Add and remove tags.")),
            ),
        ),
        (
            _("Whole caseloads"),
            (
                Entry("desk", "supervision", _("The supervisor's desk: every number, with its rows.")),
                Entry("dashboard", "dashboards", _("Numbers by week, rule, worker and outcome, each with its rows.")),
                Entry("gaps", "gaps", _("What records lack, a line a case, and what HMIS asks about.")),
                Entry("comment", "supervision", _("Say something about a note or a contact.")),
                Entry("read", "supervision", _("Mark notes, contacts and comments as read.")),
                Entry("cosign", "supervision", _("Co-sign the notes of a junior.")),
                Entry("supervision", "sitting", _("What a worker and their supervisor talk over, and agreed.")),
                Entry("board", "diary", _("How many cases stand at each stage.")),
                Entry("view", "views", _("Lists saved under a name: list, save, drop.")),
                Entry("reassign", "reassign", _("Move cases to other workers, after a preview.")),
                Entry("outcomes", "outcomes", _("How people are doing since the beginning, by scale.")),
                Entry("waiting", "waiting", _("Who waits for a worker, by program; admit from the list.")),
                Entry("transfer", "transfer", _("Offer a case to a colleague, who accepts or declines.")),
                Entry("cover", "cover", _("Who covers an absent worker, and for how long.")),
                Entry("workload", "programs", _("Each worker's load against their capacity, by a named model.")),
                Entry("weigh", "programs", _("Of what kind cases are, for load models.")),
                Entry("reduction", "reductions", _("Hours that somebody does not carry cases.")),
            ),
        ),
        (
            _("The record"),
            (
                Entry("undo", "undo", _("Take back a whole change.")),
                Entry("changes", "journal", _("What was done, by whom, newest first.")),
                Entry("journal", "journal", _("Every changed row and every look; verify it.")),
            ),
        ),
        (
            _("Files"),
            (
                Entry("export", "exporting", _("Reports and lists as xlsx, csv or json.")),
                Entry("case-file", "paper", _("A whole case on paper: for a court, a transfer, the client.")),
                Entry("handover", "paper", _("A page a case for whoever takes it over, risks first.")),
                Entry("import", "importing", _("Take in another system's export.")),
            ),
        ),
        (
            _("The agency"),
            (
                Entry("agency", "setup", _("What the agency decides for all: editors, who sees the team.")),
                Entry("worker", "staff", _("Staff: add, edit, list, leave, password.")),
                Entry("team", "staff", _("Teams and who supervises them.")),
                Entry("program", "programs", _("Programs and their policy.")),
                Entry("provider", "directory", _("Who offers services: add, edit, list, show.")),
                Entry("service", "services", _("What is offered, where, when, for whom: find, keep.")),
                Entry("place", "directory", _("Where places lie, so that what is near is found.")),
                Entry("domain", "needs", _("The domains of need: list, add, rename, close, open.")),
                Entry("topic", "groups", _("Topics of advice: list, set, add, rename, close, open.")),
                Entry("instrument", "instrument", _("Assessment instruments: what they ask, how they are scored.")),
            ),
        ),
        (
            _("The database"),
            (
                Entry("demo", "demo", _("A made-up agency to try everything in.")),
                Entry("init", "setup", _("Make a new, empty database.")),
                Entry("upgrade", "setup", _("Bring the database to this version.")),
                Entry("check", "setup", _("Hold the database against itself.")),
                Entry("backup", "backup", _("Write the whole database to one private file.")),
                Entry("restore", "backup", _("Bring a backup back into an empty place.")),
                Entry("move", "everything", _("Everything into another database, file or server.")),
                Entry("encrypt", "encrypting", _("Encrypt the SQLite file with a key.")),
                Entry("decrypt", "encrypting", _("Make an encrypted file a plain one.")),
                Entry("keys", "keys", _("The key map, as the screen shows it.")),
            ),
        ),
    )


def entries() -> dict[str, Entry]:
    """Every entry by its name, in order."""
    return {entry.name: entry for _heading, group in sections() for entry in group}
