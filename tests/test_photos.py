"""What is kept as evidence and what is refused with a word why, from the bytes alone."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Settings
from bot.errors import BotError
from bot.photos import MB, Limits, Refused, examine, file_name, headers, pixels, real_type
from tests.support.pictures import PDF, heic, mp4, picture, png

TAKEN = {
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "image/gif": picture("GIF"),
    "image/avif": picture("AVIF"),
    "image/heic": heic(),
    "video/mp4": mp4(),
    "video/quicktime": mp4(b"qt  "),
    "application/pdf": PDF,
}


def reason(data: bytes, limits: Limits | None = None) -> str:
    found = examine(data, limits or Limits())
    return found.reason if isinstance(found, Refused) else found


@pytest.mark.parametrize("mime", TAKEN)
def test_what_buyers_send_is_taken_by_its_content(mime: str) -> None:
    assert examine(TAKEN[mime]) == mime


@pytest.mark.parametrize("mime", TAKEN)
def test_a_file_that_was_cut_off_is_broken(mime: str) -> None:
    whole = TAKEN[mime]
    assert reason(whole[: len(whole) * 2 // 3]) == "broken"


@pytest.mark.parametrize(
    ("brand", "mime"), [(b"heix", "image/heic"), (b"M4V ", "video/mp4"), (b"avc1", "video/mp4")]
)
def test_phones_that_write_another_brand_are_understood(brand: bytes, mime: str) -> None:
    assert real_type(mp4(brand)) == mime


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00" + bytes(300),
        b"PK\x03\x04" + bytes(300),
        b"just words",
        picture("BMP"),
        picture("TIFF"),
    ],
)
def test_other_kinds_of_file_are_refused(data: bytes) -> None:
    assert reason(data) == "wrong_type"


def test_nothing_at_all_is_empty() -> None:
    assert reason(b"") == "empty"


def test_a_bomb_of_50_megapixels_in_a_few_bytes_is_refused_without_being_opened() -> None:
    bomb = png(8000, 6250, b"\0" * 40_000_000)
    assert len(bomb) < 50_000
    tracemalloc.start()
    found = reason(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == "bomb"
    assert most < MB  # decoded it would be 150 MB


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_canvas_beyond_any_camera_is_refused_however_large_the_file_is(size: tuple[int, int]) -> None:
    assert reason(png(*size) + bytes(19 * MB)) == "bomb"


def test_a_phones_50_megapixel_photo_and_an_empty_screenshot_are_no_bombs() -> None:
    assert reason(png(8160, 6144) + bytes(6 * MB)) == "image/png"
    assert reason(png(1440, 3200)) == "image/png"


def test_the_size_of_an_iphones_photo_is_read_from_its_boxes() -> None:
    assert pixels(heic(4032, 3024)) == 4032 * 3024
    assert reason(heic(30_000, 20_000)) == "bomb"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_film_of_too_many_frames_is_refused(kind: str) -> None:
    film = picture(kind, frames=30)
    assert reason(film, Limits(frames=30)).startswith("image/")
    assert reason(film, Limits(frames=29)) == "bomb"


def test_a_picture_of_no_size_is_broken() -> None:
    assert reason(png(0, 600)) == "broken"


def test_a_photo_whose_preview_is_whole_but_itself_is_not_is_broken() -> None:
    """A camera puts a small JPEG, with an end of its own, into the header of the large one."""
    photo, small = picture("JPEG", side=(640, 480)), picture("JPEG", side=(8, 8))
    header = b"\xff\xe1" + (len(small) + 2).to_bytes(2) + small
    with_preview = photo[:2] + header + photo[2:]
    assert reason(with_preview) == "image/jpeg"
    assert reason(with_preview[:-30]) == "broken"


def test_each_kind_has_its_own_limit_and_one_byte_more_is_too_large() -> None:
    limits = Limits(file_bytes=1 * MB, video_bytes=2 * MB)
    photo, film = picture("PNG"), mp4()
    assert reason(photo + bytes(MB - len(photo)), limits) == "image/png"
    assert reason(photo + bytes(MB - len(photo) + 1), limits) == "too_large"
    film = film + (2 * MB - len(film)).to_bytes(4) + b"free" + bytes(2 * MB - len(film) - 8)
    assert (len(film), reason(film, limits)) == (2 * MB, "video/mp4")
    assert reason(film + b"\0", limits) == "too_large"


def test_the_shop_says_in_megabytes_and_megapixels_what_it_takes() -> None:
    own = Settings().override({"photos.max_mb": 5, "photos.max_video_mb": 9, "photos.max_megapixels": 50})
    assert own.photos.limits == Limits(5 * MB, 9 * MB, 50_000_000)
    assert Settings().photos.limits == Limits()


@pytest.mark.parametrize("size", [0, 21])
def test_a_limit_that_no_messenger_could_keep_to_is_refused(size: int) -> None:
    with pytest.raises(BotError, match="write 1 to 20 megabytes"):
        Settings().override({"photos.max_mb": size})


def test_a_refusal_names_the_limit_of_that_kind() -> None:
    limits = Limits(file_bytes=MB, video_bytes=2 * MB)
    large_photo, large_anything = (
        examine(TAKEN["image/png"] + bytes(MB), limits),
        examine(bytes(3 * MB), limits),
    )
    assert (large_photo, large_anything) == (Refused("too_large", "1"), Refused("too_large", "2"))
    assert "1 MB" in large_photo.note  # type: ignore[union-attr]


# Files of 20 MB that make a careless reader walk for minutes, or for ever.
SMALL_STEPS: dict[str, Callable[[], bytes]] = {
    "a GIF of empty extensions": lambda: b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xf9\0" * 6_000_000,
    "a GIF of one-byte blocks": lambda: b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xf9" + b"\1\1" * 9_000_000,
    "a JPEG of padding": lambda: b"\xff\xd8" + b"\xff" * 19_000_000,
    "a film of tiny boxes": lambda: mp4()[:16] + b"\0\0\0\x08free" * 2_000_000,
    "a film of boxes inside themselves": lambda: mp4() + b"\0\0\0\4" * 4_000_000,
}


@pytest.mark.parametrize("what", SMALL_STEPS)
def test_a_file_made_to_keep_us_walking_comes_to_an_end(what: str) -> None:
    assert reason(SMALL_STEPS[what]()) == "broken"


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(TAKEN)), st.integers(0, 4000), st.binary(max_size=12))
def test_no_damage_at_all_raises(mime: str, at: int, wrong: bytes) -> None:
    whole = TAKEN[mime]
    assert isinstance(examine(whole[:at] + wrong + whole[at + len(wrong) :]), str | Refused)


@pytest.mark.parametrize(
    ("name", "mime", "given_out"),
    [
        ("crack.jpg", "image/jpeg", "crack.jpg"),
        ("IMG_1.JPEG", "image/jpeg", "IMG_1.JPEG"),
        ("bill.html", "image/png", "bill.html.png"),
        ("report.exe", "application/pdf", "report.exe.pdf"),
        ("面单", "image/heic", "面单.heic"),
        ("", "video/mp4", "file.mp4"),
        ("x.svg", "image/svg+xml", "x.svg.bin"),
    ],
)
def test_a_name_that_lies_about_the_content_gets_the_right_ending(
    name: str, mime: str, given_out: str
) -> None:
    assert file_name(name, mime) == given_out


@pytest.mark.parametrize(
    ("mime", "told", "how"),
    [
        ("image/jpeg", "image/jpeg", "inline"),
        ("image/heic", "image/heic", "inline"),
        ("application/pdf", "application/pdf", "attachment"),
        ("video/mp4", "video/mp4", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
    ],
)
def test_a_browser_is_told_a_type_of_the_list_or_none_and_may_run_nothing(
    mime: str, told: str, how: str
) -> None:
    sent = headers(mime, "照片")
    assert (sent["content-type"], sent["content-disposition"].split(";")[0]) == (told, how)
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_name_cannot_break_out_of_its_header() -> None:
    assert headers("image/png", 'a".png\r\nset-cookie: x')["content-disposition"].isascii()
    assert "\n" not in headers("image/png", "a\nb.png")["content-disposition"]
