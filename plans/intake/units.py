"""Lists of units and people in one text: where one name ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Collection

from plans.intake.given import GIVEN

_OPENING, _CLOSING = "（(【[〔《“", "）)】]〕》”"
_ENDINGS = """
处 室 科 股 局 委 部 办 厅 院 中心 站 所 队 组 会 团 公司 集团 支部 纪委 党组 银行 学校 大学 镇 街道
乡 区 县 市 府 社区 园 馆 社 台 庭 署 部门 单位 党委 法院 检察院 分局 支队 大队 窗口 企业 高校 院校
机构 协会 商会 联合会 妇联 工会 共青团 团委 科协 残联 工商联 总队 专班 班子 分公司 部委 地区 各地
中队 车间 班组 项目部 党总支 事业部 基地 村 省 国资委 税务 消防 人行 供电 党校 总工会 报社 办事处
医院 幼儿园 小学 中学 年级 教研组 成员 领导小组 司 库 厂 矿 港 营 段 连 旗 盟 州
""".split()  # noqa: SIM905 - words for people to read and add to
_ENDS_UNIT = re.compile("(?:" + "|".join(sorted(_ENDINGS, key=len, reverse=True)) + ")(?:[（(][^（）()]*[）)])?$")
_ORG_EN = re.compile(
    r"\b(?:Council|Office|Department|Dept|Agency|Agencies|Bureau|Team|Unit|Board|Committee|Authority|Authorities"
    r"|Directorate|"
    r"Division|Branch|Ministry|Group|Service|Commission|Secretariat|Association|Partnership|Administration|Center"
    r"|Centre|"
    r"Institute|Faculty|School|Operations|Finance|Safety|Security|IT|HR|Legal|Procurement|Communications|"
    r"Trust|Bank|Forum|Society|Network|Union|Police|Library|Libraries|Museum|College|University|Hospital|Fund|"
    r"Foundation|Club|Charity|Alliance|Federation|Chamber|Company|Ltd|Inc|Works|Transport|Engineering|Marketing|"
    r"Resources|Affairs|Development|Planning|Education|Health|Housing|Facilities|Estates|Fleet|Press|Media|Staff"
    r"|Governors|"
    r"Trustees|Volunteers|Members|Cabinet|Court|Treasury|Registry|Control|Management|Production|Logistics|Purchasing|"
    r"Sales|Accounts|Audit|Research|Data|Systems|Digital|Infrastructure|Warehouse|Desk|Task ?force|Working Party"
    r"|Panel|"
    r"Studio|Laboratory|Depot|Archives?|Clinic|Ward|Crew|Consortium|Rangers|Guard|Directors|"
    r"Partners?|Advisers?|Contractors?|Schools)(?:s|es)?$"
)
_POST_EN = re.compile(
    r"\b(?:Manager|Teacher|Nurse|Engineer|Supervisor|Leader|Analyst|Administrator|Accountant|Surveyor|Planner|Warden|"
    r"Bursar|Governor|Librarian|Inspector|Auditor|Controller|Registrar|Superintendent|Commissioner|Deputy|Assistant|"
    r"Advis[eo]r|Architect|Dean|Officer|Director|Lead|Coordinator|Chair|Secretary|Treasurer|Clerk|Head|Chief|President"
    r"|Executive|Principal)s?$"
)
_POST_OF = re.compile(r"(?:Deputy |Vice[- ]|Assistant )?(?:Chair|Head|Director|Chief|Leader|Secretary|Clerk|Dean) of\b")
_DOES_EN = re.compile(
    r"^[A-Z][\w&' -]* (?:&|and )?\w{3,}(?:ing|tion|sion|ment|ics|ship)$|\\w{6,}(?:ance|ence|ity)$"
)  # Street Cleaning
_PERSON_EN = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Cllr|Sir|Rev)\.? )?(?:[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)?|[A-Z]\.?)"
    r"(?: (?:[A-Z]\.?|de|van|von|bin|al))* (?:Mc|Mac|O['’])?[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)?"
)
_ACRONYM = re.compile(r"^(?:[A-Z][A-Za-z]?[A-Z]+[A-Za-z]*s?|[A-Z]{2,}s?)$")
_REST = re.compile(
    r"^(?:等)?(?:其他)?(?:相关|有关|各相关|各有关)?(?:职能)?(?:责任)?(?:部门|单位|处室|科室|部门和单位|部门单位|"
    r"方面)?(?:按职责分工)?$"
)
_NOT_A_UNIT = re.compile(
    r"^(?:required|optional|encouraged|see |n/?a$|none$|tb[cd]$|all$|yes$|no$|as (?:above|required)|various$|无$|"
    r"暂无$|待定$|详见|见附件|略$|[-—–/\s]+$|（?略）?$)",
    re.IGNORECASE,
)
_SHARED = re.compile(r"^(?:(?:区|县|旗|镇|乡|街道|开发区|园区|经开区|高新区|园)|市$|市、|处$|（|\()")
# 各辖市、区科技局 share what follows; after 各乡镇, which is whole, only another bare level does (各镇、街道).
_LEVEL = re.compile(r"(?:各|、)(?:辖市|市|县|区|旗|州|盟|地市|县市|设区市)$")
_BARE_LEVEL = re.compile(
    r"^(?:区|县|市|旗|镇|乡|街道|开发区|园区|经开区|高新区|园|处|村|社区)(?:办事处|党工委)?(?:[（(].*)?$"
)
_SURNAMES = set(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹"
    "关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丘华车冉房边臧仲"
)
_TITLES = re.compile(
    r"(?:同志|主任|处长|科长|局长|副?市长|副?县长|书记|部长|院长|校长|经理|组长|主席|秘书长|常委|委员|先生|女士)$"
)
_MASKED = re.compile(r"^(?:[xX×*＊○某]{1,4}|[\u4e00-\u9fff][xX×*＊○某]{1,3}|[xX×*]{2,}[\u4e00-\u9fff]?)(?:同志)?$")


def is_unit(text: str) -> bool:
    """Return whether a text is shaped like a unit's name."""
    text = text.strip()
    if not text or len(text) > 60 or _NOT_A_UNIT.match(text) or re.search(r"[。；！？]", text):
        return False
    if text.isascii():
        return bool(
            _ACRONYM.match(text)
            or _ORG_EN.search(text)
            or _POST_EN.search(text)
            or re.match(r"^[A-Z][\w&.'-]*(?: (?:[A-Z&][\w&.'-]*|of|and|for|the|at))*$", text)
        )
    return len(text) <= 26 and bool(_ENDS_UNIT.search(text))


