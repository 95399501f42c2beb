"""What an agent hears: a soft tone for a new chat, a ring for what must not wait, nothing once it is turned off."""

from __future__ import annotations

from playwright.async_api import expect

from bot.store import alerts
from tests.desk.conftest import Person
from tests.desk.scene import LIN, Scene

# A browser in a test has no loudspeaker: what would sound is written down.
HEARD = """
window.heard = [];
window.AudioContext = class {
  currentTime = 0;
  destination = {};
  resume() {}
  createOscillator() {
    const tone = { frequency: {}, connect: (to) => to, start: () => heard.push(tone.frequency.value), stop() {} };
    return tone;
  }
  createGain() {
    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to };
  }
};
"""


async def test_a_ring_is_heard_by_default_a_soft_word_softly_and_nothing_once_it_is_off(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await page.add_init_script(HEARD)
    await page.reload()
    await expect(page.locator("#list-queue .number")).to_have_text("3")

    async def alert(key: str, ring: bool) -> list[int]:
        now = desk.clock().timestamp()
        desk.db.write(lambda conn: alerts.add_alert(conn, LIN, key, {"zh": key, "en": key}, now, ring=ring))
        desk.hub.changed([LIN])
        await expect(page.locator("#toasts")).to_contain_text(key)
        return list(await page.evaluate("window.heard.splice(0)"))

    assert await alert("first", ring=True) == [988, 988, 988]
    assert await alert("second", ring=False) == [740]
    await page.locator("#sound").click()
    await expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    assert await alert("third", ring=True) == []
    await page.reload()  # it is remembered
    await expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
