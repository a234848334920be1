"""An office's own templates: they may lay a letter out, and do nothing else."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from jinja2 import Environment

from notifications.letters import compose
from notifications.notices import LetterModel, Line, Recipient
from notifications.rendering import FOLDER, Templates, forbidden

MODEL = LetterModel(
    Recipient("王敏", unit="综合处"),
    "ladder",
    date(2018, 6, 12),
    "活动办",
    lines=(
        Line("p", "读书<活动>方案", "t", "报送书目", "today", due=date(2018, 6, 12), unit_role="lead", post="contact"),
    ),
)
BUILT_IN = compose(MODEL)


def composed(folder: Path, **files: str):
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, "utf-8")
    return compose(MODEL, Templates(folder))


def test_an_offices_own_template_replaces_one_and_leaves_the_other(tmp_path: Path) -> None:
    letter = composed(tmp_path, letter_txt="{{ page.greeting }}{% for s in page.sections %}{{ s.lead }}{% endfor %}")
    assert letter.text == "综合处 王敏同志：《读书<活动>方案》中你处牵头的下列任务今日到期，请按时完成："
    assert letter.html == BUILT_IN.html
    assert letter.fallback == ""


def test_an_offices_own_page_is_escaped(tmp_path: Path) -> None:
    letter = composed(tmp_path, letter_html="<p>{{ page.sections[0].lead }}</p>")
    assert "读书&lt;活动&gt;方案" in letter.html


def test_a_built_in_template_may_be_copied_and_changed(tmp_path: Path) -> None:
    for name in ("letter.txt", "letter.html"):
        source = (FOLDER / name).read_text("utf-8")
        assert list(forbidden(Environment().parse(source))) == []
        (tmp_path / name).write_text(source, "utf-8")
    letter = compose(MODEL, Templates(tmp_path))
    assert (letter.text, letter.html, letter.fallback) == (BUILT_IN.text, BUILT_IN.html, "")


ATTACKS = [
    "{{ page.__class__ }}",
    "{{ page.subject.__class__.__mro__ }}",
    "{{ page['__class__'] }}",
    "{{ ''.join(page.fine) }}",
    "{{ page.subject.encode('utf-8') }}",
    "{{ 'a' * 100000000 }}",
    "{{ 10 ** 10000000 }}",
    "{{ page.subject ~ page.subject }}",
    "{{ page.subject + page.subject }}",
    "{{ '%0100000000d' % 1 }}",
    "{{ '{:0100000000}'.format(1) }}",
    "{{ 'a' | center(100000000) }}",
    "{{ page | attr('__class__') }}",
    "{{ range(100000000) | length }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% set a = 'x' %}{{ a }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include '/etc/passwd' %}",
    "{% extends 'letter.txt' %}",
    "{% import 'letter.txt' as x %}",
    "{{ lipsum() }}",
    "{{ self }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ loop.index }}",
    "{% for a in page.fine recursive %}{{ loop(page.fine) }}{% endfor %}",
    "{% for a in page.fine %}{{ loop.__init__ }}{% endfor %}",
    "{% for a in page.subject %}" * 4 + "x" + "{% endfor %}" * 4,
    "{{ nothing }}",
    "{{ page.nothing }}",
    "{{ 1 / 0 }}",
    "{{ page.sections[99].lead }}",
    "{{ page.subject",
    "{% if %}",
    "{{ page.subject | nofilter }}",
    "x" * 70_000,
    "{% if page %}" * 2000 + "{% endif %}" * 2000,
    "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "{% for a in page.subject %}{% for b in page.subject %}{% for c in page.subject %}"
    + "x" * 300
    + "{% endfor %}{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:60])
def test_whatever_a_template_tries_the_letter_goes_out_and_says_so(attack: str, tmp_path: Path) -> None:
    """S14: an immutable sandbox, and a limit of time."""
    begun = time.process_time()
    letter = composed(tmp_path, letter_txt=attack, letter_html=attack)
    assert time.process_time() - begun < 2
    assert (letter.text, letter.html) == (BUILT_IN.text, BUILT_IN.html)
    assert letter.fallback.startswith("letter.txt: ")
    assert "letter.html: " in letter.fallback


def test_bytes_that_are_no_text_fall_back(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(b"\xff\xfe\x00")
    assert compose(MODEL, Templates(tmp_path)).text == BUILT_IN.text


def test_a_failure_names_the_line(tmp_path: Path) -> None:
    letter = composed(tmp_path, letter_txt="a\nb\n{{ page.subject ~ 1 }}\n")
    assert letter.fallback == "letter.txt: line 3: concat is not allowed in a letter's template"


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert compose(MODEL, Templates(tmp_path)) == BUILT_IN
