"""Every rule the database keeps has a sentence a user can read."""

from __future__ import annotations

import re

from sqlalchemy import exc

from ..messages import _

# By the name of the constraint, or on SQLite (which gives columns for UNIQUE) by table.column, ...
_SENTENCES = {
    "uq_worker_handle": lambda: _("There is already a worker with that handle."),
    "uq_worker_login": lambda: _("That login already belongs to another worker."),
    "uq_team_code": lambda: _("There is already a team with that code."),
    "uq_program_code": lambda: _("There is already a program with that code."),
    "uq_case_file_number": lambda: _("That case number is already taken; try again."),
    "uq_external_id_system_entity_external": lambda: _(
        "That was taken over here already, into a case that is not yours to see. Ask your supervisor."
    ),
    "uq_tag_case_id_tag": lambda: _("The case already has that tag."),
    "uq_assignment_open_primary": lambda: _(
        "The case already has someone who holds it. Someone else may have moved it; look again."
    ),
    "uq_snooze_running": lambda: _("The case is already snoozed."),
    "uq_transfer_offered": lambda: _("The case is already offered to someone. Withdraw that offer first."),
    "uq_departure_waiting": lambda: _("That worker's last day is already set. Take it back first: caseload undo"),
    "ck_transfer_order": lambda: _("The day to answer by lies before the offer."),
    "uq_change_uid": lambda: _("This act has already been recorded."),
    "ck_case_file_custodian": lambda: _("A restricted case needs a custodian."),
    "ck_contact_minutes": lambda: _("Minutes must be between 0 and 1440."),
    "ck_appointment_order": lambda: _("An appointment must end after it begins."),
    "ck_appointment_travel": lambda: _(
        "The way takes up to 480 minutes each way, and none to a call or where the client goes alone."
    ),
    "ck_agency_travel_kmh": lambda: _("A speed lies between 1 and 200 kilometres an hour."),
    "ck_agency_travel_minutes": lambda: _("The way takes between 0 and 480 minutes."),
    "ck_absence_order": lambda: _("An absence must end on or after its first day."),
    "ck_agency_document_mb": lambda: _("A document is at the most 1 to 512 megabytes large."),
    "uq_document_replaces_id": lambda: _("Someone else has just added another edition of that document; look again."),
    "ck_document_order": lambda: _("A document is kept at least until the day it was added."),
    "ck_agency_rising_weeks": lambda: _("It is warned after 1 to 12 weeks, or never: 0."),
    "ck_agency_free_day_weeks": lambda: _("It is warned after 1 to 12 weeks, or never: 0."),
    "ck_worker_capacity": lambda: _("Capacity must be 0 or more."),
    "ck_note_cosigner": lambda: _("Nobody co-signs what they wrote themselves."),
    "ck_note_cosigned": lambda: _("A co-signature has somebody who gave it, and when."),
    "ck_supervision_topic_order": lambda: _("It was discussed before it was brought; that cannot be."),
    "ck_supervision_topic_discussed": lambda: _("What was discussed says by whom, when, and what was agreed."),
    "ck_supervision_topic_task": lambda: _("Only what was discussed about a case leads to a task."),
    "ck_plan_approver": lambda: _("Nobody approves a plan that they wrote or put forward themselves."),
    "uq_plan_running": lambda: _("Another version of that plan runs. Someone else may have approved it; look again."),
    "uq_plan_written": lambda: _("There is a draft of that plan already."),
    "uq_plan_case_id_kind_number": lambda: _("Someone else began a version of that plan just now; look again."),
    "ck_goal_order": lambda: _("A goal's last day lies before its first."),
    "ck_step_order": lambda: _("A step's last day lies before its first."),
    "plan_content_fixed": lambda: _("What was put forward or approved stands. A new version of the plan changes it."),
    "authorisation_limit": lambda: _("That goes over a limit: it needs a reason, and somebody else to approve it."),
    "authorisation_fixed": lambda: _("What was asked for stands. Ask for what is different anew."),
    "ck_authorisation_approver": lambda: _(
        "Nobody approves above a limit what they asked for themselves; and it needs a reason."
    ),
    "uq_authorisation_renewed": lambda: _("That authorisation was renewed already."),
    "ck_authorisation_order": lambda: _("An authorisation's last day lies before its first."),
    "ck_budget_order": lambda: _("A budget's last day lies before its first."),
    "payment_fixed": lambda: _("A payment stands as it was made. Take it back, and make another."),
    "payment_state": lambda: _("Nothing is paid of that: it was not approved, or has ended, or is another's."),
    "payment_over": lambda: _("That is more than was authorised."),
    "uq_payment_countered": lambda: _("That payment was taken back already."),
    "ck_service_ages": lambda: _("The lowest age lies above the highest."),
    "ck_service_hours_order": lambda: _("Hours end after they begin, on the same day."),
    "uq_place_name_key": lambda: _("There is already a place of that name."),
    "uq_referral_replaced": lambda: _("That referral was replaced already."),
    "uq_assessment_corrects_id": lambda: _("Someone else has just corrected that assessment; look again."),
    "uq_background_case_id_section": lambda: _("Someone else has just written that section; look again."),
    "fk_assessment_instrument_id": lambda: _(
        "Clients have answered that questionnaire; it is retired, never taken away."
    ),
    "uq_need_domain_code": lambda: _("There is already a domain with that code."),
    "uq_advice_topic_code": lambda: _("There is already a topic with that code."),
    "ck_contact_line_absent": lambda: _("Whoever was absent was not met."),
    "note_signed_locked": lambda: _("A signed note is locked. Add an addendum instead."),
}


