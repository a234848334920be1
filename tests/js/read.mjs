// Reads the calendar on standard input with ical.js and prints what its entries say, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
const entries = [...calendar.getAllSubcomponents("vevent"), ...calendar.getAllSubcomponents("vtodo")];
const value = (entry, name) => entry.getFirstPropertyValue(name)?.toString() ?? null;
const said = ["uid", "dtstamp", "sequence", "dtstart", "dtend", "due", "summary", "description", "status", "url"];
const read = entries.map((entry) => ({
  ...Object.fromEntries(said.map((name) => [name, value(entry, name)])),
  categories: entry.getFirstProperty("categories")?.getValues() ?? [],
}));
process.stdout.write(JSON.stringify({ name: value(calendar, "name"), entries: read }));
