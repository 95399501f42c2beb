"""The words of the desk's pages, zh and en. What agents read about a case is in `handoff/words.py`."""

from __future__ import annotations

from bot.desk.words_cases import CASES
from bot.desk.words_figures import DASHBOARD
from bot.desk.words_find import FIND
from bot.desk.words_people import PEOPLE
from bot.desk.words_privacy import PRIVACY
from bot.handoff.words import Both
from bot.messages import Lang

WORDS = {
    # frame
    "desk": Both("客服工作台", "Agent desk"),
    "sign_out": Both("退出", "Sign out"),
    "help": Both("快捷键", "Shortcuts"),
    "theme": Both("切换深浅色", "Switch light and dark"),
    "sound": Both("提示音", "Sound"),
    "other_lang": Both("EN", "中文"),
    "switch_lang": Both("Switch to English", "切换到中文"),
    "live": Both("已连接", "Live"),
    "offline": Both(
        "连接断开,正在重连…写好的字都在", "Connection lost, reconnecting… what you typed is kept"
    ),
    "signed_out": Both(
        "登录已失效。写好的字都在本机,重新登录后还能看到。",
        "You are signed out. What you typed is kept on this computer and comes back after you sign in.",
    ),
    "skip": Both("跳到对话", "Skip to the conversation"),
    "close": Both("关闭", "Close"),
    # columns
    "tab_queue": Both("队列", "Queue"),
    "tab_thread": Both("对话", "Chat"),
    "tab_packet": Both("资料", "Details"),
    "waiting": Both("等待接入", "Waiting"),
    "mine": Both("我的会话", "Mine"),
    "none_waiting": Both("没有人在等", "Nobody is waiting"),
    "none_mine": Both("还没有接入的会话", "You have no chats yet"),
    "no_words": Both("还没有消息", "No message yet"),
    "photo": Both("[图片]", "[photo]"),
    "waited": Both("已等", "waits"),
    "unnamed": Both("未留名买家", "Unnamed buyer"),
    # conversation
    "pick": Both("从左边选一个会话", "Choose a chat on the left"),
    "pick_hint": Both(
        "按 j / k 上下选择,c 接入,r 回复,? 看全部快捷键",
        "Press j / k to move, c to claim, r to reply, ? for all shortcuts",
    ),
    "claim": Both("接入", "Claim"),
    "release": Both("交还机器人", "Hand back to bot"),
    "resolve": Both("办结", "Resolve"),
    "resolve_sure": Both("确认办结?再按一次", "Sure? Press again"),
    "state_queued": Both("等待接入", "Waiting for an agent"),
    "state_bot": Both("机器人接待中", "With the bot"),
    "state_mine": Both("我在接待", "You have this chat"),
    "state_other": Both("{name} 接待中", "{name} has this chat"),
    "buyer": Both("买家", "Buyer"),
    "bot": Both("机器人", "Bot"),
    "agent": Both("客服", "Agent"),
    "system": Both("系统", "System"),
    "note": Both("内部备注", "Internal note"),
    "changed_at": Both("{at} 改过", "changed {at}"),
    "withdrawn": Both("已撤回，买家看不到了", "Withdrawn: the buyer no longer sees it"),
    "offered": Both("可选按钮", "Buttons shown"),
    "fetching": Both("正在取图…", "Still being fetched…"),
    "photo_failed": Both("没能取到:{why}", "Could not be fetched: {why}"),
    "file": Both("文件", "File"),
    "newest": Both("新消息", "New messages"),
    "earlier": Both("只显示最近 {n} 条", "Only the latest {n} are shown"),
    # composer
    "reply": Both("回复买家", "Reply to the buyer"),
    "reply_hint": Both(
        "写给买家的话,Enter 发送,Shift+Enter 换行",
        "Write to the buyer. Enter sends, Shift+Enter breaks the line",
    ),
    "note_hint": Both("只有同事看得到,Enter 保存", "Only colleagues see this. Enter saves"),
    "locked_hint": Both("接入后才能回复;写好的字会留着", "Claim the chat to reply; what you type is kept"),
    "away_hint": Both(
        "这个会话不在您手上,现在不能回复;写好的字会留着",
        "This chat is not yours, so you cannot reply now; what you type is kept",
    ),
    "send": Both("发送", "Send"),
    "save_note": Both("存备注", "Save note"),
    "add_photo": Both("加图片", "Add photos"),
    "remove": Both("移除", "Remove"),
    "sending": Both("发送中…", "Sending…"),
    # packet
    "packet": Both("接手资料", "Takeover packet"),
    "more_orders": Both("还有 {n} 个订单", "{n} more orders"),
    "timeline": Both("经过", "Timeline"),
    "left": Both("还剩", "left"),
    "zone": Both("时间按 {zone}", "Times are {zone}"),
    "nobody": Both("选一个会话,这里显示买家、订单和工单", "Choose a chat to see buyer, order and case"),
    # answers
    "taken": Both("{name} 已经接手", "{name} already has this chat"),
    "left_queue": Both("这个会话已不在队列里", "This chat is no longer in the queue"),
    "not_yours": Both(
        "没有发出:这个会话不在您手上({who})。写好的字还在输入框里。",
        "Not sent: this chat is not yours ({who}). Your words are still in the box.",
    ),
    "empty": Both("没有内容可发", "There is nothing to send"),
    "too_long": Both(
        "太长了:最多 {most} 字,现在 {n} 字", "Too long: {most} characters at most, this has {n}"
    ),
    "no_image": Both(
        "这不是能发的图片:请用 JPEG、PNG、GIF 或 WebP",
        "That is not a picture we can send: use JPEG, PNG, GIF or WebP",
    ),
    "too_big": Both("图片超过 {most} MB", "The picture is over {most} MB"),
    "wrong_photo": Both("图片没找到,请重新添加", "A picture was not found; add it again"),
    "foreign": Both(
        "请求来自别的网站,已拒绝。请在工作台页面里操作。",
        "The request came from another site and was refused. Use the desk's own page.",
    ),
    "bad_request": Both(
        "请求不完整,请刷新页面再试", "The request is incomplete; reload the page and try again"
    ),
    "no_chat": Both("没有这个会话", "There is no such chat"),
    "failed": Both(
        "没发出去,文字还在。网络恢复后再按一次发送,不会重复。",
        "Not sent; your words are kept. Press send again when the network is back: it goes out once.",
    ),
    # sign in
    "sign_in": Both("登录工作台", "Sign in to the desk"),
    "sign_in_button": Both("登录", "Sign in"),
    "bad_link": Both(
        "这个登录链接无效:用过了、过期了,或没有复制完整",
        "This sign-in link does not work: it was used, is too old, or was not copied whole",
    ),
    # shortcuts
    "key_move": Both("上一个 / 下一个会话", "Previous / next chat"),
    "key_claim": Both("接入当前会话", "Claim this chat"),
    "key_reply": Both("写回复", "Write a reply"),
    "key_note": Both("写内部备注", "Write an internal note"),
    "key_send": Both("发送", "Send"),
    "key_line": Both("换行", "New line"),
    "key_back": Both("交还机器人", "Hand back to the bot"),
    "key_resolve": Both("办结(按两次)", "Resolve (twice)"),
    "key_escape": Both("离开输入框 / 关闭窗口", "Leave the box / close a window"),
    "key_help": Both("这张表", "This sheet"),
    **CASES,
    **PEOPLE,
    **PRIVACY,
    **DASHBOARD,
    **FIND,
}


class Chrome:
    """`chrome("claim")` in the agent's language; `{placeholders}` are filled from the keywords."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, key: str, **data: object) -> str:
        return WORDS[key].text(self.lang).format(**data)
