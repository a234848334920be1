"""Shapes a plan is written in, each in a few lines: what becomes of them."""

from __future__ import annotations

import io

import openpyxl

from plans.intake.document import read_document
from plans.intake.draft import Options
from plans.intake.questions import is_group
from plans.intake.unruled import Word, find_unruled, glued
from plans.intake.words import column_roles


def read(text, name="plan.txt", **options):
    return read_document(text.encode(), name, Options(**options)).tasks


def dues(tasks):
    return [(task.title, task.due.isoformat() if task.due else None) for task in tasks]


def test_a_chart_of_months_ends_where_its_bar_ends():
    tasks = read(
        "# Renewal plan 2026\n\n| Task | Owner | Jan | Feb | Mar |\n|---|---|---|---|---|\n"
        "| Gather requirements | Tom Ellis | x | x | |\n| Launch | IT | | | x |\n",
        "plan.md",
    )
    assert dues(tasks) == [("Gather requirements", "2026-02-28"), ("Launch", "2026-03-31")]
    assert (tasks[0].starts, tasks[0].owner, tasks[1].responsible) == ("Jan", ("Tom Ellis",), ("IT",))


def test_months_that_head_a_list_date_its_items():
    tasks = read(
        "河湾中学2026年春季工作计划\n\n二、主要工作安排\n三月份\n1. 召开班主任会议。\n"
        "四月：1.组织清明祭扫；2.举办运动会。\n"
    )
    assert dues(tasks) == [
        ("召开班主任会议", "2026-03-31"),
        ("组织清明祭扫", "2026-04-30"),
        ("举办运动会", "2026-04-30"),
    ]


def test_an_item_may_begin_with_its_days():
    tasks = read(
        "2026年办理工作安排\n\n一、办理步骤\n（一）4月10日前，各承办单位制定方案。\n（二）4月11日至6月20日，开展面商。\n"
    )
    assert [task.due.isoformat() for task in tasks] == ["2026-04-10", "2026-06-20"]
    assert tasks[0].responsible == ("各承办单位",)


def test_a_table_without_unit_columns_says_who_does_it_in_the_title():
    (task,) = read(
        "序号,改革事项,时间安排\n1,深化一件事改革（牵头单位：审批局；责任单位：各窗口）,2026年第二季度\n", "表.csv"
    )
    assert (task.title, task.lead, task.responsible) == ("深化一件事改革", ("审批局",), ("各窗口",))
    assert task.due.isoformat() == "2026-06-30"


def test_a_finding_is_the_problem_and_the_recommendation_the_task():
    (task,) = read(
        "| Ref | Finding | Recommendation | Owner | Target date | Status |\n|---|---|---|---|---|---|\n"
        "| A1 | Counts not signed | Sign each count sheet | Warehouse Manager | 31/03/2026 | Completed |\n",
        "register.md",
    )
    assert (task.problem, task.title, task.state) == ("Counts not signed", "Sign each count sheet", "done")


def test_an_item_column_of_words_is_what_is_to_be_done():
    (task,) = read(
        "| Meeting date | Item | Lead officer |\n|---|---|---|\n| 9 June 2026 | Road safety | Head of Transport |\n",
        "programme.md",
    )
    assert (task.title, task.due.isoformat()) == ("Road safety", "2026-06-09")


def test_a_table_that_begins_with_its_dates_is_a_plan():
    tasks = read(
        "时间,工作内容,责任单位\n3月5日前,成立专班,县委办\n3月20日前,摸底调查,各乡镇、县统计局\n", "表.csv", year=2026
    )
    assert dues(tasks) == [("成立专班", "2026-03-05"), ("摸底调查", "2026-03-20")]
    assert tasks[1].responsible == ("各乡镇", "县统计局")


def test_names_that_share_what_follows_stay_one_name():
    (task,) = read(
        "2026年工作安排\n\n一、重点任务\n1. 开展检查。（责任单位：各辖市、区科技局，各镇、街道，市财政局）\n"
    )
    assert task.responsible == ("各辖市、区科技局", "各镇、街道", "市财政局")


