"""What people call the columns of a list of cases, and what stands in them: English, German, Italian, Spanish, French. As data."""

from __future__ import annotations

from functools import cache

from ...text import fold

# Every target a column can have, with what it is called there. Compared folded: case, accents and signs do not count.
HEADERS: dict[str, str] = {
    "client.id": "client id|client number|client no|person id|personal id|participant id|clientid|klienten id|klient id|klientennummer|"
    "klienten nr|klientnr|id cliente|codice cliente|numero cliente|id client|numero client|no client|id beneficiario|id usuario|"
    "codigo cliente|identifiant|id beneficiaire|codice utente|id utente|personen id|ahv nummer",
    "client.given": "first name|given name|given|forename|firstname|vorname|vornamen|rufname|nome|nome utente|nombre|nombres|prenom|prenoms|"
    "client first name",
    "client.family": "last name|family name|surname|family|lastname|nachname|familienname|zuname|cognome|apellido|apellidos|"
    "primer apellido|nom|nom de famille|client last name",
    "client.family_given": "last name first name|surname first name|name vorname|nachname vorname|cognome nome|cognome e nome|"
    "apellidos nombre|apellidos y nombre|nom prenom|nom et prenom",
    "client.given_family": "name|client|client name|full name|clientname|klient|klientin|klient in|klienten|vorname nachname|"
    "vorname name|nome cognome|nome e cognome|nominativo|cliente|utente|nombre completo|nombre y apellidos|nombre del cliente|"
    "prenom nom|prenom et nom|nom complet|beneficiaire|beneficiario|usuario|participant",
    "client.middle": "middle name|second name|zweiter vorname|secondo nome|segundo nombre|deuxieme prenom|middle",
    "client.known_as": "preferred name|known as|nickname|goes by|alias|aka|also known as|bevorzugter name|genannt|spitzname|"
    "nome preferito|soprannome|detto|nombre preferido|apodo|conocido como|nom d usage|nom prefere|surnom|dit",
    "client.born": "date of birth|birth date|birthdate|dob|born|birthday|geburtsdatum|geboren|geb datum|geb|geboren am|geburtstag|"
    "data di nascita|nato il|nata il|data nascita|nascita|fecha de nacimiento|fecha nacimiento|nacimiento|nacido|"
    "date de naissance|ne le|nee le|naissance|ddn",
    "client.birth_quality": "dob quality|birth date quality|dob data quality|dobdataquality|qualitat geburtsdatum",
    "client.language": "language|preferred language|primary language|spoken language|sprache|muttersprache|lingua|lingua madre|idioma|lengua|langue|"
    "langue maternelle|languages",
    "client.phone": "phone|phone number|telephone|tel|mobile|cell|cell phone|mobile phone|telefon|telefonnummer|handy|mobil|"
    "mobiltelefon|natel|telefono|cellulare|numero di telefono|movil|celular|portable|telephone portable|numero de telephone",
    "client.phone_safe": "safe to call|ok to call|can we call|safe to phone|anruf erlaubt|anrufen erlaubt|sicher anzurufen|"
    "si puo chiamare|se puede llamar|peut on appeler",
    "client.email": "email|e mail|email address|e mail address|mail|e mail adresse|mailadresse|posta elettronica|indirizzo email|"
    "correo|correo electronico|courriel|adresse email|adresse mail|adresse electronique",
    "client.address": "address|street|street address|home address|zip|zip code|postcode|postal code|city|town|adresse|anschrift|"
    "strasse|wohnadresse|plz|ort|wohnort|plz ort|indirizzo|via|cap|citta|comune|direccion|domicilio|calle|codigo postal|ciudad|"
    "rue|code postal|ville|domicile|residenza",
    "case.id": "case id|case number|case no|caseid|case|file number|file no|record number|fall|fallnummer|fall nr|fall id|aktenzeichen|"
    "aktennummer|dossiernummer|dossier nr|numero pratica|pratica|codice caso|id caso|caso|expediente|numero de expediente|"
    "numero caso|dossier|numero de dossier|no dossier|n dossier|n pratica|n expediente|n caso|enrollment id",
    "case.program": "program|programme|service|project|programm|angebot|projekt|dienst|programma|servizio|progetto|programa|servicio|"
    "proyecto|projet|dispositif|prestation",
    "case.worker": "case manager|worker|caseworker|case worker|social worker|assigned to|owner|responsible|zustandig|zustandige person|"
    "fallfuhrung|fallfuhrend|fallverantwortlich|sozialarbeiter|sozialarbeiterin|betreuer|betreuerin|bezugsperson|verantwortlich|"
    "operatore|assistente sociale|referente|responsabile|case manager di riferimento|trabajador social|trabajadora social|"
    "responsable|gestor|gestora|gestor de casos|intervenant|travailleur social|travailleuse sociale|referent|charge de dossier|handle",
    "case.opened": "opened|open date|date opened|start date|intake date|entry date|opened on|case opened|start|admission date|"
    "enrollment date|eroffnet|eroffnet am|eroffnung|eintritt|eintrittsdatum|fallbeginn|beginn|aufnahme|aufnahmedatum|aperto il|"
    "data apertura|data di apertura|apertura|presa in carico|data presa in carico|data inizio|inizio|abierto|fecha de apertura|"
    "fecha apertura|fecha de ingreso|ingreso|fecha de inicio|ouvert le|date d ouverture|ouverture|date d entree|entree|date de debut",
    "case.stage": "stage|phase|case stage|step|fallphase|fase|etapa|etape",
    "case.risk": "risk|risk level|priority|urgency|risiko|risikostufe|gefahrdung|prioritat|dringlichkeit|rischio|livello di rischio|"
    "priorita|riesgo|nivel de riesgo|prioridad|risque|niveau de risque|priorite",
    "case.source": "referral source|source|referred by|referred from|zuweisung|zuweisende stelle|zugewiesen durch|zuweiser|inviato da|"
    "invio|ente inviante|derivado por|derivacion|fuente|oriente par|orientation|provenance",
    "case.status": "status|case status|state|open closed|fallstatus|stand|stato|estado|statut|etat",
    "case.closed": "closed|closed on|date closed|close date|closing date|end date|exit date|discharge date|abgeschlossen|"
    "abgeschlossen am|abschluss|abschlussdatum|austritt|austrittsdatum|fallende|ende|chiuso il|data chiusura|data di chiusura|"
    "chiusura|data fine|cerrado|fecha de cierre|cierre|fecha de salida|fecha de fin|clos le|date de cloture|cloture|date de fin|"
    "date de sortie",
    "case.close_reason": "close reason|closing reason|reason closed|reason for closing|exit reason|discharge reason|abschlussgrund|"
    "grund des abschlusses|austrittsgrund|motivo chiusura|motivo di chiusura|motivo de cierre|motivo cierre|motif de cloture|"
    "raison de cloture|motif de sortie",
    "contact.day": "last contact|date of last contact|last contact date|last seen|last visit|letzter kontakt|letzter kontakt am|"
    "letztes gesprach|letzter besuch|ultimo contatto|data ultimo contatto|ultima visita|ultimo contacto|"
    "fecha del ultimo contacto|fecha ultimo contacto|dernier contact|date du dernier contact|derniere visite",
    "contact.kind": "contact type|type of contact|contact kind|kind of contact|last contact type|kontaktart|art des kontakts|"
    "tipo contatto|tipo di contatto|tipo de contacto|type de contact",
    "task.title": "next step|next task|task|to do|todo|next action|action|nachster schritt|nachste aufgabe|aufgabe|pendenz|pendenzen|"
    "prossimo passo|prossima attivita|attivita|compito|proximo paso|proxima tarea|tarea|prochaine etape|prochaine tache|tache|"
    "a faire|prochaine action",
    "task.due": "due|due date|due by|due on|deadline|next due|next step due|follow up|follow up date|fallig|fallig am|falligkeit|termin|"
    "frist|bis wann|wiedervorlage|scadenza|entro|data scadenza|vencimiento|fecha limite|plazo|fecha de seguimiento|echeance|"
    "date limite|delai|a faire pour",
    "note": "note|notes|remark|remarks|comment|comments|observation|observations|bemerkung|bemerkungen|notiz|notizen|kommentar|"
    "anmerkung|anmerkungen|nota|osservazioni|commento|commenti|notas|observaciones|comentario|comentarios|remarque|remarques|"
    "commentaire|commentaires",
    "row.updated": "last updated|updated|date updated|modified|last modified|geandert|geandert am|zuletzt geandert|aktualisiert|"
    "aggiornato|aggiornato il|ultima modifica|data modifica|actualizado|ultima actualizacion|mis a jour|derniere modification|"
    "modifie le",
}  # fmt: skip
# A column's words go into the draft note of its row, under its header.
KEEP = "keep"
TARGETS = (*HEADERS, KEEP)
# Which several columns may be; each of them is taken.
SEVERAL = ("client.phone", "client.email", "client.address", "note", KEEP)

