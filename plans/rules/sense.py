"""What `duban explain` says about findings on who is asked and by when."""

from __future__ import annotations

from plans.findings import Rule
from plans.model import say

RULES: dict[str, Rule] = {
    "W301": Rule(
        say("no directory"),
        say("Names alone can't get letters: the directory says who the unit's contact is and where letters go."),
        say("Name the directory file, or write the directory into the plan."),
        say("directory: directory.yaml"),
    ),
    "W302": Rule(
        say("no lead unit"),
        say("What everybody does nobody does. Such tasks land on the office's own desk."),
        say("Name a lead for each task, or one for all under defaults."),
        say("defaults: with lead: Safety below it"),
    ),
    "E303": Rule(
        say("unknown unit"),
        say("Nobody is told: the name isn't in the directory, often by one wrong character."),
        say("Correct the name, or add it as an alias in the directory."),
        say("lead: Saftey → lead: Safety"),
    ),
    "E304": Rule(
        say("name of several units"),
        say("Two units are called the same; a letter must not go to the wrong one."),
        say("Write the id of the one that is meant."),
        say("lead: city-office"),
    ),
    "W305": Rule(
        say("unknown person"),
        say("The person isn't in the directory, or two bear the name; no letter goes out."),
        say("Add the person, or write the id."),
        say("contact: ada"),
    ),
    "W306": Rule(
        say("person without an address"),
        say("The person is named to be told and can't be."),
        say("Add the address, or name somebody else."),
        say("mail: ada@example.org"),
    ),
    "W307": Rule(
        say("unit nobody can be reached in"),
        say("The unit has work and no address: its first letter would be the press to its head."),
        say("Give the unit a contact with an address, or an address of its own."),
        say("contact: ada"),
    ),
    "W308": Rule(
        say("group as lead"),
        say("All departments can't lead one thing: the first of the group would lead for all."),
        say("If each does its own part, write the group under each."),
        say("each: all departments"),
    ),
    "E309": Rule(
        say("group without members"),
        say("The group stands for nobody, so nobody is asked."),
        say("List its units in the directory."),
        say("members: [Safety, Operations]"),
    ),
    "W310": Rule(
        say("unit that has ended"),
        say("The unit was dissolved before the plan was issued, and not one unit alone took over."),
        say("Name the unit that does the work now."),
        say("lead: New Operations"),
    ),
    "N311": Rule(
        say("unit by its old name"),
        say("The unit was renamed or merged; letters go to its successor."),
        say("Nothing need be done; the new name reads better."),
        say("lead: Emergency Management"),
    ),
    "W312": Rule(
        say("lead and support at once"),
        say("A unit can't support itself; in the matrix it stands twice."),
        say("Delete it from one of the lists."),
        say("support: [Finance]"),
    ),
    "W313": Rule(
        say("too much in one week"),
        say("More than eight things due in one week are not done by one person, and all are late together."),
        say("Spread the dates, or name more contacts."),
        say("due: 10 December; due: 20 December"),
    ),
    "E314": Rule(
        say("directory that isn't there"),
        say("Without the file no unit is known, and nobody can be told anything."),
        say("Correct the path: it is read from where the plan lies."),
        say("directory: ../directory.yaml"),
    ),
    "N315": Rule(
        say("named and told nothing"),
        say(
            "A plan names heads and reviewers whom no stage of its ladder writes to; some of them believe they'd hear."
        ),
        say("Nothing, where that is meant. Else name them as contact or to be informed, or write a ladder for them."),
        say("inform: [Grace Okoro]"),
    ),
    "W316": Rule(
        say("no office that can be reached"),
        say("Nobody gets the morning letter, releases what is held, or reads what units answer."),
        say("Name a unit of the directory as office, with a contact or an address of its own."),
        say("office: Safety"),
    ),
    "E401": Rule(
        say("neither day of issue nor year"),
        say("25 May of which year? No deadline can be placed, and apply refuses the plan."),
        say("Add issued, or year."),
        say("issued: 2026-03-02"),
    ),
    "W402": Rule(
        say("no day of issue"),
        say("Days counted from the issue, such as within ten working days, are counted from 1 January."),
        say("Add the day of issue."),
        say("issued: 2026-03-02"),
    ),
    "W403": Rule(
        say("deadline that can't be read"),
        say("No day is invented: the task is followed without a date until somebody decides."),
        say("Write a day; proposals are named where there are any."),
        say("before the meeting → by 20 May"),
    ),
    "W404": Rule(
        say("deadline read with an assumption"),
        say("The words can be read in more than one way; the usual one was taken."),
        say("Write the day out if another is meant."),
        say("before September → by 31 August"),
    ),
    "W405": Rule(
        say("weekday that doesn't fit"),
        say("The date and the weekday contradict each other: one of them was copied from last year."),
        say("Correct one of the two."),
        say("25 May 2026 (Monday)"),
    ),
    "W406": Rule(
        say("deadline on a closed day"),
        say("Nobody is there on that day; reminders come on the working day before."),
        say("Leave it, or say on_closed_day for the plan."),
        say("on_closed_day: before"),
    ),
    "W407": Rule(
        say("deadline before the issue"),
        say("The task was late before anybody was told: it was done already, or the year is wrong."),
        say("Say that it is done, or correct the date."),
        say("state: done"),
    ),
    "W408": Rule(
        say("deadline outside its phase"),
        say("The table and the phase disagree; readers will ask which holds."),
        say("The task's own date holds. Change the one that is wrong."),
        say("due: 20 May"),
    ),
    "W409": Rule(
        say("year without holidays"),
        say("Working days of that year can't be known; reminders may come on a holiday."),
        say("List closed and made-up working days in the directory."),
        say("closed: [2035-10-01]"),
    ),
    "N410": Rule(
        say("holidays not announced yet"),
        say(
            "The State Council announces a year's holidays in the autumn before it; swapped weekends aren't "
            "known till then."
        ),
        say("Update duban when they are announced, and apply again."),
        say("uv tool upgrade duban"),
    ),
    "W411": Rule(
        say("no deadline"),
        say("What has no date is done last. It is asked about each quarter until the plan ends."),
        say("Write a deadline, or one for all under defaults."),
        say("defaults: with due: end of the year below it"),
    ),
    "W412": Rule(
        say("long-running without a look at it"),
        say("What goes on for ever is forgotten: nobody reports, nobody decides whether it still makes sense."),
        say("Add a cadence and a review date."),
        say("cadence: quarterly"),
    ),
    "E413": Rule(
        say("ends before it starts"),
        say("One of the two days is wrong."),
        say("Correct it."),
        say("starts: 1 March; due: 25 May"),
    ),
    "W414": Rule(
        say("deadline after the plan's end"),
        say("After its end a plan is followed no more; this deadline would pass unseen."),
        say("Move the end, or carry the task over."),
        say("ends: 2027-03-31"),
    ),
    "E415": Rule(
        say("ends before its issue"),
        say("One of the two days is wrong, often by a year."),
        say("Correct it."),
        say("issued: 2026-03-02; ends: 2026-12-31"),
    ),
    "W416": Rule(
        say("milestone after the deadline"),
        say("A step on the way can't come after the end."),
        say("Correct one of the two days."),
        say("due: 30 June"),
    ),
}
