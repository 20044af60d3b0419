// The explanation of a figure: one step at a time, a ring around what the step is about and a label beside it. Both
// follow their target at every frame, so the figure can be dragged, scrolled and played meanwhile.
//
// known: caption; steps [{at, says, where, each}]: `at` is a selector in the figure, the trees of its components
// included; with `where`, of a chart's marks those are meant whose data have these values. The first that can be seen has the
// ring, or each of them. A step without a target that can be seen is passed over.

import { html } from "./dom.js"

const GAP = 12 // pixels between target, ring and label
const NEAR = 330 // pixels between a target and a label below its figure, at most
const NARROW = 640 // pixels up to which the label lies at the foot of the window, as in a talk, whose figure fills the rest
const GONE = 3000 // milliseconds after which a figure that is not there any more does not come back
const MOST_RINGS = 60

let shown = null

export const isExplaining = () => shown !== null

// ---- targets ----

// The trees in which a figure is drawn: the page's own, and those of its components.
function trees(figure) {
  const components = [...figure.querySelectorAll("[data-testid='stBidiComponentIsolated']")]
  return [figure, ...components.map((one) => one.shadowRoot).filter(Boolean)]
}

function fits(element, where) {
  const datum = element.__data__?.datum
  return datum !== undefined && Object.entries(where).every(([name, value]) =>
    typeof value === "number" ? Math.abs(datum[name] - value) < 1e-6 : datum[name] === value)
}

function canBeSeen(element) {
  const { width, height } = element.getBoundingClientRect()
  return width + height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
}

// What a step points at now.
function targets(figure, { at, where, each }) {
  const all = trees(figure).flatMap((tree) => [...tree.querySelectorAll(at)])
  // The lines and numbers of axes are rules and texts as well.
  const found = all.filter((one) => !one.closest(".role-axis") && (!where || fits(one, where)) && canBeSeen(one))
  return found.slice(0, each ? MOST_RINGS : 1)
}

function around(boxes) {
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))]
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))]
  return { left, top, right, bottom, width: right - left, height: bottom - top }
}

// ---- places ----

const liesAtFoot = () => innerWidth <= NARROW || document.documentElement.classList.contains("talk")

// Where a label of this size stands: below the figure if its target is not far from there, so that it hides nothing;
// else below the target, or where else it leaves that in sight.
function labelPlace(box, figure, width, height, windowWidth, windowHeight) {
  const within = (value, most) => Math.max(8, Math.min(most - 8, value))
  const left = within((box.left + box.right - width) / 2, windowWidth - width)
  const top = within((box.top + box.bottom - height) / 2, windowHeight - height)
  if (figure.bottom - box.bottom <= NEAR && figure.bottom + height <= windowHeight - 8) return { left, top: figure.bottom }
  if (box.bottom + GAP + height <= windowHeight - 8) return { left, top: box.bottom + GAP }
  if (box.top - GAP - height >= 8) return { left, top: box.top - GAP - height }
  if (box.right + GAP + width <= windowWidth - 8) return { left: box.right + GAP, top }
  if (box.left - GAP - width >= 8) return { left: box.left - GAP - width, top }
  return { left, top: windowHeight - height - 8 }
}

// Scroll so that the target, and below it the label, are in sight.
function bringIntoSight(found, figure, label) {
  // A sweep on a phone is scrolled sideways, within the figure.
  found[0].scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" })
  const boxes = found.map((one) => one.getBoundingClientRect())
  const scroller = document.querySelector("[data-testid='stMain']")
  // The controls may lie at the upper edge of the window: control_bar.js.
  const controls = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--controls")) || 0
  const [top, bottom] = [Math.max(70, controls + GAP), innerHeight - label.offsetHeight - 2 * GAP]
  const [small, whole] = [around(boxes), figure.getBoundingClientRect()]
  const box = whole.height <= bottom - top ? whole : small
  if (!scroller || (box.top >= top && box.bottom <= bottom)) return
  const wanted = box.height > bottom - top ? top : (top + bottom - box.height) / 2
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"
  scroller.scrollBy({ top: box.top - wanted, behavior })
}

