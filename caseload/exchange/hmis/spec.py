"""What we read of an HMIS CSV export, as data: files, columns, code lists.

Facts from the HMIS CSV Format Specifications FY2024 and FY2026 and the HMIS Data Dictionary (U.S. Department of Housing
and Urban Development); list numbers are HUD's. Headers are compared without regard to case, since sources differ in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...casework.programs import HMIS_TYPES
from ..check import Wording

VERSIONS = ("2024", "2026")


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file: the columns without which its rows mean nothing, and those taken where they stand."""

    name: str
    needed: tuple[str, ...]
    taken: tuple[str, ...] = ()
    required: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return self.needed + self.taken


# Every row of the standard carries these; only DateUpdated and DateDeleted matter here.
STAMPS = ("DateCreated", "DateUpdated", "UserID", "DateDeleted", "ExportID")

RACES = {
    "AmIndAKNative": "american_indian",
    "Asian": "asian",
    "BlackAfAmerican": "black",
    "HispanicLatinaeo": "hispanic",
    "HispanicLatinao": "hispanic",
    "MidEastNAfrican": "middle_eastern",
    "NativeHIPacific": "pacific",
    "White": "white",
}
GENDERS = {
    "Woman": "woman",
    "Man": "man",
    "NonBinary": "non_binary",
    "CulturallySpecific": "culturally_specific",
    "Transgender": "transgender",
    "Questioning": "questioning",
    "DifferentIdentity": "different_identity",
}

FILES = {
    spec.name.lower(): spec
    for spec in (
        FileSpec(
            "Export",
            ("ExportDate",),
            ("ExportID", "SourceID", "SourceName", "ImplementationID", "CSVVersion", "HashStatus", "SoftwareName"),
            required=True,
        ),
        FileSpec(
            "Project",
            ("ProjectID", "ProjectName"),
            ("ProjectCommonName", "OperatingStartDate", "OperatingEndDate", "ProjectType", *STAMPS),
            required=True,
        ),
        FileSpec("User", ("UserID",), ("UserFirstName", "UserLastName", "DateUpdated", "DateDeleted", "ExportID")),
        FileSpec(
            "Client",
            ("PersonalID", "FirstName", "LastName", "DOB"),
            (
                "MiddleName", "NameSuffix", "NameDataQuality", "DOBDataQuality", *RACES, "RaceNone", *GENDERS,
                "GenderNone", "Sex", "VeteranStatus", *STAMPS,
            ),
            required=True,
        ),
        FileSpec(
            "Enrollment",
            ("EnrollmentID", "PersonalID", "ProjectID", "EntryDate", "HouseholdID", "RelationshipToHoH"),
            ("LivingSituation", "DisablingCondition", "MoveInDate", *STAMPS),
            required=True,
        ),
        FileSpec(
            "Exit",
            ("EnrollmentID", "ExitDate", "Destination"),
            ("ExitID", "PersonalID", "ProjectCompletionStatus", "CMExitReason", *STAMPS),
            required=True,
        ),
        FileSpec(
            "CurrentLivingSituation",
            ("CurrentLivingSitID", "EnrollmentID", "InformationDate"),
            ("CurrentLivingSituation", *STAMPS),
        ),
        FileSpec(
            "IncomeBenefits",
            ("IncomeBenefitsID", "EnrollmentID", "InformationDate", "DataCollectionStage"),
            ("IncomeFromAnySource", *STAMPS),
        ),
        FileSpec("Services", (), ("RecordType", "DateDeleted")),
    )
}  # fmt: skip

# Files of the standard that hold nothing caseload keeps yet; their rows are counted and reported.
OTHER_FILES = (
    "Affiliation", "Assessment", "AssessmentQuestions", "AssessmentResults", "CEParticipation", "Disabilities",
    "EmploymentEducation", "Event", "Funder", "HealthAndDV", "HMISParticipation", "Inventory",
    "Organization", "ProjectCoC", "YouthEducationStatus",
)  # fmt: skip

