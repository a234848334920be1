"""The reference pages on the plan language, findings and settings, made from the tables that the program uses.

`python -m commands.reference` (`make reference`) writes them; a test says whether they are up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel

from notifications.speech import Speech
from plans.encoding import MAX_BYTES
from plans.findings import is_mendable
from plans.language.keys import Key, Shape
from plans.language.schema import BY_NAME, SHAPES
from plans.model import Finding, Place, Sentence, say
from plans.rules.catalogue import RULES
from plans.yamltext import MAX_DEPTH, MAX_NODES
from scheduler.settings import Settings

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
EN, ZH = Speech("en"), Speech("zh")
MADE = "<!-- Made by `make reference` from the tables in plans/; change those, not this page. -->"
KINDS = {
    "text": "a text on one or more lines",
    "deadline": "a deadline in the document's own words ([all forms](deadlines.md))",
    "id": "1 to 64 characters without blanks and slashes",
    "date": "a day: 2026-03-02, 2026/3/2, 2026.3.2 or 2026年3月2日",
    "iso": "a day: 2026-03-02, 2026/3/2, 2026.3.2 or 2026年3月2日",
    "year": "a year of four digits: 2026 or 2026年",
    "number": "a number; 1,200 and 3.35% too",
    "yes": "yes or no (是, 否)",
    "mail": "one mail address",
    "zone": "a time zone by its name",
    "names": "one name or a list; several may stand in one text with 、 or a comma between",
    "words": "one word or a list; several may stand in one text with 、 or a comma between",
    "free": "a text, or keys with values",
    "ladder": "the name of a ladder, or its stages written out ([ladders](ladders.md))",
    "dates": "a list of days",
    "numbers": "names with numbers",
    "calendars": "names, and below each a year with its first and last day",
    "directory": "the path of a directory file from the plan file, or the directory itself",
    "state": "a state",
}
HOW = {
    "one": "{a}",
    "list": "a list of {b}",
    "many": "{a}, or a list of {b}",
    "map": "ids, and below each {a}",
    "both": "a list of {b}, or ids and below each {a}",
}
LANGUAGE = f"""\
# The plan language

{MADE}

A plan is one YAML file that a clerk can read and write. Every key has an English and a Chinese spelling; a file may use
either, key by key, and says the same. These two are one plan:

```yaml
plan: safety-2026
title: 安全生产工作方案
issued: 2026-03-02
tasks:
  - id: drill
    title: 开展消防演练
    lead: [安全处, 运行处]
    due: 5月25日前
```

```yaml
方案: safety-2026
标题: 安全生产工作方案
印发日期: 2026-03-02
任务:
  - 编号: drill
    工作任务: 开展消防演练
    牵头单位: [安全处, 运行处]
    完成时限: 5月25日前
```

`duban check` says what is wrong in a file and where; `duban check --fix` repairs what can't change its meaning;
`duban explain CODE` says why a finding matters ([all of them](findings.md)). `duban schema > plan.schema.json` gives
an editor what it needs to complete keys and underline slips.

## How a file is read

- A value is what was written until its key types it: `5.25`, `12:30`, `007` and `no` stay texts where a text is asked.
- Full-width colons, brackets and dashes, U+3000 and tabs in the indentation are read as they were meant, each with a
  finding on its line that `duban check --fix` repairs.
- A key written twice, in one spelling or in both, is an error; the first one counts. Tags (`!x`) and merge keys (`<<`)
  are refused, repetitions (`&`, `*`) are allowed and counted.
