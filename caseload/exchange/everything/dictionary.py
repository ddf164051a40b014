"""The data dictionary: what each table holds in a sentence, and of each column its kind, what it points at and what it may be."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from .rows import fields, tables

HEADER = ("table", "about", "column", "kind", "null", "points_at", "rules", "default", "unique")

# In the words of DESIGN.md, section 2. `client` marks what is identity or prose about a client.
ABOUT = {
    "absence": "A dated away-time of a worker, in agency days.",
    "advice_topic": "What advice is given about: the agency's list.",
    "agency": "The agency itself, and what it has decided for all its people. One row.",
    "alert": "Something to know before knocking on the door; words about a client.",
    "alias": "Other names of a client. Identity.",
    "appointment": "A dated meeting of a case, with the way there and back in minutes.",
    "appointment_series": "The rule by which appointments come again (RFC 5545).",
    "assessment": "One filled-in questionnaire, as its answers stood when it was recorded.",
    "assessment_answer": "One answer of an assessment: a code, a number, a day, yes or no, as text.",
    "assessment_offer": "A questionnaire that was offered in a case and not answered.",
    "assessment_score": "What the answers of one scale came to; null where it was not scored.",
    "assignment": "Who held a case, from when until when (half-open instants), and why.",
    "authorisation": "What may be spent for a client: money in cents or units, in a period.",
    "background": "One section of a client's history, as it was last told.",
    "budget": "So much for a program, or for one case, in a period; in cents.",
    "case_access": "Who is let see a case, or kept from it, by name.",
    "case_file": "A case: one episode of service to a client in a program. Numbers, codes and dates, no identity and no prose.",
    "case_load": "Of what kind a single case is for a load model, where it is not as its program's are.",
    "case_risk": "The risk of a case, as it was set by a person, with the reason.",
    "case_stage": "Every move of a case through the method, dated, with the reason.",
    "change": "One act of one person, however many rows; what receipts show.",
    "channel": "Phones, mails and addresses with how safely they are used. Identity.",
    "client": "A person served; no identity, which stands in tables of its own.",
    "client_code": "Coded answers about a client in another system's words, with their list.",
    "closing_override": "A gate that was shut as a case was closed all the same, and why it was passed.",
    "comment": "What was said about a note or a contact.",
    "consent": "A signed permission to tell, with the nine elements of 42 CFR 2.31(a).",
    "contact": "One event, attempted or made.",
    "contact_line": "A contact as it served one case: whether the client was met, and how they took part.",
    "contact_topic": "What a contact was about.",
    "cover": "Who stands in for an absent worker.",
    "cover_case": "Which share of a cover a case fell to.",
    "custody": "Who answers for a restricted case, from when, and why.",
    "departure": "A worker's last day, set ahead.",
    "disclosure": "A recorded telling, with its basis. Only ever added to.",
    "external_id": "Other systems' names for rows of ours.",
    "glass": "A case opened out of sight in an emergency, with the reason.",
    "goal": "What is to be reached, in the client's words.",
    "holiday": "The agency's holidays.",
    "household": "The lasting family.",
    "household_member": "Who belongs to a household.",
    "identity": "Names and birth date of a client. Identity.",
    "instrument": "One edition of a questionnaire of the agency's own (FHIR R4, JSON).",
    "journal": "One row for each changed row: who, when, which columns, and hashes.",
    "look": "Who opened what, when and why.",
    "name_key": "Folded words of names, by which clients are found. Identity.",
    "narrative": "Every piece of prose. Superseded, never overwritten.",
    "need": "What an assessment found in one domain.",
    "need_domain": "The domains of need: the agency's list.",
    "note": "The written record: draft, signed, addendum. Its words stand in narrative.",
    "packet": "A masked text approved for one consultant, with the question put to them.",
    "packet_answer": "What the consultant answered.",
    "payload": "Before and after of each journal row, salted and hashed; words about clients among them.",
    "payment": "What was paid or used up of an authorisation; a correction is a row that counters it.",
    "pending_move": "A move of a case set for a later day.",
    "person": "Kin, professionals and threats around a client. Identity.",
    "place": "Where places lie, for the way to appointments.",
    "plan": "One version of the plan agreed with a client.",
    "plan_review": "A plan was gone through together: what was seen, and when next.",
    "policy": "A program's policy, one row a version: days, levels, limits.",
    "program": "A funded line of service.",
    "program_load": "Of what kind the cases of a program are, by a family of load models.",
    "provider": "Who offers services.",
    "pseudonym": "What one worker calls a case where no identity is shown.",
    "read_mark": "Who has read which note, contact or comment.",
    "reduction": "Minutes a week that somebody does not carry cases.",
    "referral": "A need sent to a service, and what became of it.",
    "saved_view": "Lists saved under a name.",
    "scratch": "Words being typed and not yet saved; their author's alone.",
    "scratch_key": "Keys under which such words lie in a terminal's file while the database is away.",
    "seal": "A batch of journal rows sealed by a hash over the seal before it.",
    "service": "What a provider offers, where and for whom.",
    "service_hours": "When a service is open.",
    "service_word": "Folded words by which services are found.",
    "snooze": "A case put off to a day, with the reason.",
    "stay": "Who was served together in one episode (HMIS HouseholdID).",
    "stay_member": "Who belongs to a stay, and how they are related to its head.",
    "step": "One thing that somebody does by a day, towards a goal.",
    "supervision_topic": "What was brought to supervision, and what was agreed.",
    "tag": "Tags of cases.",
    "task": "Something to do by a day.",
    "team": "Teams.",
    "team_supervisor": "Who supervises which team.",
    "transfer": "A case offered to a colleague, and the answer.",
    "worker": "Staff: handle, role, team, login.",
    "worker_standing": "A worker's role, team, capacity and hours, from which day.",
}

_SAYS = {
    "id": "The key of the row.",
    "version": "Counted up with every edit, so that a stale save is refused.",
    "at": "When it was.",
    "recorded_at": "When it was recorded.",
    "on_date": "The agency's local day.",
}
_KINDS = {
    "int": "whole number",
    "real": "number",
    "text": "text",
    "flag": "true | false",
    "day": "day, local to the agency (ISO 8601)",
    "moment": "moment in UTC (ISO 8601, microseconds)",
    "bytes": "bytes",
}


def columns_of(table: Table) -> Iterator[tuple[str, ...]]:
    """A row of the dictionary for each column that is carried over."""
    alone = {
        one.columns[0].name for one in table.constraints if isinstance(one, UniqueConstraint) and len(one.columns) == 1
    }
    for one in fields(table):
        column = table.c[one.name]
        default = str(
            getattr(getattr(column.server_default, "arg", ""), "text", getattr(column.server_default, "arg", ""))
        )
        yield (
            table.name, ABOUT[table.name], one.name, _KINDS[one.kind], "yes" if one.null else "no",
            " ".join(f"{key.column.table.name}.{key.column.name}" for key in column.foreign_keys),
            " AND ".join(_rules(table, column)), default if column.server_default is not None else "",
            "yes" if column.unique or column.primary_key or one.name in alone else "no",
        )  # fmt: skip


def says(table: Table) -> dict[str, str]:
    """What each column is, in a line."""
    out = {}
    for row in columns_of(table):
        parts = (_SAYS.get(row[2], ""), row[3], f"points at {row[5]}" if row[5] else "", row[6])
        out[row[2]] = "; ".join(part.rstrip(".") for part in parts if part)
    return out


def written() -> bytes:
    """The whole dictionary as csv."""
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(HEADER)
    for table in tables():
        out.writerows(columns_of(table))
    return text.getvalue().encode()


def _rules(table: Table, column: Column[object]) -> Iterator[str]:
    """The CHECKs that speak of a column."""
    for one in sorted((c for c in table.constraints if isinstance(c, CheckConstraint)), key=lambda c: str(c.name)):
        if re.search(rf"\b{column.name}\b", str(one.sqltext)):
            yield str(one.sqltext)
