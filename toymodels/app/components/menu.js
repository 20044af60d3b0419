// The menu: beside the page where there is room for it, and over the page on a phone, where it closes once it has done
// its work.

const ROOM = 1200 // pixels of a window in which it lies beside the page, as the style sheet has it
const NARROW = 768 // Streamlit lays the menu over a page that is narrower

let opened = false

// On arrival; whoever closes it finds it closed on the next page. Streamlit would open it itself, but a moment too late:
// it would push the page aside after its first words are drawn.
export function openMenuBesidePage() {
  if (opened) return
  opened = true
  if (innerWidth >= ROOM) openWhenDrawn()
}

function openWhenDrawn() {
  const waits = document.querySelector("[data-testid='stSidebar'] [data-testid='stSkeleton']")
  if (waits) setTimeout(openWhenDrawn, 50)
  else document.querySelector("[data-testid='stExpandSidebarButton']")?.click()
}

export function closeMenu() {
  if (innerWidth >= NARROW) return
  document.querySelector("[data-testid='stSidebar'][data-collapsed='false'] [data-testid='stSidebarCollapseButton'] button")?.click()
}