# What SQLite's guards of money say, by the names that a server gives to the same.
_MONEY = {
    "above the limit": "authorisation_limit", "what was asked for stands": "authorisation_fixed",
    "a payment stands": "payment_fixed", "nothing is paid of that": "payment_state",
    "more than was authorised": "payment_over",
    "authorisation.renews_id": "uq_authorisation_renewed", "payment.counters_id": "uq_payment_countered",
}  # fmt: skip


def _from_sqlite(text: str) -> str:
    if "signed note is locked" in text:
        return "note_signed_locked"
    if "what was put forward stands" in text:
        return "plan_content_fixed"
    for words, name in _MONEY.items():
        if words in text:
            return name
    if match := re.search(r"UNIQUE constraint failed: (.+)", text):
        columns = [part.split(".") for part in match.group(1).split(", ")]
        name = "uq_" + columns[0][0] + "_" + "_".join(column[1] for column in columns)
        return {
            "uq_assignment_case_id": "uq_assignment_open_primary",
            "uq_snooze_case_id": "uq_snooze_running",
            "uq_transfer_case_id": "uq_transfer_offered",
            "uq_departure_worker_id": "uq_departure_waiting",
            "uq_plan_case_id_kind": "uq_plan_written",
        }.get(name, name)
    if match := re.search(r"CHECK constraint failed: (\w+)", text):
        return match.group(1)
    return ""


def sentence(error: exc.DBAPIError) -> str:
    """What went against a rule, without naming anybody."""
    diagnosis = getattr(error.orig, "diag", None)
    name = (diagnosis.constraint_name if diagnosis else _from_sqlite(str(error.orig))) or ""
    if name in _SENTENCES:
        return _SENTENCES[name]()
    if "append-only" in str(error.orig) or name.endswith("_append_only"):
        return _("That record can only be added to, never changed.")
    if "stays sent" in str(error.orig):
        return _("What was sent stays sent. Withdraw the referral instead.")
    if "made through caseload" in str(error.orig):
        return _("Changes are made through caseload, so that the journal can record them.")
    if "FOREIGN KEY" in str(error.orig) or name.startswith("fk_"):
        return _("Something else depends on that row, or it is no longer there. Nothing was changed.")
    return _("That goes against a rule of the database ({rule}). Nothing was changed.").format(rule=name or "?")
