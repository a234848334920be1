"""Letters an office would send: each model beside the words it becomes, in Chinese and English.

The expected letters lie in golden/letters; `DUBAN_GOLDEN=write pytest tests/test_letters.py` writes them anew.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.chat import chat
from notifications.letters import compose, lay_out
from notifications.notices import Break, Counting, DeskLine, LetterModel, Line, Recipient
from notifications.phrases import LEADS, OVERDUE, TAGS, URGENCY
from notifications.typesetting import LINE, plain, width
from plans.model import say

GOLDEN = Path(__file__).parent / "golden" / "letters"
TODAY = date(2018, 6, 12)
FRIDAY = date(2018, 6, 15)

SAFETY = {
    "plan_id": "safety",
    "plan_title": "防汛安全工作方案",
    "plan_number": "某管发〔2018〕9号",
    "leads": ("综合处",),
    "unit_role": "lead",
    "post": "contact",
}
STUDY = {**SAFETY, "plan_id": "study", "plan_title": "读书活动方案", "plan_number": ""}

DRILL = Line(
    task_id="drill", task_no="6", title="组织防汛演练不少于4次", kind="notice", due=FRIDAY, workdays=3, days=3, **SAFETY
)
COLUMN = Line(
    task_id="column", task_no="9", title="开办网站专栏", kind="notice", due=FRIDAY, workdays=3, days=3, **SAFETY
)
PUMPS = Line(
    task_id="pumps", task_no="2", title="检修排水泵站", kind="late", due=date(2018, 6, 1), workdays=7, days=11, **SAFETY
)
BOOKS = Line(task_id="books", task_no="三", title="报送书目", kind="today", due=TODAY, workdays=0, days=0, **STUDY)

SHEET = replace(
    PUMPS,
    kind="press",
    post="head",
    sheet="督办单",
    number="某督〔2018〕3号",
    signer="陈立",
    answer_by=date(2018, 6, 15),
    note="已修3台",
    told=((date(2018, 5, 29), "notice"), (date(2018, 6, 4), "late"), (date(2018, 6, 6), "urge")),
)

LETTER = LetterModel(
    Recipient("王敏", unit="综合处"),
    "ladder",
    TODAY,
    "活动办（宣传室）",
    lines=(DRILL, COLUMN),
    office_contact="李明",
    office_phone="010-5550100",
    office_mail="office@example.org",
)
HEAD = Recipient("周文", title="副处长", unit="综合处", role="cc")
LEADER = Recipient("陈立", title="副主任", rank="up")
PEER = Recipient("赵清", unit="水务局", rank="level")

BOAT = Break("端午节", date(2018, 6, 16), date(2018, 6, 18))
FORECAST = say("The holidays of {year} are not announced yet; its working days are a forecast.", year=2019)

CASES = {
    "reminder": replace(LETTER, counting=(Counting(breaks=(BOAT,)),)),
    "one task": replace(LETTER, lines=(replace(DRILL, written="6月中旬", original_due=date(2018, 6, 8)),)),
    "two plans, three urgencies": replace(LETTER, lines=(DRILL, BOOKS, COLUMN, PUMPS)),
    "copy to a deputy": replace(
        LETTER, recipient=HEAD, lines=(replace(PUMPS, kind="urge", post="deputy", addressee="王敏"),)
    ),
    "assignment": replace(
        LETTER,
        kind="assign",
        lines=(
            replace(DRILL, kind="assign", support=("运行处", "宣传室"), measures=("演练4次", "每次有总结")),
            replace(COLUMN, kind="assign", unit_role="support", leads=("宣传室",), due=None, written="长期坚持"),
        ),
    ),
    "overdue": replace(LETTER, lines=(replace(PUMPS, late=True, note="已修3台"),)),
    "urged": replace(
        LETTER,
        lines=(
            replace(
                PUMPS,
                kind="urge",
                answer_by=date(2018, 6, 15),
                told=((date(2018, 5, 29), "notice"), (date(2018, 6, 1), "today"), (date(2018, 6, 4), "late")),
            ),
        ),
    ),
    "pressed": replace(LETTER, kind="sheet", recipient=Recipient("周文", title="处长", unit="综合处"), lines=(SHEET,)),
    "pressed, copy to a leader": replace(
        LETTER, kind="sheet", recipient=LEADER, lines=(replace(SHEET, post="leader", unit_role="", addressee="周文"),)
    ),
    "pressed, copy to a deputy": replace(
        LETTER, kind="sheet", recipient=HEAD, lines=(replace(SHEET, post="deputy", addressee="周文"),)
    ),
    "assignment sheet": replace(
        LETTER,
        kind="sheet",
        lines=(
            replace(
                DRILL,
                kind="assign",
                sheet="交办单",
                number="某交〔2018〕7号",
                signer="陈立",
                answer_by=date(2018, 6, 14),
                measures=("演练4次", "每次有总结"),
                support=("运行处", "宣传室"),
            ),
        ),
    ),
    "behind": replace(LETTER, lines=(replace(DRILL, kind="behind", note="已演练1次"),)),
    "asked of a peer": replace(LETTER, recipient=PEER, lines=(replace(PUMPS, leads=("水务局", "综合处")),)),
    "submitted to a leader": replace(
        LETTER, recipient=LEADER, lines=tuple(replace(line, post="leader", unit_role="") for line in (DRILL, PUMPS))
    ),
    "weekly roll-up": replace(
        LETTER,
        recipient=LEADER,
        kind="rollup",
        lines=tuple(replace(line, post="leader", unit_role="") for line in (DRILL, COLUMN, PUMPS)),
    ),
    "progress report": replace(
        LETTER, lines=(replace(COLUMN, kind="report", unit_role="responsible", written="长期坚持", leads=("宣传室",)),)
    ),
    "changed": replace(
        LETTER, kind="changed", lines=(replace(DRILL, kind="changed", original_due=date(2018, 6, 1), note="汛期提前"),)
    ),
    "returned": replace(LETTER, kind="returned", lines=(replace(DRILL, kind="returned", note="缺少演练总结"),)),
    "accepted": replace(LETTER, kind="accepted", lines=(replace(DRILL, kind="accepted"),)),
    "internal": replace(LETTER, lines=(replace(DRILL, internal=True, note="不外传"), replace(COLUMN, internal=True))),
    "with links": replace(
        LETTER,
        recipient=Recipient("", unit="综合处"),
        lines=(replace(DRILL, post="unit", link="https://duban.example.org/r/db_r_2f7k3m9qx4t8w6y1/"),),
    ),
    "across the year, in rehearsal": replace(
        LETTER,
        lines=(
            replace(DRILL, due=date(2019, 1, 4), workdays=142, days=206),
            replace(COLUMN, post="", unit_role="each"),
        ),
        counting=(Counting(footers=(FORECAST,)),),
        rehearsal=True,
        redirected_from="王敏 <wang@example.org>",
    ),
    "morning desk": replace(
        LETTER,
        recipient=Recipient("李明", unit="活动办"),
        kind="desk",
        lines=(),
        desk=(
            DeskLine(
                "release",
                "防汛安全工作方案",
                "2",
                "检修排水泵站",
                kind="urge",
                unit="综合处",
                person="王敏",
                workdays=1,
            ),
            DeskLine(
                "call",
                "防汛安全工作方案",
                "2",
                "检修排水泵站",
                due=date(2018, 6, 1),
                unit="综合处",
                person="王敏",
                phone="010-5550123",
                workdays=7,
                text="问清何时修完",
            ),
            DeskLine(
                "extend", title="组织防汛演练", due=FRIDAY, unit="运行处", until=date(2018, 6, 29), text="场地未落实"
            ),
            DeskLine("verify", title="开办网站专栏", unit="宣传室", workdays=2),
            DeskLine("undated", title="完善制度", text="适时"),
            DeskLine("failed", title="临近提醒", person="钱进", text="550 5.1.1 no such user"),
        ),
    ),
}


def in_english(model: LetterModel) -> LetterModel:
    """Return a letter as whoever fills it in for an English reader would: names of holidays, no name of a sheet."""
    counting = tuple(
        replace(one, breaks=tuple(replace(off, name="Dragon Boat Festival") for off in one.breaks))
        for one in model.counting
    )
    lines = tuple(replace(line, sheet=ENGLISH.get(line.sheet, line.sheet)) for line in model.lines)
    return replace(model, recipient=replace(model.recipient, language="en"), counting=counting, lines=lines)


ENGLISH = {"督办单": "Supervision sheet", "交办单": "Assignment sheet"}


def test_a_letter_says_of_which_items_each_calendar_counts_the_days():
    safety = Counting((DRILL.plan_id,), breaks=(BOAT,), footers=(FORECAST,))
    study = Counting((BOOKS.plan_id,), workdays="GB-ENG", timezone="Europe/London")
    both = replace(LETTER, lines=(DRILL, BOOKS, COLUMN), counting=(safety, study))
    text = compose(both).text.replace("\n", "")
    for said in (
        "第2、3条：工作日按国务院办公厅放假安排计算。", "第1条：工作日按GB-ENG的法定节假日计算。",
        "第2、3条：日期按北京时间计。", "第1条：日期按Europe/London计。", "端午节放假（第2、3条）", "第2、3条：2019 年",
    ):  # fmt: skip
        assert said in text, text
    alone = compose(replace(LETTER, counting=(safety,))).text.replace("\n", "")
    assert "工作日按国务院办公厅放假安排计算。" in alone
    assert "条：工作日" not in alone


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_a_letter_reads_as_an_office_writes_it(case: str, language: str) -> None:
    letter = compose(CASES[case] if language == "zh" else in_english(CASES[case]))
    stem = GOLDEN / f"{case.replace(',', '').replace(' ', '-')}.{language}"
    made = {f"{stem}.txt": f"{letter.subject}\n\n{letter.text}"}
    if case in {"two plans, three urgencies", "with links", "pressed"}:  # the others are laid out alike
        made[f"{stem}.html"] = letter.html
    if os.environ.get("DUBAN_GOLDEN") == "write":
        for name, text in made.items():
            Path(name).write_text(text, "utf-8")
    for name, text in made.items():
        assert text == Path(name).read_text("utf-8"), f"{Path(name).name} has changed"


class Words(HTMLParser):
    """What a reader sees of a page, and how it is dressed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._number, self._hidden = 0, False
        self.feed(html)

    @property
    def undressed(self) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, {key: value for key, value in had.items() if key != "style"}) for tag, had in self.tags]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in {"title", "style"}
        if tag == "ol":
            self._number = int(dict(attrs)["start"] or 0) - 1
        if tag == "li":
            self._number += 1
            self.seen.append(f"{self._number}.")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (the parser's signature)
        self._hidden = False


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_text_and_html_say_the_same(case: str, language: str) -> None:
    model = CASES[case] if language == "zh" else in_english(CASES[case])
    letter, page = compose(model), lay_out(model)
    seen = squeezed("".join(Words(letter.html).seen))
    for section in page.sections:  # in HTML a badge stands before the sentence, the text has none
        seen = seen.replace(squeezed(section.badge + section.lead), squeezed(section.lead), 1)
    assert seen == squeezed(letter.text)


@pytest.mark.parametrize("case", CASES)
def test_no_line_of_the_text_is_wider_than_a_terminal(case: str) -> None:
    for model in (CASES[case], in_english(CASES[case])):
        assert max(width(line) for line in compose(model).text.splitlines()) <= LINE


@pytest.mark.parametrize("case", CASES)
def test_a_page_loads_nothing_and_works_for_a_screen_reader(case: str) -> None:
    page = Words(compose(CASES[case]).html)
    names = {tag for tag, _ in page.tags}
    assert not names & {"img", "script", "link", "iframe", "form", "object", "video", "svg"}
    layout = [attributes.get("role") == "presentation" for tag, attributes in page.tags if tag == "table"]
    headed = [attributes == {"scope": "row"} for tag, attributes in page.undressed if tag == "th"]
    assert all(headed)
    assert layout.count(False) == (1 if headed else 0)  # the fields of a sheet are a table, all others are layout
    assert ("html", {"lang": "zh-CN"}) in page.tags
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags
    assert "url(" not in compose(CASES[case]).html
    assert not any(name == "src" for _, attributes in page.tags for name in attributes)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_is_readable_in_light_and_in_dark() -> None:
    html = "".join(compose(model).html for model in CASES.values())
    light = set(re.findall(r"[^-\w]color:(#[0-9a-f]{6});", html))
    dark = set(re.findall(r"{ color: (#[0-9a-f]{6}) !important", html))
    assert len(light) >= 4
    assert len(dark) == 4
    assert "background" not in html  # the reader's own stands behind: white, or the dark of the client
    assert min(contrast(colour, "#ffffff") for colour in light) >= 4.5
    assert min(contrast(colour, ground) for colour in dark for ground in ("#121212", "#1e1e1e", "#2b2b2b")) >= 4.5


def test_no_colour_stands_without_its_word() -> None:
    for model in CASES.values():
        page = lay_out(model)
        html = compose(model).html
        for section in page.sections:
            assert f">{section.badge}</span>" in html


def test_the_most_urgent_comes_first_and_numbers_run_through() -> None:
    sections = lay_out(CASES["two plans, three urgencies"]).sections
    assert [section.tone for section in sections] == ["late", "today", "soon"]
    assert [entry.number for section in sections for entry in section.entries] == [1, 2, 3, 4]


def test_the_most_urgent_kind_names_the_letter() -> None:
    assert compose(CASES["two plans, three urgencies"]).subject.startswith(
        "【逾期提示】1项任务已过时限，请说明情况，另有3项——"
    )


def test_the_subject_of_the_model_letter() -> None:
    assert compose(CASES["reminder"]).subject == "【临近提醒】2项任务6月15日（周五）到期——防汛安全工作方案"


@pytest.mark.parametrize("kind", URGENCY)
def test_a_leader_is_never_chased_in_a_subject(kind: str) -> None:
    for letter_kind in ("ladder", "rollup", "assign"):
        line = replace(PUMPS, kind=kind, post="leader", unit_role="")
        subject = compose(replace(LETTER, recipient=LEADER, kind=letter_kind, lines=(line,))).subject
        assert subject.startswith("【呈阅】")
        assert not re.search("催办|逾期|督办", subject)


@pytest.mark.parametrize("kind", sorted(OVERDUE))
def test_a_peer_is_asked_and_not_chased(kind: str) -> None:
    letter = compose(replace(LETTER, recipient=PEER, lines=(replace(PUMPS, kind=kind),)))
    assert letter.subject.startswith("【商请】")
    assert "贵局" in letter.text
    assert "商请" in letter.text


def test_a_copy_says_that_it_is_one_and_to_whom_the_letter_went() -> None:
    letter = compose(CASES["copy to a deputy"])
    assert letter.subject.startswith("【催办·抄送】")
    assert "已请王敏" in letter.text
    assert "抄送，供您知悉" in letter.text


def test_an_internal_plan_lets_numbers_and_dates_out_and_no_words() -> None:
    letter = compose(CASES["internal"])
    for secret in ("防汛", "演练", "专栏", "不外传"):
        assert secret not in letter.subject + letter.text + letter.html
    assert "第6项" in letter.text
    assert "6月15日" in letter.text


def test_without_a_link_one_replies_or_calls() -> None:
    letter = compose(CASES["reminder"])
    assert "http" not in letter.text
    assert "直接回复本邮件或来电" in letter.text


def test_a_link_stands_on_a_line_of_its_own() -> None:
    letter = compose(CASES["with links"])
    assert "https://duban.example.org/r/db_r_2f7k3m9qx4t8w6y1/" in letter.text.splitlines()
    assert 'href="https://duban.example.org/r/db_r_2f7k3m9qx4t8w6y1/"' in letter.html


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        'https://a"onclick=x',
        "https://a\r\nX: y",
        "//a",
        "ftp://a",
    ],
)
def test_only_web_addresses_are_links(link: str) -> None:
    letter = compose(replace(LETTER, lines=(replace(DRILL, link=link),)))
    assert "href" not in letter.html
    assert link not in letter.text


