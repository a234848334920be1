"""The example plans say what the documents say that they were made from, and what is overdue comes out of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from plans.check import check_plan
from plans.directory import Directory
from plans.model import Finding, Phase, Plan, Reading, Task
from plans.occurrences import Outlook, expand, task_reading
from plans.read import directory_of, read_directory, read_plan
from plans.workdays import Workdays

EXAMPLES = Path(__file__).parents[1] / "plans" / "examples"
CHINA = Workdays()
SOME_FRIDAY = date(2018, 6, 8)

# Which task (or phase) of the plan stands for each task of the document, in the document's order.
ORDER = {
    "000": (
        "changzhou-2018",
        """group-study leaders-exchange industry-lectures company-visits campus-visits park-survey seminar-companies
        seminar-resources seminar-services phase:launch phase:study phase:results phase:deepen survey-results""",
    ),
    "001": (
        "changzhou-2023",
        """xuexi-ershida zeren-shiming lingjun-qiye gaoqi-peiyu shuangzhao gaoxinqu zhongda-pingtai yanfa-pingtai
        zongheti zaiti-shengji fuhua-shuiping yincai-yucai gaoduan-rencai zhenzhangtuan guoji-hezuo chanxueyan-hezuo
        jiebang zhengce keji-fuwuye fuwu-pinpai dang-lingdao sixiang zuofeng lianjie dangjian-ronghe duiwu anquan
        fazhi""",
    ),
    "002": ("district-2023", "zuofeng keji-touru hexin-jishu rencai"),
    "003": (
        "suqian-2018",
        """fangan chazhao-wenti wenjuan jin-yuanqu xuanchuan xuexi zuotan-zhengwu zuotan-jiaoyi zhuanlan zhengwen
        dajiatan wangluo-taolun zhuanhua-chengguo zhidu-chengguo zongjie zhuti-xuexi zhuti-gaige zhuti-kaifang
        zhuti-fazhan phase:fadong phase:taolun phase:zhuanhua phase:shenhua""",
    ),
    "004": (
        "learning-2009",
        """phase:research debate field-research company-help phase:analysis democratic-meeting analysis-report
        phase:correction correction-plan hard-cases lasting-rules""",
    ),
}

# What the documents call the units and groups of the directory, where it isn't simply a name in it.
CALLED = {
    "001": {"办公室": "cz-bangongshi"},
    "002": {"局办公室": "qu-bangongshi", "农业与社会开展科": "qu-nongshe"},
}
# The person a document names -> the invented one, where names aren't masked.
INVENTED = {"003": {"臧广荣": "顾长河", "童学宝": "程远航", "魏旭光": "陆雪松", "刘宝春": "方晓岚"}}


class Example(NamedTuple):
    """A plan with its directory and what reading the two found."""

    plan: Plan
    directory: Directory
    findings: list[Finding]

    @property
    def outlook(self) -> Outlook:
        workdays = Workdays(self.plan.workdays, closed=self.directory.closed, worked=self.directory.worked)
        return Outlook(self.plan, self.directory, workdays, through=date(self.plan.plan_year or 1, 12, 31))

    def task(self, name: str) -> Task:
        return next(task for task in self.plan.tasks if task.id == name)

    def phase(self, name: str) -> Phase | None:
        return next((phase for phase in self.plan.phases if phase.id == name), None)

    def units(self, *written: str) -> set[str]:
        return {unit for text in written for unit in self.directory.members(text)}

    def reading(self, name: str) -> Reading:
        if name.startswith("phase:"):
            phase = self.phase(name.removeprefix("phase:"))
            assert phase is not None
            return task_reading(self.outlook, Task(id="", title="", place=phase.place), phase)
        task = self.task(name)
        return task_reading(self.outlook, task, self.phase(task.phase))


def example(name: str) -> Example:
    file = EXAMPLES / f"{name}.yaml"
    plan, findings = read_plan(file.read_bytes(), file.name)
    assert plan is not None
    directory = directory_of(plan)
    if directory is None:
        shared = EXAMPLES / plan.directory
        directory, more = read_directory(shared.read_bytes(), shared.name)
        findings = [*findings, *more]
    assert directory is not None
    return Example(plan, directory, findings)


PLANS = sorted(file.stem for file in EXAMPLES.glob("*.yaml") if file.stem != "directory")


@pytest.mark.parametrize("name", PLANS)
def test_an_example_reads_and_checks_without_an_error(name: str):
    shown = example(name)
    findings = [
        *shown.findings,
        *check_plan(shown.plan, shown.directory, shown.outlook.workdays, today=shown.plan.issued),
    ]
    assert [str(finding) for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_called_as_its_file_and_its_tasks_by_words_that_stay(name: str):
    plan = example(name).plan
    assert name in (plan.id, "quickstart")
    ids = [task.id for task in plan.tasks]
    assert len(set(ids)) == len(ids)
    assert all(task.id.isascii() and not task.id.isdigit() for task in plan.tasks)


@pytest.mark.parametrize("name", PLANS)
def test_everybody_a_task_names_is_known_and_can_be_reached(name: str):
    shown = example(name)
    for row in expand(shown.outlook):
        assert row.leads, row
        for _, unit in row.units:
            assert shown.directory.reach(shown.directory.units[unit]), unit
    named = [who for task in shown.plan.tasks for who in (*task.leader, *task.owner)]
    assert [who for who in named if shown.directory.person(who) is None] == []


def test_the_directory_invents_its_people():
    directory = example("suqian-2018").directory
    assert {mail.split("@")[1].split(".", 1)[1] for mail in _mails(directory)} == {"example.org"}
    names = [person.name for person in directory.people.values()]
    assert len(set(names)) == len(names)
    posts = [
        getattr(unit, post) for unit in directory.units.values() for post in ("head", "deputy", "contact", "leader")
    ]
    assert {post for post in posts if post} == set(directory.people)


def _mails(directory: Directory) -> Iterator[str]:
    yield from (unit.mail for unit in directory.units.values() if unit.mail)
    yield from (person.mail for person in directory.people.values())


def test_the_office_two_houses_share_by_name_is_never_guessed():
    directory = example("changzhou-2023").directory
    assert directory.unit("办公室") is None
    assert directory.unit("市科技局办公室") is directory.units["cz-bangongshi"]
    assert directory.unit("区科技局办公室") is directory.units["qu-bangongshi"]
    assert directory.unit("局高新处") is directory.units["cz-gaoxin"]


def test_on_a_friday_in_june_exactly_seven_rows_are_overdue():
    assert sorted(_overdue(SOME_FRIDAY)) == [
        ("changzhou-2018", "1", 14, 10),
        ("changzhou-2018", "3", 9, 7),
        ("suqian-2018", "1", 14, 10),
        *(("suqian-2018", item, 8, 6) for item in ("2", "3", "4", "5")),
    ]


def _overdue(day: date) -> Iterator[tuple[str, str, int, int]]:
    for name in PLANS:
        shown = example(name)
        if (shown.plan.issued or date(shown.plan.plan_year or 1, 1, 1)) > day or (shown.plan.closed or day) < day:
            continue
        for row in expand(shown.outlook):
            if row.due is not None and row.due < day and row.kind != "report":
                number = shown.task(row.task).no
                yield name, number, (day - row.due).days, CHINA.count(row.due, day)


def test_rows_without_a_day_ask_for_reports_and_are_never_overdue():
    rows = [row for row in expand(example("suqian-2018").outlook) if row.task == "zhuti-xuexi"]
    assert [(row.kind, row.due) for row in rows if row.kind != "report"] == [("undated", None)]
    assert [row.due for row in rows if row.kind == "report"] == [
        date(2018, 6, 30),
        date(2018, 9, 30),
        date(2018, 12, 31),
    ]


def test_every_leader_and_every_section_answers_for_itself():
    rows = expand(example("learning-2009").outlook)
    assert [(row.name, row.due) for row in rows if row.task == "analysis-report"] == [
        (section, date(2009, 6, 30)) for section in ("jh-xingzheng", "jh-jihua", "jh-chengguo", "jh-zhishi")
    ]
    assert len([row for row in rows if row.task == "hard-cases"]) == 4


def test_targets_keep_their_sense():
    shown = example("changzhou-2023")
    (companies,) = shown.task("gaoqi-peiyu").targets
    assert (companies.kind, companies.op, companies.value, companies.unit) == ("increment", ">=", 600.0, "家")
    assert [(target.op, target.value) for target in shown.task("lingjun-qiye").targets] == [(">", 50.0), (">", 700.0)]
    share = shown.task("zeren-shiming").targets[0]
    assert (share.kind, share.op, share.value, share.unit) == ("share", ">", 3.35, "%")


@pytest.fixture(scope="session")
def gold(samples: Path) -> dict[str, dict]:
    files = {file.name[:3]: file for file in (samples / "documents" / "gold").glob("00*.json")}
    return {number: json.loads(files[number].read_text(encoding="utf-8")) for number in ORDER}


@pytest.fixture(params=sorted(ORDER))
def pair(request: pytest.FixtureRequest, gold: dict[str, dict]) -> tuple[str, Example, list[tuple[dict, str]]]:
    """Return a document's number, its plan, and (task of the document, name in the plan) in order."""
    name, order = ORDER[request.param]
    return request.param, example(name), list(zip(gold[request.param]["tasks"], order.split(), strict=True))


