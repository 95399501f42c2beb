"""The words of the dashboard, zh and en. The names of the figures themselves: `insight/figure_words.py`."""

from __future__ import annotations

from bot.handoff.words import Both

DASHBOARD = {
    "dashboard": Both("数据看板", "Dashboard"),
    "dash_live": Both("每 10 秒更新,{at} 的数据", "Updates every 10 seconds; as of {at}"),
    "dash_lost": Both("连接断开,显示的是之前的数据", "Connection lost; what you see is older"),
    "dash_waiting": Both("正在等人工", "Waiting now"),
    "dash_oldest": Both("最久等待", "Oldest wait"),
    "dash_quick": Both("今日人工3分钟响应率", "Answered within 3 minutes today"),
    "dash_quick_mine": Both("我的今日3分钟响应率", "My answers within 3 minutes today"),
    "dash_breaches": Both("今日超时", "Missed targets today"),
    "dash_breaches_mine": Both("我的今日超时", "My missed targets today"),
    "dash_promises": Both("承诺兑现率(30 天)", "Promises kept, 30 days"),
    "dash_satisfaction": Both("满意度(30 天)", "Satisfaction, 30 days"),
    "dash_of": Both("共 {n}", "of {n}"),
    "dash_none": Both("还没有数据", "Nothing to tell yet"),
    "dash_hours": Both("今日各小时:人工回复的轮次", "Today by the hour: rounds for people"),
    "dash_in_time": Both("3 分钟内", "within 3 min"),
    "dash_late": Both("超过 3 分钟", "later, or not yet"),
    "dash_days": Both("近 14 天:对买家的承诺", "The last 14 days: promises to buyers"),
    "dash_kept": Both("兑现", "kept"),
    "dash_broken": Both("未兑现", "broken"),
    "dash_hour": Both("小时", "Hour"),
    "dash_day": Both("日期", "Day"),
    "dash_table": Both("看表格", "As a table"),
    "dash_chart": Both(
        "{title}:{good_name} {good},{bad_name} {bad}", "{title}: {good} {good_name}, {bad} {bad_name}"
    ),
    "dash_agents": Both("今日客服", "Agents today"),
    "dash_me": Both("我的今天", "My day"),
    "dash_agent": Both("客服", "Agent"),
    "dash_open": Both("在接会话", "Open chats"),
    "dash_replies": Both("回复轮次", "Replies"),
    "dash_first": Both("首次响应(中位)", "First response (median)"),
    "dash_response": Both("响应(中位)", "Response (median)"),
    "dash_within": Both("3分钟响应率", "Within 3 min"),
    "dash_resolved": Both("已办结", "Resolved"),
    "dash_missed": Both("超时", "Missed"),
    "dash_no_agents": Both("今天还没有人接待", "Nobody has had a chat today"),
    "dash_cases": Both("进行中的工单", "Open cases"),
    "dash_status": Both("状态", "Status"),
    "dash_count": Both("工单数", "Cases"),
    "dash_overdue": Both("逾期", "Overdue"),
    "dash_no_cases": Both("没有进行中的工单", "No open cases"),
}
