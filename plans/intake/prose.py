"""Prose becomes tasks: which headings and items ask for something, of whom, and by when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property

from plans.intake import acting, cells, dates
from plans.intake.blocks import fold, joined
from plans.intake.draft import DraftPhase, DraftTask, Mark, Step
from plans.intake.nodes import NodeReader, Reading
from plans.intake.outline import Node, inline_items
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES
from plans.model import Sentence, say

_DEEPEST = 35  # items below 1. are steps of a task, unless they name units or dates themselves
_MEANING = re.compile(r"^(?P<head>[^，。,：:]{2,16})[，,]\s*(?:就是要?|即|是指|重点是|主要是)")
_PHASE = re.compile(r"阶段|第[一二三四五六七八九十\d]+步|步骤|phase|stage", re.IGNORECASE)
_COUNTED = re.compile(r"(?:recommendation|finding|action|commitment|issue)\s+[\dA-Z][\d.]*[.:]?", re.IGNORECASE)
_ANYTHING = re.compile(
    r"(?:其他|其它|有关)(?:有关)?(?:事项|工作|方面)?$|(?:any )?other (?:business|matters)$", re.IGNORECASE
)


class ProseReader:
    """One walk over one outline."""

    def __init__(self, root: Node, known: Collection[str], *, beside_tables: bool) -> None:
        self.root, self.known, self.beside_tables = root, known, beside_tables
        self.marks: list[Mark] = []
        self.phases: list[DraftPhase] = []
        self.reader = NodeReader(known)
        self.read_of = {id(node): self.reader.read(node) for node in root.walk()}
        self.explicit = [node for node in root.walk() if self._of(node).explicit]

    def tasks(self) -> list[DraftTask]:
        """Return the tasks, in order."""
        self._pseudo_items()
        chosen = [(node, self._task(node)) for node in self._select(self.root, background=False)]
        return [task for _, task in chosen if len(fold(task.title)) >= 2]

    def _of(self, node: Node) -> Reading:
        return self.read_of[id(node)]

    def _pseudo_items(self) -> None:
        """Make a paragraph without a number an item where it ends in its own bracket of units."""
        for node in list(self.root.walk()):
            own = [at for at, paragraph in enumerate(node.body) if self.reader.brackets_of(paragraph.text[-160:])]
            if len(own) < (1 if not node.children and node.kind == "task" else 2) or node.rank == 80:
                continue
            if len(own) == 1 and len(node.body) == 1:
                continue
            for at in own:
                paragraph = node.body[at]
                child = Node(90, "", paragraph.text, paragraph.spot, node)
                node.children.append(child)
                self.read_of[id(child)] = self.reader.read(child)
                self.explicit.append(child)
            node.body = [paragraph for at, paragraph in enumerate(node.body) if at not in own]
            self.read_of[id(node)] = self.reader.read(node)
            if node in self.explicit and not self._of(node).explicit:
                self.explicit.remove(node)

    def _select(self, node: Node, *, background: bool) -> list[Node]:
        """Return the nodes at and below *node* that are tasks."""
        reading = self._of(node)
        heads = bool(node.children) or node.rank < 22  # 组织业务考核 is an item, 考核 a heading
        background = background or (heads and node.kind == "background")
        below = [task for child in node.children for task in self._select(child, background=background)]
        if node.parent is None:
            return below
        if reading.explicit:
            inner = [task for task in below if self._of(task).explicit]
            return inner or (self._items_under(node) if not background else []) or [node]
        if below:
            return self._with_siblings(node, below)
        if self.beside_tables or background:
            return []
        return [node] if self._is_task(node) else []

    def _items_under(self, node: Node) -> list[Node]:
        """Return the items of a heading that says for all of them who does it: they are the tasks, not their heading.

        Below a heading of the second rank they are only when one has a date of its own; else they are its steps.
        """
        items = [child for child in node.children if node.rank < child.rank <= 45 and not child.labels]
        short = len(fold(self._of(node).plain)) <= 24 and not node.body
        if len(items) < 2 or not short or (node.rank > 12 and not any(self._dated(item) for item in items)):
            return []
        return items

    def _with_siblings(self, node: Node, below: list[Node]) -> list[Node]:
        """Where most items of a section name units, its others are tasks too."""
        direct = [task for task in below if task.parent is node]
        others = [
            child
            for child in node.children
            if child not in direct and not child.children and child.kind != "background"
        ]
        missing = (
            [child for child in others if child.rank == direct[0].rank] if direct and not self.beside_tables else []
        )
        if missing and len(direct) >= len(missing):
            return [child for child in node.children if child in direct or child in missing]
        return below

    def _is_task(self, node: Node) -> bool:
        """Return whether an item that names nobody is a task all the same."""
        reading = self._of(node)
        if (
            node.annex
            or node.season
            or (node.rank > _DEEPEST and not self._dated(node) and not self._in_its_own(node, reading))
        ):
            return False
        if self.explicit and not reading.loose:
            return self._dated(node) and node.rank >= 10
        if reading.phase_date and not node.children and node.rank >= 10:
            return True  # an item that ends in its own deadline asks for something, whatever its section is called
        if self._under_dates:
            return (
                self._dated(node)
                or any(self._dated(above) for above in node.path())
                or (reading.loose and node.kind != "background")
            )
        return self._in_task_section(node) or reading.loose

    def _in_its_own(self, node: Node, reading: Reading) -> bool:
        """Return whether an item so deep can be a task: in a block of labels, or in the list below a dated phase."""
        if node.rank == 80:
            return reading.loose
        above = node.parent
        return above is not None and node.rank == 60 and bool(self._of(above).phase_date and _PHASE.search(above.text))

    def _dated(self, node: Node) -> bool:
        reading = self._of(node)
        return bool(reading.deadlines or reading.phase_date or reading.said.deadline)

    @cached_property
    def _under_dates(self) -> bool:
        """Return whether this document gives its dates to phases that have items."""
        return any(
            self._dated(node) and node.children and node.kind != "background"
            for node in self.root.walk()
            if node.parent
        )

    def _in_task_section(self, node: Node) -> bool:
        path = [above for above in node.path() if above.rank <= 30]
        named = [above for above in [*path, node] if above.kind == "task"]
        return bool(named) or (not self._has_task_section and (bool(path) or len(self.root.children) > 2))

    @cached_property
    def _has_task_section(self) -> bool:
        """Return whether any heading of the document is called like a section of tasks."""
        return any(node.kind == "task" for node in self.root.walk() if node.parent is not None and node.children)

    def _task(self, node: Node) -> DraftTask:
        reading = self._of(node)
        title, detail, problem, measures = self._words(node, reading)
        task = DraftTask(
            title=title,
            spot=node.spot,
            no=node.number.strip(" .、()（）:：•"),
            phase=self._phase(node),
            problem=problem,
            measures=measures,
            detail=detail,
            separately=reading.said.separately,
            rule=self._rule(node, reading),
            note="；".join(reading.said.rest),
            state=next((state for text in reading.said.rest if (state := cells.state_of(text))), ""),
        )
        found = {
            role: tuple(names)
            for role, names in reading.said.roles.items()
            if role in (*UNIT_ROLES, *PEOPLE_ROLES, "office")
        }
        if not any(role in found for role in UNIT_ROLES):
            found.update(self._units_above(node))
        found.update({role: names for role, names in self._people_above(node).items() if role not in found})
        return self._when(task.naming(found), node, reading)

    def _rule(self, node: Node, reading: Reading) -> str:
        if node.rank == 80:
            return "block of labels"
        if reading.explicit:
            return "item that names who does it"
        return "dated item" if self._dated(node) else "item of a task section"

    def _units_above(self, node: Node) -> dict[str, tuple[str, ...]]:
        """Return the units of the nearest heading that names some: they hold for the items below it."""
        for above in reversed(node.path()):
            said = self._of(above).said
            if self._of(above).explicit and any(said.roles.get(role) for role in UNIT_ROLES):
                self._mark(
                    node, "guess", say("the units are those of the heading “{heading}”", heading=above.heading[:30])
                )
                return {role: tuple(said.roles[role]) for role in UNIT_ROLES if said.roles.get(role)}
        return {}

    def _people_above(self, node: Node) -> dict[str, tuple[str, ...]]:
        """Return the people whom labels under the block's heading name, before the matter itself (批示领导)."""
        if node.rank != 80 or node.parent is None or node.parent.parent is None:
            return {}
        said = self._of(node.parent).said
        return {role: tuple(said.roles[role]) for role in PEOPLE_ROLES if said.roles.get(role)}

    def _words(self, node: Node, reading: Reading) -> tuple[str, str, str, tuple[Step, ...]]:
        """Return (title, detail, problem, measures) of a node."""
        if node.rank == 80:
            return self._block_words(node)
        text = joined(reading.plain)
        text = text[acting.lead_in(text, self.known) :] if reading.loose else text
        if _COUNTED.fullmatch(text) and node.body and not node.children:
            first, *others = (paragraph.text for paragraph in node.body)
            title, rest = cells.title_of(joined(first))
            return title.strip(" 。；;，,."), "\n".join(filter(None, [rest, *others])), "", ()
        if _ANYTHING.match(text) and node.body and not node.children:
            text = joined("\n".join(paragraph.text for paragraph in node.body))
            return cells.title_of(text)[0].strip(" 。；;，,"), text, "", ()
        meaning = _MEANING.match(text)
        if meaning is not None and node.rank == 90:
            return meaning["head"], text, "", ()
        title, rest = cells.title_of(text)
        steps = tuple(Step(child.heading) for child in node.children if child.rank > node.rank)
        counted = inline_items(" ".join([text, *(paragraph.text for paragraph in node.body)]))
        body = [rest, *(paragraph.text for paragraph in node.body)]
        if counted and not steps:
            steps = tuple(Step(cells.title_of(item)[0]) for item in counted)
            cut = re.search(r"一是|首先|第一[，,]", title)
            title = title[: cut.start()].strip("，：: ") or title if cut else title
        return title.strip(" 。；;，,"), "\n".join(part for part in body if part), "", steps

    def _block_words(self, node: Node) -> tuple[str, str, str, tuple[Step, ...]]:
        found: dict[str, str] = {}
        for role, value, _ in node.labels:
            found[role] = f"{found[role]}\n{value}" if role in found else value
        problem = joined(found.get("problem", "")).strip(" 。")
        wanted = found.get("title") or found.get("detail") or found.get("problem", "")
        title, rest = cells.title_of(wanted) if len(joined(wanted)) > 60 else (joined(wanted).strip(" 。；;"), "")
        measures = [
            cells.title_of(re.sub(r"^[一二三四五六七八九十]是", "", paragraph.text))[0]
            for paragraph in node.body
            if re.match(r"^[一二三四五六七八九十]是", paragraph.text)
        ]
        other = [found["detail"]] if found.get("title") and found.get("detail") else []
        return title, "\n".join([*filter(None, [rest]), *other]), problem, tuple(Step(measure) for measure in measures)

    def _phase(self, node: Node) -> str:
        above = [one for one in node.path() if not one.annex or len(one.text) > 6]
        if not above:
            return ""
        nearest = above[-1]
        heading = nearest.heading
        if nearest.number and nearest.rank < 8 and not self._of(nearest).explicit:
            heading = joined(nearest.text)
        return re.sub(r"^(?:第[一二三四五六七八九十\d]+阶段)[:：、\s]*(?=\S)", "", heading).strip(" 。") or heading

    def _when(self, task: DraftTask, node: Node, reading: Reading) -> DraftTask:
        said = reading.said.deadline
        if said:
            found = dates.find(said)
            return replace(task, deadline=said if len(said) <= 40 or not found else found[-1].text)
        if reading.phase_date:
            return replace(task, deadline=reading.phase_date)
        if reading.deadlines:
            steps = self._steps(node, reading)
            return replace(
                task, deadline=reading.deadlines[-1].text, milestones=steps, whole=_sentence(reading.deadlines)
            )
        for above in reversed(node.path()):
            when = self._of(above)
            text = when.phase_date or when.said.deadline or (when.deadlines[-1].text if when.deadlines else "")
            if text and (above.kind != "background"):
                self._phase_seen(above, text)
                return replace(task, deadline=text, inherited=True)
        opened = dates.again(joined(node.text)) or dates.open_ended(joined(node.text))
        if not opened and (opened := dates.again_inside(self.reader.without_brackets(joined(node.text)))):
            self._mark(node, "guess", say("the task names no day; “{text}” stands inside its text", text=opened))
        return replace(task, deadline=opened) if opened else task

    def _phase_seen(self, node: Node, due: str) -> None:
        title = re.sub(r"^(?:第[一二三四五六七八九十\d]+阶段)[:：、\s]*(?=\S)", "", node.heading).strip()
        if all(phase.title != title for phase in self.phases):
            self.phases.append(DraftPhase(title, due, node.spot))

    def _steps(self, node: Node, reading: Reading) -> tuple[Step, ...]:
        """Return the dated steps of a task with several deadlines in its sentences."""
        if len(reading.deadlines) < 2:
            return ()
        steps = []
        text = self.reader.without_brackets("\n".join([node.text, *(paragraph.text for paragraph in node.body)]))
        for one in reading.deadlines:
            start = max(text.rfind(sign, 0, one.start) for sign in "，。；;,\n") + 1
            stop = min((place for sign in "，。；;,\n" if (place := text.find(sign, one.stop)) >= 0), default=len(text))
            words = (text[start : one.start] + " " + text[one.stop : stop]).strip(" ，。；于在")
            steps.append(Step(joined(words) or one.text, one.text))
        return tuple(steps)

    def dated_phases(self) -> Iterator[DraftPhase]:
        """Yield the headings that are phases with a date, whether or not tasks came from under them."""
        for node in self.root.walk():
            reading = self._of(node)
            if node.parent is not None and reading.phase_date and _PHASE.search(node.heading):
                yield DraftPhase(
                    re.sub(r"^(?:第[一二三四五六七八九十\d]+阶段)[:：、\s]*(?=\S)", "", node.heading),
                    reading.phase_date,
                    node.spot,
                )

    def _mark(self, node: Node, code: str, what: Sentence) -> None:
        self.marks.append(Mark(code, node.spot, what))


def _sentence(found: list[dates.Found]) -> str:
    return "，".join(one.text for one in found) if len(found) > 1 else ""