def test_a_letter_with_nothing_to_say_is_not_written() -> None:
    with pytest.raises(ValueError, match="something to say"):
        compose(replace(LETTER, lines=()))


@pytest.mark.parametrize("kind", ["late", "urge"])
def test_what_was_returned_is_not_said_to_be_missing(kind: str) -> None:
    text = squeezed(compose(replace(LETTER, lines=(replace(PUMPS, kind=kind, returned=True, note="缺照片"),))).text)
    assert "报送的完成情况经审核退回，请抓紧补办并说明情况" in text
    assert "退回原因：缺照片" in text
    assert "未收到" not in text


def test_nobody_is_invited_to_ask_for_more_time_where_the_date_is_fixed() -> None:
    fixed = replace(DRILL, fixed=True)
    alone, beside = (compose(replace(LETTER, lines=lines)).text for lines in ((fixed,), (fixed, COLUMN)))
    assert "时限由上级确定，本级不能延期" in squeezed(alone)
    assert "确需延期" not in squeezed(alone)
    assert "确需延期" in squeezed(beside)


def test_joint_leads_are_named_and_reasons_are_given_by_item() -> None:
    mixed = (replace(DRILL, leads=("综合处", "运行处")), replace(COLUMN, unit_role="support", leads=("宣传室",)))
    text = compose(replace(LETTER, lines=mixed)).text
    assert "牵头：综合处、运行处" in text
    assert "涉及你处的下列任务" in squeezed(text)
    assert "您是上述任务牵头单位联络员（第1条）。您是上述任务配合单位联络员（第2条）。" in squeezed(text)


