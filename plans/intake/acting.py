"""Who acts in a running sentence: 由甲牵头，乙配合; 供热科会同热力公司…; Tom Ellis to send …."""

from __future__ import annotations

import re
from collections.abc import Collection

from plans.intake import dates, units
from plans.intake.given import GIVEN
from plans.intake.roles import BY_EN, Said, are_names, by_verbs

_LED = re.compile(
    r"(?:由|(?:^|(?<=[。；\n]))(?:请)?)(?P<lead>[^，。；：,;:由]{2,50}?)(?:共同|联合)?(?:牵头|主办)(?:负责|组织)?"
)
_LED_REST = re.compile(r"^[，,]\s*(?P<names>[^。；;]{2,120}?)(?:配合|协助|参加|参与|协办|支持)")
_WITH_REST = re.compile(r"^(?:具体)?(?:负责)?[，,]\s*会同(?P<names>[^，,。；;]{2,60})(?=[，,])")
_BODY = r"(?:(?:县|市|区|省|镇|乡)[\u4e00-\u9fff]{1,12}?(?:局|办|委|委员会|室|部|处|中心|院|公司|集团|政府|站|队|社))"
_SUBJECT = (
    (
        "responsible",
        re.compile(
            rf"^(?:由|请|责成|要求|责令)?(?P<names>{_BODY}(?:[、和及]{_BODY})*)(?:要|应|须|需|务必)?"
            r"(?=(?:具体|牵头)?负责|每|跟踪|加快|组织|抓紧|尽快|按|于|做好|落实|完成|制定|会同|将|在|\d)"
        ),
    ),
    ("responsible", re.compile(r"^(?:由)?(?P<names>[\u4e00-\u9fff、（）()]{2,30}?)(?:具体)?负责(?=[，,：:])")),
    ("support", re.compile(r"^请(?P<names>各[\u4e00-\u9fff、（）()]{1,14}?)(?:积极|主动)?(?:配合|协助)")),
    (
        "responsible",
        re.compile(
            r"^(?:请)?(?P<names>各[\u4e00-\u9fff、（）()]{1,14}?)(?:要|应|须|需|务必|必须|于|在|每|按|根据|\d|负责|做好|组织|开展|完成|制定|召开|对照|全面|认真|形成|立即|结合|围绕|采取|严格"
            r"|报送|建立|落实)"
        ),
    ),
    (
        "responsible",
        re.compile(
            r"^(?P<names>(?:the )?[A-Z][\w.'-]*(?:,? (?:and |& )?(?:[A-Z][\w.'-]*|of|for))*) "
            r"(?:to|will|shall|must|should|agreed to) [a-z]"
        ),
    ),
    (
        "responsible",
        re.compile(r"^(?P<names>(?:All|Each|Every) [a-z]+(?: [a-z]+)?) (?=(?:to|will|shall|must|should) [a-z])"),
    ),
)
# 供热科根据…: a body without 县 or 市 before it acts where a text begins with it, not amid its sentences
_BARE_BODY = (
    r"(?:[\u4e00-\u9fff]{1,9}?(?:科|处|室|股|局|办|委|部|厅|中心|大队|支队|公司|集团|学院|学校|医院|街道|镇|乡|"
    r"站|所|队|管委会|委员会|工会|协会|妇联)|学校|公司|医院)"
)
_NOT_A_NAME = re.compile(
    r"加强|推进|推动|完善|建设|建立|健全|做好|开展|组织|落实|强化|深化|加快|优化|提升|提高|规范|制定|完成|举办|召开|"
    r"全面|进一步|积极|继续|持续|严格|扎实|充分|切实|认真|支持|鼓励|引导|实施|打造|创新|[各对以为将把从在每本该让使]"
)
_OPENS = re.compile(
    rf"^(?P<asked>由|请|责成|要求|责令)?(?P<names>{_BARE_BODY}(?:[、和及]{_BARE_BODY})*)"
    rf"(?:会同(?P<others>{_BARE_BODY}(?:[、和及]{_BARE_BODY})*)|(?=(?:要|应|须|需|务必)(?:[在于每抓尽加组负做认会牵进\d])|"
    r"负责|牵头|根据|[于在]\d|\d{1,2}月|(?(asked)[对将抓尽加组做按跟落完]|(?!))))"
)
_DATE_FIRST = re.compile(r"^(?:于|在)?\d{1,2}月[^，,。]{0,16}[，,]")


# …，由乡村振兴办汇总; …，党政办牵头，村镇办配合: who does it stands in a clause of its own behind what is done
_CLAUSE_END = re.compile(
    rf"[，,；;](?P<asked>由|请)?(?P<names>{_BARE_BODY}(?:[、和及]{_BARE_BODY})*)"
    r"(?:(?P<lead>牵头|主办)(?:负责|落实|办理|组织)?|负责[\u4e00-\u9fff]{0,6}|(?(asked)[\u4e00-\u9fff]{2,8}|(?!)))(?=[，,；;。]|$)"
)
_CAPTION = re.compile(r"^[A-Z][a-z]+(?: [a-z]+){0,2}\.\s+(?=[A-Z])")  # Digitization. The Archives Division shall …
_FIRST_NAMES = re.compile(
    r"^(?P<names>(?!(?:All|Everyone|Anyone|Agreed|Continue|Need|Going|Committed|Plan|Prepare|Members|It|This|That"
    r"|They|We"
    r"|To|How|What|Where|When)\b)[A-Z][a-z]{1,11}(?:(?:, (?:and )?| and | & )[A-Z][a-z]{1,11})*) (?:to|will) [a-z]"
)


