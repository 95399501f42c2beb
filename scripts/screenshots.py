"""Pictures of every page, light and dark: `python scripts/screenshots.py [--only NAME] [--to docs/screens]`.

A desk with a busy afternoon's content and a buyer's chat are served from a database in a temporary folder, and a
Chromium of this machine looks at them. What is printed is each file with its size in kB. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from bot.channels.web import WebSettings  # noqa: E402
from bot.messages import Attachment, Button  # noqa: E402
from bot.store import conversations  # noqa: E402
from bot.store.db import Database  # noqa: E402
from tests.channels.web.shop import Shop, chat_of, free_port, new_session  # noqa: E402
from tests.channels.web.visitor import chat as open_buyer  # noqa: E402
from tests.channels.web.visitor import until  # noqa: E402
from tests.desk.scene import LIN, ZONE, Scene, fill  # noqa: E402
from tests.desk.showcase import fill_more, mug  # noqa: E402
from tests.support.chromium import find_chromium, flags  # noqa: E402

WIDE, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 844}
MOST_KB = 150
AFTERNOON = datetime(2026, 3, 10, 15, 20, tzinfo=ZONE)  # whenever they are made


@dataclass(frozen=True)
class Shot:
    """One picture; `do` leads the page there from the open window, `who` is at the desk."""

    name: str
    do: Callable[[Page], Awaitable[object]]
    who: str = "mei"
    path: str = f"/desk?chat={LIN}"
    lang: str = "zh"
    size: tuple[tuple[str, int], ...] = tuple(WIDE.items())


async def _nothing(page: Page) -> None:
    await expect(page.locator("main")).to_be_visible()


async def _offer(page: Page) -> None:
    await page.locator("#packet [data-case-act=offer]").first.click()
    await page.locator("#options input").first.fill("20.00")
    await page.locator("#add-option").click()
    await expect(page.locator("#will-read")).to_contain_text("20.00")


async def _find(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.locator("#find-open").click()
    await page.keyboard.type("裂纹")
    await expect(page.locator("#find-hits a.hit").first).to_be_visible()


async def _canned(page: Page) -> None:
    await page.locator("#canned-open").click()
    await expect(page.locator("#canned li").first).to_be_visible()


async def _cases(page: Page) -> None:
    await page.locator("#list-cases").click()


async def _packet(page: Page) -> None:
    await page.locator('.tabs [data-tab="packet"]').click()


async def _someone(page: Page) -> None:
    await page.locator("summary").nth(1).click()


async def _buyer(page: Page) -> None:
    await page.locator("[name=who]").fill("buyer_lin")
    await page.keyboard.press("Enter")
    await expect(page.locator("#erase")).to_be_visible()


PHONE_SIZE = tuple(PHONE.items())
DESK = (
    Shot("audit", _nothing, who="chen", path="/desk/audit"),
    Shot("desk", _nothing),
    Shot("desk-en", _nothing, lang="en"),
    Shot("desk-offer", _offer),
    Shot("desk-canned", _canned),
    Shot("desk-search", _find),
    Shot("desk-cases", _cases, who="ann"),
    Shot("desk-phone", _nothing, size=PHONE_SIZE),
    Shot("desk-phone-case", _packet, size=PHONE_SIZE),
    Shot("dashboard", _nothing, who="ann", path="/desk/dashboard"),
    Shot("people", _someone, who="chen", path="/desk/people"),
    Shot("blocked", _nothing, who="ann", path="/desk/blocked"),
    Shot("privacy", _buyer, who="chen", path="/desk/privacy"),
    Shot("account", _nothing, path="/desk/me"),
)


class Album:
    def __init__(self, folder: Path, only: str) -> None:
        self._folder, self._only = folder, only
        folder.mkdir(parents=True, exist_ok=True)
        self.large: list[str] = []

    def wants(self, name: str) -> bool:
        return self._only in name

    async def keep(self, page: Page, name: str) -> None:
        """At 256 colours, which pages need no more than; photos in them are dithered."""
        await page.evaluate(
            "document.activeElement?.matches('textarea, input') || document.activeElement?.blur()"
        )
        await page.wait_for_timeout(300)  # what glides has come to rest
        shot = Image.open(BytesIO(await page.screenshot(caret="hide", animations="disabled")))
        file = self._folder / f"{name}.png"
        shot.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT).save(file, optimize=True)
        size = file.stat().st_size / 1000
        print(f"{size:6.0f} kB  {file.name}", flush=True)
        if size > MOST_KB:
            self.large.append(file.name)


def person(
    browser: Browser, lang: str, scheme: str, size: dict[str, int], state: Any = None
) -> Awaitable[BrowserContext]:
    return browser.new_context(
        storage_state=state,
        locale="zh-CN" if lang == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        viewport=size,  # type: ignore[arg-type]
    )


async def desk_pictures(browser: Browser, folder: Path, album: Album) -> None:
    db = Database(f"sqlite:///{folder / 'desk.db'}")
    db.migrate()
    scene = Scene(db, later=AFTERNOON - datetime.now(UTC))
    now = scene.clock()
    db.write(lambda conn: (fill(conn, now), fill_more(conn, now)))
    await scene.start()
    signed_in: dict[str, Any] = {}
    for shot in (shot for shot in DESK if album.wants(shot.name)):
        for scheme in ("light", "dark"):
            context = await person(browser, shot.lang, scheme, dict(shot.size), signed_in.get(shot.who))
            await context.clock.set_system_time(scene.clock())
            page = await context.new_page()
            if shot.who not in signed_in:
                await page.goto(scene.link(shot.who))
                await page.locator("form button").last.click()
                await expect(page.locator("#queue .wait").first).not_to_be_empty()
                signed_in[shot.who] = await context.storage_state()
            await page.goto(scene.url + shot.path)
            await _photos_here(page)
            await shot.do(page)
            await album.keep(page, f"{shot.name}-{scheme}")
            await context.close()
    for scheme in ("light", "dark"):
        if album.wants("sign-in"):
            context = await person(browser, "zh", scheme, WIDE)
            page = await context.new_page()
            await page.goto(f"{scene.url}/desk/sign-in")
            await album.keep(page, f"sign-in-{scheme}")
            await context.close()
    await scene.stop()
    db.close()


async def _photos_here(page: Page) -> None:
    await page.evaluate("for (const image of document.images) image.loading = 'eager'")
    await until(
        lambda: page.evaluate("[...document.images].every((i) => i.complete || !i.checkVisibility())")
    )
    await page.evaluate("const t = document.getElementById('thread'); if (t) t.scrollTop = t.scrollHeight")


async def buyer_pictures(browser: Browser, folder: Path, album: Album) -> None:
    db = Database(f"sqlite:///{folder / 'buyer.db'}")
    db.migrate()
    shop = Shop(
        db,
        free_port(),
        settings=WebSettings(demo_links=lambda: [("小林 (中文)", "t"), ("Emma (English)", "t")]),
    )
    async with shop.open(answering=False):
        for lang in ("zh", "en"):
            session = new_session()
            talk(shop, session, lang)
            for scheme in ("light", "dark"):
                for name, size in (("chat", WIDE), ("chat-phone", PHONE)):
                    if not album.wants(f"{name}-{lang}"):
                        continue
                    context = await person(browser, lang, scheme, {**size, "width": min(size["width"], 760)})
                    await open_buyer(context, shop, session, lang, page=(page := await context.new_page()))
                    await _photos_here(page)
                    await album.keep(page, f"{name}-{lang}-{scheme}")
                    await context.close()
        for scheme in ("light", "dark"):
            if album.wants("shop"):
                context = await person(browser, "zh", scheme, WIDE)
                page = await context.new_page()
                await page.goto(shop.url)
                await page.wait_for_load_state("networkidle")
                await album.keep(page, f"shop-{scheme}")
                await context.close()
    db.close()


def talk(shop: Shop, session: str, lang: str) -> None:
    """A cracked mug, from the first word to an agent."""
    zh = lang == "zh"

    def say(
        author: str, chinese: str, english: str, buttons: tuple[Button, ...] = (), **more: object
    ) -> None:
        shop.tell(session, chinese if zh else english, author=author, buttons=buttons, **more)

    say("buyer", "刚收到的马克杯，杯口有条裂纹", "The mug that came today has a crack in its rim")
    say(
        "bot",
        "碰上这种事确实扫兴，这单我来跟。请拍两张给我：裂纹近照、杯子整体。运费我们出。",
        "That is no way for a mug to arrive; I will see to it. Two photos, please: the crack close up, and the whole "
        "mug. Any freight is on us.",
    )
    photos = []
    for n, close in enumerate((True, False)):
        photo = Attachment(f"{session[:8]}{n}", f"mug{n}.jpg", "image/jpeg")
        data = mug(close)
        shop.db.write(
            lambda conn, a=photo, d=data: (
                conversations.identify(conn, chat_of(session)),
                conversations.store_attachment(conn, chat_of(session), a, d, 0.0),
            )
        )
        photos.append(photo)
    say("buyer", "", "", attachments=photos)
    say(
        "bot",
        "两张都很清楚，够用了。您想要哪一种？",
        "Both are clear, that is all I need. Which would you like?",
        (
            Button("补发一个" if zh else "A new one", "resend"),
            Button("退款 ¥68.00" if zh else "A refund of ¥68.00", "refund"),
        ),
    )
    say("buyer", "补发一个", "A new one")
    say(
        "bot",
        "好，已记下：补发一个。编号 A260310-7KQ2M，最晚明天 18:00 前给您答复。",
        "Noted: a new one. The number is A260310-7KQ2M; you will hear by tomorrow, 18:00, at the latest.",
    )
    say(
        "agent",
        "您好，我是小美。新杯子今天就寄出，顺丰，旧的不用退。",
        "Hello, Mei here. The new mug leaves today; keep the old one.",
        name="小美" if zh else "Mei",
    )


async def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="pictures whose name contains this")
    parser.add_argument("--to", type=Path, default=TOP / "docs" / "screens")
    options = parser.parse_args()
    path = find_chromium()
    if path is None:
        print("no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk)")
        return 1
    expect.set_options(timeout=20_000)
    album = Album(options.to, options.only)
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=flags())
            await desk_pictures(browser, Path(folder), album)
            await buyer_pictures(browser, Path(folder), album)
            await browser.close()
    if album.large:
        print(f"larger than {MOST_KB} kB: {', '.join(album.large)}")
    return 1 if album.large else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
