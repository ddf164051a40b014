"""first.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The column types as they were when this was written; a revision must not change when the models do.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "acting",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("change_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_acting_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting")),
    )
    op.create_table(
        "advice_topic",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("code", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_topic")),
        sa.UniqueConstraint("code", name=op.f("uq_advice_topic_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "agency",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("clock_on", sa.Date(), nullable=True),
        sa.Column("manager_sees_team", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("editor_allowed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("network_files_allowed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("break_glass", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("load_model", sa.Text(), server_default="count", nullable=False),
        sa.Column("currency", sa.Text(), server_default="EUR", nullable=False),
        sa.Column("rising_weeks", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("free_day_weeks", sa.SmallInteger(), server_default="4", nullable=False),
        sa.Column("office_place", sa.Text(), server_default="", nullable=False),
        sa.Column("travel_kmh", sa.Integer(), server_default="25", nullable=False),
        sa.Column("travel_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("document_mb", sa.Integer(), server_default="25", nullable=False),
        sa.Column("document_years", sa.Text(), server_default="", nullable=False),
        sa.Column("retain_years", sa.Integer(), server_default="7", nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint(
            "load_model IN ('count', 'cwla', 'sb2030-1984', 'sb2030-minimal', 'sb2030-optimal', 'wmt')",
            name=op.f("ck_agency_load_model"),
        ),
        sa.CheckConstraint("document_mb BETWEEN 1 AND 512", name=op.f("ck_agency_document_mb")),
        sa.CheckConstraint("free_day_weeks BETWEEN 0 AND 12", name=op.f("ck_agency_free_day_weeks")),
        sa.CheckConstraint("id = 1", name=op.f("ck_agency_single")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_agency_currency")),
        sa.CheckConstraint("rising_weeks BETWEEN 0 AND 12", name=op.f("ck_agency_rising_weeks")),
        sa.CheckConstraint("travel_kmh BETWEEN 1 AND 200", name=op.f("ck_agency_travel_kmh")),
        sa.CheckConstraint("travel_minutes BETWEEN 0 AND 480", name=op.f("ck_agency_travel_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )
    op.create_table(
        "client",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", BigId, nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_in", BigId, nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["client.id"], name=op.f("fk_client_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("uid", name=op.f("uq_client_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "content",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("sha256", Key, nullable=True),
        sa.Column("root", Key, nullable=True),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("chunks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_in", BigId, nullable=True),
        sa.CheckConstraint("(sha256 IS NULL) = (root IS NULL)", name=op.f("ck_content_settled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("sha256", "root", name=op.f("uq_content_sha256_root")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "external_id",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("system", Key, nullable=False),
        sa.Column("entity", Key, nullable=False),
        sa.Column("external", Key, nullable=False),
        sa.Column("row_id", BigId, nullable=False),
        sa.Column("updated_at", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_id")),
        sa.UniqueConstraint("system", "entity", "external", name=op.f("uq_external_id_system_entity_external")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_external_id_row", "external_id", ["entity", "row_id"], unique=False)
    op.create_table(
        "holiday",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("on_date", name=op.f("uq_holiday_on_date")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "household",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "need_domain",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("code", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_domain")),
        sa.UniqueConstraint("code", name=op.f("uq_need_domain_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "payload",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payload")),
    )
    op.create_table(
        "place",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("latitude", sa.Integer(), nullable=False),
        sa.Column("longitude", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("name_key", name=op.f("uq_place_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "program",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("code", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hmis_project_type", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("code", name=op.f("uq_program_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "provider",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('active', 'inactive', 'defunct')", name=op.f("ck_provider_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("uid", name=op.f("uq_provider_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_provider_name_key"), "provider", ["name_key"], unique=False)
    op.create_table(
        "seal",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("from_row", BigId, nullable=False),
        sa.Column("to_row", BigId, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("holes", sa.Text(), server_default="", nullable=False),
        sa.Column("late", sa.Text(), server_default="", nullable=False),
        sa.Column("waits_from", BigId, nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_table(
        "team",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("code", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("code", name=op.f("uq_team_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alias",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_alias_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alias_client_id"), "alias", ["client_id"], unique=False)
    op.create_table(
        "client_code",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_code_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_code")),
        sa.UniqueConstraint("client_id", "field", "code", name=op.f("uq_client_code_client_id_field_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "content_chunk",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("content_id", BigId, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_content_chunk_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_chunk")),
        sa.UniqueConstraint("content_id", "n", name=op.f("uq_content_chunk_content_id_n")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_content",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("document_id", BigId, nullable=False),
        sa.Column("content_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_document_content_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_content")),
        sa.UniqueConstraint("document_id", name=op.f("uq_document_content_document_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_document_content_content_id"), "document_content", ["content_id"], unique=False)
    op.create_table(
        "household_member",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("household_id", BigId, nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_household_member_client_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_household_member_client_id"), "household_member", ["client_id"], unique=False)
    op.create_index(op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False)
    op.create_table(
        "identity",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("given", sa.Text(), server_default="", nullable=False),
        sa.Column("middle", sa.Text(), server_default="", nullable=False),
        sa.Column("family", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix", sa.Text(), server_default="", nullable=False),
        sa.Column("name_quality", sa.SmallInteger(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("birth_quality", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_identity_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("client_id", name=op.f("uq_identity_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identity_born_on"), "identity", ["born_on"], unique=False)
    op.create_table(
        "name_key",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("word", Key, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_name_key_client_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_name_key_client_id", "name_key", ["client_id", "word"], unique=False)
    op.create_index("ix_name_key_word", "name_key", ["word", "client_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="other", nullable=False),
        sa.Column("relation", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("role IN ('kin', 'professional', 'carer', 'threat', 'other')", name=op.f("ck_person_role")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_person_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_person_client_id"), "person", ["client_id"], unique=False)
    op.create_table(
        "policy",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("program_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("contact_low_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("contact_medium_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("contact_high_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column("contact_critical_days", sa.Integer(), server_default="7", nullable=False),
        sa.Column("contact_kinds", sa.Text(), server_default="visit,office,phone,video,group", nullable=False),
        sa.Column("attempts_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column("attempts_count", sa.Integer(), server_default="2", nullable=False),
        sa.Column("note_days", sa.Integer(), server_default="2", nullable=False),
        sa.Column("soon_days", sa.Integer(), server_default="7", nullable=False),
        sa.Column("consent_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("snooze_max_days", sa.Integer(), server_default="60", nullable=False),
        sa.Column("referral_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column("assessment_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("plan_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("review_days", sa.Integer(), server_default="90", nullable=False),
        sa.Column("annual_assessment", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("phase1_days", sa.Integer(), nullable=True),
        sa.Column("phase1_contact_days", sa.Integer(), nullable=True),
        sa.Column("phase2_days", sa.Integer(), nullable=True),
        sa.Column("phase2_contact_days", sa.Integer(), nullable=True),
        sa.Column("phase3_days", sa.Integer(), nullable=True),
        sa.Column("phase3_contact_days", sa.Integer(), nullable=True),
        sa.Column("authorisation_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column("single_cents", sa.Integer(), nullable=True),
        sa.Column("level_safety", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("level_contact_critical", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("level_contact_high", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_contact_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_appointment_today", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_task_today", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_new_assignment", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_attempts_failing", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_snooze_ended", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_task_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_note_unsigned", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_referral_stalled", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_assessment_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_plan_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_review_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_annual_overdue", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_consent_ended", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("level_authorisation_ended", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_budget_over", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_unassigned", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("level_soon", sa.SmallInteger(), server_default="4", nullable=False),
        sa.CheckConstraint("(phase1_days IS NULL) = (phase1_contact_days IS NULL)", name=op.f("ck_policy_phase1")),
        sa.CheckConstraint(
            "(phase2_days IS NULL) = (phase2_contact_days IS NULL) AND (phase2_days IS NULL OR phase1_days IS NOT NULL)",
            name=op.f("ck_policy_phase2"),
        ),
        sa.CheckConstraint(
            "(phase3_days IS NULL) = (phase3_contact_days IS NULL) AND (phase3_days IS NULL OR phase2_days IS NOT NULL)",
            name=op.f("ck_policy_phase3"),
        ),
        sa.CheckConstraint("assessment_days BETWEEN 1 AND 3660", name=op.f("ck_policy_assessment_days")),
        sa.CheckConstraint("attempts_count = 2", name=op.f("ck_policy_attempts_count")),
        sa.CheckConstraint("attempts_days BETWEEN 1 AND 3660", name=op.f("ck_policy_attempts_days")),
        sa.CheckConstraint("authorisation_days BETWEEN 1 AND 3660", name=op.f("ck_policy_authorisation_days")),
        sa.CheckConstraint("consent_days BETWEEN 1 AND 3660", name=op.f("ck_policy_consent_days")),
        sa.CheckConstraint("contact_critical_days BETWEEN 1 AND 3660", name=op.f("ck_policy_contact_critical_days")),
        sa.CheckConstraint("contact_high_days BETWEEN 1 AND 3660", name=op.f("ck_policy_contact_high_days")),
        sa.CheckConstraint("contact_low_days BETWEEN 1 AND 3660", name=op.f("ck_policy_contact_low_days")),
        sa.CheckConstraint("contact_medium_days BETWEEN 1 AND 3660", name=op.f("ck_policy_contact_medium_days")),
        sa.CheckConstraint("level_annual_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_annual_overdue")),
        sa.CheckConstraint("level_appointment_today BETWEEN 1 AND 5", name=op.f("ck_policy_level_appointment_today")),
        sa.CheckConstraint("level_assessment_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_assessment_overdue")),
        sa.CheckConstraint("level_attempts_failing BETWEEN 1 AND 5", name=op.f("ck_policy_level_attempts_failing")),
        sa.CheckConstraint(
            "level_authorisation_ended BETWEEN 1 AND 5", name=op.f("ck_policy_level_authorisation_ended")
        ),
        sa.CheckConstraint("level_budget_over BETWEEN 1 AND 5", name=op.f("ck_policy_level_budget_over")),
        sa.CheckConstraint("level_consent_ended BETWEEN 1 AND 5", name=op.f("ck_policy_level_consent_ended")),
        sa.CheckConstraint("level_contact_critical BETWEEN 1 AND 5", name=op.f("ck_policy_level_contact_critical")),
        sa.CheckConstraint("level_contact_high BETWEEN 1 AND 5", name=op.f("ck_policy_level_contact_high")),
        sa.CheckConstraint("level_contact_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_contact_overdue")),
        sa.CheckConstraint("level_new_assignment BETWEEN 1 AND 5", name=op.f("ck_policy_level_new_assignment")),
        sa.CheckConstraint("level_note_unsigned BETWEEN 1 AND 5", name=op.f("ck_policy_level_note_unsigned")),
        sa.CheckConstraint("level_plan_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_plan_overdue")),
        sa.CheckConstraint("level_referral_stalled BETWEEN 1 AND 5", name=op.f("ck_policy_level_referral_stalled")),
        sa.CheckConstraint("level_review_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_review_overdue")),
        sa.CheckConstraint("level_safety BETWEEN 1 AND 5", name=op.f("ck_policy_level_safety")),
        sa.CheckConstraint("level_snooze_ended BETWEEN 1 AND 5", name=op.f("ck_policy_level_snooze_ended")),
        sa.CheckConstraint("level_soon BETWEEN 1 AND 5", name=op.f("ck_policy_level_soon")),
        sa.CheckConstraint("level_task_overdue BETWEEN 1 AND 5", name=op.f("ck_policy_level_task_overdue")),
        sa.CheckConstraint("level_task_today BETWEEN 1 AND 5", name=op.f("ck_policy_level_task_today")),
        sa.CheckConstraint("level_unassigned BETWEEN 1 AND 5", name=op.f("ck_policy_level_unassigned")),
        sa.CheckConstraint("note_days BETWEEN 1 AND 3660", name=op.f("ck_policy_note_days")),
        sa.CheckConstraint("phase1_contact_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase1_contact_days")),
        sa.CheckConstraint("phase1_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase1_days")),
        sa.CheckConstraint("phase2_contact_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase2_contact_days")),
        sa.CheckConstraint("phase2_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase2_days")),
        sa.CheckConstraint("phase3_contact_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase3_contact_days")),
        sa.CheckConstraint("phase3_days BETWEEN 1 AND 3660", name=op.f("ck_policy_phase3_days")),
        sa.CheckConstraint("plan_days BETWEEN 1 AND 3660", name=op.f("ck_policy_plan_days")),
        sa.CheckConstraint("referral_days BETWEEN 1 AND 3660", name=op.f("ck_policy_referral_days")),
        sa.CheckConstraint("review_days BETWEEN 1 AND 3660", name=op.f("ck_policy_review_days")),
        sa.CheckConstraint("single_cents >= 0", name=op.f("ck_policy_single_cents")),
        sa.CheckConstraint("snooze_max_days BETWEEN 1 AND 3660", name=op.f("ck_policy_snooze_max_days")),
        sa.CheckConstraint("soon_days BETWEEN 1 AND 3660", name=op.f("ck_policy_soon_days")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_policy_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("program_id", "version", name=op.f("uq_policy_program_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_policy_current",
        "policy",
        ["program_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "program_load",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("program_id", BigId, nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("family IN ('cwla', 'sb2030', 'wmt')", name=op.f("ck_program_load_family")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_program_load_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_load")),
        sa.UniqueConstraint("program_id", "family", name=op.f("uq_program_load_program_id_family")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("provider_id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("domain_id", BigId, nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("place_key", Key, server_default="", nullable=False),
        sa.Column("languages", sa.Text(), server_default="", nullable=False),
        sa.Column("cost", sa.Text(), server_default="", nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("age_from", sa.SmallInteger(), nullable=True),
        sa.Column("age_to", sa.SmallInteger(), nullable=True),
        sa.Column("residence", sa.Text(), server_default="", nullable=False),
        sa.Column("income_cents", sa.Integer(), nullable=True),
        sa.Column("eligibility", sa.Text(), server_default="", nullable=False),
        sa.Column("bring", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_days", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('active', 'inactive', 'defunct')", name=op.f("ck_service_state")),
        sa.CheckConstraint("age_from IS NULL OR age_to IS NULL OR age_to >= age_from", name=op.f("ck_service_ages")),
        sa.ForeignKeyConstraint(["domain_id"], ["need_domain.id"], name=op.f("fk_service_domain_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_service_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("uid", name=op.f("uq_service_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_service_domain_id"), "service", ["domain_id"], unique=False)
    op.create_index(op.f("ix_service_name_key"), "service", ["name_key"], unique=False)
    op.create_index(op.f("ix_service_place_key"), "service", ["place_key"], unique=False)
    op.create_index(op.f("ix_service_provider_id"), "service", ["provider_id"], unique=False)
    op.create_table(
        "stay",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("household_id", BigId, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_stay_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stay_household_id"), "stay", ["household_id"], unique=False)
    op.create_table(
        "worker",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("handle", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("seniority", sa.Text(), server_default="standard", nullable=False),
        sa.Column("login", Key, nullable=True),
        sa.Column("team_id", BigId, nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.Column("languages", sa.Text(), server_default="", nullable=False),
        sa.Column("holds_all", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "role IN ('case_manager', 'supervisor', 'admin', 'analyst', 'auditor')", name=op.f("ck_worker_role")
        ),
        sa.CheckConstraint("seniority IN ('junior', 'standard', 'senior')", name=op.f("ck_worker_seniority")),
        sa.CheckConstraint("status IN ('active', 'left')", name=op.f("ck_worker_status")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_worker_capacity")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_worker_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("handle", name=op.f("uq_worker_handle")),
        sa.UniqueConstraint("login", name=op.f("uq_worker_login")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_worker_team_id"), "worker", ["team_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_absence_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_absence_worker_id"), "absence", ["worker_id"], unique=False)
    op.create_table(
        "alert",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", BigId, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('safety', 'health', 'access', 'legal', 'other')", name=op.f("ck_alert_kind")),
        sa.CheckConstraint("level IN ('low', 'medium', 'high')", name=op.f("ck_alert_level")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_alert_client_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["worker.id"], name=op.f("fk_alert_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alert_client_id"), "alert", ["client_id"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("program_id", BigId, nullable=False),
        sa.Column("team_id", BigId, nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("custodian_id", BigId, nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("stage", sa.Text(), server_default="referred", nullable=False),
        sa.Column("risk", sa.Text(), server_default="low", nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("owned_on", sa.Date(), nullable=True),
        sa.Column("unacknowledged_on", sa.Date(), nullable=True),
        sa.Column("unassigned_on", sa.Date(), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("last_met_on", sa.Date(), nullable=True),
        sa.Column("second_attempt_on", sa.Date(), nullable=True),
        sa.Column("contact_due_on", sa.Date(), nullable=True),
        sa.Column("contact_late_on", sa.Date(), nullable=True),
        sa.Column("task_first_on", sa.Date(), nullable=True),
        sa.Column("task_next_on", sa.Date(), nullable=True),
        sa.Column("appointment_on", sa.Date(), nullable=True),
        sa.Column("safety_on", sa.Date(), nullable=True),
        sa.Column("draft_on", sa.Date(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("consent_ends_on", sa.Date(), nullable=True),
        sa.Column("referral_answer_on", sa.Date(), nullable=True),
        sa.Column("relied_ends_on", sa.Date(), nullable=True),
        sa.Column("stage_on", sa.Date(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("annual_on", sa.Date(), nullable=True),
        sa.Column("plan_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("assessment_due_on", sa.Date(), nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("annual_due_on", sa.Date(), nullable=True),
        sa.Column("authorisation_ends_on", sa.Date(), nullable=True),
        sa.Column("budget_over_on", sa.Date(), nullable=True),
        sa.Column("budget_soon_on", sa.Date(), nullable=True),
        sa.Column("budget_until_on", sa.Date(), nullable=True),
        sa.Column("level", sa.SmallInteger(), server_default="5", nullable=False),
        sa.Column("urgency", sa.SmallInteger(), server_default="19", nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("recheck_on", sa.Date(), nullable=True),
        sa.Column("touched_in", BigId, nullable=True),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_case_file_risk")),
        sa.CheckConstraint(
            "stage IN ('referred', 'assessment', 'planning', 'active', 'monitoring', 'closed')",
            name=op.f("ck_case_file_stage"),
        ),
        sa.CheckConstraint("NOT restricted OR custodian_id IS NOT NULL", name=op.f("ck_case_file_custodian")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_case_file_client_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["worker.id"], name=op.f("fk_case_file_custodian_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["worker.id"], name=op.f("fk_case_file_owner_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_case_file_program_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_case_file_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("number", name=op.f("uq_case_file_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_case_file_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_file_client_id"), "case_file", ["client_id"], unique=False)
    op.create_index(
        "ix_case_file_custodian",
        "case_file",
        ["custodian_id"],
        unique=False,
        sqlite_where=sa.text("restricted"),
        postgresql_where=sa.text("restricted"),
    )
    op.create_index(
        "ix_case_file_open",
        "case_file",
        ["number"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "ix_case_file_owner",
        "case_file",
        ["owner_id", "urgency", "since_on", "number"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(op.f("ix_case_file_program_id"), "case_file", ["program_id"], unique=False)
    op.create_index(
        "ix_case_file_rank",
        "case_file",
        ["urgency", "since_on", "number"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "ix_case_file_recheck",
        "case_file",
        ["recheck_on"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "ix_case_file_team",
        "case_file",
        ["team_id", "urgency", "since_on", "number"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_table(
        "change",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("undoable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("undoes_id", BigId, nullable=True),
        sa.Column("cases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("software", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["undoes_id"], ["change.id"], name=op.f("fk_change_undoes_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_change_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("uid", name=op.f("uq_change_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_undoes_id"), "change", ["undoes_id"], unique=False)
    op.create_index(op.f("ix_change_worker_id"), "change", ["worker_id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("client_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("safe", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("voicemail", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("hours", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'address', 'other')", name=op.f("ck_channel_kind")),
        sa.CheckConstraint("safe IN ('yes', 'no', 'ask', 'unknown')", name=op.f("ck_channel_safe")),
        sa.CheckConstraint("voicemail IN ('yes', 'no', 'ask', 'unknown')", name=op.f("ck_channel_voicemail")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_channel_client_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_channel_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_channel_client_id"), "channel", ["client_id"], unique=False)
    op.create_index(op.f("ix_channel_person_id"), "channel", ["person_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("with_whom", sa.Text(), server_default="client", nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("worker_id", BigId, nullable=False),
        sa.CheckConstraint(
            "kind IN ('visit', 'office', 'phone', 'video', 'message', 'collateral', 'group')",
            name=op.f("ck_contact_kind"),
        ),
        sa.CheckConstraint("outcome IN ('made', 'attempted')", name=op.f("ck_contact_outcome")),
        sa.CheckConstraint(
            "place IN ('home', 'office', 'community', 'facility', 'remote')", name=op.f("ck_contact_place")
        ),
        sa.CheckConstraint(
            "with_whom IN ('client', 'family', 'professional', 'other')", name=op.f("ck_contact_with_whom")
        ),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_contact_minutes")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_contact_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_worker_id"), "contact", ["worker_id"], unique=False)
    op.create_table(
        "departure",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("set_by", BigId, nullable=False),
        sa.Column("custodian_id", BigId, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'left', 'dropped')", name=op.f("ck_departure_state")),
        sa.ForeignKeyConstraint(["custodian_id"], ["worker.id"], name=op.f("fk_departure_custodian_id")),
        sa.ForeignKeyConstraint(["set_by"], ["worker.id"], name=op.f("fk_departure_set_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_departure_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_departure_worker_id"), "departure", ["worker_id"], unique=False)
    op.create_index(
        "uq_departure_waiting",
        "departure",
        ["worker_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "instrument",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("code", Key, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=True),
        sa.Column("brought_on", sa.Date(), nullable=False),
        sa.Column("brought_by", BigId, nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("better IN ('higher', 'lower')", name=op.f("ck_instrument_better")),
        sa.CheckConstraint("edition > 0", name=op.f("ck_instrument_edition")),
        sa.ForeignKeyConstraint(["brought_by"], ["worker.id"], name=op.f("fk_instrument_brought_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_instrument_code_edition")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "look",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("made_in", BigId, nullable=True),
        sa.CheckConstraint(
            "kind IN ('case', 'narrative', 'export', 'list', 'lifted', 'undo', 'errand', 'packet', 'document')",
            name=op.f("ck_look_kind"),
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_look_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_look_announced",
        "look",
        ["worker_id", "kind", "at"],
        unique=False,
        sqlite_where=sa.text("kind IN ('errand', 'undo')"),
        postgresql_where=sa.text("kind IN ('errand', 'undo')"),
    )
    op.create_index(op.f("ix_look_case_id"), "look", ["case_id"], unique=False)
    op.create_index(
        "ix_look_errand",
        "look",
        ["worker_id", "at"],
        unique=False,
        sqlite_where=sa.text("kind = 'errand'"),
        postgresql_where=sa.text("kind = 'errand'"),
    )
    op.create_index("ix_look_worker", "look", ["worker_id", "case_id", "at"], unique=False)
    op.create_table(
        "narrative",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("agenda_of", BigId, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("supersedes_id", BigId, nullable=True),
        sa.Column("made_in", BigId, nullable=True),
        sa.ForeignKeyConstraint(["agenda_of"], ["worker.id"], name=op.f("fk_narrative_agenda_of")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["narrative.id"], name=op.f("fk_narrative_supersedes_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_narrative_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_narrative_case_id"), "narrative", ["case_id"], unique=False)
    op.create_table(
        "pseudonym",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("name", Key, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_pseudonym_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("worker_id", "case_id", name=op.f("uq_pseudonym_worker_id_case_id")),
        sa.UniqueConstraint("worker_id", "name", name=op.f("uq_pseudonym_worker_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reduction",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 10080", name=op.f("ck_reduction_minutes")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_reduction_order")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_reduction_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reduction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reduction_worker_id"), "reduction", ["worker_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("team_id", BigId, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", Key, nullable=False),
        sa.Column("query", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("columns", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("ck_saved_view_number")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_saved_view_team_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_saved_view_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("worker_id", "folded", name=op.f("uq_saved_view_worker_id_folded")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_view_team_id"), "saved_view", ["team_id"], unique=False)
    op.create_table(
        "scratch",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_scratch_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scratch")),
        sa.UniqueConstraint("worker_id", "form", "subject", name=op.f("uq_scratch_worker_id_form_subject")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scratch_key",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_scratch_key_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scratch_key")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_scratch_key_worker_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service_hours",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("service_id", BigId, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.SmallInteger(), nullable=False),
        sa.Column("closes", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("opens >= 0 AND closes <= 1440 AND closes > opens", name=op.f("ck_service_hours_order")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_service_hours_weekday")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_hours_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_hours")),
        sa.UniqueConstraint("service_id", "weekday", "opens", name=op.f("uq_service_hours_service_id_weekday_opens")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service_word",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("service_id", BigId, nullable=False),
        sa.Column("word", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_word_service_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_word")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_service_word_service_id"), "service_word", ["service_id"], unique=False)
    op.create_index("ix_service_word_word", "service_word", ["word", "service_id"], unique=False)
    op.create_table(
        "team_supervisor",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("team_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_supervisor_team_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_team_supervisor_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_supervisor")),
        sa.UniqueConstraint("team_id", "worker_id", name=op.f("uq_team_supervisor_team_id_worker_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_supervisor_worker_id"), "team_supervisor", ["worker_id"], unique=False)
    op.create_table(
        "worker_standing",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("team_id", BigId, nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('case_manager', 'supervisor', 'admin', 'analyst', 'auditor')",
            name=op.f("ck_worker_standing_role"),
        ),
        sa.CheckConstraint("status IN ('active', 'left')", name=op.f("ck_worker_standing_status")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_worker_standing_team_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_worker_standing_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_standing")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_worker_standing_worker_id"), "worker_standing", ["worker_id"], unique=False)
    op.create_table(
        "appointment_series",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("clock", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("made_to", sa.Date(), nullable=False),
        sa.Column("follows_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("clock BETWEEN 0 AND 1439", name=op.f("ck_appointment_series_clock")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_appointment_series_minutes")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_appointment_series_case_id")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["appointment_series.id"], name=op.f("fk_appointment_series_follows_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_series")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_series_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_appointment_series_case_id"), "appointment_series", ["case_id"], unique=False)
    op.create_index(
        "ix_appointment_series_made_to",
        "appointment_series",
        ["made_to"],
        unique=False,
        sqlite_where=sa.text("last_on IS NULL OR last_on > made_to"),
        postgresql_where=sa.text("last_on IS NULL OR last_on > made_to"),
    )
    op.create_table(
        "assessment",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("instrument", Key, nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("phase", sa.Text(), server_default="baseline", nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("words_id", BigId, nullable=True),
        sa.Column("corrects_id", BigId, nullable=True),
        sa.Column("instrument_id", BigId, nullable=True),
        sa.CheckConstraint("phase IN ('baseline', 'review', 'closing', 'annual')", name=op.f("ck_assessment_phase")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assessment_case_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["assessment.id"], name=op.f("fk_assessment_corrects_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_assessment_instrument_id")),
        sa.ForeignKeyConstraint(["words_id"], ["narrative.id"], name=op.f("fk_assessment_words_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_assessment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_assessment_corrects_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assessment_case_id", "assessment", ["case_id", "instrument", "on_date"], unique=False)
    op.create_table(
        "assessment_offer",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("instrument", Key, nullable=False),
        sa.Column("phase", sa.Text(), server_default="review", nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.CheckConstraint(
            "phase IN ('baseline', 'review', 'closing', 'annual')", name=op.f("ck_assessment_offer_phase")
        ),
        sa.CheckConstraint("why IN ('declined', 'not_reached', 'not_able')", name=op.f("ck_assessment_offer_why")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assessment_offer_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_assessment_offer_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_offer")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assessment_offer_case_id"), "assessment_offer", ["case_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("role", sa.Text(), server_default="primary", nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_at", Instant, nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged_at", Instant, nullable=True),
        sa.CheckConstraint("role IN ('primary', 'secondary')", name=op.f("ck_assignment_role")),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_assignment_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assignment_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_assignment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assignment_case_id", "assignment", ["case_id", "starts_at"], unique=False)
    op.create_index("ix_assignment_worker_id", "assignment", ["worker_id", "ends_at"], unique=False)
    op.create_index(
        "uq_assignment_open_primary",
        "assignment",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL AND role = 'primary'"),
        postgresql_where=sa.text("ends_at IS NULL AND role = 'primary'"),
    )
    op.create_table(
        "background",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "section IN ('social', 'educational', 'legal', 'institutional', 'substance')",
            name=op.f("ck_background_section"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_background_case_id")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_background_narrative_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_background_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background")),
        sa.UniqueConstraint("case_id", "section", name=op.f("uq_background_case_id_section")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "budget",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("program_id", BigId, nullable=True),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("cents", BigId, nullable=False),
        sa.Column("single_cents", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("set_by", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(program_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_budget_whose")),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_budget_cents")),
        sa.CheckConstraint("single_cents IS NULL OR single_cents >= 0", name=op.f("ck_budget_single")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_budget_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_budget_case_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_budget_program_id")),
        sa.ForeignKeyConstraint(["set_by"], ["worker.id"], name=op.f("fk_budget_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("uid", name=op.f("uq_budget_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_budget_case_id"), "budget", ["case_id"], unique=False)
    op.create_index(op.f("ix_budget_program_id"), "budget", ["program_id"], unique=False)
    op.create_table(
        "case_access",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('allow', 'deny')", name=op.f("ck_case_access_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_access_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_access_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_access")),
        sa.UniqueConstraint("case_id", "worker_id", "kind", name=op.f("uq_case_access_case_id_worker_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_access_worker_id"), "case_access", ["worker_id"], unique=False)
    op.create_table(
        "case_load",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("family IN ('cwla', 'sb2030', 'wmt')", name=op.f("ck_case_load_family")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_load_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_load_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_load")),
        sa.UniqueConstraint("case_id", "family", name=op.f("uq_case_load_case_id_family")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_risk",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_case_risk_risk")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_risk_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_risk_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_risk")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_risk_case_id"), "case_risk", ["case_id"], unique=False)
    op.create_table(
        "case_stage",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('referred', 'assessment', 'planning', 'active', 'monitoring', 'closed')",
            name=op.f("ck_case_stage_stage"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_stage_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_stage_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_stage")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_stage_case_id"), "case_stage", ["case_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("discloser", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("what_id", BigId, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_key", Key, nullable=False),
        sa.Column("purpose_id", BigId, nullable=False),
        sa.Column("revocable", sa.Text(), nullable=False),
        sa.Column("ends_with", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), server_default="", nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("signer", sa.Text(), server_default="client", nullable=False),
        sa.Column("signer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", BigId, nullable=False),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", BigId, nullable=True),
        sa.Column("revoked_why", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_with <> 'date' OR until_on IS NOT NULL", name=op.f("ck_consent_end")),
        sa.CheckConstraint("ends_with <> 'event' OR event <> ''", name=op.f("ck_consent_event")),
        sa.CheckConstraint("ends_with IN ('case_closed', 'event', 'date')", name=op.f("ck_consent_ends_with")),
        sa.CheckConstraint("signer = 'client' OR signer_name <> ''", name=op.f("ck_consent_signer_named")),
        sa.CheckConstraint(
            "signer IN ('client', 'parent', 'guardian', 'representative')", name=op.f("ck_consent_signer")
        ),
        sa.CheckConstraint("(revoked_on IS NULL) = (revoked_by IS NULL)", name=op.f("ck_consent_revoked")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= signed_on", name=op.f("ck_consent_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_consent_case_id")),
        sa.ForeignKeyConstraint(["purpose_id"], ["narrative.id"], name=op.f("fk_consent_purpose_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["worker.id"], name=op.f("fk_consent_recorded_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["worker.id"], name=op.f("fk_consent_revoked_by")),
        sa.ForeignKeyConstraint(["what_id"], ["narrative.id"], name=op.f("fk_consent_what_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_case_id", "consent", ["case_id", "recipient_key"], unique=False)
    op.create_table(
        "contact_line",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("narrative_id", BigId, nullable=True),
        sa.Column("presence", sa.Text(), nullable=True),
        sa.Column("own_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("NOT (presence = 'absent' AND met)", name=op.f("ck_contact_line_absent")),
        sa.CheckConstraint(
            "kind IN ('visit', 'office', 'phone', 'video', 'message', 'collateral', 'group')",
            name=op.f("ck_contact_line_kind"),
        ),
        sa.CheckConstraint("outcome IN ('made', 'attempted')", name=op.f("ck_contact_line_outcome")),
        sa.CheckConstraint("presence IN ('present', 'left_early', 'absent')", name=op.f("ck_contact_line_presence")),
        sa.CheckConstraint("own_id IS NULL OR presence IS NOT NULL", name=op.f("ck_contact_line_own")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_contact_line_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_line_contact_id")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_contact_line_narrative_id")),
        sa.ForeignKeyConstraint(["own_id"], ["narrative.id"], name=op.f("fk_contact_line_own_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_line")),
        sa.UniqueConstraint("contact_id", "case_id", name=op.f("uq_contact_line_contact_id_case_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contact_line_case_id", "contact_line", ["case_id", "on_date", "outcome", "met", "kind"], unique=False
    )
    op.create_index(op.f("ix_contact_line_contact_id"), "contact_line", ["contact_id"], unique=False)
    op.create_index("ix_contact_line_on_date", "contact_line", ["on_date", "case_id"], unique=False)
    op.create_table(
        "contact_topic",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_topic_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_topic")),
        sa.UniqueConstraint("contact_id", "topic", name=op.f("uq_contact_topic_contact_id_topic")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_topic_topic", "contact_topic", ["topic", "contact_id"], unique=False)
    op.create_table(
        "cover",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("absence_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("query", sa.Text(), nullable=True),
        sa.Column("share", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["absence_id"], ["absence.id"], name=op.f("fk_cover_absence_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_cover_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
        sa.UniqueConstraint("absence_id", "worker_id", name=op.f("uq_cover_absence_id_worker_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cover_absence_id"), "cover", ["absence_id"], unique=False)
    op.create_index(op.f("ix_cover_worker_id"), "cover", ["worker_id"], unique=False)
    op.create_table(
        "cover_case",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("absence_id", BigId, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["absence_id"], ["absence.id"], name=op.f("fk_cover_case_absence_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_cover_case_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_case")),
        sa.UniqueConstraint("absence_id", "case_id", name=op.f("uq_cover_case_absence_id_case_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cover_case_case_id"), "cover_case", ["case_id"], unique=False)
    op.create_table(
        "custody",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("custodian_id", BigId, nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("set_by", BigId, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_custody_case_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["worker.id"], name=op.f("fk_custody_custodian_id")),
        sa.ForeignKeyConstraint(["set_by"], ["worker.id"], name=op.f("fk_custody_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_custody_case_id"), "custody", ["case_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("client_id", BigId, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("edition", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("replaces_id", BigId, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.Column("withdrawn_by", BigId, nullable=True),
        sa.Column("withdrawn_why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('identity', 'consent', 'court', 'medical', 'school', 'work', 'benefits', 'money', 'housing', 'letter', 'photo', 'other')",
            name=op.f("ck_document_kind"),
        ),
        sa.CheckConstraint("(case_id IS NULL) <> (client_id IS NULL)", name=op.f("ck_document_whose")),
        sa.CheckConstraint("(replaces_id IS NULL) = (edition = 1)", name=op.f("ck_document_edition")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_document_withdrawn")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_sha256")),
        sa.CheckConstraint("retain_until >= on_date", name=op.f("ck_document_order")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_document_client_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["document.id"], name=op.f("fk_document_replaces_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["worker.id"], name=op.f("fk_document_withdrawn_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_document_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_document_replaces_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_case_id", "document", ["case_id", "on_date"], unique=False)
    op.create_index("ix_document_client_id", "document", ["client_id", "on_date"], unique=False)
    op.create_table(
        "glass",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("until_at", Instant, nullable=False),
        sa.Column("read_by", BigId, nullable=True),
        sa.Column("read_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_glass_case_id")),
        sa.ForeignKeyConstraint(["read_by"], ["worker.id"], name=op.f("fk_glass_read_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_glass_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_glass_case_id"), "glass", ["case_id"], unique=False)
    op.create_index(op.f("ix_glass_worker_id"), "glass", ["worker_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("change_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("op IN ('insert', 'update', 'delete', 'loaded')", name=op.f("ck_journal_op")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_journal_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_case", "journal", ["case_id", "id"], unique=False)
    op.create_index(op.f("ix_journal_change_id"), "journal", ["change_id"], unique=False)
    op.create_index("ix_journal_row", "journal", ["table_name", "row_id", "id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("author_id", BigId, nullable=False),
        sa.Column("form", sa.Text(), server_default="narrative", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("signed_at", Instant, nullable=True),
        sa.Column("signed_by", BigId, nullable=True),
        sa.Column("needs_cosign", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cosigned_at", Instant, nullable=True),
        sa.Column("cosigned_by", BigId, nullable=True),
        sa.Column("addendum_to_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_note_signed")),
        sa.CheckConstraint("form IN ('narrative', 'soap', 'dap', 'girp', 'birp')", name=op.f("ck_note_form")),
        sa.CheckConstraint("state IN ('draft', 'signed')", name=op.f("ck_note_state")),
        sa.CheckConstraint("(cosigned_by IS NULL) = (cosigned_at IS NULL)", name=op.f("ck_note_cosigned")),
        sa.CheckConstraint(
            "cosigned_by IS NULL OR (cosigned_by <> author_id AND cosigned_by <> signed_by)",
            name=op.f("ck_note_cosigner"),
        ),
        sa.ForeignKeyConstraint(["addendum_to_id"], ["note.id"], name=op.f("fk_note_addendum_to_id")),
        sa.ForeignKeyConstraint(["author_id"], ["worker.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_note_case_id")),
        sa.ForeignKeyConstraint(["cosigned_by"], ["worker.id"], name=op.f("fk_note_cosigned_by")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_note_narrative_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["worker.id"], name=op.f("fk_note_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_note_addendum_to_id"), "note", ["addendum_to_id"], unique=False)
    op.create_index("ix_note_author_id", "note", ["author_id", "state"], unique=False)
    op.create_index(op.f("ix_note_case_id"), "note", ["case_id"], unique=False)
    op.create_index(
        "ix_note_draft",
        "note",
        ["case_id", "on_date"],
        unique=False,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index("ix_note_signed_at", "note", ["signed_at"], unique=False)
    op.create_table(
        "packet",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("author_id", BigId, nullable=False),
        sa.Column("reader_id", BigId, nullable=False),
        sa.Column("question_id", BigId, nullable=True),
        sa.Column("text_id", BigId, nullable=False),
        sa.Column("anyway", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.Column("withdrawn_by", BigId, nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_packet_withdrawn")),
        sa.CheckConstraint("until_on >= approved_on", name=op.f("ck_packet_order")),
        sa.ForeignKeyConstraint(["author_id"], ["worker.id"], name=op.f("fk_packet_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_packet_case_id")),
        sa.ForeignKeyConstraint(["question_id"], ["narrative.id"], name=op.f("fk_packet_question_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["worker.id"], name=op.f("fk_packet_reader_id")),
        sa.ForeignKeyConstraint(["text_id"], ["narrative.id"], name=op.f("fk_packet_text_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["worker.id"], name=op.f("fk_packet_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_packet_case_id", "packet", ["case_id", "approved_at"], unique=False)
    op.create_index(op.f("ix_packet_reader_id"), "packet", ["reader_id"], unique=False)
    op.create_table(
        "pending_move",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("to_worker_id", BigId, nullable=False),
        sa.Column("set_by", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'moved', 'dropped')", name=op.f("ck_pending_move_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_pending_move_case_id")),
        sa.ForeignKeyConstraint(["set_by"], ["worker.id"], name=op.f("fk_pending_move_set_by")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_pending_move_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_move")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pending_move_case_id"), "pending_move", ["case_id"], unique=False)
    op.create_index(
        "ix_pending_move_waiting",
        "pending_move",
        ["on_date"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "plan",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), server_default="service", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("author_id", BigId, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("wants_id", BigId, nullable=True),
        sa.Column("agreed", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submitted_by", BigId, nullable=True),
        sa.Column("approved_at", Instant, nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by", BigId, nullable=True),
        sa.Column("returned_id", BigId, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state IN ('replaced', 'ended')) = (ended_on IS NOT NULL)", name=op.f("ck_plan_ended")),
        sa.CheckConstraint("agreed IN ('yes', 'partly', 'no')", name=op.f("ck_plan_agreed")),
        sa.CheckConstraint("kind IN ('service', 'behaviour')", name=op.f("ck_plan_kind")),
        sa.CheckConstraint("state <> 'approved' OR approved_at IS NOT NULL", name=op.f("ck_plan_approved_state")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'replaced', 'ended')", name=op.f("ck_plan_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('draft', 'submitted') OR approved_at IS NULL", name=op.f("ck_plan_state_approved")
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'approved', 'replaced') OR submitted_by IS NOT NULL",
            name=op.f("ck_plan_submitted_state"),
        ),
        sa.CheckConstraint("(agreed IS NULL) = (agreed_on IS NULL)", name=op.f("ck_plan_agreed_on")),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_plan_approved")),
        sa.CheckConstraint("(submitted_by IS NULL) = (submitted_on IS NULL)", name=op.f("ck_plan_submitted")),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> author_id AND approved_by <> submitted_by)",
            name=op.f("ck_plan_approver"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["worker.id"], name=op.f("fk_plan_approved_by")),
        sa.ForeignKeyConstraint(["author_id"], ["worker.id"], name=op.f("fk_plan_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_plan_case_id")),
        sa.ForeignKeyConstraint(["returned_id"], ["narrative.id"], name=op.f("fk_plan_returned_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["worker.id"], name=op.f("fk_plan_submitted_by")),
        sa.ForeignKeyConstraint(["wants_id"], ["narrative.id"], name=op.f("fk_plan_wants_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("case_id", "kind", "number", name=op.f("uq_plan_case_id_kind_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_plan_submitted",
        "plan",
        ["submitted_on"],
        unique=False,
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_index(
        "uq_plan_running",
        "plan",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_plan_written",
        "plan",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted')"),
    )
    op.create_table(
        "snooze",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("cleared_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_snooze_case_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_snooze_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_snooze_case_id", "snooze", ["case_id", "at"], unique=False)
    op.create_index(
        "uq_snooze_running",
        "snooze",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "stay_member",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("stay_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("relationship", sa.Text(), server_default="not_collected", nullable=False),
        sa.CheckConstraint(
            "relationship IN ('self', 'child', 'partner', 'other_relative', 'non_relative', 'not_collected')",
            name=op.f("ck_stay_member_relationship"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_stay_member_case_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_stay_member_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_member")),
        sa.UniqueConstraint("case_id", name=op.f("uq_stay_member_case_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stay_member_stay_id"), "stay_member", ["stay_id"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("tag", Key, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_tag_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("case_id", "tag", name=op.f("uq_tag_case_id_tag")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tag_tag", "tag", ["tag", "case_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("done_at", Instant, nullable=True),
        sa.Column("done_by", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["done_by"], ["worker.id"], name=op.f("fk_task_done_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_task_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_case_id", "task", ["case_id", "done_at", "due_on"], unique=False)
    op.create_index("ix_task_worker_id", "task", ["worker_id", "done_at", "due_on"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("from_worker_id", BigId, nullable=False),
        sa.Column("to_worker_id", BigId, nullable=False),
        sa.Column("offered_by", BigId, nullable=False),
        sa.Column("offered_at", Instant, nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="offered", nullable=False),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", BigId, nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'withdrawn', 'lapsed')", name=op.f("ck_transfer_state")
        ),
        sa.CheckConstraint("answer_by >= offered_on", name=op.f("ck_transfer_order")),
        sa.ForeignKeyConstraint(["answered_by"], ["worker.id"], name=op.f("fk_transfer_answered_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_transfer_case_id")),
        sa.ForeignKeyConstraint(["from_worker_id"], ["worker.id"], name=op.f("fk_transfer_from_worker_id")),
        sa.ForeignKeyConstraint(["offered_by"], ["worker.id"], name=op.f("fk_transfer_offered_by")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_transfer_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_transfer_case_id"), "transfer", ["case_id"], unique=False)
    op.create_index(
        "ix_transfer_waiting",
        "transfer",
        ["to_worker_id", "answer_by"],
        unique=False,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_index(
        "uq_transfer_offered",
        "transfer",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "assessment_answer",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("assessment_id", BigId, nullable=False),
        sa.Column("link", Key, nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("narrative_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_answer_assessment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assessment_answer_case_id")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_assessment_answer_narrative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer")),
        sa.UniqueConstraint(
            "assessment_id", "link", "place", name=op.f("uq_assessment_answer_assessment_id_link_place")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assessment_answer_case_id"), "assessment_answer", ["case_id"], unique=False)
    op.create_table(
        "assessment_score",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("assessment_id", BigId, nullable=False),
        sa.Column("scale", Key, nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("band", sa.Text(), server_default="", nullable=False),
        sa.Column("cut_off", sa.Text(), server_default="", nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_score_assessment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_assessment_score_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_score")),
        sa.UniqueConstraint("assessment_id", "scale", name=op.f("uq_assessment_score_assessment_id_scale")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assessment_score_case_id", "assessment_score", ["case_id", "scale"], unique=False)
    op.create_table(
        "closing_override",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("stage_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "gate IN ('drafts', 'evaluation', 'referrals', 'money', 'goals')", name=op.f("ck_closing_override_gate")
        ),
        sa.CheckConstraint("behind > 0", name=op.f("ck_closing_override_behind")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_closing_override_case_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["case_stage.id"], name=op.f("fk_closing_override_stage_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_closing_override_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_override")),
        sa.UniqueConstraint("stage_id", "gate", name=op.f("uq_closing_override_stage_id_gate")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_closing_override_case_id"), "closing_override", ["case_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("note_id", BigId, nullable=True),
        sa.Column("contact_id", BigId, nullable=True),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.CheckConstraint("note_id IS NULL OR contact_id IS NULL", name=op.f("ck_comment_about")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_comment_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_comment_contact_id")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_comment_narrative_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_comment_note_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_comment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comment_case_id"), "comment", ["case_id"], unique=False)
    op.create_index(op.f("ix_comment_contact_id"), "comment", ["contact_id"], unique=False)
    op.create_index(op.f("ix_comment_note_id"), "comment", ["note_id"], unique=False)
    op.create_index(op.f("ix_comment_worker_id"), "comment", ["worker_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_key", Key, nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("what_id", BigId, nullable=False),
        sa.Column("purpose_id", BigId, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("consent_id", BigId, nullable=True),
        sa.Column("under_id", BigId, nullable=True),
        sa.Column("consulted", sa.Text(), server_default="", nullable=False),
        sa.Column("client_told", sa.Boolean(), nullable=False),
        sa.Column("untold_id", BigId, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("addendum_to_id", BigId, nullable=True),
        sa.CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name=op.f("ck_disclosure_consent")),
        sa.CheckConstraint(
            "basis IN ('harm_to_self', 'harm_to_others', 'child_at_risk', 'illegal_activity', 'court', 'medical_emergency', 'consent', 'client')",
            name=op.f("ck_disclosure_basis"),
        ),
        sa.CheckConstraint("client_told OR untold_id IS NOT NULL", name=op.f("ck_disclosure_told")),
        sa.ForeignKeyConstraint(["addendum_to_id"], ["disclosure.id"], name=op.f("fk_disclosure_addendum_to_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_disclosure_case_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_disclosure_consent_id")),
        sa.ForeignKeyConstraint(["purpose_id"], ["narrative.id"], name=op.f("fk_disclosure_purpose_id")),
        sa.ForeignKeyConstraint(["under_id"], ["disclosure.id"], name=op.f("fk_disclosure_under_id")),
        sa.ForeignKeyConstraint(["untold_id"], ["narrative.id"], name=op.f("fk_disclosure_untold_id")),
        sa.ForeignKeyConstraint(["what_id"], ["narrative.id"], name=op.f("fk_disclosure_what_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_disclosure_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disclosure_addendum_to_id"), "disclosure", ["addendum_to_id"], unique=False)
    op.create_index("ix_disclosure_case_id", "disclosure", ["case_id", "on_date"], unique=False)
    op.create_index(op.f("ix_disclosure_consent_id"), "disclosure", ["consent_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("domain_id", BigId, nullable=False),
        sa.Column("severity", sa.Text(), server_default="moderate", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("words_id", BigId, nullable=True),
        sa.Column("strengths_id", BigId, nullable=True),
        sa.Column("assessment_id", BigId, nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", BigId, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name=op.f("ck_need_ended")),
        sa.CheckConstraint("severity IN ('mild', 'moderate', 'severe')", name=op.f("ck_need_severity")),
        sa.CheckConstraint("state IN ('open', 'met', 'set_aside')", name=op.f("ck_need_state")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_need_assessment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_need_case_id")),
        sa.ForeignKeyConstraint(["domain_id"], ["need_domain.id"], name=op.f("fk_need_domain_id")),
        sa.ForeignKeyConstraint(["found_by"], ["worker.id"], name=op.f("fk_need_found_by")),
        sa.ForeignKeyConstraint(["strengths_id"], ["narrative.id"], name=op.f("fk_need_strengths_id")),
        sa.ForeignKeyConstraint(["words_id"], ["narrative.id"], name=op.f("fk_need_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_need_case_id", "need", ["case_id", "state"], unique=False)
    op.create_index(op.f("ix_need_domain_id"), "need", ["domain_id"], unique=False)
    op.create_table(
        "packet_answer",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("packet_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_packet_answer_narrative_id")),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_packet_answer_packet_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_packet_answer_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_packet_answer_narrative_id"), "packet_answer", ["narrative_id"], unique=False)
    op.create_index(op.f("ix_packet_answer_packet_id"), "packet_answer", ["packet_id"], unique=False)
    op.create_table(
        "plan_review",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_plan_review_case_id")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_plan_review_narrative_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_review_plan_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_plan_review_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_review")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plan_review_case_id"), "plan_review", ["case_id"], unique=False)
    op.create_index(op.f("ix_plan_review_plan_id"), "plan_review", ["plan_id"], unique=False)
    op.create_table(
        "supervision_topic",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("brought_by", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("narrative_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("discussed_on", sa.Date(), nullable=True),
        sa.Column("discussed_by", BigId, nullable=True),
        sa.Column("agreed_id", BigId, nullable=True),
        sa.Column("task_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(discussed_on IS NULL) = (discussed_by IS NULL) AND (discussed_on IS NULL) = (agreed_id IS NULL)",
            name=op.f("ck_supervision_topic_discussed"),
        ),
        sa.CheckConstraint("discussed_on IS NULL OR discussed_on >= on_date", name=op.f("ck_supervision_topic_order")),
        sa.CheckConstraint(
            "task_id IS NULL OR (case_id IS NOT NULL AND discussed_on IS NOT NULL)",
            name=op.f("ck_supervision_topic_task"),
        ),
        sa.ForeignKeyConstraint(["agreed_id"], ["narrative.id"], name=op.f("fk_supervision_topic_agreed_id")),
        sa.ForeignKeyConstraint(["brought_by"], ["worker.id"], name=op.f("fk_supervision_topic_brought_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_supervision_topic_case_id")),
        sa.ForeignKeyConstraint(["discussed_by"], ["worker.id"], name=op.f("fk_supervision_topic_discussed_by")),
        sa.ForeignKeyConstraint(["narrative_id"], ["narrative.id"], name=op.f("fk_supervision_topic_narrative_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_supervision_topic_task_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_supervision_topic_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_topic")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_supervision_topic_case_id"), "supervision_topic", ["case_id"], unique=False)
    op.create_index("ix_supervision_topic_worker_id", "supervision_topic", ["worker_id", "discussed_on"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("need_id", BigId, nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("agreed", sa.Text(), nullable=True),
        sa.Column("words_id", BigId, nullable=True),
        sa.Column("from_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name=op.f("ck_goal_ended")),
        sa.CheckConstraint("agreed IN ('yes', 'partly', 'no')", name=op.f("ck_goal_agreed")),
        sa.CheckConstraint(
            "state IN ('open', 'reached', 'partly', 'not_reached', 'dropped')", name=op.f("ck_goal_state")
        ),
        sa.CheckConstraint("starts_on IS NULL OR due_on IS NULL OR due_on >= starts_on", name=op.f("ck_goal_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_goal_case_id")),
        sa.ForeignKeyConstraint(["from_id"], ["goal.id"], name=op.f("fk_goal_from_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_goal_need_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_goal_plan_id")),
        sa.ForeignKeyConstraint(["words_id"], ["narrative.id"], name=op.f("fk_goal_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_goal_case_id"), "goal", ["case_id"], unique=False)
    op.create_index(op.f("ix_goal_need_id"), "goal", ["need_id"], unique=False)
    op.create_index("ix_goal_plan_id", "goal", ["plan_id", "place"], unique=False)
    op.create_table(
        "read_mark",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("note_id", BigId, nullable=True),
        sa.Column("contact_id", BigId, nullable=True),
        sa.Column("comment_id", BigId, nullable=True),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_read_mark_case_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_read_mark_comment_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_read_mark_contact_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_read_mark_note_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_read_mark_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
        sa.UniqueConstraint("comment_id", "worker_id", name=op.f("uq_read_mark_comment_id_worker_id")),
        sa.UniqueConstraint(
            "contact_id", "case_id", "worker_id", name=op.f("uq_read_mark_contact_id_case_id_worker_id")
        ),
        sa.UniqueConstraint("note_id", "worker_id", name=op.f("uq_read_mark_note_id_worker_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_read_mark_case_id"), "read_mark", ["case_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("need_id", BigId, nullable=True),
        sa.Column("kind", sa.Text(), server_default="service", nullable=False),
        sa.Column("service_id", BigId, nullable=True),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("state", sa.Text(), server_default="drafted", nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("reason_id", BigId, nullable=True),
        sa.Column("disclosure_id", BigId, nullable=True),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("declined_why", sa.Text(), nullable=True),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_cents", sa.Integer(), nullable=True),
        sa.Column("decided_cents", sa.Integer(), nullable=True),
        sa.Column("replaces_id", BigId, nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'declined') = (declined_why IS NOT NULL)", name=op.f("ck_referral_declined")),
        sa.CheckConstraint(
            "(state IN ('declined', 'completed', 'lapsed', 'withdrawn')) = (ended_on IS NOT NULL)",
            name=op.f("ck_referral_ended"),
        ),
        sa.CheckConstraint(
            "declined_why IN ('client_declined', 'not_eligible', 'no_capacity', 'no_answer', 'not_suitable', 'other')",
            name=op.f("ck_referral_declined_why"),
        ),
        sa.CheckConstraint(
            "kind <> 'service' OR (asked_cents IS NULL AND decided_cents IS NULL)", name=op.f("ck_referral_amounts")
        ),
        sa.CheckConstraint("kind IN ('service', 'benefit', 'claim')", name=op.f("ck_referral_kind")),
        sa.CheckConstraint(
            "state = 'drafted' OR state = 'withdrawn' OR sent_on IS NOT NULL", name=op.f("ck_referral_sent")
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'sent', 'accepted', 'waitlisted', 'declined', 'started', 'completed', 'lapsed', 'withdrawn')",
            name=op.f("ck_referral_state"),
        ),
        sa.CheckConstraint("(sent_on IS NULL) = (answer_by IS NULL)", name=op.f("ck_referral_answer_by")),
        sa.CheckConstraint("(sent_on IS NULL) = (disclosure_id IS NULL)", name=op.f("ck_referral_told")),
        sa.CheckConstraint("asked_cents IS NULL OR asked_cents >= 0", name=op.f("ck_referral_asked_cents")),
        sa.CheckConstraint("decided_cents IS NULL OR decided_cents >= 0", name=op.f("ck_referral_decided_cents")),
        sa.CheckConstraint("missed >= 0", name=op.f("ck_referral_missed")),
        sa.CheckConstraint(
            "sent_on IS NULL OR service_id IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_referral_to_whom")
        ),
        sa.CheckConstraint("service_id IS NULL OR person_id IS NULL", name=op.f("ck_referral_whom")),
        sa.CheckConstraint("started_on IS NULL OR accepted_on IS NOT NULL", name=op.f("ck_referral_started")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_referral_case_id")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"], name=op.f("fk_referral_disclosure_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_referral_need_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_referral_person_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["narrative.id"], name=op.f("fk_referral_reason_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["referral.id"], name=op.f("fk_referral_replaces_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_referral_service_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_referral_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("uid", name=op.f("uq_referral_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_referral_case_id", "referral", ["case_id", "state"], unique=False)
    op.create_index(op.f("ix_referral_need_id"), "referral", ["need_id"], unique=False)
    op.create_index(op.f("ix_referral_service_id"), "referral", ["service_id"], unique=False)
    op.create_index(
        "uq_referral_replaced",
        "referral",
        ["replaces_id"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NOT NULL"),
        postgresql_where=sa.text("replaces_id IS NOT NULL"),
    )
    op.create_table(
        "appointment",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="scheduled", nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), server_default="in_person", nullable=False),
        sa.Column("travel_before", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("travel_after", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("referral_id", BigId, nullable=True),
        sa.Column("series_id", BigId, nullable=True),
        sa.Column("recurs_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("mode IN ('in_person', 'phone', 'video', 'client_alone')", name=op.f("ck_appointment_mode")),
        sa.CheckConstraint("state IN ('scheduled', 'kept', 'missed', 'cancelled')", name=op.f("ck_appointment_state")),
        sa.CheckConstraint(
            "travel_before BETWEEN 0 AND 480 AND travel_after BETWEEN 0 AND 480 AND (mode = 'in_person' OR travel_before + travel_after = 0)",
            name=op.f("ck_appointment_travel"),
        ),
        sa.CheckConstraint("(series_id IS NULL) = (recurs_on IS NULL)", name=op.f("ck_appointment_series")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_appointment_case_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_appointment_referral_id")),
        sa.ForeignKeyConstraint(["series_id"], ["appointment_series.id"], name=op.f("fk_appointment_series_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_appointment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appointment_case_id", "appointment", ["case_id", "state", "on_date"], unique=False)
    op.create_index("ix_appointment_on_date", "appointment", ["on_date"], unique=False)
    op.create_index("ix_appointment_series_id", "appointment", ["series_id", "recurs_on"], unique=False)
    op.create_index("ix_appointment_worker_id", "appointment", ["worker_id", "starts_at"], unique=False)
    op.create_table(
        "authorisation",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("budget_id", BigId, nullable=True),
        sa.Column("referral_id", BigId, nullable=True),
        sa.Column("service_id", BigId, nullable=True),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="drafted", nullable=False),
        sa.Column("asked_by", BigId, nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("reason_id", BigId, nullable=True),
        sa.Column("above", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("approved_by", BigId, nullable=True),
        sa.Column("approved_at", Instant, nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("returned_id", BigId, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("renews_id", BigId, nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state IN ('approved', 'ended')) = (approved_by IS NOT NULL)", name=op.f("ck_authorisation_approved")
        ),
        sa.CheckConstraint(
            "(state IN ('ended', 'withdrawn')) = (ended_on IS NOT NULL)", name=op.f("ck_authorisation_ended")
        ),
        sa.CheckConstraint("service_id IS NOT NULL OR item <> ''", name=op.f("ck_authorisation_what")),
        sa.CheckConstraint(
            "state IN ('drafted', 'asked', 'approved', 'ended', 'withdrawn')", name=op.f("ck_authorisation_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('asked', 'approved', 'ended') OR asked_on IS NOT NULL", name=op.f("ck_authorisation_asked")
        ),
        sa.CheckConstraint("units IS NULL OR (units > 0 AND unit <> '')", name=op.f("ck_authorisation_units")),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (approved_on IS NULL)",
            name=op.f("ck_authorisation_approval"),
        ),
        sa.CheckConstraint(
            "NOT above OR approved_by IS NULL OR (approved_by <> asked_by AND reason_id IS NOT NULL)",
            name=op.f("ck_authorisation_approver"),
        ),
        sa.CheckConstraint("budget_id IS NULL OR cents IS NOT NULL", name=op.f("ck_authorisation_budget")),
        sa.CheckConstraint("cents IS NOT NULL OR units IS NOT NULL", name=op.f("ck_authorisation_amount")),
        sa.CheckConstraint("cents IS NULL OR cents > 0", name=op.f("ck_authorisation_cents")),
        sa.CheckConstraint("renews_id IS NULL OR renews_id <> id", name=op.f("ck_authorisation_renews")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_authorisation_order")),
        sa.ForeignKeyConstraint(["approved_by"], ["worker.id"], name=op.f("fk_authorisation_approved_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["worker.id"], name=op.f("fk_authorisation_asked_by")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_authorisation_budget_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_authorisation_case_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["narrative.id"], name=op.f("fk_authorisation_reason_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_authorisation_referral_id")),
        sa.ForeignKeyConstraint(["renews_id"], ["authorisation.id"], name=op.f("fk_authorisation_renews_id")),
        sa.ForeignKeyConstraint(["returned_id"], ["narrative.id"], name=op.f("fk_authorisation_returned_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_authorisation_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
        sa.UniqueConstraint("uid", name=op.f("uq_authorisation_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_authorisation_asked",
        "authorisation",
        ["asked_on"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_authorisation_budget_id", "authorisation", ["budget_id", "state"], unique=False)
    op.create_index("ix_authorisation_case_id", "authorisation", ["case_id", "state"], unique=False)
    op.create_index(op.f("ix_authorisation_referral_id"), "authorisation", ["referral_id"], unique=False)
    op.create_index(op.f("ix_authorisation_service_id"), "authorisation", ["service_id"], unique=False)
    op.create_index(
        "uq_authorisation_renewed",
        "authorisation",
        ["renews_id"],
        unique=True,
        sqlite_where=sa.text("renews_id IS NOT NULL AND state <> 'withdrawn'"),
        postgresql_where=sa.text("renews_id IS NOT NULL AND state <> 'withdrawn'"),
    )
    op.create_table(
        "step",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("goal_id", BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="worker", nullable=False),
        sa.Column("who_name", sa.Text(), server_default="", nullable=False),
        sa.Column("worker_id", BigId, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("after_id", BigId, nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("from_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name=op.f("ck_step_ended")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_step_state")),
        sa.CheckConstraint("who = 'worker' OR worker_id IS NULL", name=op.f("ck_step_who_worker")),
        sa.CheckConstraint("who IN ('client', 'worker', 'provider', 'other')", name=op.f("ck_step_who")),
        sa.CheckConstraint("after_id IS NULL OR after_id <> id", name=op.f("ck_step_after")),
        sa.CheckConstraint("starts_on IS NULL OR due_on IS NULL OR due_on >= starts_on", name=op.f("ck_step_order")),
        sa.ForeignKeyConstraint(["after_id"], ["step.id"], name=op.f("fk_step_after_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_step_case_id")),
        sa.ForeignKeyConstraint(["from_id"], ["step.id"], name=op.f("fk_step_from_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_step_goal_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_step_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_case_id", "step", ["case_id", "state", "due_on"], unique=False)
    op.create_index("ix_step_goal_id", "step", ["goal_id", "place"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("authorisation_id", BigId, nullable=False),
        sa.Column("cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("units", sa.Integer(), server_default="0", nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("payee", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("worker_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("counters_id", BigId, nullable=True),
        sa.Column("reason_id", BigId, nullable=True),
        sa.CheckConstraint(
            "(counters_id IS NULL AND cents >= 0 AND units >= 0) OR (counters_id IS NOT NULL AND cents <= 0 AND units <= 0)",
            name=op.f("ck_payment_sign"),
        ),
        sa.CheckConstraint("(counters_id IS NULL) = (reason_id IS NULL)", name=op.f("ck_payment_reason")),
        sa.CheckConstraint("cents <> 0 OR units <> 0", name=op.f("ck_payment_something")),
        sa.ForeignKeyConstraint(["authorisation_id"], ["authorisation.id"], name=op.f("fk_payment_authorisation_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_payment_case_id")),
        sa.ForeignKeyConstraint(["counters_id"], ["payment.id"], name=op.f("fk_payment_counters_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["narrative.id"], name=op.f("fk_payment_reason_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_payment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("uid", name=op.f("uq_payment_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_payment_authorisation_id"), "payment", ["authorisation_id"], unique=False)
    op.create_index(op.f("ix_payment_case_id"), "payment", ["case_id"], unique=False)
    op.create_index(
        "uq_payment_countered",
        "payment",
        ["counters_id"],
        unique=True,
        sqlite_where=sa.text("counters_id IS NOT NULL"),
        postgresql_where=sa.text("counters_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_table("step")
    op.drop_table("authorisation")
    op.drop_table("appointment")
    op.drop_table("referral")
    op.drop_table("read_mark")
    op.drop_table("goal")
    op.drop_table("supervision_topic")
    op.drop_table("plan_review")
    op.drop_table("packet_answer")
    op.drop_table("need")
    op.drop_table("disclosure")
    op.drop_table("comment")
    op.drop_table("closing_override")
    op.drop_table("assessment_score")
    op.drop_table("assessment_answer")
    op.drop_table("transfer")
    op.drop_table("task")
    op.drop_table("tag")
    op.drop_table("stay_member")
    op.drop_table("snooze")
    op.drop_table("plan")
    op.drop_table("pending_move")
    op.drop_table("packet")
    op.drop_table("note")
    op.drop_table("journal")
    op.drop_table("glass")
    op.drop_table("document")
    op.drop_table("custody")
    op.drop_table("cover_case")
    op.drop_table("cover")
    op.drop_table("contact_topic")
    op.drop_table("contact_line")
    op.drop_table("consent")
    op.drop_table("case_stage")
    op.drop_table("case_risk")
    op.drop_table("case_load")
    op.drop_table("case_access")
    op.drop_table("budget")
    op.drop_table("background")
    op.drop_table("assignment")
    op.drop_table("assessment_offer")
    op.drop_table("assessment")
    op.drop_table("appointment_series")
    op.drop_table("worker_standing")
    op.drop_table("team_supervisor")
    op.drop_table("service_word")
    op.drop_table("service_hours")
    op.drop_table("scratch_key")
    op.drop_table("scratch")
    op.drop_table("saved_view")
    op.drop_table("reduction")
    op.drop_table("pseudonym")
    op.drop_table("narrative")
    op.drop_table("look")
    op.drop_table("instrument")
    op.drop_table("departure")
    op.drop_table("contact")
    op.drop_table("channel")
    op.drop_table("change")
    op.drop_table("case_file")
    op.drop_table("alert")
    op.drop_table("absence")
    op.drop_table("worker")
    op.drop_table("stay")
    op.drop_table("service")
    op.drop_table("program_load")
    op.drop_table("policy")
    op.drop_table("person")
    op.drop_table("name_key")
    op.drop_table("identity")
    op.drop_table("household_member")
    op.drop_table("document_content")
    op.drop_table("content_chunk")
    op.drop_table("client_code")
    op.drop_table("alias")
    op.drop_table("team")
    op.drop_table("seal")
    op.drop_table("provider")
    op.drop_table("program")
    op.drop_table("place")
    op.drop_table("payload")
    op.drop_table("need_domain")
    op.drop_table("household")
    op.drop_table("holiday")
    op.drop_table("external_id")
    op.drop_table("content")
    op.drop_table("client")
    op.drop_table("agency")
    op.drop_table("advice_topic")
    op.drop_table("acting")