def test_english_counts_the_items_that_a_reason_holds_for() -> None:
    lines = (DRILL, COLUMN, replace(PUMPS, kind="notice", unit_role="support"))
    text = " ".join(compose(in_english(replace(LETTER, lines=lines))).text.split())
    assert "as the contact of the lead unit (items 2, 3)." in text
    assert "as the contact of the supporting unit (item 1)." in text


@pytest.mark.parametrize(
    ("unit", "said"),
    [("综合处", "你处"), ("水务局", "你局"), ("城东街道", "你街道"), ("某某公司", "你单位"), ("办公室", "你室")],
)
def test_a_unit_is_addressed_by_what_it_is(unit: str, said: str) -> None:
    assert said in compose(replace(LETTER, recipient=Recipient("王敏", unit=unit))).text


def test_a_long_title_is_cut_at_a_grapheme() -> None:
    family = "👩‍👩‍👧"
    subject = compose(replace(LETTER, lines=(replace(DRILL, title=family * 60),))).subject
    title = subject.partition("——")[2]
    assert title.endswith(f"{family}…")
    assert title.removesuffix("…").replace(family, "") == ""
    assert width(title) <= 48


def test_the_calendar_travels_with_the_letter() -> None:
    letter = compose(LETTER, calendar=b"BEGIN:VCALENDAR", calendar_name="duban-drill.ics")
    assert (letter.calendar, letter.calendar_name) == (b"BEGIN:VCALENDAR", "duban-drill.ics")


