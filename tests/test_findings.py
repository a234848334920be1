"""Every finding: a plan that has it, at the very place, and nearly the same plan that hasn't."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from commands.files import read_files
from notifications.speech import Speech
from plans.check import check_plan
from plans.checks.directory import check_directory
from plans.model import Finding, Sentence
from plans.read import directory_of, read_directory, read_plan
from plans.rules.catalogue import RULES
from plans.workdays import Workdays
from plans.write import write_plan

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 4, 1)
BASE = """\
plan: safety-2026
title: Fire safety
issued: 2026-03-02
office: Office
directory:
  office: office
  units:
    office: {name: Office, contact: lin}
    safety: {name: Safety, aliases: [Fire brigade], contact: ada, head: grace, leader: sun}
    works: {name: Works, mail: works@example.org, head: grace}
  people:
    lin: {name: Lin Yi, mail: lin@example.org, unit: office}
    ada: {name: Ada Marsh, mail: ada@example.org, unit: safety}
    grace: {name: Grace Okoro, mail: grace@example.org}
    sun: {name: Sun Wu, mail: sun@example.org}
  groups:
    all: {name: All units, members: [Safety, Works]}
phases:
  - {id: spring, title: Spring, due: 1 March to 30 June}
tasks:
  - id: drill
    title: Hold the fire drill
    phase: spring
    lead: Safety
    support: [Works]
    due: 2026-05-25
  - id: lifts
    title: Have the lifts tested
    lead: Works
    due: 2026-06-12
