"""PostgreSQL's row-level security: which rows of which table a login sees and writes, one definition for all of them.

A case, what tells who its client is, and what was written are for those who work with it (`store/scope.py` says the same to
both engines): a row below a case is seen by who sees the case, a client by who sees one of theirs. Some have a glimpse of a
case: its row and how it moves, without name or prose, because it is offered to them, is to come to them today, or because they
carry out an act that may leave no case behind, announced and committed before.

Who moves a case, restricts it, sets an absence or manages staff is held here, too: what a verb asks, the server asks again.

What may be written must be seen, and so must everything it points at: foreign keys ask nobody. Sub-selects are answered once
a statement; a plain function call would be asked row by row, which costs a thousand times as much.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from ..models import metadata
from ..models.packet import MOST_DAYS
from . import sight
from .conditions import (
    ADMIN,
    BROUGHT,
    CALLED_THERE,
    HANDLES,
    LISTED,
    TAKEN_OVER,
    closed,
    gives_back,
    glimpses,
    is_closed,
    knows,
    leads,
    moves,
    restricts,
    sees_case,
    supervised,
    undoing,
)
from .sight import HERE, ME, NAMED, ROLE

# Rows that say nothing of a client: everybody who works here sees them, and an admin writes them.
STAFF = (
    "agency", "holiday", "program", "policy", "team", "worker", "worker_standing", "team_supervisor", "need_domain",
    "program_load", "instrument", "advice_topic",
)  # fmt: skip
# Who offers what: for everybody, kept up by whoever handles cases.
DIRECTORY = ("provider", "service", "service_hours", "service_word", "place")
# Who is away, and goes: seen by everybody, written by themselves, their supervisors and admins.
AWAY = ("absence", "cover", "departure")
# How cases are moved: numbers, codes and dates, for who sees the case, if only at a glimpse.
MOVING = ("case_file", "assignment", "pending_move", "transfer", "cover_case", "custody", "case_access")
# What whoever sees no identity may read of their own acts: no row of these has words about a client.
WORDLESS = (*MOVING, *STAFF, *AWAY, *DIRECTORY, "saved_view", "budget")
# What was done, by whom and when, never what was written.
_EVIDENCE = ("change", "journal", "look")
# Rows of one worker alone.
_OWN = ("scratch", "scratch_key")
# The bytes of files, and whose they are: for the server's own functions alone, so that sharing tells nobody of another.
UNSEEN = ("content", "content_chunk", "document_content")
# Rows that tell nothing by themselves: keys and days.
_BARE = ("household", "stay")
# A parent whose policy asks about its child, which cannot ask it back.
_ASKED_BACK = (("contact_line", "contact"),)
# Written in one's own name.
_AUTHOR = {
    "contact": "worker_id", "note": "author_id", "comment": "worker_id", "read_mark": "worker_id",
    "narrative": "worker_id", "consent": "recorded_by", "disclosure": "worker_id", "document": "worker_id",
    "packet": "author_id", "supervision_topic": "brought_by", "assessment": "worker_id", "background": "worker_id",
    "need": "found_by", "plan": "author_id", "plan_review": "worker_id", "referral": "worker_id", "budget": "set_by",
    "authorisation": "asked_by", "payment": "worker_id", "case_load": "worker_id", "assessment_offer": "worker_id",
    "closing_override": "worker_id",
}  # fmt: skip
# What is as telling as a name: whom a client lets know, what was found with them, agreed with them and asked for them.
_TELLING = (
    "consent", "disclosure", "assessment", "assessment_answer", "assessment_score", "need", "background", "plan", "goal", "step",
    "plan_review", "referral", "assessment_offer", "closing_override", "authorisation", "payment",
)  # fmt: skip
# Written once and taken back by undo alone: what was answered is not answered otherwise afterwards.
_WRITTEN_ONCE = (
    "assessment", "assessment_answer", "assessment_score", "plan_review", "assessment_offer", "closing_override", "payment",
)  # fmt: skip
# Written with what they are part of, and not afterwards.
_TOGETHER = {"assessment_answer": "assessment", "assessment_score": "assessment", "closing_override": "case_stage"}
# What people typed about a client into rows that move along with a case: rows are under policies, these columns under the
# rights of groups (store/logins.py), and no group reads or changes them that sees no identity.
UNREAD = {
    "task": ("title",),
    # Whether it has to do with a referral, too: that there is one is as telling as a name.
    "appointment": ("title", "place", "referral_id"),
    "case_stage": ("why",),
    "case_risk": ("why",),
    "snooze": ("why",),
}
# Only ever added to: what was wrong is said in an addendum.
_ADDED_TO = ("disclosure",)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees a row of a table, and who adds, changes and takes away one. None: nobody but the owner of the tables.
    `left` is how a changed row may be left, where not every row that may be held may be changed."""

    see: str
    add: str | None = None
    change: str | None = None
    drop: str | None = None
    left: str | None = None


