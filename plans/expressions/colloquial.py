"""What Chinese offices say for short (一月一次, 周周, 两周一调度, 八月十五), in the plain words that are looked for."""

from __future__ import annotations

import re

_AGAIN = r"(?=次(?!性)|[调通督汇评研总考小碰会分排检清结盘例议更述]|报(?!送|告)|(?<!每周一)报)"
_SMALL = "一二两三四五六七八九十"
_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rf"(?:每|一)([年季月旬日天])度?一{_AGAIN}", r"每\1"),
        (rf"(?:每|一个?|(?<![每一个]))(半[年月])一{_AGAIN}", r"每\1"),
        (rf"[每一](周)一{_AGAIN}", r"每\1"),
        # 6月10日一次… is a day, 十一月一次… a month: only what can't be either is an interval
        (
            rf"(?<![\d第每月年{_SMALL}])([{_SMALL[1:]}]|\d{{1,2}})(个(?:月|季度|星期|工作日)|周|年|天|日|季度"
            rf"|(?<=两)月)"
            rf"一{_AGAIN}",
            r"每\1\2",
        ),
        (rf"(?<![\d第每{_SMALL}])一个?(年|月|季度?|周|学期)(?=[{_SMALL[1:]}\d]次)", r"每\1"),
        (rf"(?<![\d本当上下每个{_SMALL}])(?:(月)月|(周)周|(天)天|(季)季)(?![底末初中度日天{_SMALL}])", r"每\1\2\3\4"),
        (r"个?(?:自然|日历)[日天]", "日"),
        (r"每个?月的?上、?中、?下旬", "每旬"),
        (r"每个?月的?上旬?[、和及]下旬", "每月10日、31日"),
        (r"(?<=[每年月周])逢(?=\d|[首末单双一二三四五六日天])", ""),
        (r"(?<![每相])逢(?=周[一二三四五六日天末]|星期|[单双][月周])", "每"),
        (r"(?<![每相])逢(?=\d{1,2}[日号、])", "每月"),
        (r"(?<![\d十廿])(三月三|五月初?五|七月初?七|七月半|八月十五|九月初?九)(?![日号十\d])", r"农历\1"),
    )
)


def reworded(text: str) -> str:
    """Return *text* (simplified characters, no spaces) with its short forms written out: 两周一调度 is 每两周调度."""
    for pattern, words in _REWORDED:
        text = pattern.sub(words, text)
    return text
