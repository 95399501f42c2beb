"""The words of finding: search, a buyer's history, blocking, merging. zh and en."""

from __future__ import annotations

from bot.handoff.words import Both

FIND = {
    # search
    "find": Both("搜索", "Search"),
    "key_find": Both("搜索会话、买家、工单、订单", "Search chats, buyers, cases, orders"),
    "find_what": Both(
        "聊天内容、买家、手机尾号、订单号、工单号、标签",
        "Words, buyer, phone's last digits, order, case, tag",
    ),
    "find_hint": Both(
        "至少 2 个字;↑ ↓ 选择,Enter 打开,Esc 关闭",
        "At least 2 characters; ↑ ↓ to choose, Enter opens, Esc closes",
    ),
    "find_chats": Both("会话", "Chats"),
    "find_buyers": Both("买家", "Buyers"),
    "find_cases": Both("工单", "Cases"),
    "find_orders": Both("订单", "Orders"),
    "find_none": Both("没有找到“{q}”", "Nothing found for “{q}”"),
    "find_some": Both("找到 {n} 条", "{n} found"),
    "find_more": Both("还有更多,只显示最近 {n} 条,请再写具体些", "There are more: the newest {n} are shown"),
    "find_no_chat": Both("还没有会话", "no chat yet"),
    "find_tagged": Both("标签", "Tag"),
    # history
    "history": Both("这位买家的往来", "This buyer's history"),
    "key_history": Both("买家的往来", "The buyer's history"),
    "history_reading": Both("正在读取…", "Reading…"),
    "history_failed": Both("没有读到,请合上再打开", "Could not be read; close and open it again"),
    "past_talks": Both("找过人工", "Talks with people"),
    "past_others": Both("别处的会话", "Elsewhere"),
    "past_ratings": Both("评价", "Ratings"),
    "past_tags": Both("标签", "Tags"),
    "past_none": Both("还没有", "None yet"),
    "past_last": Both("最近 {at}", "last {at}"),
    "rated_good": Both("满意", "Satisfied"),
    "rated_fair": Both("一般", "So-so"),
    "rated_bad": Both("不满意", "Not satisfied"),
    "ended_resolved": Both("已办结", "resolved"),
    "ended_handed_back": Both("交还机器人", "handed back to the bot"),
    "ended_stale": Both("久未回复,已关闭", "closed, no answer"),
    "ended_called_off": Both("买家取消", "called off by the buyer"),
    "ended_blocked": Both("已屏蔽", "blocked"),
    "ended_merged": Both("并入别的会话", "merged"),
    # block
    "block": Both("屏蔽买家…", "Block this buyer…"),
    "block_title": Both("屏蔽买家", "Block this buyer"),
    "block_does": Both(
        "屏蔽后:来信照样存着,但不回复、也不进队列,只告诉买家一次怎样申诉。涉及人身安全的话照样叫人。在办的工单照常进行。",
        "Their messages are kept, not answered and not queued; they are told once how to appeal. Danger still reaches "
        "people. Open cases go on.",
    ),
    "block_reason": Both("原因", "Reason"),
    "block_words": Both("给同事的说明(选“其他”时必填)", "For colleagues (needed with “another reason”)"),
    "block_do": Both("屏蔽", "Block"),
    "block_why": Both("请选原因;选“其他”要写明", "Choose a reason; another reason needs words"),
    "block_already": Both("已经屏蔽了", "This buyer is blocked already"),
    "is_blocked": Both("已屏蔽", "Blocked"),
    "blocked_list": Both("已屏蔽的买家", "Blocked buyers"),
    "blocked_none": Both("没有屏蔽任何人", "Nobody is blocked"),
    "unblock": Both("解除屏蔽", "Unblock"),
    "unblocked": Both("已解除屏蔽", "Unblocked"),
    "note_blocked": Both("已屏蔽买家({why})", "Buyer blocked ({why})"),
    "note_unblocked": Both("已解除屏蔽", "Buyer unblocked"),
}

# As the audit log tells them.
FIND_AUDIT = {
    "chat.block": Both("屏蔽买家", "blocked a buyer"),
    "chat.unblock": Both("解除屏蔽", "unblocked a buyer"),
}