_TOPIC = (
    f"{NAMED} AND {supervised('supervision_topic.worker_id')}"
    f" AND (supervision_topic.case_id IS NULL OR {sees_case('supervision_topic.case_id')})"
)


_DOCUMENT = (
    f"{NAMED} AND ((case_id IS NOT NULL AND {sees_case('document.case_id')})"
    f" OR (client_id IS NOT NULL AND {knows('document.client_id')}))"
)


def _mine_to_drop(table: str) -> str:
    """A row is taken away by undoing one's own act: by who has put it there; a case's own row by an admin, too. What is taken away
    stands whole in the journal's payload, which is read by who did it: nobody takes away what they may not read."""
    others = "'admin', 'all'" if table in MOVING else "'all'"
    return f"({ROLE} IN ({others}) OR i_added('{table}', {table}.id))"


def _payloads() -> str:
    moving, mine = (
        ", ".join(f"'{name}'" for name in names)
        for names in ((*MOVING, *STAFF, *AWAY, *DIRECTORY), (*WORDLESS, "external_id"))
    )
    # Of tasks and appointments an admin takes back that they moved, and nothing that has their words in it.
    wordless = " OR ".join(
        f"(j.table_name = '{name}' AND j.op = 'update' AND NOT string_to_array(j.columns, ',') && '{{{','.join(UNREAD[name])}}}')"
        for name in ("task", "appointment")
    )
    # Of their own acts whoever sees no identity reads what moved, what they manage or keep, and a case that they admitted.
    own = f"(j.worker_id = {ME} AND ({NAMED} OR (j.table_name IN ({mine}) AND (j.table_name <> 'budget' OR j.case_id IS NULL)) OR {wordless}"
    own += " OR (j.table_name = 'case_stage' AND j.op = 'insert')))"
    return (
        f"{ROLE} = 'all' OR EXISTS (SELECT 1 FROM journal j WHERE j.id = payload.id AND ({own}"
        # That a case was brought to supervision is for who sees that agenda.
        f" OR ({NAMED} AND j.table_name <> 'supervision_topic' AND {sees_case('j.case_id')})"
        f" OR ({ROLE} = 'admin' AND (j.table_name IN ({moving}) OR {wordless}))))"
    )


# A program's budget is set by an admin, a client's by who supervises their case.
_BUDGETS = f"((program_id IS NOT NULL AND {ADMIN}) OR (case_id IS NOT NULL AND {NAMED} AND ({ROLE} = 'all' OR leads(budget.case_id))))"

_KNOWN_THERE = (
    f"entity = 'case_file' AND {sees_case('external_id.row_id')} OR entity = 'client' AND {knows('external_id.row_id')}"
)

