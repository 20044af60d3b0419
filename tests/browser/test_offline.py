"""A lecture hall without Wi-Fi: no page asks any host but the app's own for anything."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.harness import App, open_page
from toymodels.app.places import HOME, TALK


def test_no_page_asks_another_host_for_anything(page: Page, app: App) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for place in (HOME, *TALK):
        before = len(asked)
        open_page(page, app, f"/{place.name}")
        assert len(asked) > before
    # What a page keeps in itself (data:, blob:) has no host.
    hosts = {urlsplit(url).netloc for url in asked} - {""}
    assert hosts == {urlsplit(app.address).netloc}
