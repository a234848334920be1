"""What columns, labels and brackets are called: each word with the role its values have."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from plans.model import say

_COLUMNS = {
    "no": "序号 编号 项目编号 任务编号 条目 项次 号 顺序 No. No # Ref Ref. ID Item WBS Nr Number",
    "phase": (
        "阶段 阶段步骤 步骤 环节 工作阶段 类别 分类 板块 领域 方面 专项 项目类别 一级指标 任务类别 工作类别 "
        "重点领域 工作领域 章节 "
        "部分 重点方向 任务分类 大项 所属板块 | "
        "Phase Stage Workstream Theme Goal Objective Pillar Category Priority-area Strategic-goal "
        "Strategic-priority Area"
    ),
    "title": (
        "工作任务 重点任务 主要任务 任务 任务名称 任务内容 工作内容 工作事项 事项 事项名称 督办事项 督查事项 "
        "交办事项 议定事项 "
        "批示事项 重点工作 工作项目 项目名称 项目 活动名称 活动内容 活动 工作要点 目标任务 年度任务 责任事项 "
        "改革事项 建议提案 诉求内容 "
        "工单标题 二级指标 重点事项 重点任务事项 整改任务 整改事项 工作名称 督办内容 交办内容 议题 决定事项 "
        "主要工作 具体任务 "
        "会议主题 活动主题 学习内容 学习主题 "
        "任务事项 工作安排 分工事项 办理事项 重点项目 任务要求 | "
        "Task Tasks Action Actions Activity Activities Deliverable Recommendation Commitment Finding Subject "
        "Initiative "
        "Action-item Key-action Key-task What Requirement Measure-to-be-taken Planned-action Milestone Work-item "
        "To-do Proposed-action"
    ),
    "detail": (
        "主要内容 具体内容 具体要求 工作要求 工作措施 具体措施 推进措施 主要举措 整改措施 解决措施 落实措施 "
        "实施路径 分解任务 任务分解 "
        "细化任务 举措 措施 工作举措 具体举措 重点举措 内容 要求 主要措施 任务说明 内容要求 改进措施 整治措施 | "
        "Description Details Detail Steps How Corrective-action Preventive-action CAPA Containment Approach Scope "
        "Management-response Measures Specific-actions"
    ),
    "problem": (
        "存在问题 问题 问题表现 具体问题 问题描述 反馈问题 问题清单 隐患 短板 主要问题 问题内容 隐患内容 "
        "存在的问题 突出问题 不足 | "
        "Issue Issues Gap Nonconformity Non-conformity Observation Risk Problem Weakness"
    ),
    "cause": "原因分析 原因 问题原因 产生原因 | Root-cause Cause",
    "target": (
        "目标 工作目标 目标值 年度目标 整改目标 指标 量化指标 考核指标 预期成果 成果形式 完成标准 验收标准 "
        "销号标准 计量单位 目标要求 "
        "预期目标 工作成果 成果 | "
        "Target KPI Indicator Measure Measurement Output Outcome Success-criteria Success-measure Expected-result "
        "Metric Performance-measure"
    ),
    "milestones": (
        "时间节点 进度安排 时序安排 季度目标 阶段目标 节点计划 推进计划 节点 一季度 二季度 三季度 四季度 第一季度 "
        "第二季度 第三季度 "
        "第四季度 一季度目标 二季度目标 三季度目标 四季度目标 | Milestones Key-dates Q1 Q2 Q3 Q4"
    ),
    "due": (
        "完成时限 完成期限 完成时间 完成日期 办结时限 办理时限 办理期限 整改时限 整改期限 整改完成时间 "
        "整改完成时限 时限 时限要求 期限 "
        "截止时间 截止日期 截止 计划完成时间 预计完成时间 要求完成时间 时间要求 时间安排 销号时限 落实时限 "
        "进度要求 完成时间节点 时间 日期 "
        "办结日期要求 办结期限 拟完成时间 调整后时限 完成节点 整改完成期限 序时进度要求 "
        "进度时限 活动时间 月份 时段 实施月份 推进时间 办理时间 | "
        "Due Due-date Deadline By-when When Target-date Completion-date End End-date Finish Timeframe Timescale "
        "Timeline "
        "Time-frame Complete-by Target-completion-date Date Target-completion Implementation-date "
        "Expected-completion By Timing Timelines When-due"
    ),
    "report_due": "报送时限 反馈时限 报送时间 反馈时间 报送日期 回复时限",
    "start": "计划开始 计划启动 计划开工 计划开始时间 "
    "开始时间 启动时间 起始时间 开始日期 启动日期 起始日期 | Start Start-date From Begin Commence Begins",
    "span": "起止时间 实施时间 起止日期 实施期限 工作周期 | Period Duration Dates",
    "assigned": "交办时间 下发时间 受理时间 交办日期 下达时间 | Assigned Issued Date-raised Raised Assigned-on",
    "lead": (
        "牵头单位 牵头部门 牵头处室 牵头科室 牵头 主办单位 主办部门 主办 主责单位 主责部门 主责 首办单位 "
        "第一责任单位 责任牵头单位 "
        "组织单位 牵头责任单位 主办处室 主办科室 牵头股室 | "
        "Lead Lead-unit Lead-agency Lead-department Lead-organisation Lead-organization Lead-team Primary Lead-office "
        "Lead-directorate Lead-body Lead-partner Led-by"
    ),
    "responsible": (
        "责任单位 责任部门 责任处室 责任科室 责任主体 承办单位 承办部门 承办科室 落实单位 实施单位 整改责任单位 "
        "整改单位 办理单位 "
        "分工单位 部门 单位 所属单位 属地 归口部门 责任股室 责任机构 处室 科室 完成单位 具体单位 承办处室 责任分工 "
        "任务分工 职责分工 工作分工 "
        "责任落实 整改责任部门 "
        "整改部门 涉及单位 | "
        "Responsible Agency Agencies Department Departments Unit Team Function Responsible-party Responsibility "
        "Responsible-unit Responsible-department Responsible-office Responsible-agency Responsible-team Directorate "
        "Responsible-entity Accountability Accountable-unit Responsible-area Office Implementing-agency "
        "Action-by Action-on"
    ),
    "support": (
        "配合单位 配合部门 协办单位 协办 协同单位 协作单位 参与单位 参加单位 参加部门 会办单位 联办单位 相关单位 "
        "支持单位 配合 "
        "协办部门 参与部门 协同部门 配合处室 配合科室 配合责任单位 协助单位 参加 参与 协助 | "
        "Support Supporting With Partners Partner Contributors Support-unit Supporting-departments Supporting-agency "
        "Supporting-units Supported-by Collaborators Consulted"
    ),
    "leader": (
        "责任领导 牵头领导 分管领导 分管市领导 市领导 挂钩领导 包联领导 包案领导 联系领导 督办领导 批示领导 "
        "交办领导 牵头市领导 "
        "分管局领导 包保领导 局领导 县领导 区领导 责任市领导 牵头负责领导 领导 | "
        "Sponsor Executive Director Portfolio SRO Executive-sponsor Accountable-executive "
        "Executive-lead Executive-owner Exec-lead Director-lead Senior-responsible-owner"
    ),
    "head": "单位领导 主要负责人 单位负责人 分管负责人 部门负责人 第一责任人",
    "owner": (
        "责任人 直接责任人 具体责任人 负责人 项目负责人 整改责任人 主办人 责任人员 具体负责人 包保责任人 牵头人 | "
        "Owner Accountable Responsible-person Who Assignee PIC Action-owner Person-responsible Assigned-to Task-owner "
        "Responsible-officer Officer Accountable-officer Responsible-official By-whom Whom Who-by Action-by Actioner"
    ),
    "contact": (
        "联系人 联络员 经办人 承办人 具体经办 填报人 工作人员 联络人 具体经办人 | Contact Focal-point POC Liaison "
        "Contact-person Focal-person"
    ),
    "phone": (
        "联系方式 联系电话 电话 手机 手机号码 邮箱 联系人电话 电话号码 联络员及电话 | Email Phone E-mail "
        "Telephone Mobile"
    ),
    "private": "投诉人 信访人 来电人 反映人 举报人 身份证号 身份证号码 家庭住址 住址 诉求人 | Complainant Caller",
    "reviewer": (
        "审核人 验收单位 验收人 销号单位 审核部门 复核人 验收部门 审核单位 | Reviewer Verifier Approver Auditor "
        "QA Verified-by"
    ),
    "office": (
        "监督单位 督办单位 督导单位 督查部门 监管单位 督办人 督办部门 督查单位 监督部门 督导部门 | Oversight "
        "Oversight-body"
    ),
    "inform": "抄送 抄报 知会 | Informed Cc FYI",
    "state": (
        "当前状态 状态 是否完成 办结情况 销号情况 亮灯 灯号 预警 完成状态 办理状态 是否办结 是否销号 整改状态 | "
        "Status State RAG RAG-status"
    ),
    "progress": (
        "进展情况 工作进展 推进情况 落实情况 办理情况 完成情况 整改情况 办理结果 目前进度 完成率 完成进度 完成值 "
        "序时 整改进展 进展 进度 "
        "整改成效 工作成效 落实进展 目前进展 最新进展 | Progress %-complete Update Progress-update Current-status "
        "Latest-update Comments-on-progress"
    ),
    "finished": (
        "实际完成时间 办结时间 销号时间 销号日期 办结日期 实际完成日期 | Actual Closed-on Actual-date Date-closed "
        "Completed-on Date-completed"
    ),
    "evidence": "佐证材料 证明材料 支撑材料 附件 台账资料 佐证 | Evidence Attachment Documents",
    "next": "下步措施 下一步打算 下步计划 下步工作 下一步工作 下步措施及预计完成时间 | Next-steps Next",
    "reason": "滞后原因 未完成原因 困难问题 存在困难 | Reason Reason-for-delay Blockers",
    "note": "备注 说明 附注 验收意见 | Notes Note Remarks Comments Comment Reporting-mechanism Required-or-encouraged",
    "source": (
        "任务来源 依据 文号 来文 会议名称 来源 问题来源 文件依据 政策依据 工作依据 | Source Reference Origin Authority"
    ),
}
COLUMN_ROLES: dict[str, str] = {}
UNIT_ROLES = ("lead", "responsible", "support")
PEOPLE_ROLES = ("leader", "head", "owner", "contact", "reviewer", "inform")
KEY_ROLES = frozenset(
    {"title", "detail", "problem", "due", "lead", "responsible", "support", "owner", "leader", "phase", "no"}
)


ROLE_NAMES = {
    "no": say("the number"),
    "phase": say("the phase"),
    "section": say("the phase"),
    "title": say("the task"),
    "detail": say("details"),
    "problem": say("the problem"),
    "target": say("the target"),
    "milestones": say("steps"),
    "due": say("the deadline"),
    "start": say("the start"),
    "lead": say("the lead unit"),
    "responsible": say("the responsible unit"),
    "support": say("the supporting unit"),
    "leader": say("the leader"),
    "owner": say("the person in charge"),
    "note": say("a remark"),
}


def label_key(text: str) -> str:
    """Return a label as it is compared: no blanks, colons, brackets or what brackets hold; lower case."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[(\[【〔].*?[)\]】〕]", "", text)
    return re.sub(r"[\s:：*_.、,，。\-\"“”'/]+", "", text) if not re.fullmatch(r"\W*#\W*", text) else "#"