def test_the_body_a_sentence_begins_with_does_it():
    tasks = read(
        "县长办公会议纪要\n\n会议决定：\n1.县财政局负责落实资金，于2026年5月15日前拨付到位。\n"
        "2.责成县资源局加快用地报批，确保2026年6月底前取得批复。\n"
    )
    assert [task.responsible for task in tasks] == [("县财政局",), ("县资源局",)]


def test_private_columns_and_numbers_are_dropped_and_counted():
    draft = read_document(
        "工单编号,来电人,联系电话,诉求内容,承办单位,办理时限\n1,张三,13912345678,电梯停运,住建局,2026年3月10日\n".encode(),
        "单.csv",
    )
    assert draft.dropped == {"phone": 1, "name": 1}
    assert "张三" not in repr(draft)
    assert "13912345678" not in repr(draft)


def test_spring_belongs_to_the_second_year_of_a_school_year():
    tasks = read(
        "序号,工作任务,责任部门,完成时限\n1,制定计划,教导处,9月5日前\n2,期末总结,教导处,1月20日前\n",
        "2025—2026学年工作计划.csv",
    )
    assert [task.due.isoformat() for task in tasks] == ["2025-09-05", "2026-01-20"]


def test_the_end_of_the_year_needs_a_year_and_nothing_else():
    tasks = read(
        "序号,工作任务,责任部门,完成时限\n1,修订制度,办公室,年底前\n2,开展培训,办公室,全年\n", "表.csv", year=2026
    )
    assert [task.due.isoformat() for task in tasks] == ["2026-12-31", "2026-12-31"]


def test_a_unit_before_a_colon_does_what_follows():
    tasks = read(
        "2026年责任分工\n\n二、责任内容\n1、党政办：牵头协调创建，4月底前印发方案；\n2、学校：开展活动，6月底前完成。\n"
    )
    assert [(task.title, task.responsible) for task in tasks] == [
        ("牵头协调创建，4月底前印发方案", ("党政办",)),
        ("开展活动，6月底前完成", ("学校",)),
    ]


def test_who_only_supports_is_said_behind_who_is_responsible():
    tasks = read(
        "2026年要点\n\n一、重点任务\n1. 推进医共体建设。\n责任单位：县卫健局，县医保局配合\n完成时限：6月底前\n"
    )
    assert (tasks[0].responsible, tasks[0].support) == (("县卫健局",), ("县医保局",))


def test_english_sentences_end_in_their_deadline():
    tasks = read(
        "School Improvement Plan 2026\n\nPriority 1: Reading\n- Ms Carter to report to governors in July 2026.\n"
        "- All staff will complete training by the end of term.\n"
    )
    assert tasks[0].due.isoformat() == "2026-07-31"
    assert tasks[1].due is None


def test_a_list_out_of_order_stays_in_its_year():
    head = "序号,工作任务,责任部门,完成时限\n"
    rows = "1,甲事项落实,办公室,12月底前\n2,乙事项落实,办公室,4月20日前\n3,丙事项落实,办公室,5月底前\n"
    tasks = read_document((head + rows).encode(), "表.csv", Options(year=2026)).tasks
    assert [task.due.year for task in tasks] == [2026, 2026, 2026]


def test_a_confidential_paper_of_a_company_is_handled_as_internal():
    text = "CONFIDENTIAL\n\nBoard action log 2026\n\n1. Renew the lease by 30 June 2026. (Lead: Finance)\n"
    text += "2. Sign the audit. (Lead: HR)\n"
    draft = read_document(text.encode(), "log.txt")
    assert (draft.handling, [task.lead for task in draft.tasks]) == ("internal", [("Finance",), ("HR",)])


def test_a_markdown_list_of_actions_says_who_before_the_colon():
    tasks = read(
        "# Project Aurora: next steps\n\n**Date:** 4 May 2026\n\n## Actions\n\n"
        "- [ ] Dana Reyes: send the budget by Friday 8 May 2026\n- [ ] Ops team: book the venue (due 15 May 2026)\n",
        "next.md",
    )
    assert [(task.owner, task.responsible, task.due.isoformat()) for task in tasks] == [
        (("Dana Reyes",), (), "2026-05-08"),
        ((), ("Ops team",), "2026-05-15"),
    ]