# What stands in a column, in our words.
VALUES: dict[str, dict[str, str]] = {
    "case.stage": {
        "referred": "referred|waiting|waiting list|waitlist|angemeldet|warteliste|segnalato|in attesa|lista d attesa|derivado|"
        "en espera|lista de espera|oriente|en attente|liste d attente|neu|new",
        "assessment": "assessment|intake|abklarung|assessment phase|valutazione|evaluacion|valoracion|evaluation",
        "planning": "planning|plan|planung|hilfeplanung|pianificazione|progettazione|planificacion|planification",
        "active": "active|in progress|ongoing|open|aktiv|laufend|offen|in arbeit|attivo|attiva|in corso|aperto|aperta|activo|activa|"
        "en curso|abierto|abierta|actif|active|en cours|ouvert|ouverte",
        "monitoring": "monitoring|follow up|aftercare|nachsorge|nachbetreuung|monitoraggio|seguimiento|suivi",
        "closed": "closed|ended|completed|discharged|abgeschlossen|beendet|geschlossen|chiuso|chiusa|concluso|conclusa|cerrado|"
        "cerrada|finalizado|clos|close|cloture|cloturee|termine|terminee|ferme",
    },
    "case.risk": {
        "low": "low|niedrig|gering|tief|basso|bassa|bajo|baja|faible|bas|basse|green|grun|verde|vert",
        "medium": "medium|moderate|mittel|massig|medio|media|moderato|moderado|moyen|moyenne|modere|yellow|gelb|giallo|amarillo|jaune|amber",
        "high": "high|hoch|alto|alta|eleve|elevee|haut|orange|arancione|naranja",
        "critical": "critical|very high|severe|kritisch|sehr hoch|akut|critico|critica|molto alto|grave|muy alto|critique|tres eleve|"
        "red|rot|rosso|rojo|rouge",
    },
    "case.close_reason": {
        "completed": "completed|goals met|goals reached|finished|ziele erreicht|ziel erreicht|abgeschlossen|erreicht|completato|"
        "obiettivi raggiunti|concluso|completado|objetivos cumplidos|objectifs atteints|termine|acheve",
        "left": "left|dropped out|moved|moved away|withdrew|abgebrochen|abbruch|weggezogen|umzug|abbandono|trasferito|trasloco|abandono|"
        "se mudo|abandon|demenage|demenagement",
        "discharged": "discharged|expelled|terminated|entlassen|ausgeschlossen|dimesso|espulso|expulsado|alta|exclu|renvoye",
        "transferred": "transferred|handed over|uberwiesen|ubergeben|ubergabe|trasferito ad altro servizio|transferido|derivado|"
        "transfere|transferee|oriente",
        "lost_contact": "lost contact|no contact|unable to contact|kontakt verloren|kontaktabbruch|perso contatto|contatto perso|"
        "contacto perdido|sin contacto|contact perdu|perdu de vue",
        "ineligible": "ineligible|not eligible|nicht berechtigt|non idoneo|non ammissibile|no elegible|non eligible",
        "deceased": "deceased|died|death|verstorben|gestorben|tod|deceduto|deceduta|decesso|fallecido|fallecida|decede|decedee|deces",
        "other": "other|andere|anderes|sonstiges|altro|otro|otros|autre",
    },
    "contact.kind": {
        "visit": "visit|home visit|hausbesuch|besuch|visita|visita domiciliare|visita domiciliaria|visite|visite a domicile",
        "office": "office|in person|meeting|face to face|buro|gesprach|personlich|ufficio|colloquio|incontro|oficina|entrevista|"
        "presencial|bureau|entretien|rendez vous",
        "phone": "phone|call|telephone|phone call|telefon|telefonat|anruf|telefonisch|telefono|telefonata|chiamata|llamada|appel|"
        "appel telephonique",
        "video": "video|video call|videocall|videoanruf|videochiamata|videollamada|visio|visioconference|teams|zoom",
        "message": "message|sms|text|email|e mail|mail|letter|whatsapp|nachricht|brief|messaggio|lettera|mensaje|carta|correo|courriel|lettre",
        "collateral": "collateral|third party|professional|drittperson|fachperson|dritte|terzi|terceros|colateral|tiers",
        "group": "group|gruppe|gruppo|grupo|groupe",
    },
    "client.phone_safe": {
        "yes": "yes|y|ok|ja|j|si|oui|o|true|1",
        "no": "no|n|nein|non|false|0|never|nie",
        "ask": "ask|ask first|fragen|zuerst fragen|chiedere|preguntar|demander",
        "unknown": "unknown|unbekannt|sconosciuto|desconocido|inconnu",
    },
    "client.birth_quality": {
        "1": "1|full|complete|full dob reported|exact|genau|vollstandig|esatta|completa|exacta|exacte|complete",
        "2": "2|approximate|partial|approximate or partial dob reported|estimated|ungefahr|geschatzt|approssimativa|stimata|aproximada|"
        "estimada|approximative|estimee",
    },
}  # fmt: skip
# A status is a stage, or says no more than whether the case is closed.
VALUES["case.status"] = {"open": VALUES["case.stage"]["active"], "closed": VALUES["case.stage"]["closed"]}

