"""One case in FHIR R4 (4.0.1, http://hl7.org/fhir/R4): as a Bundle on its way out, and such a Bundle as a referral in."""