def test_the_number_stands_in_the_small_table_a_web_page_begins_with():
    page = (
        "<table><tr><td>索引号：</td><td>001</td><td>文号：</td><td>河发改〔2026〕15号</td></tr></table>"
        "<h1>2026年重大项目工作计划</h1><table><tr><th>序号</th><th>任务</th><th>责任单位</th><th>时限</th></tr>"
        "<tr><td>1</td><td>改造站房</td><td>交通局</td><td>6月底前</td></tr></table>"
    )
    draft = read_document(page.encode(), "page.html")
    assert (draft.number, draft.title, len(draft.tasks)) == ("河发改〔2026〕15号", "2026年重大项目工作计划", 1)


def test_the_body_a_resolution_begins_with_does_it():
    tasks = read(
        "局长办公会议纪要\n〔2026〕3号\n会议时间：2026年4月2日\n\n一、议定事项\n"
        "1.供热科会同热力公司，于10月15日前完成管网改造。\n"
        "2.县发改局牵头，县财政局、开发区管委会配合，4月底前完成项目申报。\n"
        "3.财务股、审计股根据审计意见，20日内提出整改方案。\n"
        "4.数据中心建设要按照国家标准推进，年底前投入使用。\n"
        "5.加强办公室负责制建设。\n\n二、其他事项\n请办公室对以上事项跟踪督办。\n"
    )
    assert [(task.lead, task.responsible, task.support) for task in tasks] == [
        (("供热科",), (), ("热力公司",)),
        (("县发改局",), (), ("县财政局", "开发区管委会")),
        ((), ("财务股", "审计股"), ()),
        ((), (), ()),
        ((), (), ()),
        ((), ("办公室",), ()),
    ]
    assert [task.title for task in tasks][1::4] == ["完成项目申报", "请办公室对以上事项跟踪督办"]
    assert dues(tasks)[2][1] == "2026-04-22"


def test_a_standard_of_service_is_no_deadline():
    (task,) = read("2026年工作要点\n\n一、重点任务\n1.优化流程，3个工作日内办结企业开办。\n")
    assert (task.deadline, task.due) == ("", None)


def test_minutes_are_dated_by_their_own_meeting_not_by_the_next():
    draft = read_document(
        b"# Hall Trust\n\nMinutes of the meeting held on Tuesday 14 April 2026\n\n"
        b"1. Next meeting: Tuesday 12 May 2026, 7pm.\n\n| Action | Who | By when |\n|---|---|---|\n"
        b"| Renew insurance | Dev Patel | 30 April |\n",
        "minutes.md",
        Options(),
    )
    assert draft.issued is not None
    assert draft.issued.isoformat() == "2026-04-14"


def test_cells_that_list_are_read_as_lists_where_their_column_counts():
    tasks = read(
        "周次,日期,主要工作\n一,2026.3.2—3.8,1.开学典礼 2.家访动员\n二,2026.3.9—3.15,听课评课；安全教育\n", "表.csv"
    )
    assert [task.title for task in tasks] == ["开学典礼", "家访动员", "听课评课", "安全教育"]


def test_an_ampersand_inside_a_name_divides_nothing():
    (task,) = read(
        "| Action | Owner | Due |\n|---|---|---|\n"
        "| Train staff | Learning & Development, IT & Legal Services | 1 May 2026 |\n",
        "plan.md",
    )
    assert task.responsible == ("Learning & Development", "IT", "Legal Services")


def test_a_body_among_people_under_lead_leads():
    tasks = read(
        "| Action | Lead | Due |\n|---|---|---|\n| A book fair | J. Whitmore | 1 May 2026 |\n"
        "| A reading week | Ann Lee | 8 May 2026 |\n| A parents' evening | Sam Cole | 9 May 2026 |\n"
        "| Daily calls | Office Team | 2 May 2026 |\n",
        "plan.md",
    )
    assert (tasks[0].owner, tasks[3].lead) == (("J. Whitmore",), ("Office Team",))


