"""The keys of a directory: units, people, groups, days."""

from __future__ import annotations

from plans.language.keys import LANGUAGES, Shape, key
from plans.model import say

POST = Shape(
    "post",
    say("post"),
    say("who holds a post of a unit for a time; before and after it the post is as the unit says"),
    (
        key(
            "post",
            "职位",
            "choice",
            say("which post"),
            "contact",
            choices={
                "contact": ("contact", "联络员", "联系人"),
                "deputy": ("deputy", "副职"),
                "head": ("head", "负责人", "主要负责人"),
                "leader": ("leader", "分管领导"),
            },
            required=True,
        ),
        key("person", "人员,姓名", "text", say("who holds it"), "wangmin", required=True),
        key("from", "从,自", "date", say("the first day; from the beginning if there is none"), "2026-07-01"),
        key("to", "到,至", "date", say("the last day; until further notice if there is none"), "2026-12-31"),
    ),
)
UNIT = Shape(
    "unit",
    say("unit"),
    say("a unit of the house; the order of the file is the official order"),
    (
        key("name", "名称", "text", say("the unit's full name"), say("Safety Division"), required=True),
        key("aliases", "别名,简称", "words", say("other names documents use for it"), say("[Safety Inspection]")),
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
        key(
            "posts",
            "任职",
            "list:post",
            say("who holds a post from when to when"),
            "- {post: contact, person: wangmin}",
        ),
    ),
    bare="name",
)
AWAY = Shape(
    "away",
    say("away"),
    say("days a person is away, and who stands in"),
    (
        key("from", "从,自", "date", say("the first day"), "2026-07-01", required=True),
        key("to", "到,至", "date", say("the last day"), "2026-07-14", required=True),
        key("deputy", "代理人", "text", say("who gets the letters meanwhile"), "wangmin"),
    ),
)
PERSON = Shape(
    "person",
    say("person"),
    say("somebody who can be told"),
    (
        key("name", "姓名,名称", "text", say("the person's name"), say("Joan Bell"), required=True),
        key("title", "职务", "text", say("the post, as a letter addresses it"), say("Head of division")),
        key("mail", "邮箱", "mail", say("the one address letters go to"), "wangmin@example.org"),
        key("phone", "电话", "text", say("the telephone to call"), "8002"),
        key("unit", "单位,所在单位", "text", say("the unit the person works in"), "safety"),
        key(
            "language",
            "语言",
            "choice",
            say("the language of letters to this person"),
            "zh",
            choices=LANGUAGES,
        ),
        key(
            "away",
            "请假,外出",
            "list:away",
            say("days away, with who stands in"),
            "- {from: 2026-07-01, to: 2026-07-14}",
        ),
    ),
    bare="name",
)
GROUP = Shape(
    "group",
    say("group"),
    say("several units with one name, such as 各处室"),
    (
        key("name", "名称", "text", say("the group's name; the id if there is none"), say("all divisions")),
        key(
            "aliases",
            "别名,简称",
            "words",
            say("other names documents use for it"),
            say("[all divisions of the office]"),
        ),
        key(
            "members",
            "成员",
            "names",
            say("its units, in order; groups may stand in groups"),
            say("[Safety, Operations]"),
            required=True,
        ),
    ),
)
DIRECTORY = Shape(
    "directory",
    say("directory"),
    say("the units, people and groups of a house; one file shared by its plans"),
    (
        key("name", "名称", "text", say("the name of the house"), say("Evergreen City Science Bureau")),
        key(
            "office",
            "督办单位",
            "text",
            say("the unit that follows up, where a plan names none"),
            say("General Office"),
        ),
        key("units", "单位", "map:unit", say("the units by id, in official order"), say("safety: Safety")),
        key("people", "人员", "map:person", say("the people by id"), say("bell: Joan Bell")),
        key("groups", "分组", "map:group", say("groups of units by id"), say("all: [Safety, Operations]")),
        key("closed", "放假", "dates", say("days the house is closed, beside the official holidays"), "[2026-10-09]"),
        key("worked", "补班", "dates", say("weekend days the house works, beside the official ones"), "[2026-10-10]"),
    ),
)
