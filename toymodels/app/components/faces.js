// A face is encoded into two numbers and decoded again, by several codes at once, while a slider is
// dragged. Everything here is drawn from `data`; nothing is sent back, so dragging causes no rerun.
//
// data: names, symbols, start (4); importance (4); colours (4); relu; ink (colours of the theme);
//       codes [{title, note, trained, W (2 x 4), b (4)}]; bench, whether they are shown; samples (k x 4); samplesTitle.

import { arrowPlane, NAMED } from "./arrow_plane.js"
import { html, keepingFocus, node, remembered, set } from "./dom.js"
import { drawFace } from "./face.js"
import { decode, encode, loss } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { slider } from "./slider.js"

const UNIT = 100 // pixels of the plane per unit of h

// ---- the plane with the feature arrows and the point H ----

// Names are words: a name beyond the tip of a flat arrow would leave the picture, so it sits above the tip instead.
function placeName(dx, dy) {
  const length = Math.hypot(dx, dy) || 1
  const [ux, uy] = [dx / length, dy / length]
  const flat = Math.abs(ux) > 0.5
  return { "dominant-baseline": "auto", "text-anchor": flat ? (ux > 0 ? "end" : "start") : "middle",
    x: flat ? Math.sign(ux) * 148 : ux * (length + 8), y: flat ? uy * length - 16 : uy * (length + 22) + 9 }
}

function drawPlane(parent, code, data) {
  const plane = arrowPlane(parent, { names: data.names, colours: data.colours, faint: data.ink.faint, unit: UNIT, place: placeName })
  plane.draw(code.W, { says: code.title })
  const line = node("line", { stroke: data.ink.accent, "stroke-width": 2.5, "stroke-dasharray": "5 4" }, plane.under)
  const point = node("circle", { r: 10, fill: data.ink.accent, stroke: "var(--st-background-color)", "stroke-width": 3 }, plane.svg)
  const name = node("text", { class: "axis", "text-anchor": "start" }, plane.svg)
  name.textContent = "H"
  return (h) => {
    set(line, { x1: 0, y1: 0, x2: h[0] * UNIT, y2: -h[1] * UNIT })
    set(point, { cx: h[0] * UNIT, cy: -h[1] * UNIT })
    set(name, { x: h[0] * UNIT + 9, y: -h[1] * UNIT + 32 })
  }
}

// ---- the face, the codes and the samples ----

function build(root, data, x) {
  root.replaceChildren()
  const passes = html("div", "forward-passes", root)
  passes.hidden = !data.bench
  const input = html("section", "input", passes)
  html("p", "title", input, "X, the face")
  const inputFace = drawFace(html("div", "face", input), "The face that goes in", data.names)
  const sliders = html("div", "sliders", input)
  const updates = data.names.map((name, i) => {
    const made = slider(sliders, { id: `feature-${i}`, label: `${data.symbols[i]} ${name}`, low: 0, high: 1, move: (value) => {
      x[i] = value
      draw()
    } })
    return () => made.show(x[i])
  })

  const codes = html("div", "codes", passes)
  for (const code of data.codes) {
    const column = html("section", code.trained ? "code trained" : "code", codes)
    html("p", "title", column, code.title)
    const absent = data.names.filter((_, i) => Math.hypot(code.W[0][i], code.W[1][i]) < NAMED)
    html("p", "note", column, absent.length ? `not embedded: ${absent.join(", ")}` : code.note)
    const movePoint = drawPlane(html("div", "plane", column), code, data)
    const face = drawFace(html("div", "face", column), `The face that comes back from the code “${code.title}”`, data.names)
    const value = html("b", "", html("p", "loss", column, "loss "))
    updates.push(() => {
      const h = encode(code.W, x)
      const reconstructed = decode(code.W, code.b, h, data.relu)
      movePoint(h)
      face(reconstructed)
      value.textContent = significant(loss(data.importance, x, reconstructed))
    })
  }

  if (!data.samples.length) {
    draw()
    return
  }
  const samples = html("section", "samples", root)
  html("h4", "", samples, data.samplesTitle)
  const row = html("div", "row", samples)
  const trained = data.codes.find((code) => code.trained)
  data.samples.forEach((sample) => {
    const button = html("button", "sample", row)
    button.type = "button"
    const words = data.names.map((name, i) => `${name} ${fixed(sample[i])}`).join(", ")
    button.setAttribute("aria-label", `Take this face as the input: ${words}`)
    button.title = words
    drawFace(button, "A face", data.names)(sample)
    html("div", "arrow", button, "↓")
    drawFace(button, "Its reconstruction", data.names)(decode(trained.W, trained.b, encode(trained.W, sample), data.relu))
    button.onclick = () => {
      sample.forEach((value, i) => { x[i] = value })
      draw()
    }
  })

  function draw() {
    inputFace(x)
    for (const update of updates) update()
  }
  draw()
}

export default function (component) {
  const { data, parentElement } = component
  const state = remembered(parentElement, "faces", () => ({ x: [...data.start] }))
  keepingFocus(parentElement, () => build(state.root, data, state.x))
}
