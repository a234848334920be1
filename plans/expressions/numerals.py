"""One plain spelling for what offices write in many: full-width and Chinese digits, traditional characters, dashes."""

from __future__ import annotations

import re
import unicodedata

from plans.expressions.colloquial import reworded

_TRADITIONAL = str.maketrans(
    "內個週長於後間開關時號級達過遲終節國慶勞動陽陰學隨視況適擇儘盡緊據進階續堅態將實發佈執會議報應須從啟啓結辦銷無"
    "暫緩爭則兩當歲來現馬業總務這還為與調簽轉貫項輪臨曆農禮點鐘連確傳標屆滿併規劃復複歸閉簡稱請單雙隔貳參兒婦軍黨廠員"
    "訂擬預計約遞繼積極優幾處屬環驗審評選組織團體範圍責任領導產質劑絕對權隱患問題認識",
    "内个周长于后间开关时号级达过迟终节国庆劳动阳阴学随视况适择尽尽紧据进阶续坚态将实发布执会议报应须从启启结办销无"
    "暂缓争则两当岁来现马业总务这还为与调签转贯项轮临历农礼点钟连确传标届满并规划复复归闭简称请单双隔贰参儿妇军党厂员"
    "订拟预计约递继积极优几处属环验审评选组织团体范围责任领导产质剂绝对权隐患问题认识",
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("—–―‐‑‒−─━ー~〜∼﹣", "-"),
        **dict.fromkeys("“”〝〞「」『』\"'‘’", "“"),
        **dict.fromkeys("[【{〔〈<", "("),
        **dict.fromkeys("]】}〕〉>", ")"),
    }
)
_STRUCK = re.compile(r"~~[^~]*~~|<(del|s|strike)>[^<]{0,500}</\1>", re.IGNORECASE)
_VALUES = {"〇": 0, "零": 0, "○": 0, "◯": 0, "O": 0, "两": 2}
for _signs in ("一二三四五六七八九", "壹贰叁肆伍陆柒捌玖"):
    _VALUES |= {sign: value for value, sign in enumerate(_signs, 1)}
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100}

_DIGIT = "".join(_VALUES)
_TEN = "".join(_TENS)
_RUN = f"[{_DIGIT}{_TEN}]{{1,6}}"
_UNIT = r"[年月日号天旬]|季(?:度|末|$)|周(?![边围密到全])|个|小时|半年|次|场|轮|工作日|星期"
_CHINESE = re.compile(
    f"(?<![周期拜初{_DIGIT}{_TEN}])(?<![统唯万逐之同单专合进](?=一))"
    f"({_RUN})(?={_UNIT}|(?:至|到|或|-|、)第?[{_DIGIT}{_TEN}]{{1,3}}(?:{_UNIT}))"
)
_WITHOUT_UNIT = re.compile(f"(?<=月)({_RUN})(?=(?:之|以)?前)")
_HOUR = re.compile(f"(?<=[日号午晚晨])({_RUN})(?=[时点](?!间))")
_ONE_AS_DASH = re.compile(r"(?<=[日月年号旬])一(?=\d)")
_CIRCLED = dict.fromkeys((*range(0x2460, 0x249C), *range(0x2776, 0x2794)), ";")
_TIME_APART = re.compile(r"(?<=\d)\s+(?=\d{1,2}:\d\d)")  # 2026/4/15 18:00: without the space one number
_POINTED = re.compile(r"(?<!\d)(20\d\d)([。·、,])(\d{1,2})\2(\d{1,2})(?![\d。·、,月年])")  # 2026。6。30
_MONTH_OF_QUARTER = re.compile(r"(?<!\d)第?(?P<quarter>[1-4])季度?的?(?P<nth>首|末|最后[1一]?|中间|第[1-3])个?月份?")
_LISTED = re.compile(
    r"(?:^|[;。:,\n])\s*\(?(\d{1,2})(?:([.)])\s*(?=\d{1,2}月|20\d\d[年.-]|[\u3400-\u9fff“](?<![月日号]))|、\s*(?=\d{1,2}月))"
)


def plain(text: str) -> str:
    """Return *text* without what is struck through, in half-width, one kind of dash, quote and bracket each."""
    return unicodedata.normalize("NFKC", _STRUCK.sub(" ", text).translate(_CIRCLED)).translate(_SIGNS)


def simplified(text: str) -> str:
    """Return plain Chinese *text* without spaces, in simplified characters, with the numbers of dates as digits."""
    close = re.sub(r"\s+", "", _TIME_APART.sub("的", _unnumbered(text))).translate(_TRADITIONAL)
    close = _POINTED.sub(r"\1.\3.\4", close)
    close = reworded(_ONE_AS_DASH.sub("-", close))
    close = _HOUR.sub(lambda found: _arabic(found[1]), close)
    close = _WITHOUT_UNIT.sub(lambda found: _arabic(found[1]), close)
    close = _CHINESE.sub(lambda found: _arabic(found[1]), close)
    return _MONTH_OF_QUARTER.sub(_month_of_quarter, close)


def _month_of_quarter(found: re.Match[str]) -> str:
    """Return the month that a quarter's first, second or last is: 一季度末月20日 is 3月20日."""
    nth = {"首": 1, "末": 3, "最": 3, "中": 2}.get(found["nth"][0]) or int(found["nth"][-1])
    return f"{(int(found['quarter']) - 1) * 3 + nth}月"


def _unnumbered(text: str) -> str:
    """Return *text* without the numbers of its items: 1.4月底前; 2.8月底前.

    With 、 behind them they are numbers only if they count on, for 6、7月底前 are months.
    """
    found = list(_LISTED.finditer(text))
    counts_on = len(found) > 1 and [int(hit[1]) for hit in found] == list(range(1, len(found) + 1))
    for hit in reversed(found):
        if hit[2] or counts_on:
            text = f"{text[: hit.start()]};{text[hit.end() :]}"
    return text


def _arabic(number: str) -> str:
    """Return a Chinese *number* in digits: by place (二〇一八), by value (十八), or two in a row (七八月 is 7、8)."""
    if _TENS.keys().isdisjoint(number):
        digits = [str(_VALUES[sign]) for sign in number]
        if len(digits) == 2 and int(digits[1]) == int(digits[0]) + 1 and number[0] != "一":
            return "、".join(digits)
        return "".join(digits)
    total, digit = 0, None
    for sign in number:
        if sign in _TENS:
            total += _TENS[sign] * (digit if digit is not None and sign in "十拾百" else 1)
            digit = None
        else:
            digit = _VALUES[sign]
    return str(total + (digit or 0))
