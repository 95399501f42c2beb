"""Whether a sentence denies a word it holds: 没收到, 不是质量问题, "not broken", "haven't received it"."""

from __future__ import annotations

import re

# What may stand between the negation and the word: 没[有发现]破损, "haven't [yet] received".
_FILL_ZH = (
    r"(?:有|是|被|曾|太|很|再|在|想|要|用|必|打算|需要|准备|觉得|认为|感觉|因为|由于|什么|任何|存在|出现|发现|看到|办理?|申请"
    r"|一点|属于|算|能|可以|会|给我?|为了|真的?|说|这?个)*"
)
_FILL_EN = (
    r"(?:\s+(?:a|an|the|any|been|be|being|yet|ever|even|really|actually|it|them|this|because|of|to|want|wanna|need"
    r"|have|had|got|get|my|is|was|are|that|all|at|very|too|so|as|look|looking|seem|find|see|arrive|come|came"
    r"|about|with|going|gonna|planning|sure)){0,4}"
)
_DENIES = re.compile(
    r"(?:(?<![特分级区告])"
    r"(?:并?不是|并非|并?没有?|未曾?|[不无别勿]|毫无|不存在|不想|非))" + _FILL_ZH + r"$"
    r"|(?:\b(?:not(?! only| just)|no(?! doubt)|never|without|cannot|nothing|neither|nor|isnt|wasnt|arent|dont|didnt"
    r"|doesnt|havent|hasnt|hadnt|wont|cant|wasn|couldnt)|n't)" + _FILL_EN + r"\s*$"
)
_TWICE = re.compile(r"(?:不是|并非|不能|\bnot)\s*$")  # 不是没收到: it came
_ASKS = re.compile(r"([一-鿿])[不没]\1|可不可以|有没有")  # 是不是, 坏没坏: a question denies nothing
# Neither denies a thing: 不错 praises, 不过 and 不但 join sentences, 特别 and 分别 hold the character alone.
_HARMLESS = re.compile(
    r"不(?:错|过|但|仅|光|好意思|管|论|如|少|得不|时)|没关系|没事|[特分级区告]别|别[的人家处]|无理由|未来|无线|无人|无忧|无限|无聊"
    r"|no(?=\.?\s*[#:]?\s*\d)|\bno (?:problem|worries|matter)\b|\bnot only\b"
)
_SOME = re.compile(
    r"[不没未别无勿否]|\b(?:no|not|never|none|without|neither|cannot|nothing)\b|n't\b"
    r"|\b(?:dont|didnt|doesnt|isnt|wasnt|havent|hasnt|wont|cant)\b"
)
_OWN = re.compile(r"[不没未无别非]|(?:not?|never|without|cannot|\w+n'?t)\b")
_REACH = 24  # characters before the word that are looked at


def denied_before(before: str) -> bool:
    """Whether what stands before a word denies it. `before` is plain: simplified and in lower case."""
    tail = before[-_REACH:]
    if not _SOME.search(tail):
        return False
    tail = _ASKS.sub(lambda m: "?" * len(m[0]), tail)
    found = _DENIES.search(tail)
    return found is not None and not _TWICE.search(tail[: found.start()])


def denied_at(plain: str, start: int) -> bool:
    """As `denied_before`; a word that begins with its own negation (没声音, "not working") is not denied by that."""
    return not _OWN.match(plain, start) and denied_before(plain[:start])


def denied(plain: str, word: str) -> bool:
    """Whether `plain` holds the word and every time denies it."""
    places = [m.start() for m in re.finditer(re.escape(word), plain)]
    return bool(word) and bool(places) and all(denied_before(plain[:at]) for at in places)


def denies(plain: str, word: str) -> bool:
    """Whether `plain` denies the word anywhere, whatever else it says of it."""
    return (
        any(denied_before(plain[: m.start()]) for m in re.finditer(re.escape(word), plain)) if word else False
    )


def any_negation(plain: str) -> bool:
    """Whether anything at all is denied; a question after it (是不是) denies nothing."""
    return bool(_SOME.search(plain)) and bool(_SOME.search(_HARMLESS.sub(" ", _ASKS.sub(" ", plain))))
