// A face is encoded into two numbers and decoded again, by several codes at once, while one of its sliders or the page's
// sparsity is dragged. Everything here is drawn from `data`; nothing is sent back, so dragging causes no rerun.
//
// data: slider, the key of the page's; sparsity (k); names, symbols (4); start (k x 4); importance (4); colours (4); relu;
//       ink (colours of the theme); findings (k), Markdown with bold words alone, or null: then no codes are shown;
//       codes [{title, notes (1, or k where trained), trained, W (2 x 4, or k x 2 x 4 where trained), b (k x 4)}];
//       samples (k x 8 x 4) or null; samplesTitle, the words before the sparsity and after it; samplesNotes (k) or null.

import { arrowPlane } from "./arrow_plane.js"
import { drawMarkdown, hasChanged, html, keepingFocus, node, remembered, set } from "./dom.js"
import { drawFace } from "./face.js"
import { decode, encode, loss } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { followSlider, nearestTo } from "./page_slider.js"
import { slider } from "./slider.js"

const UNIT = 100 // pixels of the plane per unit of h

// ---- the plane with the feature arrows and the point h ----

// Names are words: a name beyond the tip of a flat arrow would leave the picture, so it sits above the tip instead.
function placeName(dx, dy) {
  const length = Math.hypot(dx, dy) || 1
  const [ux, uy] = [dx / length, dy / length]
  const flat = Math.abs(ux) > 0.5
  return { "dominant-baseline": "auto", "text-anchor": flat ? (ux > 0 ? "end" : "start") : "middle",
    x: flat ? Math.sign(ux) * 148 : ux * (length + 8), y: flat ? uy * length - 16 : uy * (length + 22) + 9 }
}

// Returns a function that draws the arrows of W and the point h.
function drawPlane(parent, title, data) {
  const plane = arrowPlane(parent, { names: data.names, colours: data.colours, faint: data.ink.faint, unit: UNIT, place: placeName })
  const line = node("line", { stroke: data.ink.accent, "stroke-width": 2.5, "stroke-dasharray": "5 4" }, plane.under)
  const point = node("circle", { r: 10, fill: data.ink.accent, stroke: "var(--st-background-color)", "stroke-width": 3 }, plane.svg)
  const name = node("text", { class: "axis", "text-anchor": "start" }, plane.svg)
  name.textContent = "h"
  return (W, h) => {
    plane.draw(W, { says: title })
    set(line, { x1: 0, y1: 0, x2: h[0] * UNIT, y2: -h[1] * UNIT })
    set(point, { cx: h[0] * UNIT, cy: -h[1] * UNIT })
    set(name, { x: h[0] * UNIT + 9, y: -h[1] * UNIT + 32 })
  }
}

// ---- the face, the codes and the samples ----

function drawCode(parent, code, data) {
  const column = html("section", code.trained ? "code trained" : "code", parent)
  html("p", "title", column, code.title)
  const note = html("p", "note", column)
  const place = drawPlane(html("div", "plane", column), code.title, data)
  const face = drawFace(html("div", "face", column), `The face that comes back from the code “${code.title}”`, data.names)
  const value = html("b", "", html("p", "loss", column, "loss "))
  return ({ k, x }) => {
    const W = code.trained ? code.W[k] : code.W
    note.textContent = code.notes[code.trained ? k : 0]
    const h = encode(W, x)
    const reconstructed = decode(W, code.b[k], h, data.relu)
    place(W, h)
    face(reconstructed)
    value.textContent = significant(loss(data.importance, x, reconstructed))
  }
}

function drawSamples(parent, data, take) {
  const samples = html("section", "samples", parent)
  const title = html("h4", "", samples)
  const note = html("p", "note", samples)
  const row = html("div", "row", samples)
  const trained = data.codes.find((code) => code.trained)
  const updates = data.samples[0].map((_, number) => {
    const button = html("button", "sample", row)
    button.type = "button"
    const face = drawFace(button, "A face", data.names)
    html("div", "arrow", button, "↓")
    const answer = drawFace(button, "Its reconstruction", data.names)
    const note = html("div", "words", button)
    return (k) => {
      const sample = data.samples[k][number]
      const reconstructed = decode(trained.W[k], trained.b[k], encode(trained.W[k], sample), data.relu)
      const present = data.names.flatMap((name, i) => (sample[i] > 0 ? [`${name} ${fixed(sample[i])}`] : []))
      const words = data.names.map((name, i) => `${name} ${fixed(sample[i])}`).join(", ")
      button.setAttribute("aria-label", `Take this face as the input: ${words}`)
      button.title = words
      button.onclick = () => take(sample)
      face(sample)
      answer(reconstructed)
      note.textContent = `${present.join(", ") || "no feature"}\nloss ${significant(loss(data.importance, sample, reconstructed))}`
    }
  })
  return ({ k }) => {
    title.textContent = data.samplesTitle.join(fixed(data.sparsity[k]))
    note.textContent = data.samplesNotes[k]
    for (const update of updates) update(k)
  }
}

// What is shown depends on the face x in the hand and on the stop k of the page's slider; `state` has both.
function build(state, data) {
  const { root } = state
  root.replaceChildren()
  const [finding, moved, stopped] = [data.findings && html("p", "finding", root), [], []]
  if (data.findings) {
    const passes = html("div", "forward-passes", root)
    const input = html("section", "input", passes)
    html("p", "title", input, "x, the face")
    const face = drawFace(html("div", "face", input), "The face that goes in", data.names)
    const sliders = html("div", "sliders", input)
    const rows = data.names.map((name, i) => slider(sliders, { id: `feature-${i}`, label: `${data.symbols[i]} ${name}`, low: 0, high: 1,
      move: (value) => take(state.x.map((old, j) => (j === i ? value : old))) }))
    const codes = html("div", "codes", passes)
    moved.push(({ x }) => {
      face(x)
      rows.forEach((row, i) => row.show(x[i]))
    }, ...data.codes.map((code) => drawCode(codes, code, data)))
    stopped.push(({ k }) => drawMarkdown(finding, data.findings[k]))
  }
  if (data.samples) stopped.push(drawSamples(root, data, (x) => take([...x])))

  function take(x) {
    state.x = x
    for (const update of moved) update(state)
  }

  return (S) => {
    state.k = nearestTo(S, data.sparsity)
    root.dataset.stop = state.k
    // On arrival a face that suits the code; afterwards the visitor's own stays.
    state.x = state.x ?? [...data.start[state.k]]
    for (const update of [...stopped, ...moved]) update(state)
  }
}

export default function ({ data, parentElement }) {
  const state = remembered(parentElement, "faces", () => ({ x: null, k: 0, stop: () => {} }))
  if (!hasChanged(state, data)) return
  state.stop()
  keepingFocus(parentElement, () => {
    state.stop = followSlider(data.slider, state.root, build(state, data))
  })
}
