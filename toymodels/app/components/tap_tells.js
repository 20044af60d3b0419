// What a mouse is told where it points, a finger is told where it taps: the marks of charts, what has a title, and the
// question marks of controls. Another tap, or scrolling, ends it.

import { html } from "./dom.js"

const REACH = 20 // pixels around a mark within which a finger means it
const STILL = 10 // pixels that a finger may move and still tap

let down = null
let end = () => {}

// How far a place is from the box of an element.
function distance(element, { x, y }) {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom))
}

// The nearest within reach; of several that are as near, the last, which is drawn above the others.
function nearest(elements, place) {
  let found = null
  for (const element of elements) {
    const far = distance(element, place)
    if (far <= (found ? found.far : REACH)) found = { element, far }
  }
  return found?.element
}

function point(element, kind, { x, y }) {
  element.dispatchEvent(new PointerEvent(kind, { bubbles: true, composed: true, pointerType: "mouse", clientX: x, clientY: y }))
}

// For what shows words itself to a mouse that comes, by an event of this kind, and goes.
function pointAt(element, kind, place) {
  point(element, kind, place)
  end = () => ["pointerout", "mouseout"].forEach((left) => point(element, left, place))
}

function showWords(words, { x, y }) {
  const tip = html("div", "tap-words", document.body, words)
  tip.role = "status"
  tip.style.left = `${Math.max(8, Math.min(x - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8))}px`
  tip.style.top = `${y > tip.offsetHeight + 60 ? y - tip.offsetHeight - 24 : y + 24}px`
  end = () => tip.remove()
}

// Marks of a Vega chart have their words in what they are drawn from.
const told = (mark) => mark.__data__?.tooltip !== undefined && mark.__data__.tooltip !== null

function isSmall(mark) {
  const { width, height } = mark.getBoundingClientRect()
  return Math.max(width, height) <= 2 * REACH
}

function tell(inner, place) {
  const help = inner.closest("[data-testid='stTooltipIcon']")
  if (help) return pointAt(inner, "pointerover", place)
  const chart = inner.closest("[data-testid='stVegaLiteChart'] svg")
  if (chart) {
    const marks = [...chart.querySelectorAll("path, rect, text, line")].filter((mark) => told(mark) && isSmall(mark))
    const mark = nearest(marks, place) ?? inner
    return told(mark) && pointAt(mark, "pointermove", place)
  }
  const drawing = inner.closest("svg")
  const titles = drawing?.getRootNode() instanceof ShadowRoot ? [...drawing.querySelectorAll("title")] : []
  const named = nearest(titles.map((title) => title.parentElement), place)
  if (named) showWords(named.querySelector("title").textContent, place)
  else if (inner.closest("[title]")) showWords(inner.closest("[title]").title, place)
}

function pressed(event) {
  down = event.isTrusted && event.pointerType === "touch" && event.isPrimary ? { x: event.clientX, y: event.clientY } : null
}

function lifted(event) {
  if (!event.isTrusted || event.pointerType !== "touch") return
  const place = { x: event.clientX, y: event.clientY }
  const tapped = down && Math.hypot(place.x - down.x, place.y - down.y) < STILL
  const inner = event.composedPath()[0]
  ended()
  // After the events that the browser makes of the tap for those who know of mice alone.
  if (tapped && inner instanceof Element) setTimeout(tell, 60, inner, place)
}

function ended() {
  end()
  end = () => {}
}

// The question mark of a switch lies within what a tap switches: it tells, and switches nothing.
function clicked(event) {
  const inner = event.composedPath()[0]
  if (event.isTrusted && event.pointerType === "touch" && inner.closest?.("[data-testid='stCheckbox'] [data-testid='stTooltipIcon']")) {
    event.preventDefault()
    event.stopPropagation()
  }
}

// However often this is called, the same functions are called once.
export function tellWhereTapped() {
  document.addEventListener("pointerdown", pressed, true)
  document.addEventListener("pointerup", lifted, true)
  document.addEventListener("click", clicked, true)
  document.addEventListener("scroll", ended, { capture: true, passive: true })
}
