"""Themes of the way back: health, papers, work, the terms of a court, and the street."""

from __future__ import annotations

from .theme import Theme

HEALTH = Theme(
    topic="health",
    goal=("A doctor of their own, and the prescriptions filled.", "Go to every appointment this quarter."),
    said=(
        "Sleeps three hours a night and lies awake with the rest.",
        "Ran out of tablets last week and did not dare to ask.",
        "Knee is better, can climb the stairs again.",
        "Has not had a drink for twenty-three days.",
        "Afraid of what the scan will show.",
    ),
    saw=(
        "Hands steady, clear eyes, more weight than in spring.",
        "Out of breath on the stairs.",
        "Pill box filled for the week and in order.",
        "Dressing on the left foot, changed today by the nurse.",
    ),
    did=(
        "Made the doctor's appointment by phone together.",
        "Went along to the clinic and asked the questions from the list.",
        "Looked up which pharmacy delivers.",
        "Talked about what helps on bad nights and wrote it on a card.",
        "Asked the interpreter line to be booked for the scan.",
        "Filled in the form for free prescriptions.",
    ),
    judged=(
        "Takes the medicine when someone asks; a weekly call is enough.",
        "Low mood is getting in the way of everything else.",
        "Recovering well, wants to do more than is good.",
        "Needs a nurse at home, not us.",
    ),
    plan=(
        "Call on the morning of the appointment as a reminder.",
        "Ask the clinic for the result, consent is on file.",
        "Next week walk to the group together for the first time.",
        "Speak to the nurse about home visits.",
        "Keep the sleep diary until the next meeting.",
    ),
    tasks=(
        "Remind of the clinic appointment",
        "Ask the pharmacy about delivery",
        "Book the interpreter for the scan",
        "Send in the prescriptions form",
        "Ask the nurse about home visits",
    ),
)

PAPERS = Theme(
    topic="documents",
    goal=(
        "A valid identity card, a birth certificate for each child.",
        "Papers complete before the residence permit runs out.",
    ),
    said=(
        "The bag with all the papers was stolen at the station.",
        "The permit runs out in ten weeks.",
        "The name is spelled differently on every card.",
        "Got the card today and showed it around.",
        "Does not know the exact date of birth.",
    ),
    saw=(
        "A copy of the old passport, two pages readable.",
        "Letter from the registry: one stamp is missing.",
        "All the originals in one folder now.",
        "Photographs taken, four of them.",
    ),
    did=(
        "Filled in the application for a new card and paid the fee from the fund.",
        "Wrote to the registry of the town of birth.",
        "Called the legal clinic and got a place for Tuesday.",
        "Translated the letter with the phone interpreter.",
        "Went to the registry; number 84, served after two hours.",
        "Had the signature witnessed at the town hall.",
    ),
    judged=(
        "Without the card nothing else moves.",
        "The lawyer should see this before anything is signed.",
        "Complete but for the stamp.",
        "The spelling can be put right with a sworn statement.",
    ),
    plan=(
        "Collect the card as soon as the text message comes.",
        "Legal clinic on Tuesday with all the letters.",
        "Ask the consulate for an appointment.",
        "Chase the registry in two weeks.",
        "Keep copies in the file and a set with the sister.",
    ),
    tasks=(
        "Chase the registry",
        "Collect the identity card",
        "Ask the consulate for an appointment",
        "Copy everything for the legal clinic",
        "Check the date on the permit",
    ),
)

