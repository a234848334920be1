"""The plan language, declared once: every key in both languages, what it holds, and one sentence about it.

Reading, writing, the JSON schema for editors and the documentation of the language all come from these tables.
"""

from __future__ import annotations

from plans.language.keys import CADENCES, LANGUAGES, Shape, key
from plans.language.keys_house import AWAY, DIRECTORY, GROUP, PERSON, POST, UNIT
from plans.language.keys_task import LADDER, MEASURE, MILESTONE, TARGET, TASK
from plans.model import say

PHASE = Shape(
    "phase",
    say("phase"),
    say("a part of the plan; never overdue itself, its deadline holds for its tasks without one"),
    (
        key("id", "编号", "id", say("what the phase is called"), "start"),
        key("title", "名称,标题,阶段", "text", say("the words on the page"), say("Kick-off"), required=True),
        key(
            "due",
            "完成时限,时限,结束时间",
            "deadline",
            say("the last day of the phase, or its whole span"),
            say("1 March to 15 April"),
        ),
        key("starts", "开始时间", "deadline", say("the first day of the phase"), say("1 March")),
        key("ladder", "催办阶梯", "ladder", LADDER, "standard"),
        key(
            "tasks",
            "任务",
            "list:task",
            say("tasks of this phase, written here instead of under tasks"),
            say("- title: Opening meeting"),
        ),
    ),
    bare="title",
)
DEFAULTS = Shape(
    "defaults",
    say("defaults"),
    say("what holds for every task that says nothing itself"),
    (
        key("lead", "牵头单位", "names", say("the units that lead where a task names none"), say("[General Office]")),
        key("support", "配合单位", "names", say("the units that help where a task names none"), say("[all divisions]")),
        key("due", "完成时限", "deadline", say("the deadline of tasks without one"), say("end of the year")),
        key(
            "cadence",
            "报告周期",
            "choice",
            say("how often tasks without a date are asked about"),
            "quarterly",
            choices=CADENCES,
        ),
    ),
)
PLAN = Shape(
    "plan",
    say("plan"),
    say("one plan file"),
    (
        key(
            "plan",
            "方案",
            "id",
            say("what the plan is called for ever, short and stable"),
            "safety-2026",
            required=True,
            into="id",
        ),
        key("title", "标题,名称", "text", say("the title of the document"), say("Work safety plan"), required=True),
        key("number", "发文字号,文号", "text", say("the document's number"), say("SAF/2026/3")),
        key("issuer", "印发单位,发文机关,印发机关", "text", say("who issued it"), say("Evergreen City Safety Office")),
        key("office", "督办单位", "text", say("who follows it up; the issuer if there is none"), say("General Office")),
        key("issued", "印发日期", "date", say("the day of issue; nothing is seen before it"), "2026-03-02"),
        key(
            "year", "年度", "year", say("the year of dates that name none; the year of issue if there is none"), "2026"
        ),
        key(
            "ends",
            "结束日期",
            "date",
            say("until when recurring and long-running tasks are followed; 31 December if there is none"),
            "2026-12-31",
        ),
        key("closed", "关闭日期", "date", say("the day the plan was closed"), "2027-01-15"),
        key(
            "supersedes",
            "替代",
            "free",
            say("the plan it replaces, and for each of its tasks what becomes of it"),
            "safety-2025",
        ),
        key(
            "handling",
            "密级管理",
            "choice",
            say("internal: letters, calendars and links carry numbers instead of titles"),
            "internal",
            choices={"internal": ("internal", "内部")},
        ),
        key("timezone", "时区", "zone", say("the zone of its days"), "Asia/Shanghai"),
        key(
            "language",
            "语言",
            "choice",
            say("the language of its letters; by the title if there is none"),
            "zh",
            choices=LANGUAGES,
        ),
        key(
            "workdays",
            "工作日历",
            "country",
            say("the official calendar of working days"),
            "CN",
            choices={"CN": ("CN", "中国"), "none": ("none", "无")},
        ),
        key(
            "directory",
            "通讯录",
            "directory",
            say("the path of the directory file, or the directory itself"),
            "directory.yaml",
        ),
        key("phases", "阶段", "both:phase", say("its parts, in order"), say("- title: Kick-off")),
        key("ladder", "催办阶梯", "ladder", LADDER, "standard"),
        key(
            "defaults",
            "默认",
            "one:defaults",
            say("what holds for every task that says nothing itself"),
            say("lead: General Office"),
        ),
        key(
            "calendars",
            "日历",
            "calendars",
            say("named spans of the house, such as terms, by year"),
            say("flood season: {{'2026': [2026-05-01, 2026-09-30]}}"),
        ),
        key(
            "on_closed_day",
            "遇休息日",
            "choice",
            say("where a deadline on a closed day moves; it stays if this isn't said"),
            "before",
            choices={"before": ("before", "提前"), "after": ("after", "顺延")},
        ),
        key(
            "acceptance",
            "验收",
            "choice",
            say("whether the office accepts what is reported as done"),
            "office",
            choices={"office": ("office", "督办单位"), "none": ("none", "无需", "无")},
        ),
        key(
            "date_order",
            "日期顺序",
            "choice",
            say("which of 03/04/2024 comes first"),
            "dmy",
            choices={"dmy": ("dmy", "日月年"), "mdy": ("mdy", "月日年")},
        ),
        key("fiscal_year", "财政年度", "text", say("the month and day a fiscal year begins"), "10-01"),
        key(
            "tasks",
            "任务",
            "list:task",
            say("what is asked, in order"),
            say("- title: Hold a fire drill"),
            required=True,
        ),
    ),
)
SHAPES = (PLAN, DEFAULTS, PHASE, TASK, MILESTONE, MEASURE, TARGET, DIRECTORY, UNIT, POST, PERSON, AWAY, GROUP)
BY_NAME = {shape.name: shape for shape in SHAPES}
KNOWN_KEYS = frozenset(spelling for shape in SHAPES for each in shape.keys for spelling in each.spellings)
_LISTS = ("list:", "many:", "both:", "names", "words", "dates")
LIST_KEYS = KNOWN_KEYS - {
    spelling
    for shape in SHAPES
    for each in shape.keys
    if not each.holds.startswith(_LISTS)
    for spelling in each.spellings
}
