"""The words of the desk's page on a buyer's data."""

from __future__ import annotations

from bot.handoff.words import Both

PRIVACY = {
    "privacy": Both("买家资料", "Buyers' data"),
    "privacy_lead": Both(
        "查看存了一位买家的什么,导出交给本人,或彻底删除。每一步都记入操作记录。",
        "See what is held on a buyer, take it out for them, or erase it. Each step is in the audit log.",
    ),
    "privacy_who": Both(
        "店铺账号、会话(如 telegram:123456)、工单编号或订单号",
        "Shop account, chat (such as telegram:123456), case number or order number",
    ),
    "privacy_look": Both("查找", "Look up"),
    "privacy_found": Both("找到的是", "This is"),
    "privacy_held": Both("存着", "Held"),
    "privacy_nothing": Both("什么也没有", "nothing"),
    "privacy_shared": Both(
        "{chats} 现在属于另一个账号:只处理他在那里登记的工单。",
        "{chats} belongs to another account now: only the cases they filed there are theirs.",
    ),
    "part_conversations": Both("会话", "chats"),
    "part_messages": Both("消息", "messages"),
    "part_files": Both("照片和文件", "photos and files"),
    "part_cases": Both("工单", "cases"),
    "part_orders": Both("订单", "orders"),
    "part_others": Both("其他记录", "other records"),
    "privacy_export": Both("导出(JSON)", "Take out (JSON)"),
    "privacy_export_does": Both(
        "一个文件,包含以上全部;照片只有名字和校验值,原图在服务器上用 privacy export --photos 取。",
        "One file with all of the above; of photos their names and checksums. The pictures themselves: "
        "privacy export --photos on the server.",
    ),
    "privacy_erase": Both("彻底删除", "Erase for good"),
    "privacy_erase_does": Both(
        "话、照片、姓名、电话、地址全部删除,无法恢复。账目需要的(工单和订单的编号、商品、金额、日期)留在一个查不回去的代号下。"
        "从店铺系统同步来的订单,请先在那边删除。",
        "Words, photos, names, phones and addresses go and cannot be brought back. What the books need (numbers, "
        "goods, sums and dates of cases and orders) stays under an alias nobody can resolve. Orders mirrored from the "
        "shop's own system must be erased there first.",
    ),
    "privacy_even_open": Both(
        "未结的工单一起撤回,正在进行的对话一起结束",
        "Withdraw open cases, too, and end a talk that is under way",
    ),
    "privacy_again": Both("再输入一次 {who} 以确认", "Type {who} again to confirm"),
    "privacy_differs": Both("两次输入的不一样,没有删除", "What you typed differs; nothing was erased"),
    "privacy_done": Both("已删除。留下的记在 {alias} 名下。", "Erased. What stays is under {alias}."),
    "privacy_nobody": Both("没有找到这个人", "Nothing is held under that name"),
    "privacy_several": Both(
        "不止一个人叫这个,请写明是哪一个:{which}", "That is more than one person; write which: {which}"
    ),
    "privacy_money": Both(
        "没有删除:{cases} 的退款正在路上,先付完或登记",
        "Not erased: money is under way for {cases}; let it be paid, or book it",
    ),
    "privacy_photo": Both(
        "没有删除:他的一张照片正在下载,半分钟后再试",
        "Not erased: a photo of theirs is being fetched; try again in half a minute",
    ),
    "privacy_open": Both(
        "没有删除:{cases} 还没结;先办完,或勾选一起撤回",
        "Not erased: {cases} still open; end them, or tick that they are withdrawn",
    ),
    "privacy_agent": Both(
        "没有删除:{chats} 正在等人工或和客服说话;先办结,或勾选一起结束",
        "Not erased: {chats} waits for an agent or talks with one; resolve it, or tick that it ends",
    ),
}