for _role, _words in _COLUMNS.items():
    for _word in _words.replace("|", " ").split():
        COLUMN_ROLES.setdefault(label_key(_word.replace("-", " ")), _role)

_BY_LENGTH = sorted((word for word in COLUMN_ROLES if len(word) >= 2), key=len, reverse=True)
_JOINTS = re.compile(r"[/、及和与&|\n]|\band\b|\bor\b", re.IGNORECASE)
_UNITS_OF = re.compile(
    r"(?P<office>督导|督办|督查|监督|监管|指导)|(?P<support>协助|配合|协办|协同|协作|参与|参加|联办|会办|支持)|(?P<lead>牵头|主办|主责|首办)",
    re.IGNORECASE,
)
_CLOSING = re.compile(  # 要求办结时间 is a limit, 实际办结时间 is not
    r"^(?:(?P<over>实际|最终)|要求|计划|预计|拟定?|应|规定|目标|限定?|约定|承诺)(?:办结|完成|销号|整改完成|整改|办理|落实)"
    r"(?:时间|日期|时限|期限|节点)?$"
)
_BESIDE = re.compile(r"(?:partner|support|contributing|collaborating|participating)")
_WHO_DOES = re.compile(r"^(?=.*(?:督导|督办|督查|监督|监管|指导)).*(?:责任|主体)")  # 监管责任单位 is responsible for it
_SENTENCE = re.compile(r"[。；！？]|^\s*(?:\d+[.、．]\S|[一二三四五六七八九十]+、)")
_UNIT_WORD = re.compile(r"(?:单位|部门|处室|科室|股室|机构|责任主体|方)$")
_MONTH_TARGET = re.compile(
    r"^(?:(?:20\d\d年?)?(?:\d{1,2}|[一二三四五六七八九十]+)月份?(?:目标|计划|进度|节点)?"
    r"|(?:20\d\d年)?(?:[上下]半年|全年|第?[一二三四1-4]季度)(?:工作)?(?:目标|计划|进度|节点)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*(?:20)?\d{0,2})$"
)


