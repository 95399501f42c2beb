"""The words of the agents' desk inside Telegram, zh and en. What agents read about a case is in `handoff/words.py`."""

from __future__ import annotations

from bot.handoff.words import Both
from bot.messages import Lang

WORDS = {
    # linking
    "linked": Both(
        "✓ {agent}，这里就是您的工作台了。\n有适合您的会话在等时，我会发到这里；按“接手”，"
        "然后直接“回复”我转来的消息，您的话就发给那位买家。\n/queue 看队列，/mine 看我的会话，/help 看用法。",
        "✓ {agent}, this chat is your desk now.\nWhen a chat waits that suits you, I tell you here. Press Claim, then "
        "reply (in Telegram's sense) to what I forward, and your words go to that buyer.\n"
        "/queue shows who waits, /mine your chats, /help how it works.",
    ),
    "bad_key": Both(
        "这个链接无效：用过了或过期了（10 分钟有效）。请在网页工作台“我的账号”里再要一个。",
        "This link does not work: it was used or is too old (it lasts 10 minutes). Ask for a new one in the web desk, "
        "My account.",
    ),
    "ended": Both(
        "这里不再是客服工作台：账号已解除绑定或停用。在“我的账号”里可以重新绑定。",
        "This chat is no longer a desk: it was unlinked, or the account is deactivated. "
        "You can link it again under My account.",
    ),
    "no_desk": Both(
        "没有发出：这里已经不是客服工作台。在网页工作台“我的账号”里可以重新绑定。",
        "Not sent: this chat is no desk any more. You can link it again in the web desk, My account.",
    ),
    "help": Both(
        "有会话在等，我发通知到这里。P0 一定会响；您手上没有会话、也没开着网页工作台时，其余的也会响\n"
        "• 接手：按通知上的“接手”，或 /queue\n"
        "• 回复买家：对我转来的消息用 Telegram 的“回复”。直接写的，发给您刚刚在接待的那位；拿不准是谁，我先问\n"
        "• 发图：照样回复一张照片，可带说明\n"
        "• 内部备注：/note 加内容，或按“备注”；买家看不到\n"
        "• 转接、办结、交还机器人：按接手资料下面的按钮，/mine 可再调出；"
        "或写 /transfer @同事或技能、/resolve、/release\n"
        "• 发错了：在 Telegram 里改您发的那条，买家那边也会改\n"
        "• 暂时不接新会话：/pause，再接：/resume（P0 照样通知）\n"
        "• 解除绑定：/unlink",
        "When a chat waits I tell you here. A P0 always makes a sound; the rest only while you have no chat and "
        "no open web desk\n"
        "• Claim: the button on the notice, or /queue\n"
        "• Answer: use Telegram's reply on a message I forwarded. Words without it go to the buyer you just dealt "
        "with; where that is not certain, I ask\n"
        "• Photos: reply with a photo, with a caption if you like\n"
        "• Internal note: /note and your words, or the Note button; the buyer never sees it\n"
        "• Transfer, resolve, hand back: the buttons below the packet, which /mine brings back; "
        "or type /transfer @colleague or skill, /resolve, /release\n"
        "• Sent in error: edit your message in Telegram and it changes for the buyer, too\n"
        "• No new chats for now: /pause, and again: /resume (you still hear of a P0)\n"
        "• Unlink: /unlink",
    ),
    "menu_queue": Both("等待接手的会话", "Chats that wait"),
    "menu_mine": Both("我的会话", "My chats"),
    "menu_note": Both("内部备注", "An internal note"),
    "menu_transfer": Both("转接：@同事或技能", "Transfer: @colleague or skill"),
    "menu_resolve": Both("办结", "Resolve"),
    "menu_release": Both("交还机器人", "Hand back to the bot"),
    "menu_pause": Both("暂时不接新会话", "No new chats for now"),
    "menu_resume": Both("继续接新会话", "New chats again"),
    "menu_unlink": Both("解除绑定", "Unlink this chat"),
    "menu_help": Both("怎么用", "How it works"),
    # notices
    "waits": Both("等了 {minutes} 分钟（{since} 起）", "waits {minutes} min (since {since})"),
    "claim": Both("接手", "Claim"),
    "taken_by": Both("✓ {name} 已接手", "✓ {name} has it"),
    "taken_by_you": Both("✓ 您已接手", "✓ You have it"),
    "left": Both("✓ 已不在队列里", "✓ It left the queue"),
    "moved": Both("见下面的新通知", "See the newer notice below"),
    # a chat of one's own
    "yours": Both("您在接待 {who}", "You have {who}"),
    "latest": Both("最近的消息 · {who}", "The latest messages · {who}"),
    "buyer": Both("买家", "Buyer"),
    "bot": Both("机器人", "Bot"),
    "agent": Both("客服", "Agent"),
    "system": Both("系统", "System"),
    "note": Both("备注", "Note"),
    "do_note": Both("备注", "Note"),
    "do_transfer": Both("转接", "Transfer"),
    "do_resolve": Both("办结", "Resolve"),
    "do_release": Both("交还机器人", "Hand back"),
    "photo_late": Both("[图片还没取到，请看网页工作台]", "[a photo is still on its way: see the web desk]"),
    "photo_lost": Both("[图片没能取到：{why}]", "[a photo could not be fetched: {why}]"),
    "withdrawn": Both("[已撤回]", "[withdrawn]"),
    "unnamed": Both("未留名买家", "Unnamed buyer"),
    "ended_resolved": Both("{who}：已办结", "{who}: resolved"),
    "ended_handed_back": Both("{who}：已交还机器人", "{who}: handed back to the bot"),
    "ended_stale": Both("{who}：买家一直没有回，会话已关闭", "{who}: closed, the buyer did not answer"),
    "ended_by_buyer": Both("{who}：买家结束了人工会话", "{who}: the buyer ended the chat with a person"),
    "ended_lapsed": Both(
        "{who}：您太久没有处理，会话已回到队列。您没发出的话还留着",
        "{who}: you were away too long, so the chat went back to the queue. What you had not sent is kept",
    ),
    "ended_other": Both("{who}：会话已结束", "{who}: the chat with a person has ended"),
    "ended_with": Both("{who}：现在由 {name} 接待", "{who}: {name} has it now"),
    "ended_waits": Both("{who}：已回到队列", "{who}: back in the queue"),
    # lists
    "none_waiting": Both("没有人在等", "Nobody is waiting"),
    "waiting": Both("等待接手：{n}", "Waiting: {n}"),
    "none_mine": Both("您手上没有会话。/queue 看谁在等", "You have no chats. /queue shows who waits"),
    "mine": Both(
        "我的会话：{n}。按一下调出资料和按钮", "Your chats: {n}. Press one for its packet and buttons"
    ),
    # acts
    "which": Both("这句话发给谁？", "Who is this for?"),
    "which_note": Both("这条备注记在哪个会话？", "Which chat is this note for?"),
    "sent_to": Both("✓ 已发给 {who}", "✓ Sent to {who}"),
    "not_sent": Both("没有发给 {who}", "Not sent to {who}"),
    "goes_to": Both("→ {who}", "→ {who}"),
    "take_back": Both("发错了，撤回", "Wrong chat: take it back"),
    "taken_back": Both("✓ 已从 {who} 那里撤回", "✓ Taken back from {who}"),
    "take_and_send": Both("接手并发出", "Claim and send"),
    "take_and_send_to": Both("接手 {who} 并发出", "Claim {who} and send"),
    "which_transfer": Both("转接哪个会话？", "Which chat do you pass on?"),
    "which_resolve": Both("办结哪个会话？", "Which chat is resolved?"),
    "which_release": Both("哪个会话交还机器人？", "Which chat goes back to the bot?"),
    "paused": Both(
        "✓ 不再给您新会话的通知和分配，P0 除外。/resume 恢复",
        "✓ No new chats for you, except P0. /resume brings them back",
    ),
    "resumed": Both("✓ 继续给您新会话", "✓ New chats come to you again"),
    "note_kept": Both(
        "✓ 已记为 {who} 的备注，买家看不到", "✓ Kept as a note on {who}; the buyer does not see it"
    ),
    "write_note": Both(
        "请写 {who} 的备注：您的下一条消息只有同事看得到",
        "Write the note on {who}: only colleagues see your next message",
    ),
    "cancel": Both("取消", "Cancel"),
    "cancelled": Both("已取消", "Cancelled"),
    "resolve_sure": Both("办结 {who}？", "Resolve {who}?"),
    "resolve_yes": Both("确认办结", "Yes, resolve"),
    "pass_to": Both("把 {who} 转给谁？", "Pass {who} on to whom?"),
    "online": Both("在线", "online"),
    "away": Both("离开", "away"),
    "offline": Both("不在线", "offline"),
    "skill": Both("技能：{skill}", "Skill: {skill}"),
    "nobody_else": Both("没有可以转接的同事或技能", "There is no colleague or skill to pass it to"),
    # why not
    "not_yours": Both("没有发出：{who} {state}", "Not sent: {who} {state}"),
    "not_done": Both("没有办成：{who} {state}", "Not done: {who} {state}"),
    "state_bot": Both("由机器人接待中", "is with the bot"),
    "state_queued": Both("还在队列里，请先接手", "waits in the queue; claim it first"),
    "state_other": Both("由 {name} 接待中", "is with {name} now"),
    "taken": Both("晚了一步：{name} 已经接手 {who}", "Too late: {name} already has {who}"),
    "left_queue": Both("{who} 已不在队列里", "{who} is no longer in the queue"),
    "no_chat": Both(
        "没有发出：您手上没有会话。/queue 看谁在等", "Not sent: you have no chats. /queue shows who waits"
    ),
    "no_chat_act": Both("您手上没有会话。/queue 看谁在等", "You have no chats. /queue shows who waits"),
    "own_chat": Both(
        "这是您自己作为买家的会话，请让同事接手",
        "This is your own chat as a buyer; a colleague has to take it",
    ),
    "no_such_target": Both(
        "没有叫“{to}”的同事或技能，请选一个", "There is no colleague or skill called “{to}”; choose one"
    ),
    "no_such_agent": Both(
        "没有这个同事，或账号已停用", "There is no such colleague, or the account is deactivated"
    ),
    "no_such_skill": Both("没有人有这个技能", "Nobody has this skill"),
    "declines": Both("对方现在不接新会话", "They take no new chats at the moment"),
    "already_theirs": Both("会话已经在对方手上", "They have it already"),
    "stale_lease": Both(
        "没有办成：会话中间换过人，请用新的消息",
        "Not done: the chat changed hands meanwhile; use the newer message",
    ),
    "cannot_mend": Both(
        "没有办成：这条还没发出，或已经撤回", "Not done: that is not sent yet, or was taken back already"
    ),
    "not_a_lead": Both("只有组长可以转派别人的会话", "Only a lead can give away a colleague's chat"),
    "stale": Both("这个按钮已经用过了", "This button was used already"),
    "unknown_command": Both(
        "没有这个命令，也没有发给买家。/help 看用法", "No such command; nothing was sent. See /help"
    ),
    "empty_note": Both("请这样写：/note 内容", "Write it like this: /note your words"),
    "photo_command": Both("没有发出：命令下面不能带图片", "Not sent: a command cannot go with a photo"),
    "note_words_only": Both("备注只能是文字，图片没有发出", "A note is words only; the photo was not sent"),
    "cannot_send": Both(
        "这里只能转发文字和图片；别的内容请用网页工作台",
        "Only text and photos can be sent from here; use the web desk for the rest",
    ),
    "photo_refused": Both("图片没有发出：{why}", "The photo was not sent: {why}"),
    "photo_format": Both(
        "请用 10 MB 以内的 JPEG、PNG、GIF 或 WebP", "use JPEG, PNG, GIF or WebP of at most 10 MB"
    ),
    "edited": Both("✓ {who} 那边也改了", "✓ Changed for {who}, too"),
    "cannot_edit": Both(
        "没有改成：只有发给买家的回复可以改，而且会话要还在您手上",
        "Not changed: only replies to a buyer whose chat you still have can be edited",
    ),
    "went_wrong": Both(
        "出错了，刚才那一步没有做。请再试一次", "Something went wrong and nothing was done. Please try again"
    ),
}


class Say:
    """`say("claim")` in the agent's language; `{placeholders}` are filled from the keywords."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, key: str, **data: object) -> str:
        return WORDS[key].text(self.lang).format(**data)
