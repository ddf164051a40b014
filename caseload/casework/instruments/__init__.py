"""Assessment instruments as data: read from FHIR R4 Questionnaires, asked, answered and scored. Pure: no database here."""