def test_every_task_of_the_document_is_in_the_plan_and_no_other(pair):
    _, shown, order = pair
    tasks = [name for _, name in order if not name.startswith("phase:")]
    assert tasks == [task.id for task in shown.plan.tasks]


def test_number_and_day_of_issue_are_the_documents(pair, gold):
    number, shown, _ = pair
    said = gold[number]["plan"]
    assert shown.plan.number == said["doc_no"]
    assert (shown.plan.issued.isoformat() if shown.plan.issued else "") == said["issue_date"]
    assert shown.plan.plan_year == said["plan_year"]


def test_every_deadline_is_the_documents(pair):
    number, shown, order = pair
    for said, name in order:
        reading = shown.reading(name)
        due = reading.due.isoformat() if reading.due else None
        assert due in [said["due"], *said.get("due_alt", [])], (number, name, reading)
        if said["deadline"]:
            assert reading.text == said["deadline"], (number, name)
            assert reading.kind == said["kind"], (number, name)
        if said["start"]:
            assert reading.start == date.fromisoformat(said["start"]), (number, name)


def test_tasks_stand_together_in_phases_as_in_the_document(pair):
    _, shown, order = pair
    together = {(said["phase"], shown.task(name).phase) for said, name in order if not name.startswith("phase:")}
    assert len(together) == len({said for said, _ in together}) == len({phase for _, phase in together})
    assert all(shown.phase(phase) for _, phase in together)