WORK = Theme(
    topic="work",
    goal=("A job of twenty hours or more, and three months in it.", "Finish the course and pass the test."),
    said=(
        "Had a trial shift at the bakery; up at four and liked it.",
        "The employer asked about the gap in the papers.",
        "Wants to drive again.",
        "Was paid short last week and said nothing.",
        "The course is hard, the teacher is good.",
    ),
    saw=(
        "Shirt ironed, early for the meeting.",
        "Contract read: hours not guaranteed.",
        "Certificate of the first module, passed.",
        "Nervous, answers in single words when asked about the past.",
    ),
    did=(
        "Rewrote the first page of the application together.",
        "Practised how to speak about the gap, three times.",
        "Called the foreman; he gives a second week.",
        "Bought work shoes from the fund.",
        "Worked out whether the job pays more than the benefit: it does.",
        "Signed up for the forklift course.",
    ),
    judged=(
        "Reliable and on time; confidence is what is missing.",
        "The job is real, the contract is poor.",
        "Will pass if evenings stay free.",
        "Ready for the open market with a word from us.",
    ),
    plan=(
        "Call after the first shift.",
        "Ask the foreman how it goes on Friday.",
        "Bring the contract to the advice hour.",
        "Two more applications this week.",
        "Meet before the test and repeat the questions.",
    ),
    tasks=(
        "Ask the employer how the first week went",
        "Send the application to the depot",
        "Order the work clothes",
        "Take the contract to the advice hour",
        "Register for the course test",
    ),
)

TERMS = Theme(
    topic="legal",
    goal=("Keep every condition until the end of supervision.", "A home address that the court accepts."),
    said=(
        "Home for five weeks; crowds are still too much.",
        "Missed the office once because of the bus and rang at once.",
        "Old friends have found the new number.",
        "Wants to write to the daughter and does not know how to begin.",
        "Counts the weeks: nineteen to go.",
    ),
    saw=(
        "Calendar on the wall with every duty in red.",
        "Ankle bandaged after football in the yard, laughs about it.",
        "Room in the hostel clean, window open.",
        "Restless, asked twice what time it was.",
    ),
    did=(
        "Went through the conditions one by one, in plain words.",
        "Three-way call with the supervising officer: no open points.",
        "Drew a map of places to stay away from, and of places to go.",
        "Drafted the letter to the daughter together.",
        "Booked the hearing room and the lawyer.",
        "Practised saying no on the phone.",
    ),
    judged=(
        "Keeps the terms; the evenings are long and risky.",
        "Good contact with the officer.",
        "Moving out of the hostel would remove most of the pressure.",
        "Honest about the slip, and it was a small one.",
    ),
    plan=(
        "Report on Monday, I come along.",
        "Ask for the curfew to be moved for the night shift.",
        "Evening group twice a week.",
        "Letter goes off when it has been slept over.",
        "Talk to the hostel about the quieter room.",
    ),
    tasks=(
        "Call the supervising officer",
        "Prepare the report for the hearing",
        "Ask about the curfew",
        "Find the lawyer's new number",
        "Confirm the hostel place",
    ),
)

STREET = Theme(
    topic="food",
    goal=("Come in from the cold at least three nights a week.", "A safe place to keep the bag and the papers."),
    said=(
        "Slept under the bridge, the others keep watch by turns.",
        "No shelter without the dog.",
        "Somebody took the tent.",
        "Would talk to the nurse, here, not there.",
        "Asked for socks, and whether the soup comes on Sunday.",
    ),
    saw=(
        "Found behind the bus station, awake and wrapped up.",
        "Shoes through at the toes.",
        "Cheerful, sober, dog fed.",
        "Cut on the hand, clean; refused the clinic.",
    ),
    did=(
        "Gave a sleeping bag, two pairs of socks and a hot meal.",
        "Sat on the kerb and listened for half an hour.",
        "Walked to the day centre together; stayed for a shower.",
        "Wrote down the name and a place where messages reach.",
        "Called the shelter that takes dogs: one place, kept until ten.",
        "Brought the nurse along on the round.",
    ),
    judged=(
        "Trust is growing: came towards us today.",
        "In danger when it freezes.",
        "Wants a place, on conditions that can be met.",
        "The hand needs looking at within the week.",
    ),
    plan=(
        "Same corner on Thursday evening.",
        "Bring the form for the locker.",
        "Ask the shelter whether the dog may stay.",
        "Winter list: put the name on it.",
        "Leave word at the soup kitchen.",
    ),
    tasks=(
        "Ask for a locker",
        "Bring shoes, size 43",
        "Put on the winter list",
        "Leave word at the soup kitchen",
        "Ask the shelter about the dog",
    ),
)
