"""Who does it, as sentences and brackets say it: (责任单位：…), (甲牵头，乙配合), (Lead: X; Support: Y), 由甲牵头."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from plans.intake import dates, units
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES, column_role, column_roles

_LABEL = re.compile(r"(?P<label>[\u4e00-\u9fff（）()/、]{2,14}|[A-Z][A-Za-z -]{2,30})\s*[:：]\s*")
_VERBS = (
    ("lead", r"(?:共同|联合|分别|负责)?(?:牵头)(?:负责|组织|实施|落实|办理|推进|会同)?|主办|主责|总牵头"),
    ("support", r"(?:积极|予以|共同)?(?:配合|协助|协办|协同|参与|参加|支持)(?:落实|负责|实施|单位)?"),
    (
        "responsible",
        r"(?:按|根据|依)(?:照)?(?:各自)?(?:职责|职能|分工)(?:职责)?(?:分工)?(?:负责|落实|抓好落实|分别负责|推进)?|"
        r"分别负责|分别落实|共同负责|各自负责|具体负责|负责|落实|承办|实施",
    ),
)
_ANY_VERB = "|".join(f"(?P<{role}>{verbs})" for role, verbs in _VERBS)
_ENDS_IN_VERB = re.compile(rf"(?:{_ANY_VERB})(?:等?工作)?$")
_LED = re.compile(
    r"(?:由|(?:^|(?<=[。；\n]))(?:请)?)(?P<lead>[^，。；：,;:由]{2,50}?)(?:共同|联合)?(?:牵头|主办)(?:负责|组织)?"
)
_LED_REST = re.compile(r"^[，,]\s*(?P<names>[^。；;]{2,120}?)(?:配合|协助|参加|参与|协办|支持)")
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
            r"^(?:请)?(?P<names>各[\u4e00-\u9fff、（）()]{1,14}?)(?:要|应|须|需|务必|必须|于|在|每|按|根据|\d|负责|做好|组织|开展|完成|制定|召开|报送|建立|落实)"
        ),
    ),
    (
        "responsible",
        re.compile(
            r"^(?P<names>(?:the )?[A-Z][\w.'-]*(?:,? (?:and |& )?(?:[A-Z][\w.'-]*|of|for))*) "
            r"(?:to|will|shall|must|should|agreed to) [a-z]"
        ),
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
_WITH = re.compile(r"^(?P<lead>.+?)会同(?P<support>.+)$")
_HELPED = re.compile(r"^(?P<first>[^，,；;:：]+)[，,；;](?P<others>[^；;:：]+?)(?:配合|协助|协办|参与)(?:落实)?[。]?$")
_BY_EN = re.compile(
    r"\b(?:led by|to be led by|lead by)\s+(?:the )?(?P<lead>[A-Z][^.;:()]{1,80}?)(?:,? (?:with(?: support from)?|"
    r"supported by|in partnership with)\s+(?P<support>[A-Z][^.;:()]{1,120}?))?(?=[.;)]|,? by |$)"
)
_BRACKETS = re.compile(
    r"[（(](?P<round>(?:[^（）()]|[（(][^（）()]{0,80}[）)]){0,400})[）)]|【(?P<square>[^【】]{0,200})】|"
    r"\[(?P<plain>[^\[\]]{0,200})\]|〔(?P<shell>[^〔〕]{0,200})〕"
)
_ROLE_WORDS = re.compile(
    r"牵头|责任|负责|主办|配合|落实|承办|协办|联系人|分管|lead|owner|responsible|support|action|due|deadline|assign",
    re.IGNORECASE,
)
_IN_CELL = re.compile(
    r"^(?P<name>.+?)\s*[（(](?P<role>牵头|主办|主责|配合|协办|协助|参与|责任|共同牵头|牵头单位|配合单位|责任单位|"
    r"lead|support)[）)]$",
    re.IGNORECASE,
)
_CELL_ROLES = {
    "牵头": "lead",
    "主办": "lead",
    "主责": "lead",
    "lead": "lead",
    "配": "support",
    "协": "support",
    "参": "support",
    "support": "support",
}


@dataclass
class Said:
    """What a text says about roles: role -> names as written, a deadline if it states one, and what else it says."""

    roles: dict[str, list[str]] = field(default_factory=dict)
    deadline: str = ""
    rest: list[str] = field(default_factory=list)
    separately: bool = False  # 分别负责, 分别牵头: each its own

    def add(self, role: str, names: list[str]) -> None:
        """Add names to a role, each once."""
        have = self.roles.setdefault(role, []) if names else []
        have += [name for name in names if name not in have]

    def __bool__(self) -> bool:
        return bool(self.roles or self.deadline)

    @property
    def has_units(self) -> bool:
        """Return whether a unit or a person is named."""
        return any(self.roles.get(role) for role in (*UNIT_ROLES, *PEOPLE_ROLES))


def parse(text: str, known: Collection[str] = ()) -> Said:
    """Return what *text*, the inside of a bracket or a labelled line, says; empty where it says nothing of roles."""
    said = Said()
    text = text.strip()
    labels = [match for match in _LABEL.finditer(text) if _label_roles(match["label"])]
    if labels and labels[0].start() <= 2:
        for index, match in enumerate(labels):
            stop = labels[index + 1].start() if index + 1 < len(labels) else len(text)
            _labelled(said, _label_roles(match["label"]), text[match.end() : stop], known)
        return said
    _by_verbs(said, text, known)
    return said


def _label_roles(label: str) -> tuple[str, ...]:
    """Return the roles of an inline label when they are of units, people or time."""
    wanted = (*UNIT_ROLES, *PEOPLE_ROLES, "due", "office", "start", "span", "report_due")
    return tuple(role for role in column_roles(label.strip("（）()、/ ")) if role in wanted)


def _labelled(said: Said, roles: tuple[str, ...], value: str, known: Collection[str]) -> None:
    """Take the value of one label; what follows its first full stop is a remark."""
    head, stop, remark = value.partition("。")
    if stop and remark.strip():
        said.rest.append(remark.strip())
    head = head.strip(" ；;，,。\n")
    if not head or units.is_nobody(head):
        return
    role = roles[0]
    if role in ("due", "span"):
        said.deadline = said.deadline or head
        return
    if role in ("start", "report_due"):
        said.rest.append(head)
        return
    named, _, by = head.partition(", by ") if head.isascii() else (head, "", "")
    if by:
        said.deadline = said.deadline or f"by {by}"
    inner = cell(named, known, role)
    for inner_role, names in inner.roles.items():
        bodies = [name for name in names if inner_role == "owner" and name.isascii() and units.is_organisation(name)]
        said.add(inner_role, [name for name in names if name not in bodies])
        said.add("responsible", bodies)
    said.deadline = said.deadline or inner.deadline


def _by_verbs(said: Said, text: str, known: Collection[str]) -> None:
    english = _BY_EN.search(text)
    if english is not None:
        said.add("lead", units.split(english["lead"], known))
        if english["support"]:
            said.add("support", units.split(english["support"], known))
        return
    pending = ""
    found = False
    for clause in re.split(r"[，,；;。]", text):
        clause = clause.strip()
        verb = _ENDS_IN_VERB.search(clause)
        if not clause:
            continue
        if verb is None or (not clause[: verb.start()].strip() and not pending):
            if dates.is_dated(clause) or dates.find(clause):
                said.deadline = said.deadline or clause
            else:
                pending = f"{pending}，{clause}" if pending else clause
            continue
        names = f"{pending}，{clause[: verb.start()]}".strip("，") if clause[: verb.start()].strip() else pending
        role = next(role for role, _ in _VERBS if verb[role])
        if _take(said, role, names, known):
            found = True
            said.separately = said.separately or "分别" in verb[0]
        pending = ""
    if pending and found:
        said.rest.append(pending)
    if not found:
        said.roles.clear()
        said.deadline = ""


def _take(said: Said, role: str, names: str, known: Collection[str]) -> bool:
    """Add the names before a verb if they are names; a sentence that happens to end in 落实 has none."""
    names = re.sub(r"^(?:请|由|各项任务由)", "", names.strip())
    together = _WITH.match(names)
    if together is not None:
        first, others = units.split(together["lead"], known), units.split(together["support"], known)
        if _are_names(first, known) and _are_names(others, known):
            said.add("lead", first)
            said.add("support", others)
            return True
    listed = units.split(names, known)
    if not _are_names(listed, known):
        return False
    said.add(role, listed)
    return True


def _are_names(listed: list[str], known: Collection[str]) -> bool:
    """Return whether these can all be names: short, most of them shaped like units or known."""
    if not listed or any(len(name) > 30 for name in listed):
        return False
    good = sum(
        1
        for name in listed
        if name in known or units.is_unit(name) or units.is_person(name) or name.startswith(("各", "相关", "有关"))
    )
    # A master copy writes 甲, 乙, 丙 or cuts names short; one or two odd ones among units are units too.
    return good * 2 >= len(listed) or all(len(name) <= 6 for name in listed)


def cell(text: str, known: Collection[str], role: str) -> Said:
    """Return what a cell (or a labelled value) of *role* says: a plain list, or one with roles written into it."""
    said = Said()
    helped = _HELPED.match(text.strip())
    if helped is not None and role in UNIT_ROLES and not _ENDS_IN_VERB.search(helped["first"]):
        said.add(role, units.split(helped["first"], known))
        said.add("support", units.split(helped["others"], known))
        return said
    inner = (
        parse(text, known)
        if _LABEL.match(text.strip()) or (_ENDS_IN_VERB.search(text.strip(" 。）)")) and role in UNIT_ROLES)
        else Said()
    )
    if inner.has_units:
        return inner
    text = text.strip()
    partner = re.match(r"^(?P<first>[^,;、，\n()]+?) \((?:with|supported by) (?P<others>[^()]+)\)$", text) or re.match(
        r"^(?P<first>[^,;、，\n]+?) (?:in partnership with|supported by|with support from|with) (?P<others>.+)$", text
    )
    if partner is not None and role in (*UNIT_ROLES, "owner") and text.isascii():
        said.add(role, units.split(partner["first"], known))
        said.add("support", _pair(partner["others"], known))
        return said
    for name in units.split(text, known):
        marked = _IN_CELL.match(name)
        if marked is not None:
            word = marked["role"].lower()
            said.add(
                _CELL_ROLES.get(word) or _CELL_ROLES.get(word[:2]) or _CELL_ROLES.get(word[:1], role), [marked["name"]]
            )
            continue
        together = _WITH.match(name)
        if together is not None and role in UNIT_ROLES:
            said.add(role, units.split(together["lead"], known))
            said.add("support", units.split(together["support"], known))
        elif not units.is_nobody(name):
            said.add(role, [name])
    return said


def _pair(text: str, known: Collection[str]) -> list[str]:
    return [
        side for name in units.split(text, known) for side in (re.split(r" and ", name) if name.isascii() else [name])
    ]


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket that says who does it, and where it stands in its text."""

    said: Said
    start: int
    stop: int