def test_a_plan_over_two_years_puts_winter_into_the_second_and_marks_what_it_cannot_know():
    draft = read_document(
        b"# Council Plan 2025/26\n\n| Action | Owner | When |\n|---|---|---|\n"
        b"| Pay review | HR | Q4 |\n| Survey | HR | 31 January |\n| Audit | HR | October |\n| Fair | HR | May |\n"
        b"| Budget | HR | 31/03/26 |\n",
        "plan.md",
        Options(),
    )
    marked = {mark.task for mark in draft.marks if mark.code == "date"}
    assert dues(draft.tasks)[1:] == [
        ("Survey", "2026-01-31"),
        ("Audit", "2025-10-31"),
        ("Fair", "2025-05-31"),
        ("Budget", "2026-03-31"),
    ]
    assert marked == {0, 1, 3}


def test_quarters_of_a_fiscal_year_are_marked():
    draft = read_document(
        b"# Delivery plan FY26\n\n| Action | Owner | When |\n|---|---|---|\n| Pay review | HR | Q4 |\n",
        "plan.md",
        Options(),
    )
    assert {mark.task for mark in draft.marks if mark.code == "date"} == {0}


def test_actions_marked_amid_minutes_are_tasks_each():
    text = (
        "Project Board, 3 June 2026\n\nAction: Sarah Khan to circulate the register by Friday 12 June.\n"
        "Action: Finance to confirm the budget by end June.\nACTION (Legal): review the contract before signing.\n"
        "ACTION – Estates to close the yard by 1 July 2026.\n"
    )
    for name in ("board.md", "board.txt"):
        tasks = read(text, name)
        assert [due for _, due in dues(tasks)] == ["2026-06-12", "2026-06-30", None, "2026-07-01"]
        assert [task.owner or task.responsible for task in tasks] == [
            ("Sarah Khan",),
            ("Finance",),
            ("Legal",),
            ("Estates",),
        ]


def test_a_signature_wrapped_onto_one_line_dates_the_notice():
    draft = read_document(
        "# 关于防汛的通知\n\n1. 各镇于4月15日前完成排查。\n\n县防汛指挥部\n2026年3月20日\n".encode(),
        "通知.md",
        Options(),
    )
    assert (draft.issuer, str(draft.issued)) == ("县防汛指挥部", "2026-03-20")


def test_a_cell_of_several_dates_is_marked():
    draft = read_document(
        "序号,工作任务,责任单位,完成时限\n1,报送总结,办公室,2026年6月底前（初稿）；11月底前（定稿）\n".encode(),
        "表.csv",
        Options(),
    )
    assert dues(draft.tasks) == [("报送总结", "2026-11-30")]
    assert any(mark.task == 0 and "2 dates" in str(mark.what) for mark in draft.marks)


def test_labels_behind_the_sentences_of_an_item_say_who_and_by_when():
    tasks = read(
        "2026年工作方案\n\n一、工作任务\n1.完善制度。修订值班制度。责任单位：办公室、人事科；完成时限：2026年6月底前。\n"
        "2.道路交通。县公安局牵头，县交通局配合，9月底前完成整治。\n3.消防。县消防救援大队每月抽查，年底前全覆盖。\n"
    )
    assert dues(tasks) == [("完善制度", "2026-06-30"), ("道路交通", "2026-09-30"), ("消防", "2026-12-31")]
    assert [task.lead or task.responsible for task in tasks] == [
        ("办公室", "人事科"),
        ("县公安局",),
        ("县消防救援大队",),
    ]
    english = read(
        "# Operating plan 2026\n\n## Goal B\n\n1. Close the accounts. Owner: Finance. Deadline: 28 February 2026.\n"
        "2. The Treasurer will present options by end of Q3.\n",
        "plan.md",
    )
    assert [due for _, due in dues(english)] == ["2026-02-28", "2026-09-30"]
    assert english[0].responsible == ("Finance",)


def test_a_line_may_hold_several_labels():
    tasks = read(
        "Flood review: recommendations\n\nPublished 3 March 2026\n\nRecommendation 1: Adopt one protocol.\n"
        "Lead: Planning Unit. Support: Water Agency; Police. Timescale: 31 May 2026.\n"
    )
    assert [(task.lead, task.support, str(task.due)) for task in tasks] == [
        (("Planning Unit",), ("Water Agency", "Police"), "2026-05-31")
    ]


