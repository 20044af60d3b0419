// The controls of a page that is read stay in sight of what they change: on a laptop their row stops at the upper edge of
// the window, on a phone it is a bar at the lower one. The style sheet does both. Controls of some sections alone, whose
// row has the names of these in its key, stop beside the others as long as one of these sections is on the screen.

import { sectionOnScreen } from "./reading_place.js"

const ROW = ".st-key-controls"
const ROWS_OF_SECTIONS = "[class*='st-key-controls_']"

const root = document.documentElement
let frame = 0

function look() {
  frame = 0
  const section = sectionOnScreen()
  for (const row of document.querySelectorAll(ROWS_OF_SECTIONS)) {
    const [, names] = row.className.match(/st-key-controls_(\S+)/)
    row.parentElement.classList.toggle("at-hand", names.split("_").includes(section))
  }
  const row = document.querySelector(ROW)
  root.style.setProperty("--controls", `${row ? row.parentElement.offsetHeight : 0}px`)
}

function lookSoon() {
  if (!frame) frame = requestAnimationFrame(look)
}

// However often this is called, the same function is called once.
export function keepControlsAtHand() {
  document.addEventListener("scroll", lookSoon, { capture: true, passive: true })
  window.addEventListener("resize", lookSoon)
  lookSoon()
}
