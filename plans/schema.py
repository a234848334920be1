"""The plan language, declared once: every key in both languages, what it holds, and one sentence about it.

Reading, writing, the JSON schema for editors and the documentation of the language all come from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plans.model import Sentence, say


@dataclass(frozen=True)
class Key:
    """One key: its English name, its Chinese spellings, what kind of value it holds, and what it is for.

    *holds* is a kind of text (text, id, date, iso (a day kept as text), year, deadline, number, yes, mail, choice), `names` (a list, or one text
    that is split), `words` (a list of texts), `free` (kept as written), `dates`, `span`, `numbers`, or a shape:
    `one:x`, `list:x`, `many:x` (one or a list), `map:x` (id -> x), `both:x` (list or mapping).
    """

    name: str
    chinese: tuple[str, ...]
    holds: str
    what: Sentence
    example: str = ""
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    required: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every way the key may be written."""
        return (self.name, *self.chinese, *self.also)


@dataclass(frozen=True)
class Shape:
    """A mapping of the language, such as a task: its keys, and the key a bare text in its place stands for."""

    name: str
    what: Sentence
    keys: tuple[Key, ...]
    bare: str = ""

    @cached_property
    def by_spelling(self) -> dict[str, Key]:
        """Return spelling -> key."""
        return {spelling: key for key in self.keys for spelling in key.spellings}

    @cached_property
    def by_name(self) -> dict[str, Key]:
        """Return English name -> key."""
        return {key.name: key for key in self.keys}


def key(name: str, chinese: str, holds: str, what: Sentence, example: str = "", **more: Any) -> Key:
    """Return a key; *chinese* holds its spellings with commas between, the usual one first."""
    return Key(name, tuple(filter(None, chinese.split(","))), holds, what, example, **more)


STATES: dict[str, tuple[str, ...]] = {
    "not_started": ("not started", "未启动", "未开始"),
    "acknowledged": ("acknowledged", "已签收", "签收"),
    "in_progress": ("in progress", "推进中", "进行中", "正在推进", "办理中"),
    "partly_done": ("partly done", "基本完成", "部分完成"),
    "reported": ("completion reported", "已报完成", "已反馈"),
    "done": ("done", "已完成", "完成", "已办结", "办结", "已销号", "销号", "已整改到位"),
    "returned": ("returned", "退办", "已退办", "退回"),
    "on_hold": ("on hold", "暂缓", "暂停"),
    "transferred": ("transferred", "转办", "已转办"),
    "merged": ("merged", "并办", "已并办"),
    "routine": ("routine", "转常态化", "转入常态化", "长期坚持"),
    "carried_over": ("carried over", "结转"),
    "cancelled": ("cancelled", "取消", "已取消", "撤销"),
}
CADENCES: dict[str, tuple[str, ...]] = {
    "weekly": ("weekly", "每周", "周"),
    "monthly": ("monthly", "每月", "月", "按月"),
    "quarterly": ("quarterly", "每季度", "每季", "季度", "按季度"),
    "half-yearly": ("half-yearly", "每半年", "半年"),
    "yearly": ("yearly", "每年", "年", "每年度"),
}
YES = {"yes": ("yes", "true", "是", "on", "y", "对", "√"), "no": ("no", "false", "否", "off", "n", "不", "×")}

