"""Themes of the home: keeping it, finding it, paying for it, and the children in it."""

from __future__ import annotations

from .theme import Theme

TENANCY = Theme(
    topic="housing",
    goal=(
        "Keep the flat: no arrears by the end of the season.",
        "Agree a payment plan with the landlord and hold to it.",
    ),
    said=(
        "Says the landlord has put a second letter under the door.",
        "Two months behind with the rent since hours were cut at work.",
        "Worried that the lease will not be renewed.",
        "Paid a first instalment on Friday, is proud of it.",
        "The neighbour complains about noise at night; says it is the heating pipes.",
    ),
    saw=(
        "Letters sorted on the kitchen table, the unpaid ones on top.",
        "Mould in the corner of the bedroom, window does not close.",
        "Flat warm and tidy, fridge stocked.",
        "Notice to quit seen; the date on it is six weeks away.",
        "Electricity on a prepaid meter, nearly empty.",
    ),
    did=(
        "Went through income and bills together and wrote a monthly budget.",
        "Rang the landlord from the kitchen table; he accepts instalments.",
        "Filled in the form for the arrears fund, signature given.",
        "Explained what the notice means and what it does not mean.",
        "Took photographs of the damp for the repairs office.",
        "Set up a standing order with the bank's app.",
    ),
    judged=(
        "The tenancy can be saved if the fund answers before the hearing.",
        "Arrears are falling; the habit of opening letters has come back.",
        "At risk of losing the flat without a guarantor.",
        "Stable for now. The weak point is the variable income.",
    ),
    plan=(
        "Ring the arrears fund and ask for a date.",
        "Next visit when the bank statement is there.",
        "Ask the repairs office for an inspection.",
        "Client puts every letter unopened into the blue folder; we open them together.",
        "Go along to the housing office.",
    ),
    tasks=(
        "Call the arrears fund",
        "Send the budget to the landlord",
        "Ask the repairs office for an inspection",
        "Get the lease copied",
        "Check that the instalment has arrived",
    ),
)

SEARCH = Theme(
    topic="housing",
    goal=("A place of their own, with a key, before winter.", "Three applications a week until one is accepted."),
    said=(
        "Sleeps on a cousin's sofa and has to be out by eight.",
        "Had a viewing yesterday; eleven people were in the queue.",
        "Would take a room anywhere on the bus line.",
        "Was turned down again because of the credit check.",
        "Wants to stay near the school.",
    ),
    saw=(
        "Everything owned fits into two bags and a pushchair.",
        "Keeps the application copies in a plastic sleeve, in order.",
        "Tired, coughing, coat too thin for the week.",
        "Phone screen broken, the messages can hardly be read.",
    ),
    did=(
        "Wrote two applications together and sent them off.",
        "Put the name on the list for the supported flats.",
        "Practised what to say at a viewing.",
        "Called three landlords from our list; one keeps the room until Thursday.",
        "Collected the references and scanned them.",
        "Walked to the shelter together and introduced the night staff.",
    ),
    judged=(
        "Ready to move: papers complete, deposit promised.",
        "The search is slow because nobody can call back.",
        "Shared housing looks realistic, a flat does not yet.",
        "Discouraged after four refusals; needs company at viewings.",
    ),
    plan=(
        "Viewing on Thursday, we go together.",
        "Ask the deposit fund whether the promise still holds.",
        "Lend a phone until the screen is repaired.",
        "Renew the shelter bed for two more weeks.",
        "Look at the new list on Monday morning.",
    ),
    tasks=(
        "Send two housing applications",
        "Ask about the deposit fund",
        "Renew the shelter bed",
        "Collect a reference from the last landlord",
        "Call back about the room on the bus line",
    ),
)