def is_organisation(text: str) -> bool:
    """Return whether an English name ends in the word of a body, or is an acronym."""
    return bool(_ACRONYM.match(text.strip()) or _ORG_EN.search(text.strip()))


def is_activity(text: str) -> bool:
    """Return whether an English name is what a body does, as bodies are called beside people: Street Cleaning."""
    return _DOES_EN.search(text.strip()) is not None and text.split(" ", 1)[0] not in GIVEN


def is_post(text: str) -> bool:
    """Return whether an English name ends in the word of a post: Chair, Events Officer."""
    return bool(_POST_EN.search(text.strip()) or _POST_OF.match(text.strip()))


def is_nobody(text: str) -> bool:
    """Return whether a text in a column of units names none: "Required for all agencies", 待定."""
    return bool(_NOT_A_UNIT.match(text.strip()))


def is_person(text: str) -> bool:
    """Return whether a text is shaped like a person's name, with or without a title."""
    if text.isascii():
        return bool(_PERSON_EN.fullmatch(text.strip())) and not is_organisation(text)
    bare = _TITLES.sub("", text.strip())
    if len(bare) == 1 and bare in _SURNAMES and bare != text.strip():  # 王县长
        return True
    return (
        bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", bare))
        and bare[0] in _SURNAMES
        and (len(bare) <= 3 or bare != text)
        and not _ENDS_UNIT.search(bare)
    )


def is_named_person(text: str) -> bool:
    """Return whether an English name is certainly a person's: a common given name, then a surname of no unit."""
    first, _, rest = text.strip().partition(" ")
    return first in GIVEN and bool(rest) and is_person(text) and not is_post(text)


def is_masked(text: str) -> bool:
    """Return whether a name is masked (x, xxx, 李某, 张××): such a name never becomes a person."""
    return bool(_MASKED.match(text.strip()))


