"""What becomes of each kind of update."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.update import parse
from bot.messages import Attachment, Incoming

SENT = 1_773_122_700  # 2026-03-10 06:05 UTC
MEI = {"id": 5, "is_bot": False, "first_name": "Mei", "last_name": "Lin", "language_code": "zh-hans"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Mei"}
JPEG = {"file_id": "F", "file_unique_id": "U", "width": 9, "height": 9}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 31, "date": SENT, "chat": PRIVATE, "from": MEI} | content


def read(**content: Any) -> Incoming:
    found = parse({"update_id": 77, "message": message(**content)})
    assert found is not None
    return found


def test_a_text_is_a_message_with_its_time_its_sender_and_the_language_of_the_phone() -> None:
    assert read(text="想退货") == Incoming(
        chat="telegram:5",
        key="77",
        text="想退货",
        name="Mei Lin",
        sent_at=datetime(2026, 3, 10, 6, 5, tzinfo=UTC),
        data={"message_id": 31, "lang_hint": "zh-hans"},
    )


def test_of_a_photo_the_largest_size_is_taken_with_its_caption() -> None:
    small = {"file_id": "S", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 900}
    large = {"file_id": "L", "file_unique_id": "l", "width": 900, "height": 900, "file_size": 9000}
    found = read(photo=[large, small], caption="吊牌")
    assert found.attachments == (Attachment("tg-5-l", "l.jpg", "image/jpeg", 9000, "L"),)
    assert (found.kind, found.text) == ("message", "吊牌")


def test_the_photos_of_an_album_name_it_so_that_they_settle_together() -> None:
    assert read(photo=[JPEG], media_group_id="A1").album == "A1"


@pytest.mark.parametrize(
    ("document", "mime"),
    [
        ({"mime_type": "image/png", "file_name": "原图.png"}, "image/png"),
        ({"mime_type": "application/pdf", "file_name": "报告.pdf"}, "application/pdf"),
        ({"mime_type": "video/mp4", "file_name": "a.mp4"}, "video/mp4"),
        ({"file_name": "no-type.webp"}, "image/webp"),
    ],
)
def test_pictures_videos_and_pdfs_sent_as_files_are_attachments(document: dict[str, Any], mime: str) -> None:
    found = read(document={"file_id": "F", "file_unique_id": "U", "file_size": 8, **document})
    assert found.attachments == (Attachment("tg-5-U", document["file_name"], mime, 8, "F"),)


def test_a_video_is_an_attachment_with_a_name_of_its_own() -> None:
    found = read(video={**JPEG, "duration": 3, "mime_type": "video/mp4", "file_size": 70})
    assert found.attachments == (Attachment("tg-5-U", "U.mp4", "video/mp4", 70, "F"),)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"sticker": {**JPEG, "type": "regular", "is_animated": False, "is_video": False}}, "sticker"),
        ({"voice": {"file_id": "F", "file_unique_id": "U", "duration": 2}}, "voice"),
        ({"audio": {"file_id": "F", "file_unique_id": "U", "duration": 2}}, "audio"),
        ({"video_note": {"file_id": "F", "file_unique_id": "U", "duration": 2, "length": 9}}, "video_note"),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "contact"),
        ({"location": {"longitude": 1.0, "latitude": 2.0}}, "location"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"document": {"file_id": "F", "file_unique_id": "U", "mime_type": "application/zip"}}, "document"),
        ({"document": {"file_id": "F", "file_unique_id": "U", "mime_type": "image/svg+xml"}}, "document"),
        ({"video": {**JPEG, "duration": 3, "file_size": 21 * 2**20}}, "large_file"),
        ({"hologram": {"of": "the year 2030"}}, "unknown"),
        (
            {
                "animation": {**JPEG, "duration": 1},
                "document": {"file_id": "F", "file_unique_id": "U", "mime_type": "video/mp4"},
            },
            "animation",
        ),
    ],
)
def test_what_the_bot_cannot_read_is_named(content: dict[str, Any], what: str) -> None:
    found = read(**content)
    assert (found.kind, found.data["what"], found.attachments) == ("unsupported", what, ())


def test_an_edit_names_the_message_it_changes_and_has_a_key_of_its_own() -> None:
    found = parse({"update_id": 78, "edited_message": message(text="两件", edit_date=SENT + 60)})
    assert found is not None
    assert (found.kind, found.key, found.text, found.data["edited"]) == ("edit", "edit:78", "两件", 31)
    assert found.sent_at == datetime(2026, 3, 10, 6, 6, tzinfo=UTC)


def test_a_live_location_that_moves_says_nothing() -> None:
    moved = message(location={"longitude": 1.0, "latitude": 2.0}, edit_date=SENT)
    assert parse({"update_id": 78, "edited_message": moved}) is None


def test_a_pressed_button_brings_its_value_and_the_message_it_hung_on() -> None:
    shown = {"message_id": 40, "date": SENT, "chat": PRIVATE, "text": "?"}
    query = {"id": "q", "from": MEI, "chat_instance": "1", "data": "topic:return", "message": shown}
    found = parse({"update_id": 79, "callback_query": query})
    assert found == Incoming(
        chat="telegram:5",
        key="79",
        kind="button",
        button="topic:return",
        name="Mei Lin",
        data={"message_id": 40, "lang_hint": "zh-hans"},
    )


def test_a_button_of_a_message_too_old_to_show_still_counts() -> None:
    gone = {"message_id": 40, "date": 0, "chat": PRIVATE}
    query = {"id": "q", "from": MEI, "chat_instance": "1", "data": "yes", "message": gone}
    found = parse({"update_id": 79, "callback_query": query})
    assert found is not None
    assert (found.chat, found.button) == ("telegram:5", "yes")


@pytest.mark.parametrize(
    ("text", "token"),
    [("/start", ""), ("/start o7Xk_-9", "o7Xk_-9"), ("/start@shop_bot  t ", "t"), ("/start\nt", "t")],
)
def test_start_brings_the_token_of_the_link_it_came_by(text: str, token: str) -> None:
    found = read(text=text)
    assert (found.kind, found.data["token"]) == ("start", token)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("/help", "/help"),
        ("/help@shop_bot", "/help"),
        ("/agent", "agent"),
        ("/Human please", "agent"),
        ("/退货", "/退货"),
    ],
)
def test_commands_ask_for_help_or_a_person_and_all_others_are_read_as_text(text: str, means: str) -> None:
    assert (read(text=text).kind, read(text=text).text) == ("message", means)


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(chat={"id": -9, "type": "group", "title": "G"}, text="hi")},
        {"message": message(chat={"id": -9, "type": "supergroup", "title": "G"}, text="hi")},
        {"message": message(text="hi", **{"from": {**MEI, "is_bot": True}})},
        {"message": message(pinned_message=message(text="old"))},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})},
        {"channel_post": message(chat={"id": -9, "type": "channel", "title": "C"}, text="hi")},
        {"business_message": message(text="hi", business_connection_id="b")},
        {"something_new": {}},
        {},
    ],
)
def test_groups_channels_bots_and_service_notes_are_none_of_ours(update: dict[str, Any]) -> None:
    assert parse({"update_id": 80, **update}) is None


def test_what_no_database_takes_is_cleaned_from_texts_names_and_values() -> None:
    found = read(text="a\x00b\ud83dc😀", **{"from": {**MEI, "first_name": "M\x00", "last_name": "\udc00"}})
    assert found.text == "ab\ufffdc😀"
    assert found.name == "M \ufffd"
    found.text.encode()


def test_a_file_name_is_a_name_not_a_path() -> None:
    found = read(
        document={
            "file_id": "F",
            "file_unique_id": "U",
            "mime_type": "image/png",
            "file_name": "../../etc/x.png",
        }
    )
    assert found.attachments[0].name == "x.png"


@pytest.mark.parametrize(
    "raw",
    [
        {"message": message(text="no number")},
        {"update_id": "5", "message": message(text="hi")},
        {"update_id": 5, "message": {"chat": 5}},
        {"update_id": 5, "message": {"message_id": 1, "date": "soon", "chat": PRIVATE}},
        {"update_id": 5, "message": "hi"},
    ],
)
def test_a_broken_update_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        parse(raw)


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_is_typed_can_be_stored(text: str) -> None:
    """Every character there is, lone surrogates among them."""
    found = read(text=text)
    assert "\0" not in found.text
    assert Incoming.from_json(found.as_json()) == found
    found.text.encode()
