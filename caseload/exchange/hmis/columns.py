"""Every file of an HMIS export and its columns, in the order of the standard.

Facts from the HMIS CSV Format Specifications FY2026 (U.S. Department of Housing and Urban Development), by the machine-readable draft
of HUD's Data Lab. A file nobody has anything for is there all the same, with its header.
"""

from __future__ import annotations

from .spec import STAMPS

_COLUMNS = {
    "Export": (
        "ExportID SourceType SourceID SourceName SourceContactFirst SourceContactLast SourceContactPhone "
        "SourceContactExtension SourceContactEmail ExportDate ExportStartDate ExportEndDate SoftwareName "
        "SoftwareVersion CSVVersion ExportPeriodType ExportDirective HashStatus ImplementationID"
    ),
    "Organization": ("OrganizationID OrganizationName VictimServiceProvider OrganizationCommonName *"),
    "User": (
        "UserID UserFirstName UserLastName UserPhone UserExtension UserEmail DateCreated DateUpdated DateDeleted "
        "ExportID"
    ),
    "Project": (
        "ProjectID OrganizationID ProjectName ProjectCommonName OperatingStartDate OperatingEndDate ContinuumProject "
        "ProjectType HousingType RRHSubType ResidentialAffiliation TargetPopulation HOPWAMedAssistedLivingFac "
        "PITCount *"
    ),
    "Funder": ("FunderID ProjectID Funder OtherFunder GrantID StartDate EndDate *"),
    "ProjectCoC": ("ProjectCoCID ProjectID CoCCode Geocode Address1 Address2 City State ZIP GeographyType *"),
    "Inventory": (
        "InventoryID ProjectID CoCCode HouseholdType Availability UnitInventory BedInventory CHVetBedInventory "
        "YouthVetBedInventory VetBedInventory CHYouthBedInventory YouthBedInventory CHBedInventory OtherBedInventory "
        "ESBedType InventoryStartDate InventoryEndDate *"
    ),
    "Affiliation": ("AffiliationID ProjectID ResProjectID *"),
    "HMISParticipation": (
        "HMISParticipationID ProjectID HMISParticipationType HMISParticipationStatusStartDate "
        "HMISParticipationStatusEndDate *"
    ),
    "CEParticipation": (
        "CEParticipationID ProjectID AccessPoint PreventionAssessment CrisisAssessment HousingAssessment "
        "DirectServices ReceivesReferrals CEParticipationStatusStartDate CEParticipationStatusEndDate *"
    ),
    "Client": (
        "PersonalID FirstName MiddleName LastName NameSuffix NameDataQuality SSN SSNDataQuality DOB DOBDataQuality "
        "Sex AmIndAKNative Asian BlackAfAmerican HispanicLatinao MidEastNAfrican NativeHIPacific White RaceNone "
        "AdditionalRaceEthnicity VeteranStatus YearEnteredService YearSeparated WorldWarII KoreanWar VietnamWar "
        "DesertStorm AfghanistanOEF IraqOIF IraqOND OtherTheater MilitaryBranch DischargeStatus *"
    ),
    "Enrollment": (
        "EnrollmentID PersonalID ProjectID EntryDate HouseholdID RelationshipToHoH EnrollmentCoC LivingSituation "
        "RentalSubsidyType LengthOfStay LOSUnderThreshold PreviousStreetESSH DateToStreetESSH "
        "TimesHomelessPastThreeYears MonthsHomelessPastThreeYears DisablingCondition DateOfEngagement MoveInDate "
        "DateOfPATHStatus ClientEnrolledInPATH ReasonNotEnrolled PercentAMI ReferralSource "
        "CountOutreachReferralApproaches DateOfBCPStatus EligibleForRHY ReasonNoServices RunawayYouth "
        "FormerWardChildWelfare ChildWelfareYears ChildWelfareMonths FormerWardJuvenileJustice JuvenileJusticeYears "
        "JuvenileJusticeMonths UnemploymentFam MentalHealthDisorderFam PhysicalDisabilityFam "
        "AlcoholDrugUseDisorderFam InsufficientIncome IncarceratedParent VAMCStation TargetScreenReqd "
        "TimeToHousingLoss AnnualPercentAMI LiteralHomelessHistory ClientLeaseholder HOHLeaseholder SubsidyAtRisk "
        "EvictionHistory CriminalRecord IncarceratedAdult PrisonDischarge SexOffender DisabledHoH CurrentPregnant "
        "SingleParent DependentUnder6 HH5Plus CoCPrioritized HPScreeningScore ThresholdScore MentalHealthConsultation "
        "TranslationNeeded PreferredLanguage PreferredLanguageDifferent *"
    ),
    "Exit": (
        "ExitID EnrollmentID PersonalID ExitDate Destination DestinationSubsidyType OtherDestination "
        "HousingAssessment SubsidyInformation ProjectCompletionStatus EarlyExitReason ExchangeForSex "
        "ExchangeForSexPastThreeMonths CountOfExchangeForSex AskedOrForcedToExchangeForSex "
        "AskedOrForcedToExchangeForSexPastThreeMonths WorkplaceViolenceThreats WorkplacePromiseDifference "
        "CoercedToContinueWork LaborExploitPastThreeMonths CounselingReceived IndividualCounseling FamilyCounseling "
        "GroupCounseling SessionCountAtExit PostExitCounselingPlan SessionsInPlan DestinationSafeClient "
        "DestinationSafeWorker PosAdultConnections PosPeerConnections PosCommunityConnections AftercareDate "
        "AftercareProvided EmailSocialMedia Telephone InPersonIndividual InPersonGroup CMExitReason *"
    ),
    "IncomeBenefits": (
        "IncomeBenefitsID EnrollmentID PersonalID InformationDate IncomeFromAnySource TotalMonthlyIncome Earned "
        "EarnedAmount Unemployment UnemploymentAmount SSI SSIAmount SSDI SSDIAmount VADisabilityService "
        "VADisabilityServiceAmount VADisabilityNonService VADisabilityNonServiceAmount PrivateDisability "
        "PrivateDisabilityAmount WorkersComp WorkersCompAmount TANF TANFAmount GA GAAmount SocSecRetirement "
        "SocSecRetirementAmount Pension PensionAmount ChildSupport ChildSupportAmount Alimony AlimonyAmount "
        "OtherIncomeSource OtherIncomeAmount OtherIncomeSourceIdentify BenefitsFromAnySource SNAP WIC TANFChildCare "
        "TANFTransportation OtherTANF OtherBenefitsSource OtherBenefitsSourceIdentify InsuranceFromAnySource Medicaid "
        "NoMedicaidReason Medicare NoMedicareReason SCHIP NoSCHIPReason VHAServices NoVHAReason EmployerProvided "
        "NoEmployerProvidedReason COBRA NoCOBRAReason PrivatePay NoPrivatePayReason StateHealthIns "
        "NoStateHealthInsReason IndianHealthServices NoIndianHealthServicesReason OtherInsurance "
        "OtherInsuranceIdentify ADAP NoADAPReason RyanWhiteMedDent NoRyanWhiteReason ConnectionWithSOAR "
        "DataCollectionStage *"
    ),
    "HealthAndDV": (
        "HealthAndDVID EnrollmentID PersonalID InformationDate DomesticViolenceSurvivor WhenOccurred CurrentlyFleeing "
        "GeneralHealthStatus DentalHealthStatus MentalHealthStatus PregnancyStatus DueDate DataCollectionStage *"
    ),
    "EmploymentEducation": (
        "EmploymentEducationID EnrollmentID PersonalID InformationDate LastGradeCompleted SchoolStatus Employed "
        "EmploymentType NotEmployedReason DataCollectionStage *"
    ),
    "Disabilities": (
        "DisabilitiesID EnrollmentID PersonalID InformationDate DisabilityType DisabilityResponse "
        "IndefiniteAndImpairs TCellCountAvailable TCellCount TCellSource ViralLoadAvailable ViralLoad ViralLoadSource "
        "AntiRetroviral DataCollectionStage *"
    ),
    "Services": (
        "ServicesID EnrollmentID PersonalID DateProvided RecordType TypeProvided OtherTypeProvided MovingOnOtherType "
        "SubTypeProvided FAAmount FAStartDate FAEndDate ReferralOutcome *"
    ),
    "CurrentLivingSituation": (
        "CurrentLivingSitID EnrollmentID PersonalID InformationDate CurrentLivingSituation CLSSubsidyType VerifiedBy "
        "LeaveSituation14Days SubsequentResidence ResourcesToObtain LeaseOwn60Day MovedTwoOrMore LocationDetails *"
    ),
    "Assessment": (
        "AssessmentID EnrollmentID PersonalID AssessmentDate AssessmentLocation AssessmentType AssessmentLevel "
        "PrioritizationStatus *"
    ),
    "AssessmentQuestions": (
        "AssessmentQuestionID AssessmentID EnrollmentID PersonalID AssessmentQuestionGroup AssessmentQuestionOrder "
        "AssessmentQuestion AssessmentAnswer *"
    ),
    "AssessmentResults": (
        "AssessmentResultID AssessmentID EnrollmentID PersonalID AssessmentResultType AssessmentResult *"
    ),
    "Event": (
        "EventID EnrollmentID PersonalID EventDate Event ProbSolDivRRResult ReferralCaseManageAfter "
        "LocationCrisisOrPHHousing ReferralResult ResultDate *"
    ),
    "YouthEducationStatus": (
        "YouthEducationStatusID EnrollmentID PersonalID InformationDate CurrentSchoolAttend MostRecentEdStatus "
        "CurrentEdStatus DataCollectionStage *"
    ),
}

# `*` stands for the stamps that end the rows of most files.
COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(column for word in told.split() for column in (STAMPS if word == "*" else (word,)))
    for name, told in _COLUMNS.items()
}
