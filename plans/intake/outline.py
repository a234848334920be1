"""The outline of a prose document: its headings and numbered items as a tree, whatever their numbering."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from plans.intake import cells
from plans.intake.blocks import Block, Paragraph, Spot, Table, joined
from plans.intake.units import is_organisation
from plans.intake.words import COLUMN_ROLES, PEOPLE_ROLES, UNIT_ROLES, column_role, label_key

_ZH = "一二三四五六七八九十百零〇"
# (rank, pattern): a lower rank stands above a higher one; ranks within a document nest as they first appear.
_KINDS = (
    (8, rf"第[{_ZH}\d]+(?:章|部分|篇)\s*[:：、]?"),
    (9, rf"第[{_ZH}\d]+节\s*[:：、]?"),
    (10, rf"[{_ZH}]{{1,3}}\s*[、.．,，]"),
    (12, r"[IVX]{1,5}[.、．]\s"),
    (12, r"\d{2,4}/\d{2,4}[.:]?\s+(?=[A-Z][a-z])"),  # 26/041 Playing field, as councils count their minutes
    (20, rf"[（(]\s*[{_ZH}]{{1,3}}\s*[)）]\s*[、.]?"),
    (20, r"[㈠-㈩]"),
    (22, r"[A-H][.、)]\s"),
    (25, rf"第[{_ZH}\d]+(?:阶段|步|步骤|环节|类|项|条)\s*[:：、.]?"),
    (25, rf"阶段[{_ZH}\d]+\s*[:：、]"),
    (25, rf"(?:任务|问题|事项|项目|举措|行动|措施|工程|专题|议题)[{_ZH}\d]+\s*[:：、.．]\s*"),
    (31, r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})+[.、．]?\s*"),
    (30.5, r"\d{1,2}\.\d{1,2}(?![月日号])[.、．]?(?=\s*[A-Z\u4e00-\u9fff])\s*"),
    (30, r"\d{1,3}\s*(?:[、.．](?!\d)|[、．.](?=(?:19|20)\d{2}\s*年|\d{1,2}月))\s*"),
    (30, r"\d{1,3}\s+(?=[A-Z])"),
    (40, r"[（(]\s*\d{1,3}\s*[)）]\s*|[⑴-⒇]\s*"),
    (42, r"\d{1,3}[)）]\s*"),
    (45, r"[（(]?[a-z][.)）]\s*"),
    (50, r"[①-⑳❶-❿]\s*"),
)
_NUMBERED = tuple(
    (rank, re.compile(rf"^\s*(?P<number>{pattern})(?P<rest>\S.*)$", re.DOTALL)) for rank, pattern in _KINDS
)
_NAMED = re.compile(
    r"^(?P<number>(?:Action|Objective|Goal|Strategy|Strategic (?:Goal|Objective|Priority)|Priority|Recommendation|"
    r"Commitment|Workstream|Pillar|Theme|Phase|Stage|"
    r"Step|Part|Section|Chapter|Milestone|Initiative|Task|Area|Annex|Appendix)\s+(?:\d{1,2}(?:\.\d{1,2})*|[A-H]|"
    r"[IVX]{1,4}))\s*[:.–—-]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[-–—•●◆■□▪*·]\s*(?:\[[ xX]\]\s+)?(?P<rest>\S.*)$", re.DOTALL)
_LABEL = re.compile(
    r"^\s*[-–—•*]?\s*[\[【]?(?P<label>[\u4e00-\u9fff（）()/、 ]{2,14}|"
    r"[A-Z][A-Za-z /-]{2,30})[\]】]?\s*[:：]\s*(?P<value>.*)$",
    re.DOTALL,
)
_ACTION = re.compile(
    r"^\s*(?:ACTION|Action)(?: (?:point|item))?s?\s*(?:[(\[](?P<who>[^()\[\]]{2,40})[)\]]\s*[:–—-]?|[–—]|-(?=\s))\s*"
    r"(?P<what>\S.{7,})$",
    re.DOTALL,
)
_RESOLVED = re.compile(  # RESOLVED that the Clerk obtain three quotations
    r"^\s*(?:It was )?(?:RESOLVED|AGREED)(?: unanimously)?[:,]? (?:that )?(?P<what>(?:the )?"
    r"(?P<who>[A-Z][\w.'-]*(?: (?:[A-Z][\w.'-]*|of))*)"
    r" (?!(?:is|are|was|were|has|have|had|be|been|reported|noted|for|in|on|at|of|and|which|who)\b)[a-z]+ \S.{6,})$",
    re.DOTALL,
)
_MARKED = re.compile(
    r"[\[(【（]\s*Actions?(?: by| on| for)?\s*[:：–-]\s*"
    r"(?P<who>[^\[\]()【】（），,;；]{2,60}(?:, (?!by|before|due)[^\[\](),;]{2,40})*)"
    r"(?:[,，;；]\s*(?P<when>[^\[\]()【】（）]{3,40}))?[\])】）]\.?",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:^|(?<=[。；;：:]))\s*(?P<number>[一二三四五六七八九十]是(?!否|不)|第[一二三四五六七八九十][，,]|"
    r"首先[，,]?|其次[，,]?)"
)
_SEASON = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十]+、|\d{1,2}[.、])?\s*"
    r"(?P<when>(?:(?:(?:19|20)\d{2}|[今明次翌当])年)?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四]季度|[上下]半年))"
    r"(?:工作|重点工作|工作安排|重点)?\s*(?:[：:]\s*(?P<rest>.*))?$",
    re.DOTALL,
)
_ANNEX = re.compile(r"^(?:附件|附表|附录|附)\s*[\d一二三四五六七八九十]*\s*[:：]?\s*(?P<rest>.*)$")
_BACKGROUND = re.compile(
    r"指导思想|总体(?:要求|思路|目标|思想|部署)|(?:目标|工作|活动|有关|几点|相关|纪律)要求|(?:主要|工作|活动|预期|"
    r"任务|发展|责任)目标$|责任期限|基本原则|工作原则|原则$|主题$|讨论主题|意义|背景|现状|形势|"
    r"组织领导|组织机构|领导小组|领导机构|工作机构|组织保障|保障措施|保障机制|组织实施|监督检查|督促检查|考核|附则|"
    r"责任追究|纪律|适用范围|编制依据|目的|说明$|参会人员|"
    r"^(?:background|introduction|purpose|overview|context|executive summary|summary|scope|governance|monitoring|"
    r"conclusion|acknowledg|glossary|definitions|principles|"
    r"vision|mission|foreword|attendees|present|apologies|references|contents|table of contents|about)\b|"
    r"^(?:minutes of the (?:last|previous)|(?:date|time|dates) (?:and (?:date|time|venue) )?of (?:the )?next|"
    r"next meeting)\b",
    re.IGNORECASE,
)
_TASKS = re.compile(
    r"任务|措施|举措|步骤|安排|分工|重点工作|工作重点|工作内容|主要内容|进度|整改|清单|阶段|议定|决定|事项|要点|"
    r"actions?\b|tasks?\b|milestones?|recommendations?|"
    r"commitments?|initiatives?|next steps|deliverables?|timeline|workplan|work plan|decisions?",
    re.IGNORECASE,
)
_NEXT_LABEL = re.compile(r"(?<=[.;；。])\s*(?=(?:[A-Z][A-Za-z -]{2,30}|[\u4e00-\u9fff]{2,8})[:：])")
_AFTER = frozenset({"due", "span", *UNIT_ROLES, *PEOPLE_ROLES, "office"})  # what may follow another label in its line
_BLOCK_LABELS = ("problem", "title", "detail")


@dataclass(eq=False)
class Node:
    """One heading or item: its number, its words, the paragraphs under it, labelled values, and what stands below."""

    rank: float
    number: str
    text: str
    spot: Spot
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    labels: list[tuple[str, str, Spot]] = field(default_factory=list)  # (role, value, place)
    tables: list[Table] = field(default_factory=list)
    annex: bool = False
    season: bool = False  # a month or quarter whose items follow

    @property
    def heading(self) -> str:
        """Return the words before the first full stop or bracketed date: what it is called."""
        flat = joined(self.text)
        head = re.split(r"[。：:]|(?<=\w)\.\s", flat, maxsplit=1)[0]
        return re.sub(r"[（(][^（）()]*[)）]\s*$", "", head).strip() or flat

    @property
    def kind(self) -> str:
        """Return background, task, or "" by what the heading is called."""
        if _BACKGROUND.search(self.heading) and not (
            _TASKS.search(self.heading) and not _BACKGROUND.match(self.heading) and "任务" in self.heading
        ):
            return "background"
        return "task" if _TASKS.search(self.heading) else ""

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def path(self) -> list[Node]:
        """Return the headings above, the highest first, without the root."""
        above: list[Node] = []
        node = self.parent
        while node is not None and node.parent is not None:
            above.insert(0, node)
            node = node.parent
        return above


def outline(blocks: Sequence[Block]) -> Node:
    """Return the root of the tree of headings and items; tables hang under the heading they follow."""
    root = Node(-10, "", "", Spot())
    current = root
    for block in blocks:
        if isinstance(block, Table):
            current.tables.append(block)
            continue
        current = _take(root, current, block)
    return root


def _take(root: Node, current: Node, paragraph: Paragraph) -> Node:
    text = paragraph.text
    annex = _ANNEX.match(text)
    if annex is not None and len(text) <= 40 and not re.search(r"[。；]", text):
        return _under(root, Node(-1, "", text, paragraph.spot, annex=True))
    season = _SEASON.match(text)
    if season is not None:
        return _season(current, paragraph, season["when"], season["rest"] or "")
    action = _ACTION.match(text)
    if action is not None and paragraph.level == 0:
        return _action(current, paragraph, action["who"] or "", action["what"])
    resolved = _RESOLVED.match(text)
    if resolved is not None and paragraph.level == 0:
        return _action(current, paragraph, resolved["who"], resolved["what"])
    labels = _labels(text) if paragraph.level == 0 else []
    if labels:
        for role, value in labels:
            current = _labelled(current, paragraph, role, value)
        return current
    found = _numbered(paragraph)
    if found is None:
        actions = paragraph.level == 0 and _MARKED.search(text) is not None
        current.body.append(replace(paragraph, text=_MARKED.sub("", text).strip()) if actions else paragraph)
        return _marked_actions(current, paragraph) if actions else current
    rank, number, rest = found
    if not rest.strip():
        return current
    return _under(current, Node(rank, number, rest, paragraph.spot))


def _season(current: Node, paragraph: Paragraph, when: str, rest: str) -> Node:
    """Take a month or quarter that heads a list of items, be they below it or behind its colon."""
    node = _under(current, Node(26, "", when, paragraph.spot, season=True))
    parts = [part for part in cells.items(rest.strip()) if part]
    for number, part in enumerate(parts, 1):
        _under(node, Node(30, str(number) if len(parts) > 1 else "", part, paragraph.spot))
    return node


def _action(current: Node, paragraph: Paragraph, who: str, what: str) -> Node:
    """Take an action as minutes mark it amid their paragraphs: ACTION (Legal): review …, ACTION – Legal to review …."""
    node = _labelled(current, paragraph, "title", what)
    if who:
        node.labels.append(("responsible" if is_organisation(who) else "owner", who, paragraph.spot))
    return node


def _marked_actions(current: Node, paragraph: Paragraph) -> Node:
    """Take the sentences of a paragraph that are marked as actions: … obtain quotes. [Action: J. Hume, by 12 June]."""
    start = 0
    for match in _MARKED.finditer(paragraph.text):
        sentence = re.split(r"(?<=[.;。；])\s*(?=[A-Z\u4e00-\u9fff])", paragraph.text[start : match.start()].strip())[
            -1
        ]
        start = match.end()
        if len(sentence) > 4:
            current = _labelled(current, paragraph, "title", sentence)
            role = "responsible" if is_organisation(match["who"]) else "owner"
            current.labels.append((role, match["who"], paragraph.spot))
            current.labels += [("due", match["when"], paragraph.spot)] if match["when"] else []
    return current


def _labelled(current: Node, paragraph: Paragraph, role: str, value: str) -> Node:
    """Take a labelled line: a value of the item it stands in, or the beginning of the next block of labels."""
    block = current if current.rank == 80 else None
    begins = role in _BLOCK_LABELS and (block is None or any(have == role for have, _, _ in block.labels))
    if begins and (role != "detail" or current.rank == 80):
        node = Node(80, "", value or "", paragraph.spot)
        node.labels.append((role, value, paragraph.spot))
        parent = current.parent if block is not None else current
        assert parent is not None
        node.parent = parent
        parent.children.append(node)
        return node
    current.labels.append((role, value, paragraph.spot))
    return current


def _under(current: Node, node: Node) -> Node:
    """Hang a node under the nearest one above it that stands higher."""
    above = current
    while above.parent is not None and above.rank >= node.rank:
        above = above.parent
    node.parent = above
    above.children.append(node)
    return node


def labelled(text: str) -> tuple[str, str] | None:
    """Return (role, value) of a line that is a label and its value (完成时限：长期), None for any other."""
    match = _LABEL.match(text)
    if match is None:
        return None
    label = match["label"].strip()
    role = column_role(label) if len(label) <= 30 else ""
    if label.isascii() and label_key(label) not in COLUMN_ROLES:
        return None  # "Ops team: book the venue" says who does it, not a label and its value
    if not role or role in ("no", "phase", "target", "phone", "assigned", "note", "source", "cause", "evidence"):
        return None
    value = match["value"].strip()
    if role in ("title", "detail", "problem", "milestones", "progress", "next"):
        # A heading that ends in a colon opens a list; only a whole value makes it a label here.
        return (role, value) if value and role != "progress" else None
    return (role, value) if len(value) <= 160 else None


def _labels(text: str) -> list[tuple[str, str]]:
    """Return the labels of a line with their values, several where it has several: Lead: Roads. Support: Police."""
    whole = labelled(text)
    if whole is None:
        return []
    parts = [labelled(part) for part in _NEXT_LABEL.split(text)]
    found = [part for part in parts if part is not None]
    return found if len(found) == len(parts) and all(role in _AFTER for role, _ in found[1:]) else [whole]


def begins_line(text: str) -> bool:
    """Return whether a line is one of its own wherever it stands: a label with its value, or an action."""
    return _ACTION.match(text) is not None or labelled(text) is not None


def _numbered(paragraph: Paragraph) -> tuple[float, str, str] | None:
    """Return (rank, number, text after it) of a heading or numbered item, None for body text."""
    text = paragraph.text
    if paragraph.level:
        named = _NAMED.match(text)
        for _, pattern in _NUMBERED:
            match = pattern.match(text)
            if match is not None:
                return paragraph.level - 5.0, match["number"].strip(), match["rest"]
        return paragraph.level - 5.0, named["number"] if named and named["rest"] else "", text
    if paragraph.number:
        return _rank_of(paragraph.number + "x"), paragraph.number, text
    bare = _BULLET.match(text)
    inner = bare["rest"] if bare is not None else text
    for rank, pattern in _NUMBERED:
        match = pattern.match(inner)
        if match is not None:
            return rank, match["number"].strip(), match["rest"]
    named = _NAMED.match(text)
    if named is not None and len(text) <= 160 and named["rest"]:
        return 5.0 + 0.1 * named["number"].count("."), named["number"], named["rest"]
    if bare is not None:
        return 60.0, "", bare["rest"]
    return None


def _rank_of(label: str) -> float:
    for rank, pattern in _NUMBERED:
        if pattern.match(label):
            return rank
    return 60.0


def inline_items(text: str) -> list[str]:
    """Return the items a paragraph counts off in its sentences (一是…。二是…。), two or more, else nothing."""
    marks = list(_INLINE.finditer(text))
    if len(marks) < 2:
        return []
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    return [text[mark.end() : stop].strip(" 。；;") for mark, stop in zip(marks, stops, strict=True)]