def test_a_time_of_closing_that_sets_limits_is_the_deadline():
    head = "序号,督办事项,主办单位,办结时间,办理情况\n"
    (ahead,) = read(f"{head}1,维修涵闸,水利局,4月底前,\n", "表.csv", year=2026)
    (closed,) = read(f"{head}1,维修涵闸,水利局,2026-04-12,已办结\n", "表.csv")
    assert (str(ahead.due), closed.due, closed.done) == ("2026-04-30", None, "2026-04-12")


def test_who_supervises_is_not_responsible():
    (task,) = read("2026年方案\n\n一、重点任务\n1. 开展会诊。（责任单位：各医院；督导处室：医政科）\n")
    assert (task.responsible, task.office) == (("各医院",), ("医政科",))
    assert column_roles("监管责任单位") == ("responsible",)


def test_rows_hidden_by_hand_are_left_out_and_rows_a_filter_hides_are_read():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["序号", "工作任务", "责任单位"], *([str(at), f"任务{at}", "综合处"] for at in range(1, 5))):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    draft = read_document(saved(book), "表.xlsx")
    assert [task.no for task in draft.tasks] == ["1", "3", "4"]
    assert [str(mark.what) for mark in draft.marks if mark.code == "sheet"] == ["hidden rows are left out: 3"]

    sheet.auto_filter.ref = "A1:C5"
    sheet.auto_filter.add_filter_column(2, ["规划处"])
    assert [task.no for task in read_document(saved(book), "表.xlsx").tasks] == ["1", "2", "3", "4"]


def saved(book):
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_full_names_in_a_column_of_bodies_are_people():
    tasks = read(
        "| Action | Owner | Due |\n|---|---|---|\n| Sign | Rebecca Lindqvist | 1 May 2026 |\n"
        "| Move | IT Operations | 2 May 2026 |\n| Test | Street Cleaning | 3 May 2026 |\n"
        "| Buy | Finance | 4 May 2026 |\n",
        "log.md",
    )
    assert [(task.responsible, task.owner) for task in tasks] == [
        ((), ("Rebecca Lindqvist",)), (("IT Operations",), ()), (("Street Cleaning",), ()), (("Finance",), ())
    ]  # fmt: skip


def test_a_table_of_white_space_goes_on_overleaf():
    """Only its first page bears the header; a row's cells break where the column ends."""
    head = [word(text, x, 80) for text, x in (("Action", 20), ("Owner", 200), ("Due", 300))]
    first = [word("Renew the", 20, 100), word("insurance", 20, 112), word("Finance", 200, 100), word("May", 300, 100),
             word("Train", 20, 134), word("HR", 200, 134), word("June", 300, 134)]  # fmt: skip
    table = find_unruled([word("Tracker", 20, 20), *head, *first], ())
    assert table.rows == (
        ("Action", "Owner", "Due"),
        ("Renew the insurance", "Finance", "May"),
        ("Train", "HR", "June"),
    )
    overleaf = [word("Tracker", 20, 20), word("Test", 20, 50), word("IT", 200, 50), word("July", 300, 50),
                word("Sell", 20, 70), word("Sales", 200, 70), word("May", 300, 70)]  # fmt: skip
    assert find_unruled(overleaf, (), table.columns).rows == (("Test", "IT", "July"), ("Sell", "Sales", "May"))
    assert find_unruled(overleaf, ()) is None


def word(text, left, top):
    return Word(text, left, left + 6 * len(text), top, top + 10)


def test_a_day_or_cadence_among_units_is_the_deadline():
    tasks = read(
        "2026年统计工作要点\n\n一、夯实基础\n1.加强规范化建设。打造示范站。（责任科室：综合科，责任人：罗静，6月底前）\n"
        "2.完善追溯制度。每季度末回溯一次。（责任科室：工业科、执法队）\n"
    )
    assert [(task.responsible, task.owner, task.deadline) for task in tasks] == [
        (("综合科",), ("罗静",), "6月底前"), (("工业科", "执法队"), (), "每季度末")
    ]  # fmt: skip


