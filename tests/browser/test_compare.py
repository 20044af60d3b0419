"""Two states of a page side by side: one pinned, one in the visitor's hands, both in the address."""

from playwright.sync_api import Page, expect

from tests.browser.harness import App, open_page, screenshot, settled


def test_a_pinned_state_stays_while_the_other_moves_and_the_link_holds_both(page: Page, app: App) -> None:
    open_page(page, app, "/pentagon?S=0.8")
    page.get_by_role("link", name="Pin and compare").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    pinned, moving = (page.frame_locator("iframe").nth(k) for k in (0, 1))
    slider = moving.get_by_role("slider", name="Sparsity S")
    expect(slider).to_have_value("0.8")
    slider.focus()
    slider.press("End")
    expect(moving.get_by_text("At S = 0.99 (each")).to_be_visible()
    page.wait_for_url("**a=S%3D0.8&b=S%3D0.99*")
    expect(pinned.get_by_text("At S = 0.8 (each")).to_be_visible()
    expect(page.locator("iframe").first).to_have_attribute("inert", "")
    screenshot(page, "compare")

    page.reload()
    settled(page)
    expect(moving.get_by_text("At S = 0.99 (each")).to_be_visible()
    expect(pinned.get_by_text("At S = 0.8 (each")).to_be_visible()


def test_a_strangers_link_cannot_bring_another_address_into_the_frames(page: Page, app: App) -> None:
    open_page(page, app, "/compare?page=//elsewhere.example&a=S%3D0.5%26talk%3D1%26x%3D%22%3E&b=javascript:alert(1)")
    expect(page.get_by_text("is none of faces, pentagon")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(2)
    addresses = [frame.get_attribute("src") or "" for frame in page.locator("iframe").all()]
    assert len(addresses) == 2
    assert all(address.startswith("./faces?") and "talk=1" not in address for address in addresses)