def brackets(text: str, known: Collection[str] = ()) -> Iterator[Bracket]:
    """Yield the brackets of *text* that name units or people by role."""
    for match in _BRACKETS.finditer(text):
        inside = next(group for group in match.groups() if group is not None)
        if _ROLE_WORDS.search(inside):
            said = parse(inside, known)
            if said.has_units:
                yield Bracket(said, match.start(), match.end())
                continue
        whole = match["square"] or match["plain"]
        names = units.split(whole, known) if whole else []
        if (
            names
            and all(name in known or units.is_unit(name) for name in names)
            and not text[match.end() :].strip("。；; ")
        ):
            yield Bracket(Said({"responsible": names}), match.start(), match.end())


def labelled_end(text: str, known: Collection[str] = ()) -> Bracket | None:
    """Return what labels behind the sentences of an item say: …。责任单位：…；完成时限：…, Close it. Owner: Finance."""
    for match in _LABEL.finditer(text):
        if text[: match.start()].rstrip().endswith(("。", "；", ";", ".")) and _label_roles(match["label"]):
            said = parse(text[match.start() :], known)
            return Bracket(said, match.start(), len(text)) if said.has_units else None
    return None


def trailing(text: str, known: Collection[str] = ()) -> Bracket | None:
    """Return the units after a dash at the very end of a paragraph: ——综合处."""
    match = re.search(r"(?:——|--|—)\s*(?P<names>[^—，。；]{2,40})[。]?$", text)
    if match is None:
        return None
    names = units.split(match["names"], known)
    if names and all(name in known or units.is_unit(name) for name in names):
        return Bracket(Said({"responsible": names}), match.start(), match.end())
    return None