# Client columns that tell the edition; the label in Export.csv is only compared with them.
TELLING = {
    "2026": ("Sex",),
    "2024": ("Woman", "Man", "NonBinary"),
    "2022": ("Female", "Male", "NoSingleGender"),
    "2020": ("Gender",),
}

# 1.6: said not to know, prefers not to answer, not collected. Kept apart from an empty cell everywhere.
UNANSWERED = (8, 9, 99)
# 3.01.5 and 3.03.2: full, partial or approximate, and the three above.
QUALITY = (1, 2, *UNANSWERED)
# 1.8
YES_NO = (0, 1, *UNANSWERED)
# 1.5: 1 is unhashed.
HASHED = (2, 3, 4)
# 5.03.1 DataCollectionStage, in our words; what is asked after the exit is no part of the case.
PHASES = {1: "baseline", 2: "review", 3: "closing", 5: "annual"}
# 4.21 Sex
SEXES = (0, 1, *UNANSWERED)
# 2.02.6
PROJECT_TYPES = tuple(HMIS_TYPES)
# 1.4: a night's stay in a shelter, which says nothing of a worker meeting anybody.
BED_NIGHT = 200
# 3.15.1 RelationshipToHoH, in our words.
RELATIONSHIPS = {1: "self", 2: "child", 3: "partner", 4: "other_relative", 5: "non_relative", 99: "not_collected"}
# 3.12.1, the living situations; HUD excludes 336, 335 and 37 as destinations, and people enter them all the same.
LIVING_SITUATIONS = frozenset(
    (
        8, 9, 17, 24, 30, 37, 99, 101, 116, 118, 204, 205, 206, 207, 215, 225, 302, 312, 313, 314, 327, 329, 332, 335,
        336, 410, 411, 421, 422, 423, 426, 435,
    )
)  # fmt: skip
DECEASED = 24
# Our reasons for closing. R17.1 ProjectCompletionStatus and V9.1 CMExitReason say most; a destination says some.
COMPLETION = {1: "completed", 2: "left", 3: "discharged"}
VETERAN_EXIT = {
    1: "completed", 2: "transferred", 3: "left", 4: "discharged", 5: "discharged", 6: "left", 7: "ineligible",
    8: "left", 9: "lost_contact", 10: "other", 11: "other", 12: "deceased", 13: "other",
}  # fmt: skip
DESTINATION_REASON = {DECEASED: "deceased", 30: "lost_contact"}


def wording() -> Wording:
    """HMIS's words for our nouns, for messages that name a column to look at."""
    return Wording(
        things={"program": "Project", "worker": "User", "client": "Client", "case": "Enrollment"},
        columns={
            "program": "ProjectID", "worker": "UserID", "client": "PersonalID", "stay": "HouseholdID",
            "case": "EnrollmentID", "closing": "EnrollmentID", "contact": "CurrentLivingSitID", "asking": "IncomeBenefitsID",
        },
        groups={
            ("program", "name"): "ProjectName", ("program", "type"): "ProjectType",
            ("program", "days"): "OperatingStartDate, OperatingEndDate",
            ("worker", "name"): "UserFirstName, UserLastName", ("worker", "left"): "DateDeleted",
            ("client", "name"): "FirstName, MiddleName, LastName, NameSuffix, NameDataQuality",
            ("client", "birth"): "DOB, DOBDataQuality", ("client", "race"): "race", ("client", "gender"): "gender",
            ("client", "sex"): "Sex", ("client", "veteran"): "VeteranStatus",
            ("case", "client"): "PersonalID", ("case", "program"): "ProjectID", ("case", "opened"): "EntryDate",
            ("case", "stay"): "HouseholdID, RelationshipToHoH",
            ("case", "entry"): "DisablingCondition, LivingSituation, MoveInDate",
            ("closing", "day"): "ExitDate", ("closing", "where"): "Destination",
            ("closing", "reason"): "ProjectCompletionStatus, CMExitReason",
            ("contact", "day"): "InformationDate", ("contact", "topic"): "CurrentLivingSituation",
            ("asking", "when"): "InformationDate, DataCollectionStage", ("asking", "income"): "IncomeFromAnySource",
        },
    )  # fmt: skip