_SPECIAL: dict[str, Rule] = {
    "case_file": Rule(
        f"{sight.of_case('case_file')} OR case_file.id = ANY ((SELECT my_glimpses())::bigint[])", NAMED, HANDLES,
        _mine_to_drop("case_file"),
    ),
    "assignment": Rule(
        f"worker_id = {ME} OR {glimpses('assignment.case_id')}", moves("assignment.case_id"),
        # What has ended is opened again by who moves the case alone; with a case that is closed ends who held it.
        f"(worker_id = {ME} AND ends_at IS NULL) OR {gives_back('assignment')} OR {closed('assignment.case_id')}",
        gives_back("assignment"),
        left=f"(worker_id = {ME} AND ends_at IS NULL) OR {gives_back('assignment')}"
        f" OR (ends_at IS NOT NULL AND {closed('assignment.case_id')})",
    ),
    "pending_move": Rule(
        f"set_by = {ME} OR {glimpses('pending_move.case_id')}", f"set_by = {ME} AND {moves('pending_move.case_id')}",
        f"(set_by = {ME} AND state = 'waiting') OR {gives_back('pending_move')}", gives_back("pending_move"),
        left=f"set_by = {ME} OR {gives_back('pending_move')}",
    ),
    "transfer": Rule(
        f"{ME} IN (from_worker_id, to_worker_id, offered_by) OR {glimpses('transfer.case_id')}",
        f"offered_by = {ME} AND {moves('transfer.case_id')}",
        f"({ME} IN (to_worker_id, offered_by) AND state = 'offered') OR {gives_back('transfer')}",
        gives_back("transfer"), left=f"{ME} IN (to_worker_id, offered_by) OR {gives_back('transfer')}",
    ),
    "custody": Rule(
        glimpses("custody.case_id"), restricts("custody.case_id"), None, restricts("custody.case_id", also=undoing("custody")),
    ),
    # Whoever is kept from a case learns nothing of it, not even that.
    "case_access": Rule(
        f"({glimpses('case_access.case_id')} OR (worker_id = {ME} AND kind = 'allow'))",
        restricts("case_access.case_id"), *(restricts("case_access.case_id", also=undoing("case_access")),) * 2,
    ),
    "cover_case": Rule(
        f"{glimpses('cover_case.case_id')}",
        *(f"EXISTS (SELECT 1 FROM absence a WHERE a.id = cover_case.absence_id AND {leads('a.worker_id')})",) * 3,
    ),
    # Opened by the server alone (`break_glass`); whoever supervises the team, or an admin, marks it read.
    "glass": Rule(
        f"worker_id = {ME} OR {glimpses('glass.case_id')}", None,
        f"worker_id <> {ME} AND EXISTS (SELECT 1 FROM case_file k WHERE k.id = glass.case_id"
        f" AND ({ADMIN} OR k.team_id = ANY ((SELECT my_supervised())::bigint[])))",
    ),
    # Its reader has it from `my_packets`, without the case; here it is with who works with the case.
    "packet": Rule(
        f"{NAMED} AND {sees_case('packet.case_id')}",
        f"{NAMED} AND {sees_case('packet.case_id')} AND withdrawn_at IS NULL AND reader_id <> {ME}"
        # An admin and an auditor read rows of every case, by which they would learn which one it is.
        " AND EXISTS (SELECT 1 FROM worker w WHERE w.id = packet.reader_id AND w.status = 'active'"
        " AND (w.holds_all OR w.role NOT IN ('admin', 'auditor')))"
        # Words written for it, by who approves it: nothing that others wrote, or that was said in supervision.
        " AND just_written(packet.text_id) AND (packet.question_id IS NULL OR just_written(packet.question_id))"
        " AND approved_on = (SELECT agency_today())"
        f" AND until_on BETWEEN approved_on AND approved_on + {MOST_DAYS}",
        # What a colleague has withdrawn stays so.
        f"{NAMED} AND {sees_case('packet.case_id')} AND (withdrawn_by IS NULL OR withdrawn_by = {ME})",
        f"{NAMED} AND {sees_case('packet.case_id')} AND {_mine_to_drop('packet')}",
        left=f"{NAMED} AND {sees_case('packet.case_id')} AND (withdrawn_by IS NULL OR withdrawn_by = {ME})",
    ),
    # Written by the server alone (`answer_packet`).
    "packet_answer": Rule("EXISTS (SELECT 1 FROM packet p WHERE p.id = packet_answer.packet_id)"),
    # Drawn and kept by the server alone (`name_cases`); what a case out of sight is called leads nobody to it.
    "pseudonym": Rule(f"worker_id = {ME} AND {glimpses('pseudonym.case_id')}"),
    "absence": Rule("true", *(leads("absence.worker_id"),) * 3),
    "cover": Rule(
        "true", *(f"EXISTS (SELECT 1 FROM absence a WHERE a.id = cover.absence_id AND {leads('a.worker_id')})",) * 3
    ),
    "departure": Rule("true", *(ADMIN,) * 3),
    # Why somebody works less is for themselves and who leads them; what it comes to, everybody is told (`reduced_minutes`).
    "reduction": Rule(*(leads("reduction.worker_id"),) * 4),
    # A key, a language and a day of death: who a client is stands elsewhere.
    "client": Rule(HANDLES, NAMED, NAMED, f"{NAMED} AND {_mine_to_drop('client')}"),
    # Whose household somebody is in says whose names are told for masking (`names_near`): written by imports; of two records,
    # what both have becomes one.
    "household_member": Rule(
        HANDLES, f"{ROLE} = 'all'", *(f"{NAMED} AND {knows('household_member.client_id')}",) * 2
    ),
    "stay_member": Rule(HANDLES, *(f"{ROLE} = 'all'",) * 2, _mine_to_drop("stay_member")),
    "contact": Rule(
        f"worker_id = {ME} OR EXISTS (SELECT 1 FROM contact_line l WHERE l.contact_id = contact.id)", NAMED, NAMED,
        f"{NAMED} AND {_mine_to_drop('contact')}",
    ),
    "contact_topic": Rule(
        "EXISTS (SELECT 1 FROM contact c WHERE c.id = contact_topic.contact_id)", NAMED, NAMED,
        f"{NAMED} AND {_mine_to_drop('contact_topic')}",
    ),
    "narrative": Rule(
        f"{NAMED} AND (made_in = {HERE} OR ((agenda_of IS NULL OR {supervised('narrative.agenda_of')})"
        f" AND ((case_id IS NULL AND (worker_id = {ME} OR agenda_of IS NOT NULL)) OR ({sees_case('narrative.case_id')}"
        " AND EXISTS (SELECT 1 FROM my_looks m WHERE m.case_id = narrative.case_id))"
        # What a consultant answers names no case; it is read with the case that it is about.
        " OR (case_id IS NULL AND EXISTS (SELECT 1 FROM packet_answer a JOIN packet p ON p.id = a.packet_id"
        " JOIN my_looks m ON m.case_id = p.case_id WHERE a.narrative_id = narrative.id)))))",
        f"{NAMED} AND (case_id IS NULL OR {sees_case('narrative.case_id')})"
        f" AND (agenda_of IS NULL OR {supervised('narrative.agenda_of')})",
    ),
    # Discussed or not, and in whose name, `guard_topic` asks.
    "supervision_topic": Rule(
        _TOPIC, f"{_TOPIC} AND discussed_on IS NULL", _TOPIC,
        f"{_TOPIC} AND discussed_on IS NULL AND {_mine_to_drop('supervision_topic')}",
    ),
    "budget": Rule(
        f"program_id IS NOT NULL OR ({NAMED} AND {sees_case('budget.case_id')})", _BUDGETS, _BUDGETS,
        f"{_BUDGETS} AND {_mine_to_drop('budget')}",
    ),
    "change": Rule(
        # That there was a contact is no case's row: whose it was says who sees the change.
        f"worker_id = {ME} OR {ROLE} IN ('all', 'auditor') OR EXISTS (SELECT 1 FROM journal j WHERE j.change_id = change.id"
        " AND (j.case_id IS NOT NULL OR j.table_name NOT IN ('contact', 'contact_topic')))",
        f"{ME} IS NOT NULL", f"{ME} IS NOT NULL", left=f"worker_id = {ME}",
    ),
    "journal": Rule(
        f"worker_id = {ME} OR {ROLE} IN ('all', 'auditor') OR ({HANDLES} AND (case_id IS NULL OR {glimpses('journal.case_id')}))"
    ),
    "payload": Rule(_payloads()),
    "seal": Rule("true"),
    "look": Rule(
        # Whoever has read a packet does not learn here which case it is about.
        f"(worker_id = {ME} AND kind <> 'packet') OR {ROLE} IN ('all', 'auditor') OR ({ROLE} = 'admin' AND case_id IS NULL)"
        f" OR ({HANDLES} AND {glimpses('look.case_id')})",
        # What an errand, an undo or a packet is looked at for, the server's own functions say.
        f"worker_id = {ME} AND kind IN ('case', 'narrative', 'export', 'list', 'lifted', 'document')"
        f" AND (case_id IS NULL OR {sees_case('look.case_id')})",
    ),
    "saved_view": Rule(
        f"worker_id = {ME} OR team_id IN (SELECT w.team_id FROM worker w WHERE w.id = {ME})"
        " OR team_id = ANY ((SELECT my_teams())::bigint[])",
        *(f"worker_id = {ME}",) * 3,
    ),
    "external_id": Rule(
        f"({NAMED} AND ({_KNOWN_THERE} OR {TAKEN_OVER} OR {BROUGHT} OR {CALLED_THERE})) OR {LISTED}",
        # A case that is sent is known by its sender's names; those of a system that is imported whole are its importer's to give.
        f"({NAMED} AND ((system >= 'ics:' AND system < 'ics;' AND {TAKEN_OVER})"
        f" OR (system >= 'fhir:' AND system < 'fhir;' AND ({_KNOWN_THERE} OR {BROUGHT})))) OR {LISTED}",
        f"{NAMED} OR {LISTED}",
        f"({NAMED} OR {LISTED}) AND {_mine_to_drop('external_id')}",
    ),
    "acting": Rule("false"),
    # A client's documents are seen from each of their cases; what was added stands, and is withdrawn at the most.
    "document": Rule(
        _DOCUMENT, f"{_DOCUMENT} AND withdrawn_at IS NULL", f"{_DOCUMENT} AND (withdrawn_by IS NULL OR withdrawn_by = {ME})",
        f"{_DOCUMENT} AND {_mine_to_drop('document')}",
        left=f"{_DOCUMENT} AND (withdrawn_by IS NULL OR withdrawn_by = {ME})",
    ),
}  # fmt: skip
_SPECIAL |= {name: Rule("false") for name in UNSEEN}
_SPECIAL |= {name: Rule(*(f"worker_id = {ME}",) * 4) for name in _OWN}
_SPECIAL |= {name: Rule(*(HANDLES,) * 4) for name in _BARE}
_SPECIAL |= {name: Rule("true", *(HANDLES,) * 3) for name in DIRECTORY}
# Every list asks several of these tables, and each asking of a function costs as much as the rows.
_SPECIAL |= {name: Rule("true", *(ADMIN,) * 3) for name in STAFF}