- UTF-8, with or without a byte order mark; GB18030 and UTF-16 are read with a warning.
- At most {MAX_BYTES // 2**20} MB a file, {MAX_DEPTH} levels, {MAX_NODES:,} values; a hundred thousand tasks are ten
  files in one folder.

## The keys

In the tables **bold** keys must be there. Where a shape may be a bare text, the text stands for the key that is named.
"""
FINDINGS = f"""\
# Findings

{MADE}

What `duban check` finds, by number. The letter says how grave it is: with E (error) `apply` refuses the plan; W
(warning) counts as an error with `--strict`; N is a note. `--select` and `--ignore` take codes or their beginnings:
`W4` is every warning about deadlines. Findings marked ✎ are repaired by `duban check --fix`.

某一代码的说明也可以用 `duban explain 代码` 查看。
"""
GROUPS = {
    "1": "Signs and bytes · 文字与符号",
    "2": "Keys and values · 键与值",
    "3": "Units and people · 单位与人员",
    "4": "Deadlines · 时限",
    "5": "Tasks, phases, ladders · 任务、阶段、催办阶梯",
    "6": "The directory · 通讯录",
}
_ON_ITS_LINE = frozenset({"E111", "E112", "E113", "E114", "E115", "E122"})  # such a finding carries its repair


def plan_language() -> str:
    """Return the page on the plan language: every shape with its keys in both spellings."""
    return "\n".join([LANGUAGE, *(line for shape in SHAPES for line in _shape(shape))])


def _shape(shape: Shape) -> Iterator[str]:
    yield f"### {shape.name} · {ZH.sentence(shape.called)}\n"
    yield f"{_first_up(EN.sentence(shape.what))}. {ZH.sentence(shape.what)}。"
    if shape.bare:
        yield f"A bare text in its place is its `{shape.bare}`."
    yield "\n| key | 中文 | holds | what it is for | example |\n|---|---|---|---|---|"
    yield from (_row(key) for key in shape.keys)
    yield ""


def _row(key: Key) -> str:
    name = f"**`{key.name}`**" if key.required else f"`{key.name}`"
    chinese = " ".join(f"`{spelling}`" for spelling in key.chinese)
    said = f"{EN.sentence(key.what)}<br>{ZH.sentence(key.what)}"
    return f"| {name} | {chinese} | {_holds(key)} | {said} | {_example(key)} |"


def _example(key: Key) -> str:
    """Return the example of a key, in both languages where it has words."""
    if not isinstance(key.example, Sentence):
        return f"`{key.example}`" if key.example else ""
    return "<br>".join(f"`{speech.sentence(key.example)}`" for speech in (EN, ZH))


def _holds(key: Key) -> str:
    how, _, name = key.holds.partition(":")
    if name:
        called = EN.sentence(BY_NAME[name].called)
        link = f"[{called}](#{name}--{ZH.sentence(BY_NAME[name].called)})"
        article = "an" if called[0] in "aeiou" else "a"
        return HOW[how].format(a=f"{article} {link}", b=link)
    if key.choices:
        words = ", ".join(_choice(value, spellings) for value, spellings in key.choices.items())
        return f"{words}, or a country's code such as `GB-ENG`" if how == "country" else words
    return KINDS[key.holds]


def _choice(value: str, spellings: tuple[str, ...]) -> str:
    """Return a word of a choice with its usual Chinese spelling."""
    english = next((spelling for spelling in spellings if spelling.isascii()), value)
    chinese = next((spelling for spelling in spellings if not spelling.isascii()), "")
    return f"`{english}`" + (f" ({chinese})" if chinese else "")


def findings() -> str:
    """Return the page on findings: each with why it matters, how to mend it, and an example, in both languages."""
    lines = [FINDINGS]
    group = ""
    for code in sorted(RULES, key=lambda code: code[1:]):
        if code[1] != group:
            group = code[1]
            lines.append(f"## {GROUPS[group]}\n")
        lines += _finding(code)
    return "\n".join(lines)


def _finding(code: str) -> Iterator[str]:
    rule = RULES[code]
    mendable = code in _ON_ITS_LINE or is_mendable(Finding(code, Place("", 1, 1), say("")))
    yield f"### {code} {_both(rule.title, ' · ')}{' ✎' if mendable else ''}\n"
    yield f"{_both(rule.why, '<br>')}\n"
    yield f"{_both(rule.mend, '<br>')}\n"
    examples = dict.fromkeys((EN.sentence(rule.example), ZH.sentence(rule.example)))
    yield " · ".join(f"`` {example} ``" if "`" in example else f"`{example}`" for example in examples) + "\n"


def _both(sentence: Sentence, between: str) -> str:
    return f"{EN.sentence(sentence)}{between}{ZH.sentence(sentence)}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


SETTINGS = f"""\
# Settings

{MADE}

They stand in `duban.toml`, which `duban init` begins; what has a dot stands in a table (`[mail]`, then `host = …`). A
variable of the environment goes before the file: `DUBAN_` and the name, two underscores for the dot
(`DUBAN_MAIL__HOST`). A secret may stand in a file of its own, which the variable with `_FILE` behind it names
(`DUBAN_MAIL__PASSWORD_FILE`). Paths count from the folder of `duban.toml`. `duban doctor` looks over all of it.

A setting that doesn't exist, is empty or can't be used stops every command with its file, line and column; an empty
variable sets nothing.

设置写在 duban.toml 里（duban init 会生成）；带点的写在相应的表中。环境变量优先于文件；密码可以放在单独的文件里。
不存在的、空着的和写错的设置会使命令停下，并指出在哪一行。
"""


def settings() -> str:
    """Return the page on the settings of a house."""
    return "\n".join([SETTINGS, *_settings(Settings, "")])


def _settings(model: type[BaseModel], before: str) -> Iterator[str]:
    for name, setting in model.model_fields.items():
        kind = setting.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{name}.")
            continue
        default = setting.get_default(call_default_factory=True)
        shown = "" if default in (None, "", ()) else f"`{default}` · "
        said = setting.description or ""
        yield f"### `{before}{name}`\n\n{shown}{EN(said)}<br>{ZH(said)}\n"


PAGES: dict[str, Callable[[], str]] = {
    "plan-language.md": plan_language,
    "findings.md": findings,
    "settings.md": settings,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