@lru_cache(maxsize=4096)
def column_role(label: str) -> str:
    """Return the role a column called *label* has, "" when no known word fits.

    An exact word wins; else the longest word the label ends with (Chinese and English both put the thing last), else
    the longest it holds, as long as the rest is short.
    """
    key = label_key(label)
    if not key or len(key) > 40:
        return ""
    if key in COLUMN_ROLES:
        return COLUMN_ROLES[key]
    closing = _CLOSING.match(key)
    if closing is not None:
        return "finished" if closing["over"] else "due"
    what = _UNITS_OF.search(key)
    if what is not None and _UNIT_WORD.search(key) and len(key) <= 10 and not _WHO_DOES.search(key):
        return str(what.lastgroup)
    if _MONTH_TARGET.match(key):
        return "milestones"
    ascii_label = key.isascii()
    slack = 14 if ascii_label else 6
    for fits in (str.endswith, str.__contains__):
        for word in _BY_LENGTH:
            if (
                ascii_label == word.isascii()
                and len(key) - len(word) <= slack
                and len(word) >= (3 if ascii_label else 2)
                and fits(key, word)
            ):
                if ascii_label and not _word_bound(label, word):
                    continue
                role = COLUMN_ROLES[word]
                return "support" if role == "responsible" and _BESIDE.match(key) else role  # partner agencies
    return ""


