"""The chat's socket on a real server: stored before confirmed, once, in order, and nobody else's."""

import json
import random
import time
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.channels.links import sign
from bot.channels.web_frames import chat_of, words
from bot.messages import Button
from bot.store import marks
from bot.store.db import Database
from bot.store.marks import Mark
from tests.channels.web.shop import KEY, HeldInlet, Shop, free_port, new_session, page
from tests.channels.web.visitor import until
from tests.support.postgres import PostgresServer


@pytest.fixture
def empty_db(database: Database) -> Database:
    return database


async def test_what_is_said_is_stored_confirmed_and_answered(shop: Shop, session: str) -> None:
    async with page(shop, session) as me:
        await me.say({"id": "m1", "text": "怎么退货"})
        assert await me.hear("ack") == "m1"
        mine = await me.hear("message")
        assert (mine["author"], mine["text"], mine["key"], mine["n"]) == ("buyer", "怎么退货", "m1", 1)
        assert (await me.hear("message"))["text"] == "收到：怎么退货"
    assert [(r["key"], r["text"]) for r in shop.rows(session)] == [("m1", "怎么退货")]


async def test_nothing_is_confirmed_before_it_is_committed(closed_shop: Shop, session: str) -> None:
    closed_shop.inlet = held = HeldInlet()
    async with closed_shop.open(answering=False), page(closed_shop, session) as me:
        await me.say({"id": "m1", "text": "在吗"})
        with pytest.raises(TimeoutError):
            await me.hear("ack", seconds=0.3)
        held.let_go.set()
        assert await me.hear("ack") == "m1"
        assert [e.key for e in held.taken] == ["m1"]


async def test_messages_sent_again_in_any_number_are_one_row_each_in_order(shop: Shop, session: str) -> None:
    rng = random.Random(7)
    sent = [f"m{rng.randint(0, i // 2)}" for i in range(18)]
    async with page(shop, session) as me:
        for key in sent:
            await me.say({"id": key, "text": f"text of {key}"})
            assert await me.hear("ack") == key
    once = list(dict.fromkeys(sent))
    assert len(once) < len(sent)
    assert [r["key"] for r in shop.rows(session)] == once


async def test_a_page_that_comes_back_gets_only_what_it_has_not_seen(shop: Shop, session: str) -> None:
    for n in range(1, 6):
        shop.tell(session, f"line {n}")
    async with page(shop, session, after=3) as me:
        assert await me.messages(2) == ["line 4", "line 5"]
        shop.tell(session, "line 6")
        assert await me.messages(1) == ["line 6"]


async def test_a_message_that_changes_is_told_to_open_pages_at_once(shop: Shop, session: str) -> None:
    for n in range(1, 4):
        shop.tell(session, f"line {n}")
    async with page(shop, session) as me:
        await me.messages(3)
        shop.change(session, 2, "line 2, changed")
        told = await me.hear("update")
        assert (told["n"], told["text"], told["rev"], told["withdrawn"]) == (2, "line 2, changed", 1, False)
        assert told["edited"] is not None


async def test_a_page_that_comes_back_gets_the_changes_it_has_not_seen_before_what_is_new(
    shop: Shop, session: str
) -> None:
    for n in range(1, 4):
        shop.tell(session, f"line {n}")
    for n, text in ((1, "1a"), (3, "3a"), (2, "2a"), (1, "1b")):
        shop.change(session, n, text)
    shop.tell(session, "line 4")
    shop.change(session, 4, "4a")
    async with page(shop, session, after=3, rev=2) as me:
        told = [await me.hear("update") for _ in range(2)]
        assert [(m["n"], m["text"], m["rev"]) for m in told] == [(2, "2a", 3), (1, "1b", 4)]
        new = await me.hear("message")
        assert (new["n"], new["text"], new["rev"]) == (4, "4a", 5)
        shop.change(session, 3, "3b")
        assert (await me.hear("update"))["text"] == "3b", "and nothing of what it has seen by now"