def test_everybody_of_a_kind_is_asked_by_the_sentence():
    (task,) = read(
        "Subject: Annual report 2026\n\n1) All department heads to submit drafts by 12 June 2026.\n\nBest,\nMaria\n"
    )
    assert (task.title[:20], task.responsible, task.note) == ("All department heads", ("All department heads",), "")
    assert is_group("All department heads")


def test_rows_with_only_a_title_group_the_rows_below_where_the_table_begins_with_one():
    head = "| Action | Lead | Target date |\n|---|---|---|\n"
    grouped = read(
        f"{head}| Finance | | |\n| Close accounts | Treasury | 31 May 2026 |\n| Agree budget | Treasury | June 2026 |\n"
        "| Customers | | |\n| Open portal | IT | 31 July 2026 |\n",
        "plan.md",
    )
    assert [(task.phase, task.title) for task in grouped] == [
        ("Finance", "Close accounts"), ("Finance", "Agree budget"), ("Customers", "Open portal")
    ]  # fmt: skip
    gaps = read(
        f"{head}| Close accounts | Treasury | 31 May 2026 |\n| Open portal | | |\n| Agree budget | Audit | |\n",
        "plan.md",
    )
    assert len(gaps) == 3


def test_coloured_rows_of_a_page_are_rows_of_one_table():
    """The reader of pages takes each coloured row for a table; its labels stand on two lines."""
    head = [word("Action", 20, 86), word("责任科", 200, 80), word("室", 200, 92), word("Due", 300, 86)]
    rows = [word("Renew", 20, 120), word("Finance", 200, 120), word("May", 300, 120),
            word("Train", 20, 150), word("HR", 200, 150), word("June", 300, 150)]  # fmt: skip
    table = find_unruled([*head, *rows], (110, 135), None, (180, 280))
    assert table.rows == (("Action", "责任科室", "Due"), ("Renew", "Finance", "May"), ("Train", "HR", "June"))


def test_lines_of_a_narrow_cell_are_one_name_unless_each_is_one():
    assert [glued(lines) for lines in (["市粮食和", "储备局"], ["县商务局", "县邮政公司"], ["6月14", "日前"],
                                       ["Legal", "Services"], ["Finance", "HR"], ["Renew the", "lease"])] == [
        "市粮食和储备局", "县商务局\n县邮政公司", "6月14日前", "Legal Services", "Finance\nHR", "Renew the lease"
    ]  # fmt: skip


def test_labels_over_the_header_of_a_table_are_the_documents_own():
    draft = read_document(
        "<table><tr><td colspan=3>望城街道2026年任务分解表</td></tr>"
        "<tr><td colspan=2>填报单位：党政办</td><td>填报时间：2026年1月20日</td></tr>"
        "<tr><td>序号</td><td>项目名称</td><td>责任单位</td></tr><tr><td>1</td><td>建设食堂</td><td>民政办</td></tr></table>".encode(),
        "表.html",
    )
    assert (draft.title, draft.issuer, str(draft.issued)) == ("望城街道2026年任务分解表", "党政办", "2026-01-20")
    assert [task.title for task in draft.tasks] == ["建设食堂"]


def test_what_a_column_holds_tells_what_it_is_where_its_label_is_new():
    """Neither 研讨主旨 nor 落实要求 is a known label; one holds what is to be done, the other who does it."""
    draft = read_document(
        "月份,研讨主旨,落实要求\n3月,学习全会精神,办公室牵头，人事科配合\n4月,讲授党课,机关党委负责\n"
        "5月,重温入党誓词,机关党委牵头，工会配合\n".encode(), "表.csv", Options(year=2026)
    )  # fmt: skip
    assert [(task.title, task.lead, task.responsible, task.support) for task in draft.tasks] == [
        ("学习全会精神", ("办公室",), (), ("人事科",)),
        ("讲授党课", (), ("机关党委",), ()),
        ("重温入党誓词", ("机关党委",), (), ("工会",)),
    ]
    assert any("研讨主旨" in str(mark.what) for mark in draft.marks)