def in_sentence(text: str, known: Collection[str] = ()) -> Said:
    """Return the roles a running sentence gives: 由教育部牵头，民政部参加."""
    said = Said()
    match = _LED.search(text)
    if match is not None:
        leads = units.split(match["lead"], known)
        if leads and all(name in known or units.is_unit(name) for name in leads):
            said.add("lead", leads)
            rest = _LED_REST.match(text[match.end() :])
            others = units.split(rest["names"], known) if rest else []
            if others and _are_names(others, known):
                said.add("support", others)
    english = _BY_EN.search(text)
    if english is not None and not said.roles:
        _by_verbs(said, text[english.start() :], known)
    if not said.roles:
        _as_subject(said, text, known)
    return said


def _as_subject(said: Said, text: str, known: Collection[str]) -> None:
    """Take who stands at the head of a sentence as who acts: 市城管局负责，…; 各学校于…; Tom Ellis to send …."""
    if any(_opens(said, _DATE_FIRST.sub("", line.strip()), known) for line in text.split("\n")):
        return
    for sentence in re.split(r"[。\n]", text):
        for role, pattern in _SUBJECT:
            opening = _DATE_FIRST.sub("", sentence.strip())
            if "会同" in opening and _opens(said, opening, known):
                return
            match = pattern.match(opening)
            names = units.split(match["names"], known) if match is not None else []
            if names and all(_acts(name, known) for name in names):
                people = [name for name in names if units.is_person(name) and name not in known]
                said.add("owner", people)
                said.add(role, [name for name in names if name not in people])
                return


def _opens(said: Said, text: str, known: Collection[str]) -> bool:
    """Take the bodies a text begins with, and those it is done with: 供热科会同热力公司，于10月15日前…."""
    match = _OPENS.match(text)
    if match is None or _NOT_A_NAME.match(match["names"]):
        return False
    names, others = units.split(match["names"], known), units.split(match["others"] or "", known)
    if not all(_acts(name, known) for name in (*names, *others)):
        return False
    said.add("lead" if others else "responsible", names)
    said.add("support", others)
    return True


def _acts(name: str, known: Collection[str]) -> bool:
    if name.isascii():
        return name in known or units.is_organisation(name) or units.is_person(name)
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
    stop += rest.end() if rest else 0
    dated = re.match(r"[，,、\s]*(?:于|在|应?于)?", text[stop:])
    stop += dated.end() if dated else 0
    found = dates.find(text[stop:])
    if found and found[0].start <= 1 and "完成" not in found[0].text:
        stop += found[0].stop
    return stop if len(text) - stop >= 4 else 0


__all__ = ["Bracket", "Said", "brackets", "cell", "column_role", "in_sentence", "parse", "trailing"]