def _word_bound(label: str, word: str) -> bool:
    """Return whether *word* stands in the label as whole words: "end" isn't in "Recommended"."""
    flat = re.sub(r"[^a-z0-9#%]+", " ", label.lower()).split()
    for start in range(len(flat)):
        for stop in range(start + 1, min(len(flat), start + 5) + 1):
            if "".join(flat[start:stop]) == word:
                return True
    return False


@lru_cache(maxsize=4096)
def column_roles(label: str) -> tuple[str, ...]:
    """Return all roles of a column that holds several things (牵头单位及责任人, 牵头/配合单位), the main one first."""
    exact = COLUMN_ROLES.get(label_key(label))
    parts = [part for part in _JOINTS.split(label) if part.strip()]
    if exact or len(parts) < 2:
        role = column_role(label)
        return (role,) if role else ()
    roles = tuple(dict.fromkeys(column_role(part) for part in parts))
    if all(role in (*UNIT_ROLES, *PEOPLE_ROLES, "phone", "due") for role in roles):
        return roles
    role = next((role for role in roles if role), "") or column_role(label)
    return (role,) if role else ()


def is_label(text: str) -> bool:
    """Return whether a cell's text can be a header: short, no sentence, and called like a column."""
    if len(text) > 60 or _SENTENCE.search(text):
        return False
    key = label_key(text)
    return 0 < len(key) <= (40 if key.isascii() else 14) and bool(column_role(text))
