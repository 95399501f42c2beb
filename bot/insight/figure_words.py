"""The names of the figures in the trade's terms, zh and en, and why some cannot be told. Data only."""

from __future__ import annotations

from bot.handoff.words import Both

FIGURES = {
    "contacts": Both("接待次数", "Contacts"),
    "rounds": Both("对话轮数", "Rounds"),
    "first_response": Both("首次响应时长", "First response time"),
    "response": Both("平均响应时长", "Average response time"),
    "within_3min": Both("3分钟响应率", "Answered within 3 minutes"),
    "within_30s": Both("30秒响应率", "Answered within 30 seconds"),
    "person_first_response": Both("人工首次响应时长", "First response time, people"),
    "person_response": Both("人工平均响应时长", "Average response time, people"),
    "person_within_3min": Both("人工3分钟响应率", "Answered within 3 minutes, people"),
    "bot_received": Both("机器人接待次数", "Contacts the bot received"),
    "bot_alone": Both("独立接待率", "Handled by the bot alone"),
    "self_solved": Both("自助解决率", "Solved by the bot"),
    "to_person": Both("转人工率", "Passed to a person"),
    "first_contact": Both("首次解决率 FCR", "Solved at first contact (FCR)"),
    "cases": Both("新工单", "Cases filed"),
    "refund_time": Both("退款时长", "Refund time"),
    "promises_kept": Both("承诺兑现率", "Promises kept"),
    "promises_broken": Both("未兑现的承诺", "Promises broken"),
    "promises_extended": Both("延期的承诺", "Promises extended"),
    "timeout_losses": Both("超时自动生效", "Timeout losses"),
    "refusals": Both("拒绝次数", "Refusals"),
    "refusals_reversed": Both("拒绝后改判率", "Refusals reversed"),
    "platform": Both("平台介入", "Taken to the platform"),
    "packaging": Both("包装破损反馈", "Packaging: damaged parcels"),
    "defects": Both("质量反馈", "Defects: quality and counterfeit claims"),
    "wrong_sent": Both("错发少件", "Wrong or missing items"),
    "feedback": Both("评价留言", "Words of feedback"),
    "rating_asked": Both("邀评率", "Asked to rate"),
    "rating_given": Both("评价率", "Rated"),
    "satisfaction": Both("满意度", "Satisfaction"),
}
UNTOLD = {
    "refund_rate": Both(
        "退款率:要全店 30 天的支付子订单数,这里只知道来咨询的订单",
        "Refund rate: needs all paid sub-orders of 30 days; only those asked about are known here",
    ),
    "dispute_rate": Both(
        "纠纷退款率:要支付子订单数和平台的判定结果",
        "Dispute refund rate: needs the paid sub-orders and the platform's own decisions",
    ),
    "dsr": Both("DSR:评分在平台上", "DSR: the scores are the platform's"),
    "wrong_rule": Both(
        "规则用错率:要人工抽检;能知道的部分是拒绝后改判率",
        "Wrong-rule rate: needs a sample reviewed by hand; what is known of it is the refusals reversed",
    ),
    "retention": Both("复购点击:不跟踪买家的点击", "Retention clicks: buyers' clicks are not followed"),
}
REPORT = {
    "title": Both("{shop} · 客服指标 · {since} 至 {until}", "{shop} · service figures · {since} to {until}"),
    "figure": Both("指标", "Figure"),
    "value": Both("数值", "Value"),
    "of": Both("样本", "Told from"),
    "untold": Both("这里无法得出:", "Cannot be told here:"),
    "zone": Both(
        "时间按 {zone};3分钟率、30秒率只算 08:00–24:00",
        "Times are {zone}; the 3-minute and 30-second rates count 08:00–24:00",
    ),
}