def split(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the names of a written list, as written.

    Never splits inside brackets or a *known* name, nor after 各 where what follows shares it (各辖市、区科技局).
    """
    protected = [name for name in known if re.search(r"[、，,和及与/\s]", name) and name in text]
    pieces = _pieces(text, protected)
    names: list[str] = []
    for piece in _shared(pieces):
        names += _joined_by_words(piece, known) if piece not in known else [piece]
    return list(dict.fromkeys(name for name in (_bare(name) for name in names) if name))


def _pieces(text: str, protected: list[str]) -> list[tuple[str, str]]:
    """Return (separator before it, piece) of the pieces between separators outside brackets."""
    pieces: list[tuple[str, str]] = []
    depth, current, before, index = 0, "", "", 0
    while index < len(text):
        whole = next((name for name in protected if text.startswith(name, index)), "")
        sign = text[index]
        if whole:
            current += whole
            index += len(whole)
            continue
        depth += (sign in _OPENING) - (sign in _CLOSING and depth > 0)
        if depth == 0 and (
            sign in "、，,；;／/\n|" or (sign in " \t\u3000" and _blank_divides(current, text[index + 1 :]))
        ):
            pieces.append((before, current.strip()))
            current, before = "", sign
        else:
            current += sign
        index += 1
    pieces.append((before, current.strip()))
    return [(sep, piece) for sep, piece in pieces if piece]


def _blank_divides(left: str, right: str) -> bool:
    """Return whether a blank between Chinese words stands between two whole names."""
    following = re.split(r"[、，,；;／/\n\s]", right.strip(), maxsplit=1)[0]
    if left.strip().isascii() or following.isascii() or (_TITLES.search(left.strip()) and is_person(following)):
        return False  # 区委常委 梅芳 is one person
    return (is_unit(left) and (is_unit(following) or is_person(following))) or (
        is_person(left) and is_person(following)
    )


def _shared(pieces: list[tuple[str, str]]) -> list[str]:
    """Join again what a 、 inside a name took apart: 各县、市、区 and 各辖市、区科技局."""
    joined: list[str] = []
    for separator, piece in pieces:
        last = joined[-1] if joined else ""
        if (
            separator == "、"
            and re.match(r"^(?:全市|全县|全区)?各", last)
            and len(re.split("、", last)[-1]) <= 5
            and (_SHARED.match(piece) if _LEVEL.search(last) else _BARE_LEVEL.match(piece))
        ):
            joined[-1] = f"{last}、{piece}"
        else:
            joined.append(piece)
    return joined


def _joined_by_words(piece: str, known: Collection[str]) -> list[str]:
    """Split A及B, A和B, A and B where both sides are whole names."""
    if not piece.isascii():
        return _chinese_words(piece, known)
    parts = [half for part in re.split(r",?\s+as well as\s+", piece) for half in _ampersands(part) if half]
    names: list[str] = []
    for part in parts:
        part = re.sub(r"^(?:and|or)\s+", "", part.strip())
        sides = re.split(r"\s+and\s+", part)
        last = _ORG_EN.search(sides[-1])
        # Safety and Operations Departments are two by a plural only the last one bears: left whole, to be asked
        people = all(is_person(side) for side in sides)
        whole = people or (all(_complete(side) for side in sides[:-1]) and not (last and last[0].endswith("s")))
        names += sides if len(sides) > 1 and whole else [part]
    return names


def _ampersands(piece: str) -> list[str]:
    """Split IT & Legal Services, Priya & Tom; Learning & Development is the name of one body."""
    sides = re.split(r"\s*&\s+(?=[A-Z])", piece)
    one = is_organisation(sides[-1]) and not all(_complete(side) for side in sides)
    return [piece] if one else sides


def _complete(name: str) -> bool:
    return bool(_ACRONYM.match(name) or (_ORG_EN.search(name) and " " in name))


def _chinese_words(piece: str, known: Collection[str]) -> list[str]:
    match = re.match(r"^(.+?)等(.+)$", piece)
    if match and not re.search(r"[（(]", match[1]):
        rest = [] if _REST.match(match[2]) else _chinese_words(match[2], known)
        return [*_chinese_words(match[1], known), *rest]
    for word in ("以及", "及其", "及", "和", "与", "会同"):
        for found in re.finditer(word, piece):
            left, right = piece[: found.start()], piece[found.end() :]
            inside = left.count("（") != left.count("）")
            if not inside and len(left) > 1 and _whole(left, known) and _whole(right, known):
                return [left, *_chinese_words(right, known)]
    return [piece]


def _whole(name: str, known: Collection[str]) -> bool:
    return (
        name in known
        or bool(_ENDS_UNIT.search(name))
        or bool(re.match(r"^(?:各|相关|有关)", name))
        or name.endswith("等")
    )


def _bare(name: str) -> str:
    """Return a name without what only joins it to the list."""
    name = name.strip(" 。.:：*★\t")
    name = re.sub(r"(?<=.)等$", "", name)
    name = re.sub(r"^等", "", name) if len(name) > 1 else name
    name = re.sub(r"^(?:as well as|and|the|with)\s+", "", name, flags=re.IGNORECASE) if name.isascii() else name
    return "" if _REST.match(name) and not name.startswith("各") else name
