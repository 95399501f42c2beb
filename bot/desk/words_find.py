"""The words of finding: search, a buyer's history, blocking, merging. zh and en."""

from __future__ import annotations

from bot.handoff.blocking import REASONS
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
    "ended_by_buyer": Both("买家结束", "ended by the buyer"),
    "ended_blocked": Both("已屏蔽", "blocked"),
    "ended_merged": Both("随另一处会话结束", "ended with the other chat"),
    # a chat that is with the bot
    "take": Both("接入这个会话", "Take this chat"),
    "take_sure": Both("机器人正在接待,确认接入?再按一次", "The bot is serving. Sure? Press again"),
    "take_does": Both(
        "会话从机器人转到您手上,买家会看到您接入", "The chat goes from the bot to you, and the buyer is told"
    ),
    "shut": Both(
        "{name} 在接待,内容不显示。需要您一起看时,同事可在内部备注里 @您。",
        "{name} has this chat, so it is not shown. A colleague who wants you to see it can @name you in a note.",
    ),
    # merge
    "merge": Both("合并会话…", "Merge a chat…"),
    "merge_title": Both("合并同一买家的会话", "Merge chats of one buyer"),
    "merge_does": Both(
        "合并后两处会话一起显示、由同一位客服接待;回复发到买家最后说话的地方。随时可以分开。两个不同账号不能合并。",
        "They are shown as one and have one agent; a reply goes to where the buyer wrote last. They can be taken apart "
        "at any time. Chats of two accounts cannot be merged.",
    ),
    "merge_find": Both("按姓名、账号、手机尾号查找", "Find by name, account or the phone's last digits"),
    "merge_which": Both("并入哪个会话", "Which chat"),
    "merge_same": Both("同一账号 {buyer}", "same account {buyer}"),
    "merge_guest": Both("访客,未核实账号", "guest, no account proved"),
    "guest": Both("访客", "guest"),
    "merge_none": Both(
        "没有同账号或同名的会话,可以在上面查找", "No chat of this account or name; look for one above"
    ),
    "merge_none_found": Both("没有找到能合并的“{q}”", "Nothing to merge found for “{q}”"),
    "merge_sure": Both(
        "我已确认这是同一位买家(例如核对过订单号和手机尾号)",
        "I made sure that this is the same buyer (by an order number and the phone's last digits, say)",
    ),
    "merge_why": Both("怎样确认的(可不填)", "How you know (optional)"),
    "merge_names": Both("把 {other} 并入 {this}", "Merge {other} into {this}"),
    "merge_do": Both("合并", "Merge"),
    "parts": Both("合并显示的会话", "Shown as one"),
    "part_now": Both("当前", "now"),
    "apart": Both("分开", "Take apart"),
    "joined": Both("{n} 处会话", "{n} chats"),
    "reply_to": Both("回复发到", "Replies go to"),
    "reply_to_why": Both("买家最后在这里说话", "where the buyer wrote last"),
    "merge_already": Both("这两个会话已经在一起了", "These chats are shown as one already"),
    "merge_other_thread": Both(
        "那个会话已和别的会话合并,请先在那边分开",
        "That chat is merged with another; take it apart there first",
    ),
    "merge_not_yours": Both("先接入其中一个会话再合并", "Claim the chat first, then merge"),
    "merge_colleagues": Both(
        "同事正在接待那个会话,请组长合并", "A colleague has that chat; ask a lead to merge"
    ),
    "merge_two_accounts": Both(
        "这是两个不同的账号,不能合并", "These are two different accounts and cannot be merged"
    ),
    "merge_unsure": Both("请先确认这是同一位买家", "First confirm that this is the same buyer"),
    "merge_gone": Both("这个会话没有并入别处", "This chat is not merged into another"),
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
    "chat.merge": Both("合并会话", "merged chats"),
    "chat.unmerge": Both("分开会话", "took chats apart"),
}
FIND_DETAILS = {
    "reason": Both("原因", "reason"),
    "into": Both("并入", "into"),
    "merged": Both("随同一买家的会话", "with the buyer's other chat"),
    **REASONS,
}