def test_a_limit_set_for_closing_is_the_deadline_and_the_real_closing_is_none():
    (task,) = read(
        "事项,交办时间,要求办结时间,承办部门,实际办结时间\n通电,2026-03-02,2026-03-31,供电所,2026-03-27\n", "表.csv"
    )
    assert (str(task.due), task.done) == ("2026-03-31", "2026-03-27")


def test_a_bracket_behind_a_paragraph_says_whose_action_it_is():
    tasks = read(
        "Minutes of the meeting held on 5 May 2026\n\n"
        "1. Boiler\nThe valve leaks. Obtain two quotes. [Action: J. Hume, by 12 June] "
        "Tell the insurer. [Action: Finance Team]\n\n"
        "2. Bookings\nThe link will be sent. [Action: S. Ross]\n"
    )
    assert [(task.phase, task.title.rstrip("."), task.owner, task.responsible, task.deadline) for task in tasks] == [
        ("Boiler", "Obtain two quotes", ("J. Hume",), (), "by 12 June"),
        ("Boiler", "Tell the insurer", (), ("Finance Team",), ""),
        ("Bookings", "The link will be sent", ("S. Ross",), (), ""),
    ]


def test_who_works_with_the_body_in_charge_supports_it():
    tasks = read(
        "专题会议纪要\n\n会议决定：\n（一）由县城管局牵头，会同县公安局，重新施划泊位，2026年6月20日前完成。\n"
        "（二）由县资源局负责，会同县财政局，提出方案，于2026年8月15日前报县政府。\n"
    )
    assert [(task.lead, task.responsible, task.support) for task in tasks] == [
        (("县城管局",), (), ("县公安局",)), ((), ("县资源局",), ("县财政局",))
    ]  # fmt: skip


def test_the_day_under_a_title_is_that_of_its_issue():
    for line in ("（某市大数据局，2026年3月1日）", "（丰政办〔2026〕6号，2026年3月1日）"):
        draft = read_document(f"数字政府建设重点任务\n{line}\n一、任务\n1.扩容（项目科，7月底前）\n".encode(), "a.txt")
        assert str(draft.issued) == "2026-03-01"
    asked = read_document(
        "数字政府建设重点任务\n请各单位报送，截至2026年3月1日\n1.扩容（项目科，7月底前）\n".encode(), "a.txt"
    )
    assert asked.issued is None


def test_a_table_of_one_matter_a_column_is_read_by_its_first_column():
    tasks = read(
        "<table><tr><td>项目名称</td><td>海堤加固</td><td>医院扩建</td></tr><tr><td>责任单位</td><td>水务局</td><td>卫健委</td></tr>"
        "<tr><td>完成时限</td><td>2026年8月底</td><td>2026年10月31日</td></tr></table>", "表.html",
    )  # fmt: skip
    assert [(task.title, task.responsible, str(task.due)) for task in tasks] == [
        ("海堤加固", ("水务局",), "2026-08-31"), ("医院扩建", ("卫健委",), "2026-10-31")
    ]  # fmt: skip


def test_a_table_with_a_header_of_its_own_is_not_the_one_before_continued():
    head = (
        "| 项目 | 任务 | 责任单位（排名第一的为牵头单位） | 完成时限 |\n|---|---|---|---|\n"
        "| 市容 | 整治街巷 | 城管局、城关镇 | 6月30日前 |\n"
    )
    other = "| 批次 | 督导时间 | 督导组 | 督导对象 |\n|---|---|---|---|\n| 第一次 | 4月中旬 | 县爱卫办 | 各乡镇 |\n"
    tasks = read(f"# 2026年任务分工\n\n{head}\n安排如下\n\n{other}| 第二次 | 7月上旬 | 县督查室 | 各乡镇 |\n", "a.md")
    assert (tasks[0].lead, tasks[0].responsible) == (("城管局",), ("城关镇",))
    assert "批次" not in [task.title for task in tasks]


def test_a_form_with_its_matter_in_the_row_over_it_is_one_task():
    (task,) = read(
        "<table><tr><th colspan=4>案件1：小区房产证办理问题</th></tr>"
        "<tr><td>包案领导</td><td>区委常委 梅芳</td><td>责任单位</td><td>区住建局</td></tr>"
        "<tr><td>化解措施</td><td colspan=3>分批办证</td></tr>"
        "<tr><td>化解时限</td><td>2026年6月30日前</td><td>目前进展</td><td></td></tr></table>", "卡.html",
    )  # fmt: skip
    assert (task.title, task.leader, task.responsible, str(task.due)) == (
        "小区房产证办理问题", ("区委常委 梅芳",), ("区住建局",), "2026-06-30"
    )  # fmt: skip