MILESTONE = Shape(
    "milestone",
    say("a dated step of a task"),
    (
        key("id", "编号", "id", say("what the step is called in the ledger; its position if there is none"), "draft"),
        key("title", "名称,标题,节点", "text", say("what is reached with this step"), "形成初稿", required=True),
        key("due", "完成时限,时限", "deadline", say("the last day of the step, as the document writes it"), "6月底前"),
        key(
            "state",
            "状态",
            "choice",
            say("where the step stands when the plan is first applied"),
            "done",
            choices=STATES,
        ),
        key("done", "完成日期", "iso", say("the day the step was finished"), "2026-06-18"),
    ),
)
MEASURE = Shape(
    "measure",
    say("one measure against a problem; the problem closes when all measures are done"),
    (
        key("id", "编号", "id", say("what the measure is called in the ledger; its position if there is none"), "m1"),
        key("title", "名称,标题,措施", "text", say("what is done"), "更换老旧线路", required=True),
        key(
            "due",
            "完成时限,时限,整改时限",
            "deadline",
            say("the last day of the measure; else that of its task"),
            "7月底前",
        ),
        key("lead", "牵头单位", "names", say("the units that lead the measure; else those of its task"), "[后勤处]"),
        key("owner", "责任人", "names", say("the people who answer for the measure"), "[王敏]"),
        key(
            "state",
            "状态",
            "choice",
            say("where the measure stands when the plan is first applied"),
            "done",
            choices=STATES,
        ),
    ),
    bare="title",
)
TARGET = Shape(
    "target",
    say("a quantity to reach"),
    (
        key("indicator", "指标", "text", say("what is counted"), "高新技术企业", required=True),
        key(
            "kind",
            "类型",
            "choice",
            say("how it counts: newly added, in all, a share, a rank, or whether it exists"),
            "increment",
            choices={
                "increment": ("increment", "增量", "新增", "净增"),
                "cumulative": ("cumulative", "累计", "总量", "存量"),
                "share": ("share", "占比", "比例", "比率"),
                "rank": ("rank", "排名", "位次"),
                "exists": ("exists", "有无", "是否"),
            },
        ),
        key(
            "op",
            "关系",
            "choice",
            say("how the number is to be reached: at least, more than, at most, less than, exactly"),
            "'>='",
            choices={
                ">=": (">=", "≥", "不少于", "不低于", "以上", "达", "达到", "at least"),
                ">": (">", "＞", "超", "超过", "more than"),
                "<=": ("<=", "≤", "不超过", "不高于", "以内", "以下", "at most"),
                "<": ("<", "＜", "少于", "低于", "less than"),
                "=": ("=", "＝", "等于", "exactly"),
            },
        ),
        key(
            "value",
            "数值,目标值",
            "number",
            say("the number to reach; 3.35% is 3.35 with the unit %"),
            "600",
            required=True,
        ),
        key("unit", "单位,计量单位", "text", say("what the number is counted in"), "家"),
        key("baseline", "基数", "number", say("where it stood at the beginning"), "1200"),
        key("by_unit", "分解", "numbers", say("the part of each unit, by its name in the directory"), "高新处: 400"),
        key("profile", "进度", "numbers", say("progress expected by then, in percent"), "Q1: 20"),
    ),
)
_STATE = key(
    "state", "状态", "choice", say("where the task stands when the plan is first applied"), "done", choices=STATES
)
_LADDER = say("how people are reminded: the name of a preset, or stages written out")
TASK = Shape(
    "task",
    say("one thing that is asked"),
    (
        key("id", "编号", "id", say("what the task is called for ever, short and stable"), "fire-drill"),
        key("no", "序号", "text", say("the number printed before the task; it names nothing"), "3"),
        key(
            "title",
            "工作任务,任务,事项,标题",
            "text",
            say("what is to be done, in the document's words"),
            "开展消防演练",
            required=True,
        ),
        key("was", "原编号", "id", say("the id the task had before; its history comes along"), "drill-2025"),
        key("phase", "阶段", "text", say("the phase it belongs to, by id or title"), "start"),
        key(
            "lead",
            "牵头单位,牵头",
            "names",
            say("the units that lead; the first is the direct lead"),
            "[安全处, 运行处]",
        ),
        key(
            "responsible",
            "责任单位,责任部门",
            "names",
            say("the units that answer for it; without lead the first one leads"),
            "[后勤处]",
        ),
        key("support", "配合单位,协办单位,配合", "names", say("the units that help"), "[办公室]"),
        key(
            "each", "逐一落实,分别落实", "names", say("the units or groups of which each does it on its own"), "各处室"
        ),
        key("leader", "责任领导,牵头领导,分管领导", "names", say("the leaders above the units"), "[李明]"),
        key("owner", "责任人", "names", say("the people who answer for it"), "[王敏]"),
        key(
            "contact",
            "联络员,联系人",
            "names",
            say("the people who get the letters; else the unit's contact"),
            "[赵欣]",
        ),
        key("reviewer", "验收人", "names", say("the people who accept it"), "[李明]"),
        key("inform", "抄送", "names", say("the people who are told, too"), "[钱云]"),
        key(
            "due",
            "完成时限,时限,完成时间,整改时限",
            "deadline",
            say("the last day, as the document writes it"),
            "5月25日前",
        ),
        key("starts", "开始时间,启动时间", "deadline", say("the first day"), "3月1日"),
        key(
            "report_due",
            "反馈时限",
            "deadline",
            say("by when a report is asked, where that isn't the deadline"),
            "5月30日前",
        ),
        key(
            "cadence",
            "报告周期",
            "choice",
            say("how often a task without a date is asked about"),
            "monthly",
            choices=CADENCES,
        ),
        key("review", "复核日期", "deadline", say("when somebody decides whether a long-running task goes on"), "年底"),
        key("milestones", "节点", "list:milestone", say("dated steps on the way"), "- title: 形成初稿"),
        key(
            "measures",
            "措施,整改措施",
            "list:measure",
            say("the measures against the problem, each with its own date"),
            "- 更换老旧线路",
        ),
        key("problem", "存在问题,问题", "text", say("what is wrong and to be put right"), "线路老化"),
        key("target", "目标", "many:target", say("quantities to reach"), "indicator: 高新技术企业"),
        key("after", "前置任务", "words", say("the tasks that come before, by id"), "[fire-plan]"),
        _STATE,
        key("done", "完成日期", "iso", say("the day it was finished, for a task that is done already"), "2026-03-18"),
        key(
            "first_leads",
            "首位牵头",
            "yes",
            say("whether the first unit leads for all; no: each closes its own part"),
            "yes",
        ),
        key("fixed", "时限不变", "yes", say("a date set from above, which can't be extended here"), "no"),
        key("soft", "力争", "yes", say("a date to be aimed at; reminders stop short of pressing"), "no"),
        key("ladder", "催办阶梯", "free", _LADDER, "standard"),
        key("tags", "标签", "words", say("words to filter by"), "[安全]"),
        key("note", "备注", "text", say("anything else"), "附表2"),
        key("source", "来源,任务来源", "text", say("where the task comes from"), "常安〔2026〕3号第三条"),
    ),
    bare="title",
)
PHASE = Shape(
    "phase",
    say("a part of the plan; never overdue itself, its deadline holds for its tasks without one"),
    (
        key("id", "编号", "id", say("what the phase is called"), "start"),
        key("title", "名称,标题,阶段", "text", say("the words on the page"), "动员部署", required=True),
        key(
            "due",
            "完成时限,时限,结束时间",
            "deadline",
            say("the last day of the phase, or its whole span"),
            "3月1日至4月15日",
        ),
        key("starts", "开始时间", "deadline", say("the first day of the phase"), "3月1日"),
        key("ladder", "催办阶梯", "free", _LADDER, "standard"),
        key(
            "tasks",
            "任务",
            "list:task",
            say("tasks of this phase, written here instead of under tasks"),
            "- title: 动员大会",
        ),
    ),
    bare="title",
)
DEFAULTS = Shape(
    "defaults",
    say("what holds for every task that says nothing itself"),
    (
        key("lead", "牵头单位", "names", say("the units that lead where a task names none"), "[办公室]"),
        key("support", "配合单位", "names", say("the units that help where a task names none"), "[各处室]"),
        key("due", "完成时限", "deadline", say("the deadline of tasks without one"), "年底"),
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
UNIT = Shape(
    "unit",
    say("a unit of the house; the order of the file is the official order"),
    (
        key("name", "名称", "text", say("the unit's full name"), "安全处", required=True),
        key("aliases", "别名,简称", "words", say("other names documents use for it"), "[安监处]"),
        key("mail", "邮箱", "mail", say("the unit's own address"), "safety@example.org"),
        key("phone", "电话", "text", say("the unit's telephone"), "8001"),
        key("head", "负责人,主要负责人", "text", say("who heads it"), "liming"),
        key("deputy", "副职", "text", say("the deputy, to whom a first press goes"), "wangmin"),
        key("contact", "联络员,联系人", "text", say("who gets its letters"), "zhaoxin"),
        key("leader", "分管领导", "text", say("the leader above it"), "qianyun"),
        key("parent", "上级", "text", say("the unit it belongs to"), "bureau"),
        key("since", "启用日期", "date", say("the first day it exists"), "2026-01-01"),
        key("until", "停用日期", "date", say("the day its successors take over"), "2026-07-01"),
        key(
            "became",
            "变更为",
            "words",
            say("the units that took over: one after a renaming or merger, several after a split"),
            "[safety2]",
        ),
    ),
    bare="name",
)
AWAY = Shape(
    "away",
    say("days a person is away, and who stands in"),
    (
        key("from", "从,自", "date", say("the first day"), "2026-07-01", required=True),
        key("to", "到,至", "date", say("the last day"), "2026-07-14", required=True),
        key("deputy", "代理人", "text", say("who gets the letters meanwhile"), "wangmin"),
    ),
)
PERSON = Shape(
    "person",
    say("somebody who can be told"),
    (
        key("name", "姓名,名称", "text", say("the person's name"), "王敏", required=True),
        key("title", "职务", "text", say("the post, as a letter addresses it"), "处长"),
        key("mail", "邮箱", "mail", say("the one address letters go to"), "wangmin@example.org"),
        key("phone", "电话", "text", say("the telephone to call"), "8002"),
        key("unit", "单位,所在单位", "text", say("the unit the person works in"), "safety"),
        key(
            "language",
            "语言",
            "choice",
            say("the language of letters to this person"),
            "zh",
            choices={"zh": ("zh", "中文"), "en": ("en", "英文", "English")},
        ),
        key("away", "请假,外出", "list:away", say("days away, with who stands in"), "- from: 2026-07-01"),
    ),
    bare="name",
)
GROUP = Shape(
    "group",
    say("several units with one name, such as 各处室"),
    (
        key("name", "名称", "text", say("the group's name; the id if there is none"), "各处室"),
        key("aliases", "别名,简称", "words", say("other names documents use for it"), "[机关各处室]"),
        key(
            "members",
            "成员",
            "names",
            say("its units, in order; groups may stand in groups"),
            "[安全处, 运行处]",
            required=True,
        ),
    ),
)
DIRECTORY = Shape(
    "directory",
    say("the units, people and groups of a house; one file shared by its plans"),
    (
        key("name", "名称", "text", say("the name of the house"), "常青市科技局"),
        key("office", "督办单位", "text", say("the unit that follows up, where a plan names none"), "办公室"),
        key("units", "单位", "map:unit", say("the units by id, in official order"), "safety: 安全处"),
        key("people", "人员", "map:person", say("the people by id"), "wangmin: 王敏"),
        key("groups", "分组", "map:group", say("groups of units by id"), "all: [安全处, 运行处]"),
        key("closed", "放假", "dates", say("days the house is closed, beside the official holidays"), "[2026-10-09]"),
        key("worked", "补班", "dates", say("weekend days the house works, beside the official ones"), "[2026-10-10]"),
    ),
)
PLAN = Shape(
    "plan",
    say("one plan file"),
    (
        key(
            "plan",
            "方案",
            "id",
            say("what the plan is called for ever, short and stable"),
            "safety-2026",
            required=True,
        ),
        key("title", "标题,名称", "text", say("the title of the document"), "安全生产工作方案", required=True),
        key("number", "发文字号,文号", "text", say("the document's number"), "常安〔2026〕3号"),
        key("issuer", "印发单位,发文机关,印发机关", "text", say("who issued it"), "常青市安全办"),
        key("office", "督办单位", "text", say("who follows it up; the issuer if there is none"), "办公室"),
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
            say("internal: letters and calendars carry numbers instead of titles"),
            "internal",
            choices={"internal": ("internal", "内部")},
        ),
        key("timezone", "时区", "text", say("the zone of its days"), "Asia/Shanghai"),
        key(
            "language",
            "语言",
            "choice",
            say("the language of its letters; by the title if there is none"),
            "zh",
            choices={"zh": ("zh", "中文"), "en": ("en", "英文", "English")},
        ),
        key(
            "workdays",
            "工作日历",
            "choice",
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
        key("phases", "阶段", "both:phase", say("its parts, in order"), "- title: 动员部署"),
        key("ladder", "催办阶梯", "free", _LADDER, "standard"),
        key(
            "defaults",
            "默认",
            "one:defaults",
            say("what holds for every task that says nothing itself"),
            "lead: 办公室",
        ),
        key(
            "calendars",
            "日历",
            "calendars",
            say("named spans of the house, such as terms, by year"),
            "汛期: {'2026': [2026-05-01, 2026-09-30]}",
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
        key("tasks", "任务", "list:task", say("what is asked, in order"), "- title: 开展消防演练", required=True),
    ),
)
SHAPES = (PLAN, DEFAULTS, PHASE, TASK, MILESTONE, MEASURE, TARGET, DIRECTORY, UNIT, PERSON, AWAY, GROUP)
BY_NAME = {shape.name: shape for shape in SHAPES}
KNOWN_KEYS = frozenset(spelling for shape in SHAPES for each in shape.keys for spelling in each.spellings)
