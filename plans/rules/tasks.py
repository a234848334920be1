"""What `duban explain` says about findings on tasks, phases and the directory."""

from __future__ import annotations

from plans.findings import Rule
from plans.model import say

RULES: dict[str, Rule] = {
    "E501": Rule(
        say("id twice"),
        say("Two tasks would share one history, one calendar entry, one report."),
        say("Give one of them another id."),
        say("drill-north, drill-south"),
    ),
    "E502": Rule(
        say("title twice without ids"),
        say("Nothing tells the two tasks apart, neither a reader nor the ledger."),
        say("Give each an id, or delete one."),
        say("id: drill-north"),
    ),
    "W503": Rule(
        say("title twice"),
        say("Asked twice, the unit reports twice or not at all."),
        say("Delete one, or word them differently."),
        say("Fire drill in the north building"),
    ),
    "W504": Rule(
        say("ids in a row"),
        say("When a task is put in between, all numbers after it move, and with them the histories."),
        say("Keep the numbers in no and use short words as ids."),
        say("no: 3 and id: fire-drill"),
    ),
    "E505": Rule(
        say("unknown predecessor"),
        say("A task waits for one that isn't there."),
        say("Correct the id."),
        say("after: [fire-plan]"),
    ),
    "E506": Rule(
        say("tasks that wait for each other"),
        say("None of them can begin."),
        say("Take one out of the circle."),
        say("after: []"),
    ),
    "W507": Rule(
        say("due before what comes first"),
        say("The plan asks for the second step before the first."),
        say("Correct one of the two days."),
        say("due: 30 June"),
    ),
    "W508": Rule(
        say("state and date contradict"),
        say(
            "A day of completion and a state that isn't done, or a day still to come: the ledger would show what "
            "nobody believes."
        ),
        say("Correct the state or the day."),
        say("state: done and done: 2026-03-18"),
    ),
    "N509": Rule(
        say("done without a day"),
        say("Whether it was on time can't be told, so statistics leave it out."),
        say("Add the day."),
        say("done: 2026-03-18"),
    ),
    "E510": Rule(
        say("unknown phase"),
        say("The task inherits no deadline and stands in no part of the table."),
        say("Correct the name, or add the phase."),
        say("phase: start"),
    ),
    "N511": Rule(
        say("phase without tasks"),
        say("A phase is never overdue itself: without tasks it reminds nobody."),
        say("Give its tasks the phase, or leave it as a heading."),
        say("phase: start"),
    ),
    "E512": Rule(
        say("phase id twice"),
        say("It can't be told to which of the two a task belongs."),
        say("Give one another id."),
        say("id: start-2"),
    ),
    "E513": Rule(
        say("step id twice"),
        say("Two milestones or measures would be one row in the ledger."),
        say("Give one another id."),
        say("id: draft"),
    ),
    "E514": Rule(
        say("ladder that can't be used"),
        say("Nobody would be reminded, or not as is meant."),
        say("Take a preset, or correct the stages."),
        say("ladder: standard"),
    ),
    "E515": Rule(
        say("rename of a task that is still there"),
        say("A history can belong to one task only."),
        say("Delete was, or the old task."),
        say("was: drill-2025"),
    ),
    "W516": Rule(
        say("parts that don't make the whole"),
        say("Each unit reaches its number and the plan fails all the same."),
        say("Correct the parts or the whole."),
        say("by_unit: A 400, B 200; value: 600"),
    ),
    "E517": Rule(
        say("mark of classified matter"),
        say("Letters and calendars go over ordinary mail. Classified matter must not be here at all."),
        say("Take it out, and tell the person in charge of secrecy."),
        say("(nothing of it)"),
    ),
    "W518": Rule(
        say("number of a private person"),
        say("Identity and mobile numbers in a title travel into every letter and every phone's calendar."),
        say("Take it out; the office's telephone belongs into the directory."),
        say("phone: 8001 in the directory"),
    ),
    "N519": Rule(
        say("language of the letters"),
        say("The plan's letters would be in another language than its tasks."),
        say("Say which language is meant."),
        say("language: en"),
    ),
    "N520": Rule(
        say("plan that should be closed"),
        say("Everything that is open in it has counted as overdue since it ended."),
        say("Close it, or say until when it goes on."),
        say("closed: 2027-01-15"),
    ),
    "W521": Rule(
        say("tasks without an id"),
        say("The ledger knows such a task by its title: reword it, and its history ends and a new one begins."),
        say("Let duban check --fix write ids; where there is a ledger, they are the ones it uses already."),
        say("id: fire-drill"),
    ),
    "W522": Rule(
        say("ladder that reaches nobody"),
        say("Every stage writes to somebody these tasks don't have: they would be late without a word to anybody."),
        say("Name the people its stages tell, or take another ladder."),
        say("ladder: standard"),
    ),
    "W523": Rule(
        say("stages out of order"),
        say("People read a ladder from top to bottom; what is written later should come later."),
        say("Write the stages in the order of their days."),
        say("near at -3wd, then late at +1wd"),
    ),
    "N524": Rule(
        say("stage that reaches nobody"),
        say("When it comes to that, the letter to the head or the leader is written to nobody."),
        say("Fill in the post in the directory, with an address."),
        say("head: grace"),
    ),
    "W526": Rule(
        say("stage that chases by itself"),
        say(
            "Nothing that urges or goes to a leader should leave in an office's name before a person has looked at it."
        ),
        say("Let the desk release it, or a leader sign it."),
        say("release: desk"),
    ),
    "E525": Rule(
        say("unclear what becomes of an old task"),
        say("What the old plan still asks would be open for ever, or end without a reason on record."),
        say("Say that it is carried over, merged into another, routine from now on, or cancelled, and why."),
        say("old-drill: merged into drill, same units"),
    ),
    "W601": Rule(
        say("name of two units"),
        say("Written in a plan the name finds neither; nobody gets the letter."),
        say("Give them different names; plans may write the id."),
        say("aliases: [City Office]"),
    ),
    "W602": Rule(
        say("post that names nobody"),
        say("The letter that climbs to this post reaches nobody."),
        say("Correct the name, or add the person."),
        say("head: grace"),
    ),
    "E603": Rule(
        say("unknown member of a group"),
        say("The unit isn't asked though the group is."),
        say("Correct the name, or add the unit."),
        say("members: [Safety]"),
    ),
    "E604": Rule(
        say("unknown successor or superior"),
        say("After the day of the change nobody would be asked."),
        say("Correct the name; say until when the old unit existed."),
        say("became: [Emergency]"),
    ),
    "E605": Rule(
        say("days that run backwards"),
        say("One of the two days is wrong."),
        say("Correct it."),
        say("from: 2026-07-01, to: 2026-07-14"),
    ),
    "W606": Rule(
        say("absence without a deputy"),
        say("Letters go to somebody who isn't there, and dates pass."),
        say("Name who stands in."),
        say("deputy: grace"),
    ),
    "N607": Rule(
        say("unit without an address"),
        say("A plan that asks it for something can tell nobody."),
        say("Give it a contact with an address, or one of its own."),
        say("mail: safety@example.org"),
    ),
    "W608": Rule(
        say("day both closed and worked"),
        say("It counts as worked; whoever wrote it closed will be surprised."),
        say("Delete it from one of the lists."),
        say("closed: [2026-10-09]"),
    ),
}