def first_names(text: str) -> list[str]:
    """Return the first names an action begins with: Priya to finish …, Tom and Ewa to fix …."""
    match = _FIRST_NAMES.match(text)
    names = re.split(r",? and |, | & ", match["names"]) if match else []
    return [] if any(units.is_organisation(name) or units.is_post(name) for name in names) else names


def in_sentence(text: str, known: Collection[str] = ()) -> Said:
    """Return the roles a running sentence gives: 由教育部牵头，民政部参加."""
    said = Said()
    match = _LED.search(text)
    if match is not None:
        leads = units.split(match["lead"], known)
        if leads and all(name in known or units.is_unit(name) for name in leads):
            said.add("lead", leads)
            rest = _LED_REST.match(text[match.end() :])
            rest = rest or _WITH_REST.match(text[match.end() :])
            others = units.split(rest["names"], known) if rest else []
            if others and are_names(others, known):
                said.add("support", others)
    english = BY_EN.search(text)
    if english is not None and not said.roles:
        by_verbs(said, text[english.start() :], known)
    if not said.roles:
        _as_subject(said, text, known)
    if not said.roles:
        _at_the_end(said, text, known)
    return said


def tells(text: str) -> bool:
    """Return whether a cell's sentence says which bodies do it, or who does it by when."""
    said = in_sentence(text).roles
    return bool(said) and (bool(dates.find(text)) or not said.keys() <= {"owner"})


def _at_the_end(said: Said, text: str, known: Collection[str]) -> None:
    """Take who a later clause says it is done by: 每月20日前评出，党政办牵头，村镇办配合."""
    match = _CLAUSE_END.search(text)
    names = units.split(match["names"], known) if match is not None and not _NOT_A_NAME.match(match["names"]) else []
    if match is None or not names or not all(_acts(name, known) for name in names):
        return
    said.add("lead" if match["lead"] else "responsible", names)
    rest = _LED_REST.match(text[match.end() :])
    others = units.split(rest["names"], known) if rest else []
    said.add("support", others if are_names(others, known) else [])


def _as_subject(said: Said, text: str, known: Collection[str]) -> None:
    """Take who stands at the head of a sentence as who acts: 市城管局负责，…; 各学校于…; Tom Ellis to send …."""
    if any(_opens(said, _DATE_FIRST.sub("", line.strip()), known) for line in text.split("\n")):
        return
    people = first_names(text)
    if any(name in GIVEN for name in people):
        said.add("owner", people)
        return
    for sentence in re.split(r"[。\n]", _CAPTION.sub("", text)):
        for role, pattern in _SUBJECT:
            opening = _DATE_FIRST.sub("", sentence.strip())
            if "会同" in opening and _opens(said, opening, known):
                return
            match = pattern.match(opening)
            names = units.split(match["names"], known) if match is not None else []
            if match is not None and names and all(_acts(name, known) for name in names):
                rest = _WITH_REST.match(opening[match.end() :])
                said.add("support", units.split(rest["names"], known) if rest else [])
                people = [name for name in names if units.is_person(name) and name not in known]
                said.add("owner", people)
                said.add(role, [name for name in names if name not in people])
                return


def _opens(said: Said, text: str, known: Collection[str]) -> bool:
    """Take the bodies a text begins with, and those it is done with: 供热科会同热力公司，于10月15日前…."""
    match = _OPENS.match(text)
    if match is None or _NOT_A_NAME.match(match["names"]):
        return False
    rest = _WITH_REST.match(text[match.end() :])
    beside = match["others"] or (rest["names"] if rest else "")
    names, others = units.split(match["names"], known), units.split(beside, known)
    if not all(_acts(name, known) for name in (*names, *others)):
        return False
    said.add("lead" if match["others"] else "responsible", names)
    said.add("support", others)
    return True


def _acts(name: str, known: Collection[str]) -> bool:
    if name.isascii():
        every = name.startswith(("All ", "Each ", "Every "))
        return every or name in known or units.is_organisation(name) or units.is_person(name)
    return name in known or units.is_unit(name)


def lead_in(text: str, known: Collection[str] = ()) -> int:
    """Return how many characters of *text* say who does it and by when before it says what: 由甲牵头，于5月前."""
    match = _LED.match(text)
    if match is None:
        match = _SUBJECT[1][1].match(text)
        if match is None or not all(_acts(name, known) for name in units.split(match["names"], known)):
            return 0
    stop = match.end()
    rest = _LED_REST.match(text[stop:])
    rest = rest or _WITH_REST.match(text[stop:])
    stop += rest.end() if rest else 0
    dated = re.match(r"[，,、\s]*(?:于|在|应?于)?", text[stop:])
    stop += dated.end() if dated else 0
    found = dates.find(text[stop:])
    if found and found[0].start <= 1 and "完成" not in found[0].text:
        stop += found[0].stop
    return stop if len(text) - stop >= 4 else 0
