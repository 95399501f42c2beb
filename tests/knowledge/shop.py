"""A small, faultless knowledge folder that a test then breaks. No expectations here."""

import shutil
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge"
FAQ = """\
refund.timing:
  kind: answer
  title: {zh: 退款多久, en: How long a refund takes}
  answer:
    zh: 一般 {refund.eta_generic} 到账。
    en: It usually takes {refund.eta_generic}.
  phrasings:
    zh: [退款多久到账, 钱什么时候退回来, 几天能收到退款, 退款要等多久]
    en: [how long does a refund take, when do I get my money, refund time, days until refund]
return.address:
  kind: answer
  title: {zh: 退货寄到哪, en: Where to send returns}
  answer: {zh: "寄到 {shop.return_address}。", en: "Send it to {shop.return_address}."}
  phrasings:
    zh: [退货寄到哪里, 退回的地址是什么, 寄回哪里去, 收货地址发我]
    en: [where do I send it back, return address, address for returns, ship it back where]
human.agent:
  kind: handoff
  title: {zh: 转人工, en: A person}
  phrasings:
    zh: [人工, 转人工, 找真人客服, 我要和人说话]
    en: [agent, a real person please, talk to a human, customer service person]
"""
REPLIES = """\
hello: {zh: "您好 {name}", en: "Hello {name}"}
ship_back: {zh: "请在 {timers.buyer_ship_back} 内寄出", en: "Post it within {timers.buyer_ship_back}"}
"""
LEXICON = """\
concepts:
  refund: {zh: [退款, 退钱], en: [refund]}
"""
FLOW = """\
title: {zh: 退货, en: Return}
note: {zh: "编号 {case}", en: "Number {case}"}
"""


def small_shop(folder: Path) -> Path:
    """The folder, filled."""
    (folder / "faq").mkdir(parents=True)
    (folder / "flows").mkdir()
    for name in ("policy.yaml", "wording.yaml", "lint.yaml"):
        shutil.copy(SHIPPED / name, folder / name)
    write(folder, "faq/a.yaml", FAQ)
    write(folder, "replies.yaml", REPLIES + (SHIPPED / "replies.yaml").read_text(encoding="utf-8"))
    write(folder, "lexicon.yaml", LEXICON)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces one piece of a file; the piece must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    write(folder, name, text.replace(old, new, 1))
