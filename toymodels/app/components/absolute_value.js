// |x| from two neurons: every feature has a slider, and under it, per model, what each of its neurons adds to the
// output, as curves over x_i with the present x_i on them. Nothing is sent back, so dragging causes no rerun.
//
// data: names (n); start (n); models [{title, W1 (m x n), W2 (n x m), b (n), of (m), rest}]: `of` is the feature that
//       a neuron is drawn with, -1 for none, and `rest` a sentence; ink (colours of the theme).

import { html, keepingFocus, node, remembered, set } from "./dom.js"
import { clamp, hiddenLayer, neuron, replaced } from "./model.js"
import { fixed } from "./numbers.js"
import { slider } from "./slider.js"

const [WIDE, HIGH, TOP] = [100, 72, 1.25] // pixels of a tile, and the largest value it has room for
const SAMPLES = 40

// y'_i, and what one hidden neuron adds to it before the ReLU.
function output(model, i, x) {
  return neuron(model.W2[i], hiddenLayer(model.W1, x), model.b[i])
}

function added(model, k, i, x) {
  return model.W2[i][k] * neuron(model.W1[k], x)
}

// ---- a tile: a curve over x_i from -1 to 1, and where x_i is now ----

const across = (value) => (WIDE / 2) * (1 + value)
const up = (value) => HIGH - 6 - ((HIGH - 12) * clamp(value, -0.2, TOP)) / TOP

function drawTile(parent, lines, colour, ink, dashed, name) {
  const tile = html("div", "tile", parent)
  const svg = node("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" }, tile)
  node("line", { x1: 0, x2: WIDE, y1: up(0), y2: up(0), stroke: ink.faint, "stroke-width": 1.5 }, svg)
  node("line", { x1: across(0), x2: across(0), y1: 0, y2: HIGH, stroke: ink.faint, "stroke-width": 1.5 }, svg)
  if (dashed) {
    node("path", { d: `M0,${up(1)} L${across(0)},${up(0)} L${WIDE},${up(1)}`, fill: "none", stroke: "currentColor",
      "stroke-width": 1.5, "stroke-dasharray": "3 4", opacity: 0.75 }, svg)
  }
  const curve = node("path", { fill: "none", stroke: colour, "stroke-width": 4, "stroke-linejoin": "round",
    "stroke-linecap": "round" }, svg)
  const drop = node("line", { stroke: colour, "stroke-width": 2, "stroke-dasharray": "2 3" }, svg)
  const point = node("circle", { r: 5.5, fill: colour, stroke: "var(--st-background-color)", "stroke-width": 2 }, svg)
  const value = html("div", "value", tile)
  for (const line of lines) html("div", "about", tile, line)
  const label = lines.join(", ")
  return (f, at) => {
    const points = Array.from({ length: SAMPLES + 1 }, (_, k) => (2 * k) / SAMPLES - 1)
    set(curve, { d: "M" + points.map((x) => `${across(x)},${up(f(x)).toFixed(2)}`).join("L") })
    const now = f(at)
    set(point, { cx: across(at), cy: up(now) })
    set(drop, { x1: across(at), x2: across(at), y1: up(0), y2: up(now) })
    value.textContent = fixed(now)
    svg.setAttribute("aria-label", `${label}: ${fixed(now)} at ${name} = ${fixed(at)}`)
  }
}

// ---- a card per feature ----

function build(root, data, x) {
  root.replaceChildren()
  const features = html("div", "features", root)
  const updates = []
  data.names.forEach((name, i) => {
    const card = html("section", "feature", features)
    const made = slider(card, { id: `absolute-${i}`, label: name, low: -1, high: 1, move: (value) => {
      x[i] = value
      draw()
    } })
    updates.push(() => made.show(x[i]))
    for (const model of data.models) {
      html("p", "title", card, model.title)
      const sum = html("div", "sum", card)
      model.of.forEach((feature, k) => {
        if (feature !== i) return
        if (sum.childElementCount) html("span", "sign", sum, "+")
        const weight = model.W1[k][i]
        const about = [`in ${fixed(weight)}`, `out ${fixed(model.W2[i][k])}`]
        const tile = drawTile(sum, about, weight < 0 ? data.ink.negative : data.ink.positive, data.ink, false, name)
        updates.push(() => tile((at) => added(model, k, i, replaced(x, i, at)), x[i]))
      })
      if (sum.childElementCount) html("span", "sign", sum, "=")
      const whole = drawTile(sum, ["output y′"], data.ink.accent, data.ink, true, name)
      updates.push(() => whole((at) => output(model, i, replaced(x, i, at)), x[i]))
    }
  })
  for (const model of data.models) if (model.rest) html("p", "rest", root, model.rest)

  function draw() {
    for (const update of updates) update()
  }
  draw()
}

export default function ({ data, parentElement }) {
  const state = remembered(parentElement, "absolute-value", () => ({ x: [] }))
  // What the visitor has dragged stays; features that come or go with the number of features start afresh.
  state.x = data.start.map((value, i) => state.x[i] ?? value)
  keepingFocus(parentElement, () => build(state.root, data, state.x))
}