def rule(table: Table) -> Rule:
    """The rule of a table: its own, or that of the case or the client it is part of."""
    name = table.name
    if name in _SPECIAL:
        return _SPECIAL[name]
    if "case_id" in table.c:
        seen = sees_case(f"{name}.case_id")
        if name in _TELLING:
            seen = f"{NAMED} AND {seen}"
        if name in _ADDED_TO:
            return Rule(seen, f"{NAMED} AND {seen}")
        if name in _WRITTEN_ONCE:
            return Rule(seen, seen, None, f"{seen} AND {_mine_to_drop(name)}")
        # Tasks and appointments go with their case, whoever moves it; one that waits is admitted into a stage.
        write = (
            f"({NAMED} OR {ROLE} = 'admin') AND {seen}"
            if name in ("task", "appointment", "case_stage")
            else f"{NAMED} AND {seen}"
        )
        add = write if name == "case_stage" else f"{NAMED} AND {seen}"
        if name == "case_stage":
            # An admin admits who waits; whoever works with the case closes it, and opens it again.
            admits = f"(case_stage.stage <> 'closed' AND NOT {is_closed('case_stage.case_id')})"
            add = write = f"{write} AND ({NAMED} OR {admits})"
        return Rule(seen, add, write, f"{seen} AND {_mine_to_drop(name)}")
    if "client_id" in table.c:
        seen = f"{NAMED} AND {knows(f'{name}.client_id')}"
        # Words of a name are written anew with every change of it; of two records, what both have becomes one.
        return Rule(
            seen,
            seen,
            seen,
            seen if name in ("name_key", "alias", "client_code") else f"{seen} AND {_mine_to_drop(name)}",
        )
    raise LookupError(f"no rule says who may see {name}")