def test_every_unit_of_the_document_has_its_role(pair):
    number, shown, order = pair
    called = CALLED.get(number, {})
    for said, name in order:
        named = [*said["lead"], *said["responsible"], *said["support"]]
        if not named:
            continue  # the clerk's defaults, and what is asked one by one, are the plan's own
        task = shown.task(name)
        assert [shown.units(unit) for unit in task.lead] == [
            shown.units(called.get(unit, unit)) for unit in said["lead"]
        ], name
        found = shown.units(*task.lead, *task.responsible, *task.support, *task.each)
        assert found == shown.units(*(called.get(unit, unit) for unit in named)), name
        assert all(shown.units(called.get(unit, unit)) for unit in named), name


def test_every_person_of_the_document_has_an_invented_one_in_the_same_role(pair):
    number, shown, order = pair
    for said, name in order:
        if name.startswith("phase:"):
            continue
        task = shown.task(name)
        assert len(task.leader) == len(said["leaders"])
        assert len(task.owner) == len(said["persons"])
        if number in INVENTED:
            assert list(task.leader) == [INVENTED[number][leader] for leader in said["leaders"]]


def test_the_plan_of_the_first_screen_has_eight_lines_and_one_row_that_reaches_two_people():
    plan = (EXAMPLES / "quickstart.yaml").read_text(encoding="utf-8").split("\n\n")[0]
    assert len(plan.splitlines()) == 8
    shown = example("quickstart")
    (row,) = expand(shown.outlook)
    assert (row.task, row.due, row.leads) == ("drill", date(2026, 5, 25), ("safety", "operations"))
    contacts = [shown.directory.person(shown.directory.units[unit].contact) for unit in row.leads]
    assert [contact.mail for contact in contacts if contact] == ["ada.marsh@example.org", "joan.bell@example.org"]