# HMIS 1.6: why there is no answer. Only what says so plainly: what could mean two of them is left to who knows the file.
UNANSWERED: dict[str, str] = {
    "8": "8|client doesn t know|doesn t know|does not know|client does not know|don t know|weiss nicht|weiss es nicht|non sa|non lo sa|"
    "no sabe|ne sait pas",
    "9": "9|prefers not to answer|client prefers not to answer|client refused|refused|declined|declined to answer|"
    "verweigert|mochte nicht sagen|mochte nicht antworten|preferisce non rispondere|non vuole rispondere|rifiuta|"
    "prefiere no contestar|prefiere no responder|se niega|prefere ne pas repondre|prefere ne pas dire|refuse|refuse de repondre",
    "99": "99|not collected|data not collected|not asked|nicht erhoben|nicht erfragt|nicht gefragt|non raccolto|non rilevato|"
    "non chiesto|no recogido|no preguntado|no recopilado|non recueilli|non demande",
}  # fmt: skip
# A dash is how people write nothing.
NOTHING = ("-", "–", "—", "--", "---", "/")


def _turned(words: dict[str, str]) -> dict[str, str]:
    return {fold(word): ours for ours, listed in words.items() for word in listed.split("|")}


@cache
def headers() -> dict[str, str]:
    """What each folded header is."""
    return _turned(HEADERS)


@cache
def values(target: str) -> dict[str, str]:
    """What each folded value of a coded column is; every code is itself."""
    listed = VALUES.get(target, {})
    return _turned(listed) | {fold(code): code for code in listed}


@cache
def unanswered() -> dict[str, str]:
    """The code of each folded word that says why there is no answer."""
    return _turned(UNANSWERED)


def known_headers(cells: list[str]) -> int:
    """How many of these cells are headers that we know."""
    known = headers()
    return sum(len(cell) <= 60 and fold(cell) in known for cell in cells)