async def test_a_page_that_is_opened_anew_gets_everything_as_it_reads_now_and_once(
    shop: Shop, session: str
) -> None:
    shop.tell(session, "line 1")
    shop.change(session, 1, "1a")
    shop.tell(session, "line 2")
    async with page(shop, session) as me:
        assert await me.messages(2) == ["1a", "line 2"]
        shop.change(session, 2, "2a")
        assert (await me.hear("update"))["text"] == "2a"


async def test_what_was_withdrawn_does_not_leave_the_server(shop: Shop, session: str) -> None:
    shop.tell(session, "another buyer's address", author="agent", name="小梅", buttons=(Button("好", "y"),))
    async with page(shop, session) as me:
        await me.messages(1)
        shop.withdraw(session, 1)
        gone = await me.hear("update")
    async with page(shop, session) as later:
        fresh = await later.hear("message")
    for told in (gone, fresh):
        assert (told["n"], told["text"], told["buttons"], told["withdrawn"]) == (1, "", [], True)


async def test_notes_of_agents_never_reach_a_page(shop: Shop, session: str) -> None:
    shop.tell(session, "buyer sounds upset", author="note")
    shop.tell(session, "您好")
    async with page(shop, session) as me:
        assert await me.messages(1) == ["您好"]


async def test_two_tabs_of_one_session_see_the_same_conversation(shop: Shop, session: str) -> None:
    async with page(shop, session) as one, page(shop, session) as two:
        await one.say({"id": "m1", "text": "hello"})
        assert await one.messages(2) == ["hello", "收到：hello"]
        assert await two.messages(2) == ["hello", "收到：hello"]


async def test_another_session_sees_nothing_of_this_one(shop: Shop, session: str) -> None:
    shop.tell(session, "for one pair of eyes")
    async with page(shop, new_session()) as other:
        await other.hear("status")
        shop.tell(session, "this too")
        await other.say({"id": "m1", "text": "mine"})
        assert await other.messages(2) == ["mine", "收到：mine"]


async def test_a_press_is_a_button_row_with_its_label(shop: Shop, session: str) -> None:
    async with page(shop, session) as me:
        await me.say({"id": "m1", "text": "选项"})
        await me.hear("message")
        offered = (await me.hear("message"))["buttons"]
        assert offered == [{"label": "退货", "value": "return"}, {"label": "退款", "value": "refund"}]
        await me.say({"id": "m2", "button": "return", "label": "退货"})
        assert await me.messages(2) == ["退货", "收到：退货[return]"]
    assert [r["kind"] for r in shop.rows(session)] == ["message", "button"]


# --- who the shop vouches for


async def test_a_signed_link_introduces_the_buyer_once_however_often_the_page_opens(
    closed_shop: Shop, session: str
) -> None:
    token = sign("lin", KEY)
    for _ in range(2):  # a restart forgets who has been introduced; the inbox does not
        async with closed_shop.open():
            for _ in range(2):
                async with page(closed_shop, session, token=token) as me:
                    assert await me.messages(1) == ["你好，lin"]
    rows = closed_shop.rows(session)
    assert [(r["kind"], r["buyer"], r["data"]) for r in rows] == [("start", "lin", {"lang_hint": "zh"})]


async def test_what_a_vouched_buyer_says_carries_the_account(shop: Shop, session: str) -> None:
    async with page(shop, session, token=sign("emma", KEY)) as me:
        await me.say({"id": "m1", "text": "hi"})
        await me.hear("ack")
    assert [r["buyer"] for r in shop.rows(session)] == ["emma", "emma"]


@pytest.mark.parametrize("token", ["nonsense", sign("lin", b"another key"), "", sign("lin", KEY)[:-1] + "!"])
async def test_a_wrong_link_is_no_link(shop: Shop, session: str, token: str) -> None:
    async with page(shop, session, token=token) as me:
        await me.say({"id": "m1", "text": "hi"})
        await me.hear("ack")
    assert [(r["kind"], r["buyer"]) for r in shop.rows(session)] == [("message", None)]


# --- who is answering


