"""Who does it, as brackets, labels and cells say it: (责任单位：…), (甲牵头，乙配合), (Lead: X; Support: Y)."""

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
_WITH = re.compile(r"^(?P<lead>.+?)会同(?P<support>.+)$")
_HELPED = re.compile(r"^(?P<first>[^，,；;:：]+)[，,；;](?P<others>[^；;:：]+?)(?:配合|协助|协办|参与)(?:落实)?[。]?$")
BY_EN = re.compile(
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
    by_verbs(said, text, known)
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


def by_verbs(said: Said, text: str, known: Collection[str]) -> None:
    english = BY_EN.search(text)
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
        if are_names(first, known) and are_names(others, known):
            said.add("lead", first)
            said.add("support", others)
            return True
    listed = units.split(names, known)
    if not are_names(listed, known):
        return False
    said.add(role, listed)
    return True


def are_names(listed: list[str], known: Collection[str]) -> bool:
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
        r"^(?P<first>[^,;、，\n]+?),? (?:in partnership with|supported by|with support from|with) (?P<others>.+)$", text
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
        elif dates.is_dated(name) and not (name.isascii() or name in known or units.is_unit(name)):
            said.deadline = said.deadline or name  # 综合科，6月底前
        elif not units.is_nobody(name):
            said.add(role, [name])
    return said


def _pair(text: str, known: Collection[str]) -> list[str]:
    return [
        side for name in units.split(text, known) for side in (re.split(r" and ", name) if name.isascii() else [name])
    ]


_ACTION_BY = re.compile(r"action(?:s|ed)?(?: by| on)?\s*[:：–-]\s*", re.IGNORECASE)


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
        whole = match["square"] or match["plain"] or ""
        action = _ACTION_BY.match(inside)
        who, when = _who_when(inside[action.end() :] if action else match["round"] or "")
        who = who or (inside[action.end() :] if action else "")
        if (when or action) and not text[match.end() :].split("\n", 1)[0].strip("。；;. "):
            names = units.split(who, known)
            people = [name for name in names if not _stands_alone(name, known) and units.is_person(name)]
            bodies = [name for name in names if _stands_alone(name, known)]
            if names and len(people) + len(bodies) == len(names):
                yield Bracket(Said({"responsible": bodies, "owner": people}, when), match.start(), match.end())
            continue
        names = units.split(whole or match["round"] or "", known)
        if text[match.end() :].split("\n", 1)[0].strip("。；;. ") or not names:
            continue
        if all(_stands_alone(name, known) if not whole else name in known or units.is_unit(name) for name in names):
            yield Bracket(Said({"responsible": names}), match.start(), match.end())


def _who_when(inside: str) -> tuple[str, str]:
    """Return who and by when of (Treasurer, by 28 February), two empty texts where it isn't of that form."""
    parts = re.split(r"[,，;；]\s*(?=[^,，;；]*$)", inside)
    return (parts[0], parts[1].strip()) if len(parts) == 2 and dates.is_dated(parts[1].strip()) else ("", "")


def _stands_alone(name: str, known: Collection[str]) -> bool:
    """Return whether a name in round brackets behind an item can only be a body: （区住建局）, （各镇街）."""
    if name in known or name.startswith("各"):
        return True
    if name.isascii():
        return units.is_post(name) or (units.is_organisation(name) and " " in name)
    return len(name) >= 3 and units.is_unit(name) and not re.search(r"[，：:含包括如及]|领导小组|专班", name)


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


__all__ = ["Bracket", "Said", "brackets", "cell", "column_role", "parse", "trailing"]