def _parents(table: Table) -> str:
    """Everything a row points at that is not for everybody must be seen by who writes it."""
    tests = []
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table.name
            if target in (*STAFF, *DIRECTORY, *AWAY, *MOVING, *_BARE, *_EVIDENCE, "client"):
                continue  # for everybody, or asked already
            seen = f"EXISTS (SELECT 1 FROM {target} p WHERE p.id = {table.name}.{column.name})"
            if target == "narrative":
                seen = f"prose_of({table.name}.{column.name}, {table.name}.case_id)"
            elif (table.name, target) == ("appointment", "referral"):
                # An admin moves an appointment along with its case, and sees no referral.
                seen = "referral_of(appointment.referral_id, appointment.case_id)"
            elif (table.name, target) == ("appointment", "appointment_series"):
                seen = "EXISTS (SELECT 1 FROM appointment_series p WHERE p.id = appointment.series_id AND p.case_id = appointment.case_id)"
            elif _TOGETHER.get(table.name) == target:
                # An answer that is added later would be another answer than was given.
                seen = (
                    f"EXISTS (SELECT 1 FROM {target} p WHERE p.id = {table.name}.{column.name}"
                    f" AND p.case_id = {table.name}.case_id) AND just_added('{target}', {table.name}.{column.name})"
                )
            elif target == table.name or (table.name, target) in _ASKED_BACK:
                seen = f"sees_row('{target}', {table.name}.{column.name})"
            tests.append(f"({table.name}.{column.name} IS NULL OR {seen})" if column.nullable else seen)
    if table.name in _AUTHOR:
        tests.append(f"{table.name}.{_AUTHOR[table.name]} = {ME}")
    return "".join(f" AND {test}" for test in tests)


def postgres() -> list[str]:
    """Every policy, and row-level security itself, in the order in which they are made."""
    out = sight.postgres()
    for table in metadata.sorted_tables:
        one, name = rule(table), table.name
        out.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        out.append(f"CREATE POLICY see ON {name} FOR SELECT USING ({one.see})")
        parents = _parents(table)
        if one.add is not None:
            out.append(f"CREATE POLICY add ON {name} FOR INSERT WITH CHECK (({one.add}){parents})")
        if one.change is not None:
            # In whose name a row stands is asked of who writes it, not of who completes it.
            asked = parents.replace(f" AND {name}.{_AUTHOR.get(name)} = {ME}", "")
            left = one.left or one.change
            out.append(f"CREATE POLICY change ON {name} FOR UPDATE USING ({one.change}) WITH CHECK (({left}){asked})")
        if one.drop is not None:
            out.append(f"CREATE POLICY drop ON {name} FOR DELETE USING ({one.drop})")
    return out