async def test_the_page_hears_its_place_in_the_queue_and_then_who_has_the_chat(
    shop: Shop, session: str
) -> None:
    async with page(shop, session) as me:
        assert await me.hear("status") == {"handler": "bot", "agent": "", "position": None}
        await me.say({"id": "m1", "text": "人工"})
        assert await me.hear("status") == {"handler": "queued", "agent": "", "position": 1}
        shop.claim(session, "mei", "小梅")
        assert await me.hear("status") == {"handler": "agent", "agent": "小梅", "position": None}


async def test_people_hear_that_the_buyer_types_and_the_bot_does_not(shop: Shop, session: str) -> None:
    def shown() -> list[Mark]:
        return [m for of in shop.db.read(lambda conn: marks.live(conn, time.time())).values() for m in of]

    async with page(shop, session) as me:
        await me.hear("status")
        await me.say({"typing": True})
        await me.say({"id": "m1", "text": "人工"})
        assert (await me.hear("status"))["handler"] == "queued"
        assert shown() == []
        await me.say({"typing": True})
        await until(lambda: [m.kind for m in shown()] == ["typing"])
        await me.say({"id": "m2", "text": "在吗"})
        await until(lambda: shown() == [])


async def test_the_buyer_hears_that_their_agent_types_and_when_it_is_over(shop: Shop, session: str) -> None:
    chat = chat_of(session)

    def types(on: bool) -> None:
        until_then = time.time() + marks.TYPING
        put = lambda conn: marks.put(conn, chat, "mei", "typing", until_then)  # noqa: E731
        drop = lambda conn: marks.drop(conn, chat, "mei", "typing")  # noqa: E731
        shop.db.write(put if on else drop)
        shop.hub.hint(chat)

    async with page(shop, session) as me:
        await me.say({"id": "m1", "text": "人工"})
        while (await me.hear("status"))["handler"] != "queued":
            pass
        types(on=True)  # nobody has the chat yet: a stray mark says nothing
        shop.claim(session, "mei", "小梅")
        while (await me.hear("status"))["handler"] != "agent":
            pass
        assert await me.hear("typing") == marks.TYPING
        types(on=False)
        assert await me.hear("typing") == 0


# --- limits and bad input


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_text_of_over_10000_characters_is_declined_kindly_and_the_chat_goes_on(
    shop: Shop, session: str, lang: str
) -> None:
    async with page(shop, session, lang=lang) as me:
        await me.say({"id": "long", "text": "长" * 10_001})
        error = await me.hear("error")
        assert (error["id"], error["code"], error["after"]) == ("long", "too_long", 0)
        assert error["text"] == words(lang)["too_long"]  # type: ignore[arg-type]
        await me.say({"id": "fits", "text": "长" * 10_000})
        assert await me.hear("ack") == "fits"


async def test_a_torrent_is_told_when_to_go_on(closed_shop: Shop, session: str) -> None:
    closed_shop.settings = replace(closed_shop.settings, most_messages=3)
    async with closed_shop.open(), page(closed_shop, session) as me, page(closed_shop, session) as other_tab:
        for n in range(3):
            await me.say({"id": f"m{n}", "text": "?"})
            await me.hear("ack")
        await other_tab.say({"id": "m3", "text": "?"})
        error = await other_tab.hear("error")
        assert (error["id"], error["code"]) == ("m3", "slow_down")
        assert 0 < error["after"] <= 10.1
    assert [r["key"] for r in closed_shop.rows(session)] == ["m0", "m1", "m2"]


BROKEN = [
    "not json",
    "[]",
    "null",
    '{"id": {"a": 1}}',
    '{"id": "x", "text": 5}',
    '{"attachments": "all"}',
    '{"hello": {"session": "another one, please"}}',
    b"\x00\xff\xfe",
    "[" * 5_000,
    '{"id": "x", "text": "' + "y" * 210_000 + '"}',
]


async def test_broken_frames_get_a_kind_word_and_stop_nobody(shop: Shop, session: str) -> None:
    async with page(shop, session) as me, page(shop, new_session()) as neighbour:
        for frame in BROKEN:
            await me.say(frame)
            assert (await me.hear("error"))["code"] == "broken"
        await me.say({"id": "m1", "text": r"half an emoji: " + "\\ud83d"})
        await me.say('{"id": "m2", "text": "half \\ud83d and nul \\u0000"}')
        assert await me.hear("ack") == "m1"
        assert await me.hear("ack") == "m2"
        await neighbour.say({"id": "n1", "text": "still here"})
        assert await neighbour.messages(2) == ["still here", "收到：still here"]


