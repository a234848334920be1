"""The keys of a task and of what stands in it: milestones, measures, targets."""

from __future__ import annotations

from plans.language.keys import CADENCES, STATES, Shape, key
from plans.model import say

MILESTONE = Shape(
    "milestone",
    say("milestone"),
    say("a dated step of a task"),
    (
        key("id", "编号", "id", say("what the step is called in the ledger; its position if there is none"), "draft"),
        key(
            "title", "名称,标题,节点", "text", say("what is reached with this step"), say("First draft"), required=True
        ),
        key(
            "due",
            "完成时限,时限",
            "deadline",
            say("the last day of the step, as the document writes it"),
            say("by the end of June"),
        ),
        key(
            "state",
            "状态",
            "state",
            say("where the step stands when the plan is first applied"),
            "done",
            choices=STATES,
        ),
        key("done", "完成日期", "iso", say("the day the step was finished"), "2026-06-18"),
        key(
            "ladder", "催办阶梯", "ladder", say("how people are reminded of this step; else as of its task"), "standard"
        ),
    ),
)
MEASURE = Shape(
    "measure",
    say("measure"),
    say("one measure against a problem; the problem closes when all measures are done"),
    (
        key("id", "编号", "id", say("what the measure is called in the ledger; its position if there is none"), "m1"),
        key("title", "名称,标题,措施", "text", say("what is done"), say("Replace the old wiring"), required=True),
        key(
            "due",
            "完成时限,时限,整改时限",
            "deadline",
            say("the last day of the measure; else that of its task"),
            say("by the end of July"),
        ),
        key(
            "lead",
            "牵头单位",
            "names",
            say("the units that lead the measure; else those of its task"),
            say("[Facilities]"),
        ),
        key("owner", "责任人", "names", say("the people who answer for the measure"), say("[Joan Bell]")),
        key(
            "state",
            "状态",
            "state",
            say("where the measure stands when the plan is first applied"),
            "done",
            choices=STATES,
        ),
    ),
    bare="title",
)
TARGET = Shape(
    "target",
    say("target"),
    say("a quantity to reach"),
    (
        key("indicator", "指标", "text", say("what is counted"), say("new companies"), required=True),
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
        key("unit", "单位,计量单位", "text", say("what the number is counted in"), say("companies")),
        key("baseline", "基数", "number", say("where it stood at the beginning"), "1200"),
        key(
            "by_unit",
            "分解",
            "numbers",
            say("the part of each unit, by its name in the directory"),
            say("High-Tech: 400"),
        ),
        key("profile", "进度", "numbers", say("progress expected by then, in percent"), "Q1: 20"),
    ),
)
_STATE = key(
    "state", "状态", "state", say("where the task stands when the plan is first applied"), "done", choices=STATES
)
LADDER = say("how people are reminded: the name of a preset, or stages written out")
TASK = Shape(
    "task",
    say("task"),
    say("one thing that is asked"),
    (
        key("id", "编号", "id", say("what the task is called for ever, short and stable"), "fire-drill"),
        key("no", "序号", "text", say("the number printed before the task; it names nothing"), "3"),
        key(
            "title",
            "工作任务,任务,事项,标题",
            "text",
            say("what is to be done, in the document's words"),
            say("Hold a fire drill"),
            required=True,
        ),
        key("was", "原编号", "id", say("the id the task had before; its history comes along"), "drill-2025"),
        key("phase", "阶段", "text", say("the phase it belongs to, by id or title"), "start"),
        key(
            "lead",
            "牵头单位,牵头",
            "names",
            say("the units that lead; the first is the direct lead"),
            say("[Safety, Operations]"),
        ),
        key(
            "responsible",
            "责任单位,责任部门",
            "names",
            say("the units that answer for it; without lead the first one leads"),
            say("[Facilities]"),
        ),
        key("support", "配合单位,协办单位,配合", "names", say("the units that help"), say("[General Office]")),
        key(
            "each",
            "逐一落实,分别落实",
            "names",
            say("the units or groups of which each does it on its own"),
            say("all divisions"),
        ),
        key("leader", "责任领导,牵头领导,分管领导", "names", say("the leaders above the units"), say("[Ada Marsh]")),
        key("owner", "责任人", "names", say("the people who answer for it"), say("[Joan Bell]")),
        key(
            "contact",
            "联络员,联系人",
            "names",
            say("the people who get the letters; else the unit's contact"),
            say("[Tom Reed]"),
        ),
        key("reviewer", "验收人", "names", say("the people who accept it"), say("[Ada Marsh]")),
        key("inform", "抄送", "names", say("the people who are told, too"), say("[Ruth Cole]")),
        key(
            "due",
            "完成时限,时限,完成时间,整改时限",
            "deadline",
            say("the last day, as the document writes it"),
            say("by 25 May"),
        ),
        key("starts", "开始时间,启动时间", "deadline", say("the first day"), say("1 March")),
        key(
            "report_due",
            "反馈时限",
            "deadline",
            say("by when a report is asked, where that isn't the deadline"),
            say("by 30 May"),
        ),
        key(
            "cadence",
            "报告周期",
            "choice",
            say("how often a task without a date is asked about"),
            "monthly",
            choices=CADENCES,
        ),
        key(
            "review",
            "复核日期",
            "deadline",
            say("when somebody decides whether a long-running task goes on"),
            say("end of the year"),
        ),
        key("milestones", "节点", "list:milestone", say("dated steps on the way"), say("- title: First draft")),
        key(
            "measures",
            "措施,整改措施",
            "list:measure",
            say("the measures against the problem, each with its own date"),
            say("- Replace the old wiring"),
        ),
        key("problem", "存在问题,问题", "text", say("what is wrong and to be put right"), say("The wiring is old")),
        key(
            "target",
            "目标",
            "many:target",
            say("quantities to reach"),
            say("{{indicator: new companies, value: 600}}"),
            into="targets",
        ),
        key(
            "after",
            "前置任务",
            "words",
            say(
                "the tasks that come before, by id; until they are done its light and its letters say what it waits for"
            ),
            "[fire-plan]",
        ),
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
        key("ladder", "催办阶梯", "ladder", LADDER, "standard"),
        key("tags", "标签", "words", say("words to filter by"), say("[safety]")),
        key("note", "备注", "text", say("anything else"), say("annex 2")),
        key("source", "来源,任务来源", "text", say("where the task comes from"), say("SAF/2026/3, section 3")),
    ),
    bare="title",
)
