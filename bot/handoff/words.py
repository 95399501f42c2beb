"""What agents read about a chat, in Chinese and English: case types, statuses, timers, evidence. Data only.

Agents' words, never a buyer's: those are in `knowledge/`. A name nobody listed is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.messages import Lang


class Both(NamedTuple):
    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


def label(words: Mapping[str, Both], key: str, lang: Lang) -> str:
    """The words for `key`; the key itself where nobody listed it: a gap in a list must not hide a fact."""
    return words[key].text(lang) if key in words else key


TYPES = {
    "cancel_order": Both("取消订单", "Cancellation"),
    "refund_only": Both("仅退款", "Refund only"),
    "return_refund": Both("退货退款", "Return and refund"),
    "exchange": Both("换货", "Exchange"),
    "repair_resend": Both("维修/补寄", "Repair or resend"),
    "counterfeit_claim": Both("假货投诉", "Counterfeit claim"),
    "quality_claim": Both("质量问题", "Quality claim"),
    "wrong_missing": Both("错发/少件", "Wrong or missing items"),
    "delivered_not_received": Both("显示签收未收到", "Delivered, not received"),
    "lost_parcel": Both("丢件", "Lost parcel"),
    "damaged_parcel": Both("包裹破损", "Damaged parcel"),
    "delay_complaint": Both("催发货/延误", "Delay complaint"),
    "platform_intervention": Both("平台介入", "Platform intervention"),
    "address_change": Both("改地址", "Address change"),
    "invoice": Both("发票", "Invoice"),
    "price_protection": Both("价保", "Price protection"),
}

STATUSES = {
    "DRAFT": Both("填写中", "Draft"),
    "PENDING_EVIDENCE": Both("等买家补凭证", "Waiting for evidence"),
    "PENDING_SELLER": Both("等商家处理", "Waiting for the shop"),
    "HUMAN_REVIEW": Both("人工审核", "Under review"),
    "OFFERED": Both("方案待确认", "Offer made"),
    "AWAIT_RETURN": Both("等买家寄回", "Waiting for the return"),
    "RETURN_IN_TRANSIT": Both("退货在途", "Return on its way"),
    "IN_REPAIR": Both("维修中", "In repair"),
    "CARRIER_CHECK": Both("快递核查中", "Carrier is checking"),
    "SELLER_RESHIP": Both("等商家重发", "To be sent again"),
    "AWAIT_BUYER_RECEIPT": Both("等买家收货", "Waiting for receipt"),
    "REFUNDING": Both("退款中", "Refunding"),
    "REFUND_FAILED": Both("退款失败", "Refund failed"),
    "REJECTED": Both("已拒绝", "Rejected"),
    "PLATFORM_EVIDENCE": Both("平台举证", "Platform: evidence"),
    "PLATFORM_REVIEW": Both("平台审理", "Platform: review"),
    "SUSPENDED": Both("已中止", "Suspended"),
    "CLOSED_REFUNDED": Both("已退款", "Closed: refunded"),
    "CLOSED_RESOLVED": Both("已解决", "Closed: resolved"),
    "CLOSED_WITHDRAWN": Both("买家已撤销", "Closed: withdrawn"),
    "CLOSED_TIMEOUT": Both("超时关闭", "Closed: timed out"),
    "CLOSED_REJECTED": Both("拒绝后关闭", "Closed: rejected"),
}

TIMERS = {
    "silent_24h": Both("买家未答，草稿关闭", "Draft closes in silence"),
    "service_sla_decide": Both("承诺处理完", "Promised decision"),
    "seller_decide_unshipped": Both("商家处理期限", "Shop must decide"),
    "seller_decide_refund_only_shipped": Both("商家处理期限", "Shop must decide"),
    "seller_decide_refund_only_virtual": Both("商家处理期限", "Shop must decide"),
    "seller_decide_return": Both("商家处理期限", "Shop must decide"),
    "seller_decide_exchange": Both("商家处理期限", "Shop must decide"),
    "return_address_due": Both("给出退货地址", "Return address due"),
    "buyer_ship_back": Both("买家寄回期限", "Buyer must post it"),
    "seller_confirm_return_express": Both("商家确认退货", "Shop must confirm the return"),
    "seller_confirm_return_surface_mail": Both("商家确认退货", "Shop must confirm the return"),
    "buyer_evidence": Both("买家补凭证", "Evidence due"),
    "offer_valid": Both("方案有效期", "Offer expires"),
    "apply_platform_after_reject": Both("申请平台介入期限", "Platform request until"),
    "platform_evidence": Both("平台举证期限", "Platform evidence due"),
    "platform_decide": Both("平台裁决", "Platform decides"),
    "carrier_check_signed_not_received": Both("快递核查期限", "Carrier check due"),
    "carrier_complaint_answer": Both("快递答复期限", "Carrier must answer"),
    "exchange_reship_after_goods_back": Both("重发期限", "Resend due"),
    "repair_max": Both("维修期限", "Repair due"),
    "auto_confirm_receipt": Both("自动确认收货", "Receipt confirmed automatically"),
    "legal_refund_after_goods_back": Both("退款法定期限", "Refund due by law"),
    "legal_deliberate_delay": Both("视为故意拖延退款", "Counts as a deliberate delay"),
    "repair_max_no_parts": Both("缺配件维修期限", "Repair without parts due"),
    "next_news": Both("答应买家的下一次回话", "Next word promised to the buyer"),
    "suspension": Both("中止期满", "Suspension ends"),
}

# Why a chat waits for a person, and what the buyer's words carried.
REASONS = {
    "safety": Both("人身安全", "Safety"),
    "scam": Both("疑似诈骗", "Scam in progress"),
    "legal_threat": Both("提到投诉/法律", "Legal threat"),
    "extortion": Both("以评价要挟", "Review extortion"),
    "counterfeit": Both("假货", "Counterfeit"),
    "high_value": Both("大额", "High value"),
    "human": Both("要求人工", "Asked for a person"),
    "vulnerable": Both("需要照顾", "Vulnerable buyer"),
    "anger": Both("情绪激动", "Angry"),
    "missed_twice": Both("两次没听懂", "Not understood twice"),
    "rejected": Both("对拒绝有异议", "Disputes a refusal"),
    "fault": Both("商品有问题", "Faulty goods"),
    "repeat": Both("7 天内再次来", "Back within 7 days"),
    "low_score": Both("不满意", "Not satisfied"),
    "signature": Both("签收人有争议", "Disputed signature"),
    "redirect": Both("请快递改派", "Redirect a parcel"),
    "promise_broken": Both("承诺的回复超时", "A promised answer is overdue"),
    "taken_up": Both("客服主动接入", "Taken up by an agent"),
}
MOODS = ("anger", "legal_threat", "extortion", "vulnerable", "repeat")

CHANNELS = {
    "telegram": Both("Telegram", "Telegram"),
    "web": Both("网页", "Web"),
    "terminal": Both("终端", "Terminal"),
}
LANGS = {"zh": Both("中文", "Chinese"), "en": Both("英文", "English")}

ORDER_STATUSES = {
    "unpaid": Both("待付款", "Unpaid"),
    "paid": Both("待发货", "Paid, not shipped"),
    "shipped": Both("运输中", "Shipped"),
    "delivered": Both("显示送达", "Delivered"),
    "signed": Both("已签收", "Signed for"),
    "success": Both("交易成功", "Completed"),
    "refunded": Both("已退款", "Refunded"),
    "closed": Both("已关闭", "Closed"),
}

SLOTS = {
    "item": Both("商品", "Item"),
    "qty": Both("件数", "Pieces"),
    "reason": Both("原因", "Reason"),
    "intact": Both("是否完好", "Intact"),
    "worn": Both("怎么穿用过", "How it was worn or used"),
    "wanted": Both("诉求", "Wish"),
    "tracking": Both("退货单号", "Tracking number"),
    "confirmed": Both("买家确认", "Buyer agreed"),
    "contact_tail": Both("联系尾号", "Phone ends in"),
    "missing": Both("缺少", "Missing"),
    "broken": Both("破损", "Broken"),
    "safety": Both("安全", "Safety"),
    "report_issuer": Both("检测机构", "Report by"),
    "problem": Both("问题", "Problem"),
    "symptom": Both("症状", "Symptom"),
    "story": Both("经过", "What happened"),
    "amount": Both("金额", "Amount"),
    "refund": Both("退款金额", "Refund"),
    "refund_ref": Both("付款流水号", "Payment's number"),
    "target": Both("换成", "Exchange for"),
    "resend_qty": Both("补发件数", "Pieces to resend"),
    "goods_here": Both("商品已寄回", "Goods are back"),
    "carrier_answer": Both("快递答复", "Carrier's answer"),
    "signed_by": Both("快递说的签收人", "Signed for by, says the carrier"),
    "carrier_proof": Both("快递有买家签收凭证", "Carrier can prove the buyer has it"),
    "received_at": Both("重发的收到时间", "New goods received"),
    "signature_denied": Both("买家不认这个签收", "Buyer denies the signature"),
    "used": Both("用过/洗过", "Used or washed"),
    "new_address": Both("新地址", "New address"),
    "title": Both("发票抬头", "Invoice title"),
    "tax_no": Both("税号", "Tax number"),
    "gifts": Both("赠品寄回", "Gift comes back"),
    "suspended_for": Both("中止原因", "Suspended for"),
    "suspended_until": Both("中止到", "Suspended until"),
    "offer_text": Both("方案说明", "Said of the offer"),
    "reject_code": Both("拒绝原因", "Refused for"),
    "refusal_text": Both("拒绝说明", "Said of the refusal"),
}

# The figures a case was judged by; what is not here is shown by its own name.
JUDGED = {
    "policy": Both("规则版本", "Policy version"),
    "policy_version": Both("规则版本", "Policy version"),
    "window_end": Both("无理由期限至", "No-reason window ends"),
    "window_days": Both("无理由天数", "No-reason days"),
    "asked_at": Both("提出时间", "Asked at"),
    "signed_at": Both("签收", "Signed for"),
    "arrival": Both("到账", "Money arrives"),
    "pay": Both("退回", "Back to"),
    "payer": Both("退货运费", "Return freight"),
    "freight": Both("退货运费", "Return freight"),
    "amount": Both("应退", "Refund"),
    "refund": Both("应退", "Refund"),
    "gifts_off": Both("赠品扣款", "Off for gifts kept"),
    "remedies": Both("依规可办", "Open by the rules"),
    "not_intact_if": Both("验收时这些才算不完好", "Not intact only if"),
    "proof": Both("举证顺序", "Who proves what, in turn"),
    "multiple": Both("赔付承诺", "Compensation promised"),
    "shop_promise_multiple": Both("赔付承诺", "Compensation promised"),
    "insurance": Both("运费险", "Freight insurance"),
    "signed_by": Both("快递记录的签收人", "Signed for by, on record"),
    "carrier_proof": Both("能证明买家本人收到", "Proof that the buyer has it"),
    "told_by": Both("破损建议反馈时间（提示，不是限制）", "Damage best told by (a hint, no bar)"),
    "told_in_time": Both("按时反馈", "Told by then"),
    "shards_back": Both("碎件要寄回", "Broken pieces come back"),
    "stock": Both("想换的规格", "The wanted variant"),
    "papers": Both("店里要先备齐的凭证", "Papers the shop shows first"),
    "compensation": Both("延迟发货补偿", "For late dispatch"),
    "against": Both("对买家不利的规则", "Speaks against it"),
    "deadline": Both("期限", "Deadline"),
    "due": Both("期限", "Deadline"),
}

VALUES = {
    "no_reason": Both("无理由", "no reason"),
    "quality": Both("质量问题", "quality"),
    "not_as_described": Both("与描述不符", "not as described"),
    "wrong": Both("发错", "wrong item"),
    "damaged": Both("破损", "damaged"),
    "missing": Both("少件", "missing items"),
    "refund": Both("退款", "refund"),
    "return": Both("退货", "return"),
    "exchange": Both("换货", "exchange"),
    "resend": Both("重发", "resend"),
    "repair": Both("维修", "repair"),
    "partial": Both("部分退款", "part of the price"),
    "never_came": Both("没收到", "never came"),
    "necessary_single_use_seal_broken": Both("一次性封口已拆", "the single-use seal is broken"),
    "unauthorised_repair": Both("自行拆修", "repaired by somebody else"),
    "label_or_serial_altered": Both("标签/序列号被改", "label or serial number altered"),
    "irreversible_wear": Both("无法恢复的磨损", "wear that cannot be undone"),
    "activation_or_personal_data": Both("已激活或留有个人信息", "activated or holding personal data"),
    "tag_removed_or_cut": Both("吊牌被摘/剪", "tag cut or removed"),
    "soiled": Both("有污渍", "soiled"),
    "buyer_photos": Both("买家的照片", "the buyer's photos"),
    "buyer_statement": Both("买家的说明", "the buyer's word"),
    "buyer_test": Both("买家送检", "a test by the buyer"),
    "shop_explains": Both("商家说明", "the shop's explanation"),
    "shop_documents": Both("商家进货凭证", "the shop's purchase papers"),
    "shop_delivery_proof": Both("商家签收证明", "the shop's proof of delivery"),
    "shop_packing_proof": Both("商家打包记录", "the shop's record of packing"),
    "shop_test": Both("商家送检", "a test by the shop"),
    "in_stock": Both("有货", "in stock"),
    "out_of_stock": Both("没货", "out of stock"),
    "stock_unknown": Both("库存未知", "stock not known"),
    "purchase_chain": Both("进货单据链", "the chain of purchase"),
    "brand_authorisation": Both("品牌授权书", "the brand's authorisation"),
    "commercial_invoice": Both("进货发票", "the commercial invoice"),
    "quality_certificate": Both("质检合格证明", "the quality certificate"),
    "standard": Both("执行标准", "the standard it is made to"),
    "customs_form": Both("报关单", "the customs form"),
    "report_not_accepted": Both(
        "检测出具方不被认可（争议处理规则 66 条）", "the report's issuer does not count (art. 66)"
    ),
    "described_wrongly_but_used": Both(
        "一眼可见的不符，用过后已不完好（争议处理规则 77 条）",
        "could be seen at once and was used all the same (art. 77)",
    ),
    "refund_needs_return": Both(
        "货在买家手里，退款一般要退货（争议处理规则 21 条）",
        "goods received go back for their money (art. 21)",
    ),
    "both_agree": Both("双方同意", "both sides agree"),
    "court": Both("法院，待出示受理证明", "court, paper to be shown"),
    "court_shown": Both("法院已受理", "court, paper shown"),
    "police": Both("公安，待出示立案证明", "police, paper to be shown"),
    "police_shown": Both("公安已立案", "police, paper shown"),
    "open": Both("未定", "not set"),
    "yes": Both("是", "yes"),
    "no": Both("否", "no"),
    "True": Both("有", "yes"),
    "False": Both("无", "no"),
    "buyer_pays_return_only": Both("买家付寄回运费", "buyer pays the way back"),
    "buyer_pays_all": Both("买家付往返运费", "buyer pays both ways"),
    "seller_pays_both_ways": Both("商家付往返运费", "shop pays both ways"),
    "seller_pays": Both("商家付运费", "shop pays"),
    "alipay_balance": Both("支付宝余额", "Alipay balance"),
    "huabei": Both("花呗", "Huabei"),
    "debit_card": Both("储蓄卡", "debit card"),
    "credit_card": Both("信用卡", "credit card"),
    "wechat_balance": Both("微信零钱", "WeChat balance"),
    "wechat_bank": Both("微信银行卡", "bank card via WeChat"),
    "original_channel": Both("原路退回", "original payment method"),
}

UNITS = {
    "min": Both("分钟", "minutes"),
    "h": Both("小时", "hours"),
    "d": Both("天", "days"),
    "wd": Both("个工作日", "working days"),
    "y": Both("年", "years"),
}

# Items of the checklists of `cases.rules.evidence`: what a photo is to show.
ITEMS = {
    "whole": Both("商品整体", "the whole item"),
    "close_up": Both("问题近照", "close-up of the fault"),
    "box": Both("外箱", "the outer box"),
    "label": Both("快递面单", "the shipping label"),
    "damage": Both("破损处", "the damage"),
    "all_items": Both("全部商品", "all items together"),
    "serial": Both("标签/序列号", "label or serial number"),
    "unboxing": Both("开箱", "the unboxing"),
    "report": Both("检测报告", "a lab report"),
    "fault_video": Both("故障视频", "video of the fault"),
    "packing_list": Both("装箱单", "the packing list"),
}

LABELS = {
    "summary": Both("摘要", "Summary"),
    "wish": Both("诉求", "Wish"),
    "who": Both("买家", "Buyer"),
    "name": Both("称呼", "Name"),
    "account": Both("店铺账号", "Account"),
    "contact": Both("电话", "Phone"),
    "channel": Both("渠道", "Channel"),
    "language": Both("语言", "Language"),
    "why": Both("转人工原因", "Why a person"),
    "mood": Both("情绪", "Mood"),
    "calm": Both("平稳", "Calm"),
    "unproved": Both("未核实身份", "Identity not proved"),
    "order": Both("订单", "Order"),
    "no_order": Both("没有已核实的订单", "No order is proved"),
    "case": Both("工单", "Case"),
    "no_case": Both("没有工单", "No case"),
    "timers": Both("时限", "Timers"),
    "overdue": Both("已过期", "overdue"),
    "evidence": Both("凭证", "Evidence"),
    "none_needed": Both("不需要照片", "no photos needed"),
    "have": Both("已收 {n} 张", "{n} received"),
    "gap": Both("还缺:{what}", "still missing: {what}"),
    "verdict": Both("规则结论", "Verdict"),
    "bot_said": Both("机器人说过", "The bot said"),
    "promises": Both("已承诺", "Promised"),
    "nothing": Both("无", "none"),
    "says": Both("原话", "Says"),
    "paid": Both("实付", "paid"),
    "qty": Both("共 {n} 件", "{n} pieces"),
    "signed_at": Both("签收", "signed"),
    "confirmed_at": Both("确认收货", "confirmed"),
    "first_scan": Both("发出", "shipped"),
    "eta": Both("预计送达", "due"),
    "refunded": Both("已退 {amount}({ref})", "refunded {amount} ({ref})"),
    "insurance": Both("有运费险", "freight insured"),
    "custom": Both("定制", "made to order"),
    "times": Both("{n} 倍", "{n}x"),
}

# What the desk tells the agents by itself.
DRAFT = Both("未发出的草稿：{text}", "Draft that was not sent: {text}")
MENTIONED = Both("有同事在备注里提到了您", "A colleague mentioned you in a note")
ALERTS = {
    "lapsed": Both("您长时间没有操作，会话已回到队列", "You were away: the chat went back to the queue"),
    "gone": Both("会话已转给其他同事", "The chat was given to a colleague"),
    "blocked": Both("买家已被屏蔽，会话已结束", "The buyer was blocked; the chat has ended"),
    "given": Both("有会话转给了您", "A chat was given to you"),
    "merged": Both(
        "您的会话并入了同一买家的另一会话", "Another chat of the same buyer was merged into yours"
    ),
    "unclaimed": Both("会话一直没有人接手", "A chat has not been taken by anyone"),
    "first_response:warn": Both("首次回复快到时限", "The first reply is nearly due"),
    "next_response:warn": Both("买家在等回复，快到时限", "The buyer waits for a reply that is nearly due"),
    "resolution:warn": Both("会话快到解决时限", "The chat should be resolved soon"),
    "first_response": Both("首次回复已超时，优先级已调高", "The first reply is late; the chat was moved up"),
    "next_response": Both(
        "回复买家已超时，优先级已调高", "A reply to the buyer is late; the chat was moved up"
    ),
    "resolution": Both("会话超过解决时限，优先级已调高", "The chat is past its time; it was moved up"),
}

MERGED = {  # a note in both chats; {other} is the other one
    "merged_here": Both(
        "已并入同一买家的会话:{other}", "Another chat of this buyer is shown here from now on: {other}"
    ),
    "merged_into": Both(
        "已并入同一买家的会话:{other}", "Shown together with another chat of this buyer: {other}"
    ),
    "apart": Both("已与这个会话分开:{other}", "Apart again from this chat: {other}"),
    "apart_by_account": Both(
        "证实是两个不同的账号,已自动分开:{other}", "Two different accounts, so taken apart by itself: {other}"
    ),
}


def both(words: Both) -> dict[str, str]:
    """As an alert keeps it: every agent reads their own language."""
    return {"zh": words.zh, "en": words.en}
