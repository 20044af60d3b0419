// What every figure of a page offers below it: its explanation, label by label, and itself as a file.
//
// data, in an array of one: page, its name in the address; title, its heading; figures {name: {caption, steps}}, see
// explanation.js; ramps of a dark page, see colours.js, none on a light one; letters, whether a letter alone is a
// shortcut; frame, keys of the address that are no state of the page.
// Nothing is sent back.

import { html } from "./dom.js"
import { explain, isExplaining, stopExplaining } from "./explanation.js"
import { saveFigure } from "./saved_figure.js"

const PREFIX = "st-key-figure_"
const FIGURES = `[class*="${PREFIX}"]`
const TOOLS = "figure-tools"

let now = { page: "", title: "", figures: {}, ramps: [], letters: true, frame: [] }

// A hyphen ends the name of a figure that a page draws several times.
const nameOf = (figure) => figure.className.match(new RegExp(`${PREFIX}(\\w+)`))[1]

function tool(parent, words, says, act) {
  const made = html("button", "", parent, words)
  made.type = "button"
  made.setAttribute("aria-label", says)
  made.onclick = act
}

function offer(figure) {
  const known = now.figures[nameOf(figure)]
  if (!known || figure.querySelector(`:scope > .${TOOLS}`)) return
  const tools = html("div", TOOLS, figure)
  tool(tools, "Explain", `Explain this picture: ${known.caption}`, () => explain(figure, known))
  for (const kind of ["SVG", "PNG"]) {
    tool(tools, kind, `Save as ${kind}: ${known.caption}`, () => saveFigure(figure, nameOf(figure), { ...now, ...known }, kind))
  }
}

let waiting = 0

function offerAll() {
  waiting = 0
  document.querySelectorAll(FIGURES).forEach(offer)
}

// Streamlit draws figures when they come, and anew when they come back.
const drawing = new MutationObserver(() => { waiting = waiting || requestAnimationFrame(offerAll) })

// The figure nearest to the middle of the window.
function figureInSight() {
  const distance = (figure) => {
    const { top, bottom } = figure.getBoundingClientRect()
    return Math.abs((Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2 - innerHeight / 2) + (bottom < 0 || top > innerHeight ? 1e6 : 0)
  }
  const shown = [...document.querySelectorAll(FIGURES)].filter((one) => one.querySelector(`:scope > .${TOOLS}`) && one.checkVisibility())
  return shown.sort((a, b) => distance(a) - distance(b))[0]
}

function pressed(event) {
  if (event.key !== "e" || !now.letters || event.ctrlKey || event.metaKey || event.altKey || isExplaining()) return
  const element = event.composedPath()[0]
  if (element.closest?.("textarea, select, [contenteditable=true], input:not([type=range]):not([type=checkbox]):not([type=radio])")) return
  const figure = figureInSight()
  if (!figure) return
  event.preventDefault()
  explain(figure, now.figures[nameOf(figure)])
}

export default function (component) {
  const [data] = component.data
  if (data.page !== now.page) {
    stopExplaining()
    document.querySelectorAll(`.${TOOLS}`).forEach((tools) => tools.remove())
  }
  now = data
  document.addEventListener("keydown", pressed)
  drawing.observe(document.body, { childList: true, subtree: true })
  offerAll()
}