MONEY = Theme(
    topic="money",
    goal=("Every benefit that is due, applied for and paid.", "Get through the month without borrowing."),
    said=(
        "Benefit was stopped without a letter.",
        "Lent money to a brother and will not see it again.",
        "The card was declined at the pharmacy.",
        "Understands the letter now, was afraid it was a fine.",
        "Gets by until the twentieth, then it is bread and tea.",
    ),
    saw=(
        "Four envelopes from the same office, the oldest from spring.",
        "Bank statement shows a double charge.",
        "Income and rent match what was said at intake.",
        "A loan contract with a rate that is not allowed.",
    ),
    did=(
        "Called the benefits office on the loudspeaker; waited forty minutes, got a case reference.",
        "Wrote the appeal and posted it, receipt in the file.",
        "Counted the week's money into envelopes.",
        "Gave a voucher for the food bank.",
        "Checked the tax credit: not claimed so far, claimed now.",
        "Explained the difference between gross and net with the payslip in hand.",
    ),
    judged=(
        "The stop is a mistake of the office and should be put right within two weeks.",
        "Debt is small but growing; a counsellor is needed.",
        "Entitled to more than is claimed.",
        "Handles money well, there is simply too little of it.",
    ),
    plan=(
        "Appeal answer due in ten days, call then.",
        "Appointment with the debt counsellor.",
        "Bring the last three payslips.",
        "Apply for the travel card.",
        "Look at the budget again at the end of the month.",
    ),
    tasks=(
        "Call the benefits office about the stop",
        "Book the debt counsellor",
        "Check whether the appeal has arrived",
        "Apply for the travel card",
        "Copy the last three payslips",
    ),
)

SCHOOL = Theme(
    topic="school",
    goal=("Every child in class by the first bell, four weeks running.", "A place in the afternoon club."),
    said=(
        "Says mornings are the worst part of the day.",
        "The youngest does not want to go since the teacher left.",
        "The school has written about absences again.",
        "Pleased with the report: reading is where it should be.",
        "Nobody can pick the children up on Wednesdays.",
    ),
    saw=(
        "Children dressed and fed, school bags by the door.",
        "The boy reads to his sister while we talk.",
        "The girl stays close to the mother and says little.",
        "Timetable on the fridge, with two days crossed out.",
    ),
    did=(
        "Sat with the parents and drew a plan for the mornings.",
        "Talked to the class teacher with the mother beside me.",
        "Enrolled the oldest in the homework club.",
        "Practised the bus route with both children.",
        "Filled in the form for free lunches.",
        "Asked for an assessment of the boy's hearing.",
    ),
    judged=(
        "Attendance is better; the mother's shifts remain the problem.",
        "The child may need support that the school has not offered yet.",
        "Home and school speak to each other again.",
        "Mornings work when the grandmother is there.",
    ),
    plan=(
        "Meeting at the school, all of us at one table.",
        "Ask for a place in the breakfast club.",
        "Hearing test, then we look at the class again.",
        "Grandmother comes on Wednesdays until the club starts.",
        "See the attendance sheet at the end of the month.",
    ),
    tasks=(
        "Ask the school for the attendance sheet",
        "Hand in the lunch form",
        "Arrange the meeting at the school",
        "Call about the hearing test",
        "Ask for a place in the breakfast club",
    ),
)

PARENTS = Theme(
    topic="family",
    goal=("Calm evenings: the routine holds on five days of seven.", "Parents agree on rules and stick to them."),
    said=(
        "Shouted less this week, and noticed it.",
        "The two of them cannot talk about money without a quarrel.",
        "Is ashamed to need help with the children.",
        "The baby sleeps through since Sunday.",
        "Wants the children to see their father, but not alone.",
    ),
    saw=(
        "Warm tone between mother and baby, eye contact, laughter.",
        "The father left the room twice when the talk turned to rules.",
        "Stair gate fitted, medicines out of reach.",
        "Toys everywhere, nothing dangerous.",
    ),
    did=(
        "Played the evening through from supper to light-out.",
        "Showed how to give a choice instead of an order.",
        "Went through the visiting plan and signed it.",
        "Listened to each of them alone, then to both.",
        "Named what went well; they found five things themselves.",
        "Handed over the list of parents' groups.",
    ),
    judged=(
        "The parents try hard; tiredness is the main enemy.",
        "No sign of harm. The quarrels weigh on the oldest.",
        "The routine holds when both are at home.",
        "Needs a grown-up to talk to who is not us.",
    ),
    plan=(
        "Come in the evening next time and see bedtime.",
        "Parents write down one good moment a day.",
        "Ask the family counsellor for a first talk.",
        "First accompanied visit with the father on Saturday.",
        "Try the parents' circle once.",
    ),
    tasks=(
        "Prepare the accompanied visit",
        "Ask the family counsellor for a date",
        "Bring the routine cards",
        "Write the summary for the review meeting",
        "Invite to the parents' circle",
    ),
)