def test_what_a_council_resolves_is_done_by_whom_it_names():
    tasks = read(
        "Minutes of the Council Meeting of 21 April 2026\n\n26/041 Playing field\n"
        "RESOLVED that the Events Working Party submit costed options by 30 June 2026.\n\n"
        "26/044 Accounts\nRESOLVED that the accounts be noted.\n"
    )
    assert [(task.phase, task.responsible, str(task.due)) for task in tasks] == [
        ("Playing field", ("Events Working Party",), "2026-06-30")
    ]


def test_a_bulletin_is_called_by_its_subject_and_its_issue_is_no_number():
    draft = read_document(
        "督查通报\n〔2026〕第8期\n白云县委督查室　白云县政府督查室　2026年7月6日\n关于重点项目建设情况的通报\n"
        "一、下步要求\n1.完成征地。（责任单位：资源局；完成时限：7月20日前）\n".encode(), "a.txt",
    )  # fmt: skip
    assert (draft.title, draft.number) == ("关于重点项目建设情况的通报", "")
    assert (draft.issuer, str(draft.issued)) == ("白云县委督查室、白云县政府督查室", "2026-07-06")


def test_what_is_done_already_stands_behind_its_dash():
    tasks = read(
        "# Roadmap 2026\n\n- Single sign-on – IT Team – 31 March 2026 – DONE\n- New site – Web Team – by 15 May\n",
        "a.md",
    )
    assert [(task.responsible, task.deadline, task.state) for task in tasks] == [
        (("IT Team",), "31 March 2026", "done"), (("Web Team",), "by 15 May", "")
    ]  # fmt: skip


def test_one_rule_under_a_header_parts_no_rows_and_a_narrow_label_takes_two_lines():
    head = [word("序", 20, 80), word("任务", 100, 86), word("责任单位", 200, 86), word("完成时", 300, 80),
            word("号", 20, 92), word("限", 300, 92)]  # fmt: skip
    rows = [word("一", 20, 120), word("出台办法", 100, 120), word("商务局", 200, 120), word("3月底", 300, 120),
            word("二", 20, 146), word("举办活动", 100, 146), word("工信局", 200, 146), word("11月底", 300, 140),
            word("前", 300, 152)]  # fmt: skip
    table = find_unruled([*head, *rows], (107, 107.5))
    assert table.rows == (
        ("序号", "任务", "责任单位", "完成时限"),
        ("一", "出台办法", "商务局", "3月底"),
        ("二", "举办活动", "工信局", "11月底前"),
    )


def test_planned_days_partner_agencies_and_what_groups_rows_are_known_by_their_labels():
    (task,) = read("工作内容,责任部门,计划开始,计划完成\n检验设备,设备部,2026-04-01,2026-05-15\n", "表.csv")
    assert (task.starts, str(task.due)) == ("2026-04-01", "2026-05-15")
    tasks = read(
        "| Priority | Action | Lead agency | Partner agencies | Timescale |\n|---|---|---|---|---|\n"
        "| Burglary | Offer surveys | Police | Housing Services | May 2026 |\n"
        "| Burglary | Install gates | Council | Police | June 2026 |\n", "plan.md",
    )  # fmt: skip
    assert [(task.phase, task.lead, task.support) for task in tasks] == [
        ("Burglary", ("Police",), ("Housing Services",)), ("Burglary", ("Council",), ("Police",))
    ]  # fmt: skip
    graded = read(
        "| Urgency | Action | Owner | Due |\n|---|---|---|---|\n| High | Fix roof | Estates Team | May 2026 |\n"
        "| High | Fix door | Estates Team | May 2026 |\n| Low | Paint | Estates Team | June 2026 |\n", "plan.md",
    )  # fmt: skip
    assert {task.phase for task in graded} == {""}