def test_a_letter_of_a_hundred_tasks_stays_below_100_kilobytes() -> None:
    many = tuple(
        replace(PUMPS, task_id=f"t{n}", task_no=str(n), link=f"https://duban.example.org/r/{n:032}/")
        for n in range(100)
    )
    letter = compose(replace(LETTER, lines=many))
    assert (len(letter.text.encode()) + len(letter.html.encode())) * 4 / 3 < 100_000


def test_a_page_uses_no_obsolete_attribute() -> None:
    page = Words(compose(CASES["with links"]).html)
    used = {name for tag, attributes in page.tags if tag != "meta" for name in attributes}
    assert used == {"lang", "role", "style", "class", "start", "href", "rel"}


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><a href='javascript:x'>",
    "{{ 7*7 }} {% raw %} {0} {plan}",
    "a\r\nX-Injected: yes",
    "nul\0 esc\x1b[31m nel\x85 ls\u2028ps\u2029",
    "&lt;b&gt; &amp;",
    "lone \ud83d",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_an_attack_in_any_field_is_shown_as_text(attack: str) -> None:
    words = {
        "title": attack,
        "plan_title": attack,
        "plan_number": attack,
        "note": attack,
        "task_no": attack,
        "state": attack,
    }
    line = replace(
        PUMPS, **words, written=attack, leads=(attack, attack), measures=(attack,), addressee=attack, number=attack
    )
    person = Recipient(attack, attack, attack)
    model = replace(
        LETTER, recipient=person, lines=(line,), office_name=attack, office_phone=attack, redirected_from=attack
    )
    letter = compose(model)
    calm = Words(compose(replace(CASES["overdue"], redirected_from="x")).html)
    shown = Words(letter.html)
    assert {tag for tag, _ in shown.tags} <= {tag for tag, _ in calm.tags} | {"br"}
    assert not {name for _, attributes in shown.tags for name in attributes if name.startswith("on")}
    assert squeezed(plain(attack)) in squeezed("".join(shown.seen))
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", letter.text + letter.html + letter.subject
    )
    assert "\n" not in letter.subject


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            Line,
            plan_id=st.sampled_from("ab"),
            plan_title=st.text(max_size=40),
            task_id=st.just("t"),
            title=st.text(max_size=120),
            kind=st.sampled_from(URGENCY),
            due=st.none() | st.dates(date(2017, 1, 1), date(2019, 12, 31)),
            workdays=st.integers(0, 300),
            days=st.integers(0, 400),
            unit_role=st.sampled_from(["", "lead", "responsible", "support", "each"]),
            post=st.sampled_from(
                ["", "contact", "deputy", "head", "leader", "owner", "reviewer", "inform", "unit", "office"]
            ),
            internal=st.booleans(),
        ),
        min_size=1,
        max_size=6,
    ),
    st.builds(
        Recipient,
        name=st.text(max_size=5),
        unit=st.text(max_size=8),
        language=st.sampled_from(["zh", "en"]),
        role=st.sampled_from(["to", "cc"]),
        rank=st.sampled_from(["up", "level", "down"]),
    ),
)
def test_any_lines_to_anybody_make_a_letter(lines: list[Line], recipient: Recipient) -> None:
    model = replace(LETTER, recipient=recipient, lines=tuple(lines))
    letter = compose(model)
    assert letter == compose(model)
    assert letter.fallback == ""
    numbers = [entry.number for section in lay_out(model).sections for entry in section.entries]
    assert numbers == list(range(1, len(lines) + 1))
    assert chat(model)


def test_every_manner_has_a_phrase_for_every_kind() -> None:
    assert all(set(phrases) == set(URGENCY) == set(TAGS) for phrases in LEADS.values())


def test_a_chat_text_names_items_and_dates_and_no_titles() -> None:
    assert chat(CASES["reminder"]) == "【活动办（宣传室）提醒】综合处：第6、9项6月15日（周五）到期，请报完成情况。"
    assert chat(in_english(CASES["overdue"])) == (
        "[活动办（宣传室）] 综合处: item 2 overdue by 7 working days. Please let us know how it stands."
    )
