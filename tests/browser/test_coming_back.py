"""A tab whose server is killed and started again comes back by itself; the rest is by hand, see docs/under-load.md."""

from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.browser.harness import free_port, open_page, running_app
from tests.load.coming_back import connected, disconnected, draw_w, shown, type_w


def test_after_a_killed_server_the_tab_shows_the_w_that_was_typed_and_drawn(
    browser: BrowserContext, tmp_path: Path
) -> None:
    port, page = free_port(), browser.new_page()
    with running_app(tmp_path / "first.txt", port=port) as app:
        open_page(page, app, "/measure?S=0.7")
        typed = type_w(page)
        drawn = draw_w(page)
        assert typed != drawn
        app.process.kill()
        disconnected(page)
    with running_app(tmp_path / "second.txt", port=port) as app:
        connected(page)
        assert shown(page) == drawn
        assert "S=0.7" in page.url
        assert app.troubles() == []
    page.close()