// ---- steps ----

// The steps that have something to point at, now.
function stepsOf({ figure, known }) {
  return known.steps.filter((step) => targets(figure, step).length)
}

// To the step `by` further on. Returns whether there is one.
function go(by) {
  const steps = stepsOf(shown)
  const at = Math.max(0, steps.indexOf(shown.step)) + by
  if (!steps[at]) return false
  shown.step = steps[at]
  shown.words.textContent = shown.step.says
  shown.count.textContent = `${at + 1} of ${steps.length}`
  shown.back.disabled = at === 0
  shown.on.textContent = at + 1 < steps.length ? "Next" : "Done"
  bringIntoSight(targets(shown.figure, shown.step), shown.figure, shown.label)
  return true
}

const next = () => go(1) || stopExplaining()

// Streamlit may draw a figure anew while its page runs; it keeps its name.
function findAgain() {
  const found = document.querySelector(`.${shown.name}`)
  if (found) shown.figure = found
  else if (performance.now() - shown.seen > GONE) stopExplaining()
}

function follow() {
  if (!shown) return
  if (shown.figure.isConnected) shown.seen = performance.now()
  else findAgain()
  if (!shown) return
  const { figure, step, label, layer } = shown
  const boxes = targets(figure, step).map((one) => one.getBoundingClientRect())
  const rings = [...layer.querySelectorAll(".ring")]
  boxes.forEach((box, k) => {
    const ring = rings[k] ?? html("div", "ring", layer)
    ring.style.transform = `translate(${box.left - 5}px, ${box.top - 5}px)`
    ring.style.width = `${box.width + 10}px`
    ring.style.height = `${box.height + 10}px`
  })
  rings.slice(boxes.length).forEach((ring) => ring.remove())
  if (boxes.length && !liesAtFoot()) {
    const { left, top } = labelPlace(around(boxes), figure.getBoundingClientRect(), label.offsetWidth, label.offsetHeight, innerWidth, innerHeight)
    label.style.transform = `translate(${left}px, ${top}px)`
  } else {
    label.style.transform = ""
  }
  requestAnimationFrame(follow)
}

// Before anybody else hears of it: a clicker walks through the steps first, and Escape ends them, not the talk.
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const inLabel = shown.label.contains(event.target)
  const action = {
    Escape: stopExplaining, PageDown: next, PageUp: () => go(-1),
    ...(inLabel || event.target === document.body ? { ArrowRight: next, ArrowLeft: () => go(-1) } : {}),
  }[event.key]
  if (!action) return
  action()
  event.preventDefault()
  event.stopImmediatePropagation()
}

export function stopExplaining() {
  if (!shown) return
  removeEventListener("keydown", pressed, true)
  shown.layer.remove()
  if (shown.before?.isConnected) shown.before.focus({ preventScroll: true })
  shown = null
}

export function explain(figure, known) {
  stopExplaining()
  const [step] = stepsOf({ figure, known })
  if (!step) return
  const layer = html("div", "figure-explanation", document.body)
  const label = html("div", "label", layer)
  label.setAttribute("role", "dialog")
  label.setAttribute("aria-label", "Explain this picture")
  label.tabIndex = -1
  const words = html("p", "", label)
  words.setAttribute("aria-live", "polite")
  const row = html("div", "row", label)
  const add = (text, act) => {
    const made = html("button", "", row, text)
    made.type = "button"
    made.onclick = act
    return made
  }
  const back = add("Previous", () => go(-1))
  const count = html("span", "", row)
  const on = add("Next", next)
  const close = add("✕", stopExplaining)
  close.setAttribute("aria-label", "Close the explanation")
  const [name] = figure.className.match(/st-key-figure_\S+/)
  shown = { figure, name, known, step, layer, label, words, count, back, on, before: document.activeElement, seen: performance.now() }
  addEventListener("keydown", pressed, true)
  go(0)
  on.focus({ preventScroll: true })
  follow()
}