"""
DRILL = "    due: 2026-05-25\n"
LIFTS = "    due: 2026-06-12\n"
MANY = "".join(
    f"  - {{id: t{number}, title: Task {number}, lead: Safety, due: 2026-06-0{number % 5 + 1}}}\n"
    for number in range(9)
)


def changed(*pairs: tuple[str, str]) -> str:
    text = BASE
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


LATE, TODAYS = "{kind: late, when: +1wd, to: contact}", "{kind: today, when: '0', to: contact}"
TEAMS = (("[Fire brigade]", "[Team]"), ("{name: Works,", "{name: Works, aliases: [Team],"))
BO = ("  groups:\n", "    bo: {name: Bo Li}\n  groups:\n")
NOBODY = ("members: [Safety, Works]}\n", "members: [Safety, Works]}\n    nobody: {name: Nobody, members: []}\n")
# code -> (a text of BASE, what stands there instead so that it is found (at ⟦), what stands there and it isn't).
# Where ⟦ is missing, the finding stands at the beginning of the file.
CASES: dict[str, tuple[str, str, str]] = {
    "E106": ("Hold the", "Hold⟦\x07the", "Hold　the"),
    "E108": (DRILL, DRILL + "    note: " + "[" * 21 + "⟦[" + "]" * 22 + "\n", DRILL + "    note: x\n"),
    "E110": ("lead: Works\n", "lead: ⟦[Works\n", "lead: [Works]\n"),
    "E111": ("    lead: Works\n", "⟦\t\tlead: Works\n", "    lead:\tWorks\n"),
    "E112": ("    lead: Works\n", "⟦　　lead: Works\n", "    lead: 　Works\n"),
    "E113": ("lead: Works", "lead⟦：Works", "lead: Works："),
    "E114": ("lead: Works", "lead⟦:Works", "lead: ':Works'"),
    "E115": ("lead: Works", "lead: ⟦【Works，Safety】", "lead: 'Works，Safety'"),
    "E116": (DRILL, DRILL + "    ⟦due: 2026-05-26\n", DRILL + "    DUE: 2026-05-26\n"),
    "E117": ("Have the", "⟦!!str Have the", "Have !!str the"),
    "E118": ("    lead: Works\n", "    lead: Works\n    ⟦<<: {note: x}\n", "    lead: Works\n    note: <<\n"),
    "E119": (LIFTS, LIFTS + "⟦---\nplan: other\n", LIFTS + "# ---\n"),
    "E120": ("Have the", "⟦*Have the", "Have *the"),
    "E122": ("  - id: lifts", "  ⟦－ id: lifts", "  - id: lifts－"),
    "E201": (DRILL, DRILL + "    ⟦tittle: x\n", DRILL + "    note: x\n"),
    "E202": ("Have the lifts tested", "⟦[Have, the]", "'[Have, the]'"),
    "E203": ("    title: Have the lifts tested\n", "", "    标题: Have the lifts tested\n"),
    "E204": ("issued: 2026-03-02", "issued: ⟦2026-02-30", "issued: 2026年3月2日"),
    "E205": (DRILL, DRILL + "    state: ⟦maybe\n", DRILL + "    state: 进行中\n"),
    "E206": ("office: Office", "year: ⟦twenty\noffice: Office", "year: 2026年度\noffice: Office"),
    "E207": ("id: lifts", "id: ⟦the lifts", "id: the-lifts"),
    "E208": (DRILL, DRILL + "    ⟦完成时限: 2026-05-26\n", DRILL + "    开始时间: 2026-05-06\n"),
    "E209": ("mail: ada@example.org", "mail: ⟦ada at example.org", "mail: ada@mail.example.org"),
    "W301": (BASE[BASE.index("directory:") : BASE.index("phases:")], "", "directory: {}\n"),
    "W302": ("    lead: Works\n", "", "    responsible: Works\n"),
    "E303": ("lead: Works", "lead: [Safety, ⟦Wroks]", "lead: [Safety, WORKS]"),
    "E304": (BASE, changed(*TEAMS, ("lead: Works", "lead: ⟦Team")), changed(TEAMS[0], ("lead: Works", "lead: Team"))),
    "W305": (DRILL, DRILL + "    contact: ⟦Bob\n", DRILL + "    contact: Grace Okoro\n"),
    "W306": (
        BASE,
        changed(BO, (DRILL, DRILL + "    contact: ⟦Bo Li\n")),
        changed(BO, (DRILL, DRILL + "    owner: Bo Li\n")),
    ),
    "W307": ("mail: works@example.org, head: grace", "phone: 1", "head: grace"),
    "W308": ("lead: Works", "lead: ⟦All units", "each: All units"),
    "E309": (
        BASE,
        changed(NOBODY, ("lead: Works", "each: ⟦Nobody")),
        changed(NOBODY, ("lead: Works", "each: All units")),
    ),
    "W310": (
        "mail: works@example.org,",
        "mail: works@example.org, until: 2026-03-01,",
        "mail: w@example.org, until: 2026-03-03,",
    ),
    "N311": (
        "mail: works@example.org,",
        "mail: works@example.org, until: 2026-03-01, became: [safety],",
        "mail: works@example.org, until: 2026-03-03, became: [safety],",
    ),
    "W312": ("support: [Works]", "support: ⟦[Fire brigade]", "support: [Office]"),
    "W313": (LIFTS, LIFTS + MANY, LIFTS + MANY.replace("2026-06-01", "2026-07-01")),
    "E314": (BASE[BASE.index("directory:") : BASE.index("phases:")], "directory: ⟦nowhere.yaml\n", "directory: {}\n"),
    "N315": (DRILL, DRILL + "    owner: ⟦Grace Okoro\n", DRILL + "    contact: Grace Okoro\n"),
    "W316": (BASE, changed(("office: Office\n", ""), ("  office: office\n", "")), changed(("office: Office\n", ""))),
    "E401": ("issued: 2026-03-02\n", "", "year: 2026\n"),
    "W402": ("issued: 2026-03-02\n", "year: ⟦2026\n", "issued: 2026-03-03\n"),
    "W403": ("due: 2026-06-12", "due: ⟦when the money comes", "due: by 12 June"),
    "W404": ("due: 2026-06-12", "due: ⟦9月前", "due: 8月底"),
    "W405": ("due: 2026-06-12", "due: ⟦6月12日（周一）", "due: 6月12日（周五）"),
    "W406": ("due: 2026-06-12", "due: ⟦2026-06-13", "due: 2026-06-15"),
    "W407": ("due: 2026-06-12", "due: ⟦2026-02-12", "due: 2026-03-02"),
    "W408": ("due: 2026-05-25", "due: ⟦2026-07-01", "due: 2026-06-30"),
    "W409": ("due: 2026-06-12", "due: ⟦2101-06-12", "due: 2026-06-15"),
    "N410": ("due: 2026-06-12", "due: ⟦2027-06-11", "due: 2026-06-15"),
    "W411": (LIFTS, "", "    cadence: monthly\n"),
    "W412": ("due: 2026-06-12", "due: ⟦长期坚持", "due: 长期坚持\n    review: 2026-12-01"),
    "E413": (LIFTS, LIFTS + "    starts: ⟦7月\n", LIFTS + "    starts: 6月\n"),
    "W414": ("office: Office", "ends: 2026-06-01\noffice: Office", "ends: 2026-06-12\noffice: Office"),
    "E415": ("office: Office", "ends: ⟦2026-03-01\noffice: Office", "ends: 2026-12-01\noffice: Office"),
    "W416": (
        DRILL,
        DRILL + "    milestones: [⟦{title: Plan, due: 2026-05-26}]\n",
        DRILL + "    milestones: [{title: Plan, due: 2026-05-25}]\n",
    ),
    "E501": ("id: lifts", "id: ⟦drill", "id: drills"),
    "E502": (
        "  - id: lifts\n    title: Have the lifts tested\n",
        "  - {title: A, lead: Works, due: May}\n  - {title: ⟦a, lead: Works, due: May}\n  - title: B\n",
        "  - {title: A, lead: Works, due: May}\n  - {title: c, lead: Works, due: May}\n  - title: B\n",
    ),
    "W503": ("Have the lifts tested", "⟦Hold the　Fire drill!", "Hold the fire drills"),
    "W504": (
        BASE,
        changed(("id: drill", "id: ⟦1"), ("id: lifts", "id: 2")),
        changed(("id: drill", "id: 1"), ("id: lifts", "id: 3")),
    ),
    "E505": (LIFTS, LIFTS + "    after: ⟦[dril]\n", LIFTS + "    after: [drill]\n"),
    "E506": (LIFTS, LIFTS + "    after: ⟦[lifts]\n", LIFTS + "    after: [drill]\n"),
    "W507": (DRILL, DRILL + "    after: ⟦[lifts]\n", DRILL + "    after: []\n"),
    "W508": (
        DRILL,
        DRILL + "    state: done\n    done: ⟦2026-04-02\n",
        DRILL + "    state: done\n    done: 2026-04-01\n",
    ),
    "N509": (DRILL, DRILL + "    state: ⟦done\n", DRILL + "    state: open\n"),
    "E510": ("phase: spring", "phase: ⟦srping", "phase: Spring"),
    "N511": (
        "30 June}\n",
        "30 June}\n  - ⟦{id: autumn, title: Autumn}\n",
        "30 June}\n#  - {id: autumn, title: Autumn}\n",
    ),
    "E512": ("30 June}\n", "30 June}\n  - ⟦{id: spring, title: Again}\n", "30 June}\n  - {id: again, title: Again}\n"),
    "E513": (
        DRILL,
        DRILL + "    milestones:\n      - {id: a, title: A, due: May}\n      - ⟦{id: a, title: B, due: May}\n",
        DRILL + "    milestones:\n      - {id: a, title: A, due: May}\n      - {id: b, title: B, due: May}\n",
    ),
    "E514": (DRILL, DRILL + "    ladder: ⟦stepwise\n", DRILL + "    ladder: 三单\n"),
    "E515": (DRILL, DRILL + "    was: ⟦lifts\n", DRILL + "    was: old-drill\n"),
    "W516": (
        DRILL,
        DRILL + "    target: ⟦{indicator: A, value: 600, by_unit: {Safety: 400, Works: 100}}\n",
        DRILL + "    target: {indicator: A, value: 500, by_unit: {Safety: 400, Works: 100}}\n",
    ),
    "E517": (DRILL, DRILL + "    note: ⟦秘密★5年\n", DRILL + "    note: 内部\n"),
    "W518": (DRILL, DRILL + "    note: ⟦电话13800000000\n", DRILL + "    note: 电话0000-1380000\n"),
    "N519": ("office: Office", "language: ⟦zh\noffice: Office", "language: en\noffice: Office"),
    "N520": ("issued: 2026-03-02", "issued: 2025-03-03", "issued: 2025-03-03\nclosed: 2026-01-15"),
    "W521": ("  - id: lifts\n    title", "  - ⟦title", "  - 编号: lifts\n    title"),
    "W522": (
        DRILL,
        DRILL + "    ladder: ⟦{stages: [{stage: a, kind: notice, when: -3wd, to: owner}]}\n",
        DRILL + "    ladder: {stages: [{stage: a, kind: notice, when: -3wd, to: owner}]}\n    owner: Ada Marsh\n",
    ),
    "W523": (
        DRILL,
        DRILL + f"    ladder: ⟦{{stages: [{LATE}, {TODAYS}]}}\n",
        DRILL + f"    ladder: {{stages: [{TODAYS}, {LATE}]}}\n",
    ),
    "N524": ("works@example.org, head: grace", "works@example.org", "works@example.org, deputy: grace"),
    "W526": (
        DRILL,
        DRILL + "    ladder: ⟦{stages: [{kind: urge, when: +3wd, to: contact}]}\n",
        DRILL + "    ladder: {stages: [{kind: urge, when: +3wd, to: contact, release: desk}]}\n",
    ),
    "E525": (
        "office: Office",
        "supersedes: ⟦{plan: safety-2025, tasks: {old: perhaps}}\noffice: Office",
        "supersedes: {plan: safety-2025, tasks: {old: merged into drill}}\noffice: Office",
    ),
    "W601": (BASE, changed(*TEAMS), changed(TEAMS[0])),
    "W602": ("unit: office", "unit: offcie", "unit: works"),
    "E603": ("members: [Safety, Works]", "members: [Safety, Wroks]", "members: [Safety, Works, Office]"),
    "E604": (
        "mail: works@example.org,",
        "mail: works@example.org, parent: House,",
        "mail: works@example.org, parent: office,",
    ),
    "E605": (
        "head: grace}\n",
        "head: grace, since: 2026-01-02, until: 2026-01-01}\n",
        "head: grace, since: 2020-01-01}\n",
    ),
    "W606": (
        "mail: sun@example.org",
        "mail: sun@example.org, away: [{from: 2026-07-01, to: 2026-07-14}]",
        "mail: sun@example.org, away: [{from: 2026-07-01, to: 2026-07-14, deputy: ada}]",
    ),
    "N607": (
        "    works: {name: Works, mail: works@example.org, head: grace}\n",
        "    works: {name: Works, mail: works@example.org, head: grace}\n    ⟦empty: {name: Empty}\n",
        "    works: {name: Works, mail: works@example.org, head: grace}\n    empty: {name: Empty, head: ada}\n",
    ),
    "W608": (
        "  people:\n",
        "  closed: [2026-05-06]\n  worked: [2026-05-06]\n  people:\n",
        "  closed: [2026-05-06]\n  people:\n",
    ),
}
BYTES: dict[str, tuple[bytes, bytes]] = {
    "E101": (b"PK\x03\x04" + BASE.encode(), BASE.encode()),
    "E102": (BASE.encode() + b"# \xff\xff\xe5\x8f", BASE.encode() + b"# \xe5\x8f\xa4"),
    "W103": (("# 消防安全工作方案\n" + BASE).encode("gb18030"), ("# 消防安全工作方案\n" + BASE).encode()),
    "N104": (b"\xef\xbb\xbf" + BASE.encode(), BASE.encode()),
    "N105": (BASE.replace("\n", "\r").encode(), BASE.replace("\n", "\r\n").encode()),
    "E107": (BASE.encode() + b"#" * 8 * 1024 * 1024, BASE.encode() + b"#" * 7 * 1024 * 1024),
    "E109": (
        BASE.encode() + b"    tags: [" + b"a," * 500_001 + b"]",
        BASE.encode() + b"    tags: [" + b"a," * 10 + b"]",
    ),
    "E121": (b"# nothing\n", BASE.encode()),
}


def found(text: str | bytes) -> list[Finding]:
    plan, findings = read_plan(text, "p.yaml")
    if plan is None:
        return findings
    directory = directory_of(plan)
    workdays = Workdays(plan.workdays, *((directory.closed, directory.worked) if directory else ()))
    return findings + check_plan(plan, directory, workdays, TODAY)


def test_the_plan_all_cases_start_from_has_nothing_wrong():
    assert found(BASE) == []


@pytest.mark.parametrize("code", CASES)
def test_a_finding_is_found_at_its_place_and_not_where_there_is_nothing(code, tmp_path):
    before, bad, good = CASES[code]
    assert BASE.count(before) == 1
    text = BASE.replace(before, bad)
    at = text.find("⟦")
    text = text.replace("⟦", "")
    place = (text[:at].count("\n") + 1, at - text.rfind("\n", 0, at)) if at >= 0 else None
    file = tmp_path / "p.yaml"
    file.write_text(text, "utf-8")
    places = [finding.place for finding in read_files([file], today=TODAY).findings if finding.code == code]
    assert places
    if place is not None:
        assert places[0][1:] == place
    file.write_text(BASE.replace(before, good), "utf-8")
    assert not [finding for finding in read_files([file], today=TODAY).findings if finding.code == code]


@pytest.mark.parametrize("code", BYTES)
def test_a_finding_on_bytes_is_found_and_not_where_there_is_nothing(code):
    bad, good = BYTES[code]
    assert code in {finding.code for finding in found(bad)}
    assert code not in {finding.code for finding in found(good)}


def test_two_files_of_one_plan_are_found(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BASE, "utf-8")
    findings = read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"]).findings
    assert [(f.code, Path(f.place.file).name, f.place.line, f.place.column) for f in findings] == [
        ("E210", "b.yaml", 1, 7)
    ]
    (tmp_path / "b.yaml").write_text(BASE.replace("safety-2026", "other"), "utf-8")
    assert read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"]).findings == []


def test_every_code_that_is_said_is_explained_and_tried():
    sources = [path for path in (ROOT / "plans").rglob("*.py") if path.parent.name not in ("rules", "intake")]
    sources.append(ROOT / "commands" / "files.py")
    said = {code for path in sources for code in re.findall(r'"([EWN]\d{3})"', path.read_text("utf-8"))}
    assert said == set(RULES) == {*CASES, *BYTES, "E210"}
    assert len({code[1:] for code in RULES}) == len(RULES)
    assert len(RULES) >= 30


@pytest.mark.parametrize("code", RULES)
def test_every_finding_is_explained_in_both_languages(code):
    rule = RULES[code]
    zh, en = Speech("zh"), Speech("en")
    for part in rule:
        assert isinstance(part, Sentence)
        assert en.sentence(part) == part.text != ""
        assert zh.sentence(part).strip()
    for part in rule[:3]:
        assert re.search("[\u4e00-\u9fff]", zh.sentence(part)), (code, part.text)


@pytest.mark.parametrize("code", CASES)
def test_what_is_said_of_a_finding_reads_well_in_both_languages(code):
    before, bad, _ = CASES[code]
    for finding in found(BASE.replace(before, bad.replace("⟦", ""))):
        for sentence in filter(None, (finding.what, finding.fix)):
            for speech in (Speech("zh"), Speech("en")):
                said = speech.sentence(sentence)
                assert "{" not in said.replace("{stages", "").replace("{name", "") or "{" in str(sentence.values)
                assert "\n" not in said


@pytest.mark.parametrize("after", ["a", "b"])
def test_a_unit_that_becomes_itself_is_found(after: str):
    text = f"units:\n  a: {{name: 甲处, until: 2026-04-01, became: [{after}]}}\n"
    text += "  b: {name: 乙处, until: 2026-05-01, became: [a]}\n"
    directory, _ = read_directory(text, "d.yaml")
    assert directory is not None
    assert "becomes itself again" in " ".join(str(found.what) for found in check_directory(directory))


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("    deadline: 25 May", "did you mean due?"),
        ("    members: Safety", "members is written under: group"),
        ("    tittle: x", "did you mean title?"),
        ("    whatever_else: x", "see: duban schema"),
    ],
)
def test_an_unknown_key_is_answered_by_the_one_that_was_meant_or_by_where_it_is_written(line: str, advice: str):
    _, findings = read_plan(f"plan: p\ntitle: T\nissued: 2026-03-02\ntasks:\n  - title: Drill\n{line}\n", "p.yaml")
    (found,) = [finding for finding in findings if finding.code == "E201"]
    assert str(found.fix) == advice


@pytest.mark.parametrize(("written", "way"), [
    ("timezone: Asia/Shanghia", "did you mean Asia/Shanghai?"),
    ("timezone: 北京时间", "did you mean Asia/Shanghai?"),
    ("timezone: UTC+8", "did you mean Asia/Shanghai?"),
    ("timezone: europe/london", "did you mean Europe/London?"),
    ("timezone: ../../etc/passwd", "for example Asia/Shanghai"),
    ("timezone: Asia", "for example Asia/Shanghai"),
    ("workdays: Narnia", "a country such as GB-ENG"),
    ("workdays: GB-XX", "closed (放假) and worked (补班)"),
])  # fmt: skip
def test_a_zone_or_a_calendar_that_is_not_there_is_found_with_a_way_out(written: str, way: str):
    plan, findings = read_plan(BASE.replace("office: Office", f"office: Office\n{written}", 1), "p.yaml")
    assert plan is not None
    assert [(one.code, str(one.place).rsplit(":", 1)[1]) for one in findings] == [("E205", str(written.index(":") + 3))]
    assert way in str(findings[0].fix)


@pytest.mark.parametrize(("written", "zone", "calendar"), [
    ("timezone: Europe/London", "Europe/London", "CN"),
    ("workdays: gb-eng", "Asia/Shanghai", "GB-ENG"),
    ("workdays: None", "Asia/Shanghai", "none"),
    ("工作日历: 无", "Asia/Shanghai", "none"),
])  # fmt: skip
def test_a_zone_and_a_calendar_are_read(written: str, zone: str, calendar: str):
    plan, findings = read_plan(BASE.replace("office: Office", f"office: Office\n{written}", 1), "p.yaml")
    assert findings == []
    assert (plan.timezone, plan.workdays) == (zone, calendar)
    assert read_plan(write_plan(plan, "zh"), "p.yaml")[0].workdays == calendar


@pytest.mark.parametrize(("language", "doubted"), [("zh", False), ("en", True)])
def test_a_plan_is_checked_with_the_dates_its_rows_get(language: str, doubted: bool):
    """A language that is written decides between 5 June and 6 May, for the checks as for the rows."""
    text = (
        f"plan: p\ntitle: t\nissued: 2026-01-05\nlanguage: {language}\noffice: Office\n"
        "tasks: [{id: a, title: Drill, lead: Office, due: 5/6}]\n"
    )
    assert ("W403" in {one.code for one in found(text)}) is doubted


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (LIFTS, "    due: {by: summer}\n", "E202"),
        (LIFTS, LIFTS.replace("2026-06-12", "长期") + "    cadence: sometimes\n", "E205"),
        ("    lead: Works\n", "    lead: {unit: Works}\n", "E202"),
        ("    lead: Works\n", "    lead: [{unit: Works}]\n", "E202"),
        ("    lead: Works\n", "    state: done\n    done: 2026-02-30\n    lead: Works\n", "E204"),
        ("  - id: lifts\n    title", "  - id: [lifts]\n    title", "E202"),
        ("issued: 2026-03-02", "issued: 2026-02-30", "E204"),
        ("mail: works@example.org, head: grace", "mail: works at example.org", "E209"),
    ],
)
def test_what_cannot_be_read_is_not_said_to_be_missing_as_well(before: str, after: str, code: str):
    """Else a clerk who mended the one place would look for a second one that isn't there."""
    assert {finding.code for finding in found(changed((before, after)))} == {code}


def test_what_is_left_empty_is_missing():
    text = changed(("    lead: Works\n" + LIFTS, "    lead:\n    due:\n"))
    assert {finding.code for finding in found(text)} >= {"W302", "W411"}
