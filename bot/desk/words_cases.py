"""The words of the desk for cases: acts, forms, lists, evidence; for passing chats on, tags, canned replies."""

from __future__ import annotations

from bot.handoff.words import Both

CASES = {
    # lists
    "list_queue": Both("队列", "Queue"),
    "list_cases": Both("待处理工单", "To decide"),
    "list_pays": Both("待付退款", "To pay"),
    "none_cases": Both("没有等我们处理的工单", "No case waits for us"),
    "none_pays": Both("没有要付的退款", "No refund is to be paid"),
    "more_cases": Both("还有 {n} 个，先处理上面这些", "{n} more; the most urgent are above"),
    "no_deadline": Both("没有时限", "no deadline"),
    "pay_ref": Both("付款编号", "Payment no."),
    # acts
    "acts": Both("可以做的", "What you can do"),
    "act_approve": Both("同意", "Agree"),
    "act_inspect": Both("验收", "Inspection"),
    "act_approve_return": Both("同意退货", "Agree to the return"),
    "act_approve_refund": Both("同意退款", "Agree to the refund"),
    "act_approve_resend": Both("同意补发", "Agree to the resend"),
    "act_approve_done": Both("同意并办结", "Agree and finish"),
    "act_retry": Both("再付一次", "Pay again"),
    "act_settle": Both("和解退款", "Settle with a refund"),
    "act_ruled": Both("平台判退款", "Platform: refund"),
    "act_offer": Both("提方案", "Make an offer"),
    "act_reject": Both("拒绝", "Refuse"),
    "act_inspect_ok": Both("验收通过", "Inspection passed"),
    "act_inspect_offer": Both("不合格，提方案", "Not in order: offer"),
    "act_inspect_reject": Both("不合格，拒绝", "Not in order: refuse"),
    "act_refunded": Both("已付款，登记", "Paid: book it"),
    "act_refund_failed": Both("付款失败", "Payment failed"),
    "act_sent_again": Both("已重新发货", "Sent again"),
    "act_repaired": Both("已修好", "Repaired"),
    "act_parts_awaited": Both("等配件", "Waiting for parts"),
    "act_carrier_found": Both("快递找到了", "Carrier found it"),
    "act_carrier_nothing": Both("快递查无结果", "Carrier has nothing"),
    "act_carrier_query": Both("请快递核查", "Ask the carrier"),
    "act_done": Both("已办好", "Done"),
    "act_platform_done": Both("举证完毕", "Evidence handed in"),
    "act_platform_refused": Both("平台判不支持", "Platform: refused"),
    "act_suspend": Both("中止", "Suspend"),
    "act_resume": Both("恢复处理", "Resume"),
    "act_reconsider": Both("重新考虑", "Reconsider"),
    "act_reopen": Both("重新打开", "Reopen"),
    "act_escalate": Both("升级人工审核", "Escalate"),
    "act_extend": Both("延长时限", "More time"),
    # the form
    "field_outcome": Both("怎么解决", "What to agree to"),
    "as_asked": Both("按买家要的办", "What the buyer asked for"),
    "kind_refund": Both("退款", "Refund"),
    "kind_resend": Both("补发", "Resend"),
    "kind_return": Both("退货退款", "Return and refund"),
    "kind_exchange": Both("换货", "Exchange"),
    "kind_repair": Both("维修", "Repair"),
    "value_refund": Both("金额（元），空着为全额", "Amount in yuan; empty: all of it"),
    "value_resend": Both("件数", "Pieces"),
    "value_exchange": Both("换成哪款", "For which one"),
    "field_options": Both("给买家选的方案（1 到 3 个）", "Options for the buyer (1 to 3)"),
    "add_option": Both("再加一个", "Add another"),
    "drop_option": Both("去掉这个", "Remove this one"),
    "field_code": Both("拒绝原因", "Reason"),
    "pick_code": Both("选一个原因…", "Choose a reason…"),
    "field_ref": Both("付款流水号", "The payment's number"),
    "field_by": Both("延长多久", "How much more"),
    "field_hold": Both("因为什么中止", "Suspended for"),
    "hold_both_agree": Both("双方同意先协商（30 天）", "Both sides want to settle it (30 days)"),
    "hold_court": Both(
        "法院，待出示受理证明（7 个工作日）", "Court, paper still to be shown (7 working days)"
    ),
    "hold_court_shown": Both("法院已受理（等判决）", "Court, paper shown (until the judgment)"),
    "hold_police": Both(
        "公安，待出示立案证明（7 个工作日）", "Police, paper still to be shown (7 working days)"
    ),
    "hold_police_shown": Both("公安已立案（6 个月）", "Police, paper shown (6 months)"),
    "by_1d": Both("1 天", "1 day"),
    "by_2d": Both("2 天", "2 days"),
    "by_7d": Both("7 天", "7 days"),
    "field_text": Both("您自己的话（可不填）", "Your own words (optional)"),
    "field_why": Both(
        "记录原因（可不填，买家看不到）", "Reason for the record (optional, not shown to the buyer)"
    ),
    "buyer_reads": Both("买家会读到", "The buyer will read"),
    "buyer_reads_none": Both("买家不会收到消息", "The buyer gets no message"),
    "reading": Both("正在生成预览…", "Making the preview…"),
    "do_it": Both("确定，10 秒后发出", "Confirm, goes out in 10 s"),
    "cancel": Both("取消", "Cancel"),
    # held
    "held_in": Both("{s} 秒后发出", "goes out in {s} s"),
    "held_now": Both("正在发出…", "going out…"),
    "undo": Both("撤销", "Undo"),
    "undo_late": Both("已经发出，撤不回了", "It has gone out and cannot be undone"),
    "case_busy": Both(
        "这个工单有一步正要发出，等它发出或撤销后再操作",
        "A step on this case is about to go out; wait for it or undo it first",
    ),
    "case_not_yours": Both(
        "没有执行：这个会话{who}，请先和同事沟通。", "Not done: {who}. Speak with your colleague first."
    ),
    # evidence, timeline
    "gaps": Both("还缺", "Missing:"),
    "photo_of": Both("照片", "photo"),
    "evidence_pack": Both("下载证据包", "Evidence pack"),
    "by_rule": Both("规则 {rule}", "rule {rule}"),
    "by_policy": Both("规则版本 {v}", "policy {v}"),
    # words sent in error
    "edit": Both("修改", "Edit"),
    "withdraw": Both("撤回", "Withdraw"),
    "withdraw_sure": Both("确认撤回？再按一次", "Sure? Press again"),
    "edit_title": Both("修改已发出的话", "Change what was sent"),
    "cannot_mend": Both(
        "这条不能改：不是客服发的，或已经撤回", "This cannot be changed: not an agent's, or withdrawn already"
    ),
    "not_yours_any": Both(
        "没有执行：这个会话不在您手上（{who}）。", "Not done: this chat is not yours ({who})."
    ),
    # tags, passing on
    "tags": Both("标签", "Tags"),
    "add_tag": Both("加标签", "Add a tag"),
    "drop_tag": Both("去掉标签 {tag}", "Remove tag {tag}"),
    "tags_most": Both("一个会话最多 {most} 个标签", "A chat has {most} tags at most"),
    "pass_on": Both("转给…", "Transfer…"),
    "pass_title": Both("把会话转给", "Give this chat to"),
    "to_people": Both("同事", "Colleagues"),
    "to_skill": Both("会这项的人（回队列）", "Whoever knows (back to the queue)"),
    "nobody_else": Both("没有其他同事", "There is nobody else"),
    "presence_online": Both("在线", "online"),
    "presence_away": Both("离开", "away"),
    "presence_offline": Both("不在线", "offline"),
    "holding": Both("{n} 个会话", "{n} chats"),
    "take_over": Both("接管", "Take over"),
    "take_over_sure": Both("确认接管？再按一次", "Sure? Press again"),
    "pass_not_queued": Both("这个会话已不在队列里", "This chat is no longer in the queue"),
    "pass_not_yours": Both("这个会话不在您手上", "This chat is not yours"),
    "pass_stale_lease": Both("这个会话转手过，请刷新", "The chat has changed hands; reload"),
    "pass_no_such_agent": Both("没有这位同事", "There is no such colleague"),
    "pass_no_such_skill": Both("没有人会这一项", "Nobody has that skill"),
    "pass_declines": Both("这位同事现在不接新会话", "They take no new chats at the moment"),
    "pass_already_theirs": Both("已经在这位同事手上", "They have it already"),
    "pass_not_a_lead": Both("只有主管可以这样做", "Only a lead may do that"),
    "called": Both("提到您的", "Notes for you"),
    "called_by": Both("{name} 在备注里提到了您", "{name} named you in a note"),
    # canned
    "canned": Both("快捷回复", "Canned replies"),
    "canned_none": Both("没有合适的快捷回复", "No canned reply fits"),
    "canned_hint": Both("输入 / 选快捷回复", "Type / for canned replies"),
    # keys
    "key_lists": Both("队列 / 待处理 / 待付款", "Queue / to decide / to pay"),
    "key_acts": Both("到工单操作", "To the case's acts"),
    "key_undo": Both("撤销刚才的操作", "Undo what you just did"),
    "key_canned": Both("在输入框里：快捷回复", "In the box: canned replies"),
    "key_tag": Both("加标签", "Add a tag"),
    "key_pass": Both("转给同事", "Transfer"),
    "key_pause": Both("暂停/恢复接新会话", "New chats: pause, resume"),
    "pause": Both("暂停接新会话", "Pause new chats"),
    "pause_does": Both(
        "新会话不再分配、转给您,也不再提醒;危急的(P0)除外",
        "Nothing new is given to you, passed to you or told to you, but for a P0",
    ),
    "paused": Both("已暂停接新会话;危急的(P0)仍会提醒您。", "New chats are paused; you still hear of a P0."),
    "resume": Both("恢复", "Resume"),
    "off_shift": Both("现在不是您的班次({hours})", "You are not on shift now ({hours})"),
    "for_others": Both("更适合其他同事", "Better suited to colleagues"),
    "for_others_why": Both(
        "按技能和语言;等久了没人接就归大家,急的您也可以接",
        "By skill and language; what waits too long is everybody's, and you may take any of them",
    ),
    "buyer_types": Both("买家正在输入…", "The buyer is typing…"),
    "types": Both("{names}正在输入…", "{names} is typing…"),
    "looks": Both("{names}也在看", "{names} is looking, too"),
    "skill_wanted": Both("需要的技能", "Skill it wants"),
    "key_confirm": Both("在表单里：确定", "In a form: confirm"),
}

# As the audit log tells them.
AUDIT = {
    "chat.tag": Both("加标签", "tagged a chat"),
    "chat.untag": Both("去掉标签", "took a tag off"),
    "case.taken_back": Both("撤销工单操作", "took an act back"),
    **{f"case.{key.removeprefix('act_')}": words for key, words in CASES.items() if key.startswith("act_")},
}