async def test_a_frame_larger_than_the_server_reads_ends_that_socket_only(shop: Shop, session: str) -> None:
    async with page(shop, session) as me, page(shop, new_session()) as neighbour:
        await me.hear("status")
        await me.say("x" * 400_000)
        with pytest.raises(ConnectionClosed):
            await me.hear("ack")
        await neighbour.say({"id": "n1", "text": "still here"})
        assert await neighbour.hear("ack") == "n1"


@pytest.mark.parametrize(
    "first", ["", "{}", '{"id": "m1", "text": "no hello"}', '{"hello": {"session": "short"}}']
)
async def test_who_does_not_say_hello_is_shown_out(shop: Shop, first: str) -> None:
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{shop.port}/chat/ws", origin=shop.url) as socket:  # type: ignore[arg-type]
        await socket.send(first)
        assert json.loads(await socket.recv())["error"]["code"] == "broken"
        with pytest.raises(ConnectionClosed):
            await socket.recv()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1:1", "null"])
async def test_a_socket_opened_by_another_sites_page_is_refused(
    shop: Shop, session: str, origin: str
) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with page(shop, session, origin=origin):
            pass


async def test_a_page_behind_a_proxy_is_let_in_by_its_configured_origin(
    closed_shop: Shop, session: str
) -> None:
    closed_shop.settings = replace(closed_shop.settings, origins=("https://help.shop.example",))
    async with closed_shop.open(), page(closed_shop, session, origin="https://help.shop.example") as me:
        await me.say({"id": "m1", "text": "在吗"})
        assert await me.hear("ack") == "m1"


async def test_too_many_tabs_of_one_session_are_told_so(closed_shop: Shop, session: str) -> None:
    closed_shop.settings = replace(closed_shop.settings, tabs_per_session=1)
    async with closed_shop.open(), page(closed_shop, session) as first:
        await first.hear("status")
        async with page(closed_shop, session) as second:
            assert (await second.hear("error"))["code"] == "too_many_tabs"
        async with page(closed_shop, new_session()) as somebody_else:
            await somebody_else.hear("status")


async def test_a_ping_is_answered(shop: Shop, session: str) -> None:
    async with page(shop, session) as me:
        await me.say({"ping": 1})
        assert await me.hear("pong") is True


async def test_a_page_sees_what_was_written_without_a_ring(closed_shop: Shop, session: str) -> None:
    closed_shop.settings = replace(closed_shop.settings, poll=0.1)
    async with closed_shop.open(), page(closed_shop, session) as me:
        await me.hear("status")
        silent = replace(closed_shop, hub=type(closed_shop.hub)())
        silent.tell(session, "another host wrote this")
        assert await me.messages(1) == ["another host wrote this"]


async def test_after_the_last_page_has_gone_the_next_one_is_still_woken(shop: Shop, session: str) -> None:
    heard = []
    for text in ("first visit", "second visit"):
        async with page(shop, session) as me:
            await me.hear("status")
            shop.tell(session, text)
            while text not in heard:
                heard += await me.messages(1)
    # A new page may be told the talk so far before it is told what is new.
    assert list(dict.fromkeys(heard)) == ["first visit", "second visit"]


async def test_a_database_that_is_away_delays_the_confirmation_and_loses_nothing(
    spare_postgres: PostgresServer, session: str
) -> None:
    db = Database(spare_postgres.create())
    db.migrate()
    shop = Shop(db, free_port())
    async with shop.open(answering=False), page(shop, session) as me:
        await me.hear("status")
        spare_postgres.kill()
        await me.say({"id": "m1", "text": "在吗"})
        with pytest.raises(TimeoutError):
            await me.hear("ack", seconds=0.5)
        spare_postgres.start()
        assert await me.hear("ack", seconds=40) == "m1"
        shop.tell(session, "在的")
        assert await me.messages(1) == ["在的"]
    assert [r["key"] for r in shop.rows(session)] == ["m1"]
    db.close()
