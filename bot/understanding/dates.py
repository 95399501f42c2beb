"""Calendar days a message names: 昨天, 上周五, 3月5号, 3/5, 2026-03-05, "last Friday", "on the 5th", "3 days ago".

Spans (7天无理由, "2-3 weeks"), vague times (前几天, 月底) and rules (周一到周五) are no days and are not read.
"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.understanding.numerals import EN_SMALL, whole
from bot.understanding.tense import points_ahead

Span = tuple[int, int, date]
_Reader = Callable[[str, "re.Match[str]", date], date | None]

HALF_A_YEAR = timedelta(days=183)  # what is promised comes sooner; further ahead, last year's day is meant
_CN_DAY = "[一二三四五六七八九十]{1,3}"
_WEEKDAY = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
_SHORT_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAYS = r"(mon|tues?|wednes|thurs|fri|satur|sun)day"

FULL = re.compile(r"(?<![\d-])((?:19|20)\d\d)\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?![\d-])")
_DAY_FIRST = re.compile(r"(?<![\d-])(\d{1,2})([-/.])(\d{1,2})\2(20\d\d)(?![\d-])")
_CN_FULL = re.compile(
    rf"((?:20)?\d\d|[二2][零〇0][零〇一二三四五六七八九\d]{{2}}|今|去|前|明)年的?\s?(\d{{1,2}}|{_CN_DAY})月份?的?\s?(\d{{1,2}}|{_CN_DAY})[日号]?"
)
_CN_MONTH = re.compile(
    rf"(?<![\d年个])(\d{{1,2}}|{_CN_DAY}|元)\s?月\s?(\d{{1,2}}|{_CN_DAY})(?:[日号]|(?![\d元块个件.天%]))"
)
_NEAR_MONTH = re.compile(rf"(上上|上|这|本|当|下)个?月的?\s?(\d{{1,2}}|{_CN_DAY})[日号]")
# 5号 is a day only beside a word of time or of an event: 5号电池, 37号, 8号楼 and a bare "2号" are not.
_CN_DAY_ALONE = re.compile(
    rf"(?<![\d月第路街道弄巷院区楼栋座码鞋.a-z-])(\d{{1,2}}|{_CN_DAY})[号日](?:"
    r"(?=[就才能会前后]|以[前后]|之[前后]|左右|上午|下午|中午|早上|晚上|凌晨|签收|收到|收货|到|买|下的?单|下单|拍|付|发货|发出|发的|寄|送|申请|退的|退款|取|显示|那天|当天|[我你]|又|还|可以)"
    r"|(?<=[在于从到至止是][\d一二三四五六七八九十][号日])|(?<=[在于从到至止是][\d一二三四五六七八九十]{2}[号日])(?=[,。!?，。！？\s]|$))"
)
_WORN = re.compile(r"(?:换|穿|尺码|鞋码|要|改成|换成)\s?的?$")
_RELATIVE = re.compile(
    r"(大前|前|昨|今|明|大后|后)(?:天(?!性)|[日儿](?![常])|晚上?|早上?)(?!才?几)|\b(?:the )?(day before yesterday|day after tomorrow"
    r"|yesterday|yest?erday|yday|last night|today|this morning|tonight|tomorrow|tomorow|tommorow|tmrw?)\b"
)
_OFFSET = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3,
    "day before yesterday": -2, "day after tomorrow": 2, "yday": -1, "last night": -1,
    "today": 0, "this morning": 0, "tonight": 0,
}  # fmt: skip
_AGO = re.compile(
    rf"(?<![\d.~-])(\d{{1,3}}|{_CN_DAY}|两)\s?(?:个)?(天|周|星期|礼拜)(?:之|以)?前(?![端面])|\b(?<!over )(?<!than )(?<!about )(?<!almost )(?<!nearly )(?<!around )(\d{{1,3}}|{EN_SMALL}|an?)\s(day|week)s?\s(?:ago|back)\b"
)
_CN_WEEKDAY = re.compile(
    r"(?<![每到至和或、-])(上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)([一二三四五六日天])(?!\s?[到至~、-]\s?(?:周|星期|礼拜)?[一二三四五六日天](?!月|号))"
)
_EN_WEEKDAY = re.compile(
    rf"(?<!every )(?<!black )(?<!on a )(?<!each )(?<!to )(?<!-)\b(?:(last|this past|past|this|next|coming)\s)?(?:{_DAYS}\b|(?:(?<=last )|(?<=on )|(?<=next )|(?<=by )|(?<=this )"
    r"|(?<=since )|(?<=until )|(?<=before ))(mon|tues?|wed|thurs?|fri|sat|sun)\b)(?!\s?(?:to|-|through|thru)\s?(?:mon|tue|wed|thu|fri|sat|sun))"
)
_EN_MONTH_DAY = re.compile(rf"\b{_MONTH}\s?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%-]*\d)(?:,?\s(20\d\d))?\b")
_EN_DAY_MONTH = re.compile(
    rf"(?<![\d.$£€-])\b(\d{{1,2}})\s?(?:st|nd|rd|th)?(?:\s?-\s?|\s?(?:of\s)?)(?:the\s)?{_MONTH}(?:(?:,?\s|-)(20\d\d))?\b"
)
_EN_THE_DAY = re.compile(
    r"\b(?:on|by|until|till|since|before|after|from|now|was|is)\sthe\s(\d{1,2})(?:st|nd|rd|th)\b"
    r"(?!\s(?:one|order|item|time|floor|option|choice|email|call|message|day|try|attempt|of|parcel|package|in)\b)"
)
_SLASH = re.compile(
    r"(?:(?<=\bon )|(?<=\bfrom )|(?<=\bsince )|(?<=\bby )|(?<=\buntil )|(?<=\bbefore )|(?<=\bdated )|(?<=\bdate )|(?<=\brcvd )"
    r"|(?<=received )|(?<=ordered )|(?<=bought )|(?<=^)|(?<=[^\w./$¥-])|(?<=[一-鿿]))(\d{1,2})/(\d{1,2})(?![\d/%-]|\.\d|\s?(?:star|stars|inch|pcs|full))"
)
_DOT = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?=[号日]|签收|收到|下单|发货|付款|到货)")

_ON = re.compile(r"\b(?:on|from|since|by|until|before|dated?|rcvd|received|ordered|bought)\s$")
_MAYBE = re.compile(
    r"\d|[天号日周晚早]|星期|礼拜|\b(?:mon|tue|wed|thu|fri|sat|sun)|day|night|morning|tomor|tmr|week"
)


def read_dates(plain: str, today: date | None) -> list[Span]:
    """Start, end and day of each, in the order written; without `today` only those that name their year.

    A day without a year is the latest one not after today, unless its clause points ahead ("can it come on the 5th").
    3/5 is the 5th of March, 18/10 can only be the 18th of October.
    """
    if not _MAYBE.search(plain):
        return []
    found: list[Span] = []
    for pattern, day_of, clues in _READERS:
        if not any(clue in plain for clue in clues):
            continue
        for m in pattern.finditer(plain):
            start, end = m.span()
            if any(start < other_end and other < end for other, other_end, _ in found):
                continue
            if (today or pattern in _WITH_YEAR) and (day := _safely(day_of, plain, m, today or date.min)):
                found.append((start, end, day))
    return sorted(found)


def _safely(day_of: _Reader, plain: str, m: re.Match[str], today: date) -> date | None:
    try:
        return day_of(plain, m, today)
    except (ValueError, OverflowError):  # the 30th of February; 999 weeks before the year 1
        return None


def _full(_: str, m: re.Match[str], today: date) -> date:
    return date(int(m[1]), int(m[2]), int(m[3]))


def _day_first(_: str, m: re.Match[str], today: date) -> date:
    first, second = int(m[1]), int(m[3])
    return date(int(m[4]), second, first) if first > 12 else date(int(m[4]), first, second)


def _cn_full(_: str, m: re.Match[str], today: date) -> date | None:
    year = {"今": today.year, "去": today.year - 1, "前": today.year - 2, "明": today.year + 1}.get(m[1])
    if year is None:
        year = whole(m[1])
    elif today == date.min:
        return None
    month, day = whole(m[2]), whole(m[3])
    if year is None or month is None or day is None:
        return None
    return date(year + 2000 if year < 100 else year, month, day)


def _month_day(plain: str, m: re.Match[str], today: date) -> date | None:
    month, day = 1 if m[1] == "元" else whole(m[1]), whole(m[2])
    return None if month is None or day is None else _nearest(plain, m, today, month, day)


def _slash(plain: str, m: re.Match[str], today: date) -> date | None:
    month, day = int(m[1]), int(m[2])
    if m[0] == "24/7":
        return None
    alone = not plain[m.end() :].strip(" )].") or (m.start() == 0 and plain[m.end()] == " ")
    if month <= day <= 3 and alone and not _ON.search(plain[: m.start()]):
        return None  # "1/2" at an end: a part of a message in two
    return _nearest(plain, m, today, day, month) if month > 12 else _nearest(plain, m, today, month, day)


def _near_month(_: str, m: re.Match[str], today: date) -> date | None:
    day = whole(m[2])
    if day is None:
        return None
    year, month = _month_off(today, {"上上": -2, "上": -1, "下": 1}.get(m[1], 0))
    return date(year, month, day)


def _day_alone(plain: str, m: re.Match[str], today: date) -> date | None:
    day = whole(m[1])
    if day is None or not 1 <= day <= 31 or _WORN.search(plain[: m.start()]):
        return None
    step = 1 if points_ahead(plain, m) else -1
    for off in range(0, 4 * step, step):
        year, month = _month_off(today, off)
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if found == today or (found > today) == (step > 0):
                return found
    return None


def _relative(_: str, m: re.Match[str], today: date) -> date:
    word = m[1] or m[2]
    default = 1 if word.startswith(("tom", "tm")) else -1
    return today + timedelta(days=_OFFSET.get(word, default))


def _ago(_: str, m: re.Match[str], today: date) -> date | None:
    count = whole(m[1] or m[3])
    unit = 1 if (m[2] or m[4]) in ("天", "day") else 7
    return None if count is None else today - timedelta(days=count * unit)


def _cn_weekday(plain: str, m: re.Match[str], today: date) -> date:
    weekday = _WEEKDAY[m[2]]
    if m[1]:
        weeks = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(m[1], 0)
        return today + timedelta(days=weekday - today.weekday() + 7 * weeks)
    return _nearest_weekday(today, weekday, points_ahead(plain, m))


def _en_weekday(plain: str, m: re.Match[str], today: date) -> date:
    weekday = _SHORT_DAYS.index((m[2] or m[3])[:3])
    if m[1] in ("last", "past", "this past"):
        return _nearest_weekday(today - timedelta(days=1), weekday, ahead=False)
    ahead = m[1] in ("next", "coming", "this") or points_ahead(plain, m)
    return _nearest_weekday(today + timedelta(days=m[1] == "next"), weekday, ahead)


def _en_month(plain: str, m: re.Match[str], today: date) -> date:
    name, day = (m[1], int(m[2])) if m[1].isalpha() else (m[2], int(m[1]))
    month = _SHORT_MONTHS.index(name[:3]) + 1
    if m[3]:
        return date(int(m[3]), month, day)
    if today == date.min:
        raise ValueError("no year")
    return _nearest(plain, m, today, month, day)


def _nearest(plain: str, m: re.Match[str], today: date, month: int, day: int) -> date:
    """Raises ValueError where no year has that day."""
    if points_ahead(plain, m) and (found := _in_a_year(today, month, day, 1)) - today <= HALF_A_YEAR:
        return found
    return _in_a_year(today, month, day, -1)


def _in_a_year(today: date, month: int, day: int, step: int) -> date:
    for year in range(today.year, today.year + 9 * step, step):
        if month == 2 and day == 29 and not calendar.isleap(year):
            continue
        found = date(year, month, day)
        if found == today or (found > today) == (step > 0):
            return found
    raise ValueError("no such day")


def _nearest_weekday(today: date, weekday: int, ahead: bool) -> date:
    days = (weekday - today.weekday()) % 7
    return today + timedelta(days=days if ahead or days == 0 else days - 7)


def _month_off(today: date, months: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


# Each with the characters one of which a text must hold for it: most messages name no day.
_READERS: tuple[tuple[re.Pattern[str], _Reader, tuple[str, ...]], ...] = (
    (FULL, _full, ("-", "/", ".")),
    (_DAY_FIRST, _day_first, ("20",)),
    (_CN_FULL, _cn_full, ("年",)),
    (_EN_DAY_MONTH, _en_month, _SHORT_MONTHS),
    (_EN_MONTH_DAY, _en_month, _SHORT_MONTHS),
    (_NEAR_MONTH, _near_month, ("月",)),
    (_CN_MONTH, _month_day, ("月",)),
    (_CN_DAY_ALONE, _day_alone, ("号", "日")),
    (_RELATIVE, _relative, (*"天日晚早儿", "day", "night", "morning", "tom", "tm")),
    (_AGO, _ago, ("前", "ago", "back")),
    (_CN_WEEKDAY, _cn_weekday, ("周", "星期", "礼拜")),
    (_EN_WEEKDAY, _en_weekday, _SHORT_DAYS),
    (_EN_THE_DAY, _day_alone, (" the ",)),
    (_SLASH, _slash, ("/",)),
    (_DOT, _month_day, (".",)),
)
_WITH_YEAR = (FULL, _DAY_FIRST, _CN_FULL, _EN_DAY_MONTH, _EN_MONTH_DAY)
