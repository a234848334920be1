"""What `duban explain` says about findings on how a file is written: its bytes, its signs, its keys and values."""

from __future__ import annotations

from plans.findings import Rule
from plans.model import say

RULES: dict[str, Rule] = {
    "E101": Rule(
        say("not a text file"),
        say("A plan is text that anybody can read in ten years; a Word or Excel file isn't."),
        say("Read the document with: duban import FILE. It writes a draft plan for you to check."),
        say("duban import notice.docx"),
    ),
    "E102": Rule(
        say("bytes that are no text"),
        say("The file was damaged, or two encodings were mixed; half a name would go out in letters."),
        say("Open it in an editor, look at the place, and save it as UTF-8."),
        say("Save as … UTF-8"),
    ),
    "W103": Rule(
        say("not UTF-8"),
        say("Old Windows programs save Chinese as GBK. It was read, but the next program may read it as garbage."),
        say("Save the file as UTF-8, or let duban check --fix do it."),
        say("Save as … UTF-8"),
    ),
    "N104": Rule(
        say("byte order mark"),
        say("Windows Notepad puts three invisible bytes before the text. They do no harm here."),
        say("Save as UTF-8 without BOM, or run duban check --fix."),
        say("UTF-8 (without BOM)"),
    ),
    "N105": Rule(
        say("odd line ends"),
        say("Lines that end in a lone carriage return show as one line in most programs."),
        say("Save the file with ordinary line ends."),
        say("LF, or CRLF on Windows"),
    ),
    "E106": Rule(
        say("invisible control character"),
        say("It came along from a copied web page or a damaged file, and breaks letters and calendars."),
        say("Delete it; retype the word if you can't see it."),
        say("Fire drill"),
    ),
    "E107": Rule(
        say("file too large"),
        say("A file of more than 8 MB is no plan anybody reads; reading it would stop everybody else's work."),
        say("Split it into several plans in one folder."),
        say("plans/2026-1.yaml, plans/2026-2.yaml"),
    ),
    "E108": Rule(
        say("nested too deep"),
        say("Nobody writes a plan with 24 levels; it is a mistake of indentation, or an attack."),
        say("Look at the brackets and indentation of that line."),
        say("lead: [Safety, Operations]"),
    ),
    "E109": Rule(
        say("too many values"),
        say("Repetitions (* and &) can blow a small file up to millions of values."),
        say("Write the values out, or split the plan."),
        say("lead: [Safety, Operations]"),
    ),
    "E110": Rule(
        say("not YAML"),
        say("From here on nobody can tell what belongs to which task."),
        say(
            "Compare the line with the one before: same column for keys of one task, a blank after the colon, "
            "quotes around a value with : or #."
        ),
        say('title: "Step 1: plan"'),
    ),
    "E111": Rule(
        say("tab in the indentation"),
        say("A tab is two, four or eight columns wide, depending on the editor; YAML forbids it."),
        say("Use blanks; duban check --fix replaces tabs by two."),
        say("  title: Fire drill"),
    ),
    "E112": Rule(
        say("full-width blank in the indentation"),
        say("A Chinese keyboard's wide blank looks like two blanks and is none for YAML."),
        say("Use ordinary blanks; duban check --fix replaces it."),
        say("  title: Fire drill"),
    ),
    "E113": Rule(
        say("full-width colon"),
        say(
            "After a key YAML knows only the half-width colon; the line would be taken as plain text and its "
            "task would lose it."
        ),
        say("Write : and a blank; duban check --fix does it."),
        say("due：25 May → due: 25 May"),
    ),
    "E114": Rule(
        say("missing blank"),
        say("Without a blank after the colon or the hyphen, key and value are one word."),
        say("Put a blank there; duban check --fix does it."),
        say("due:25 May → due: 25 May"),
    ),
    "E115": Rule(
        say("full-width brackets"),
        say("YAML takes full-width brackets and commas for part of the text."),
        say("Write [A, B], or the names without brackets, which duban check --fix does."),
        say("lead: 【Safety，Operations】 → lead: [Safety, Operations]"),
    ),
    "E116": Rule(
        say("key written twice"),
        say("Two values for one key: one of them is silently lost in most programs."),
        say("Delete one. Several units or names go into one list."),
        say("lead: [Safety, Operations]"),
    ),
    "E117": Rule(
        say("tag"),
        say("Tags (!) make programs build objects from a text; a plan needs none."),
        say("Delete the tag, or put the value in quotes if it begins with !."),
        say('title: "!important"'),
    ),
    "E118": Rule(
        say("merge key"),
        say("A task must say what it says where it stands; merged keys surprise whoever reads it."),
        say("Write the keys out, or use defaults for the whole plan."),
        say("defaults: with lead: Safety below it"),
    ),
    "E119": Rule(
        say("second document"),
        say("One file is one plan; what stands after --- would never be followed up."),
        say("Put it into a file of its own."),
        say("a.yaml and b.yaml"),
    ),
    "E120": Rule(
        say("reference to nothing"),
        say("A * at the beginning refers to something written before; here there is nothing."),
        say("Put a text that begins with * in quotes."),
        say('title: "*Key task"'),
    ),
    "E121": Rule(
        say("empty file"),
        say("Nothing is asked of anybody."),
        say("Begin with the plan's id and title."),
        say("plan: safety-2026"),
    ),
    "E122": Rule(
        say("wrong sign for a list item or comment"),
        say("A long dash, a bullet or a full-width # isn't a sign of YAML."),
        say("Begin list items with - and comments with #."),
        say("－ title: A → - title: A"),
    ),
    "E201": Rule(
        say("unknown key"),
        say("A misspelled key is ignored, and with it the deadline or the unit it should carry."),
        say("Take the key that is proposed, or look it up with duban schema."),
        say("deu: 25 May → due: 25 May"),
    ),
    "E202": Rule(
        say("wrong kind of value"),
        say("A list stands where a text is expected, or the other way round."),
        say("Follow the example of the key in duban schema."),
        say("tasks: and below it lines that begin with -"),
    ),
    "E203": Rule(
        say("missing key"),
        say("Without it nobody knows what is asked, or the ledger has no name for it."),
        say("Add the key."),
        say("plan: safety-2026"),
    ),
    "E204": Rule(
        say("not a day"),
        say("The day doesn't exist, or isn't written as a day."),
        say("Write it like 2026-03-02 or 2026年3月2日."),
        say("issued: 2026-03-02"),
    ),
    "E205": Rule(
        say("not one of the words"),
        say("The key takes only certain words."),
        say("Take one of those that are named."),
        say("state: done"),
    ),
    "E206": Rule(
        say("not a number"),
        say("A number or a year is asked here."),
        say("Write digits; the unit has a key of its own."),
        say("value: 600"),
    ),
    "E207": Rule(
        say("not an id"),
        say("Ids stand in links, file names and calendars; blanks and slashes break them."),
        say("Use letters, digits and hyphens."),
        say("fire-drill"),
    ),
    "E208": Rule(
        say("said twice in two spellings"),
        say("Two spellings of one key, perhaps one in each language: only one can count."),
        say("Delete one of the two."),
        say("due: and 完成时限:"),
    ),
    "E209": Rule(
        say("not a mail address"),
        say("A letter to it would never arrive, and nobody would notice."),
        say("Write one plain address."),
        say("mail: office@example.org"),
    ),
    "E210": Rule(
        say("plan id of another file"),
        say("Two files would be one plan in the ledger: each apply would undo the other's."),
        say("Give each plan an id of its own."),
        say("plan: safety-2026 and plan: safety-2027"),
    ),
}
