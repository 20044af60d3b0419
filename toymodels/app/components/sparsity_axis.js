// The trained model of every sparsity on the page's slider: its arrows, W^T W and loss follow the hand. Nothing is sent
// back, and while the slider is dragged the page does not run.
//
// data: slider, its key in the address; sparsity (k); names, colours (n); W (k x 2 x n); loss (k), measure (its name); findings (k), Markdown
//       with bold words alone, or null; shapes, and shape (k), an index of these; ink (colours of the theme);
//       cells (k x n x n), words in the cells of W^T W instead of its numbers, or null; and either
//       curves [{name, relative (k), colour, dash, at, above}], the first the trained models', or
//       bars [{name, values (k x n), words (k x n)}], two terms of a loss by feature, beside the rows of W^T W.

import { arrowPlane, unitFor } from "./arrow_plane.js"
import { drawMarkdown, hasChanged, html, keepingFocus, node, remembered, set } from "./dom.js"
import { heatMap } from "./heat_map.js"
import { gram, longest, ticks } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { followSlider, nearestTo } from "./page_slider.js"

const SIDE = 300 // pixels of W^T W

// Pixels of the names beside it.
const roomFor = (names) => (names.some((name) => name.length > 2) ? 56 : 30)

function drawGram(parent, data) {
  const [n, side, room] = [data.names.length, SIDE, roomFor(data.names)]
  const svg = node("svg", { class: "gram", viewBox: `0 0 ${side + room} ${side + room}`, role: "img" }, parent)
  const cell = side / n
  data.names.forEach((name, i) => {
    const at = room + (i + 0.5) * cell
    node("text", { class: "name", x: at, y: room - 10, "text-anchor": "middle" }, svg).textContent = name
    node("text", { class: "name", x: room - 8, y: at, "text-anchor": "end", "dominant-baseline": "central" }, svg).textContent = name
  })
  const cells = node("g", { "font-size": Math.min(19, 0.385 * cell) }, svg)
  const draw = heatMap(cells, { n, x: room, y: room, side, ink: data.ink, numbers: true })
  return (k) => {
    const products = gram(data.W[k])
    const lengths = products.map((row, i) => `${data.names[i]} ${fixed(row[i])}`)
    svg.setAttribute("aria-label", `Products of the arrows, WᵀW. On its diagonal: ${lengths.join(", ")}.`)
    // Of a feature with itself the word says something else: it has no sign.
    if (data.cells) draw(products.map((row, i) => row.map((value, j) => (i === j ? 0 : value))), data.cells[k])
    else draw(products, products.map((row) => row.map((value) => fixed(value))))
  }
}

// Two bars for every feature, in the rows of W^T W.
function drawBars(parent, data) {
  const room = roomFor(data.names)
  const svg = node("svg", { class: "gram", viewBox: `0 0 ${SIDE + room} ${SIDE + room}`, role: "img" }, parent)
  const [cell, column] = [SIDE / data.names.length, (SIDE + room) / 2]
  const columns = data.bars.map(({ name }, c) => {
    node("text", { class: "name", x: c * column, y: room - 10 }, svg).textContent = name
    return data.names.map((_, i) => [
      node("rect", { x: c * column, y: room + (i + 0.2) * cell, height: 0.6 * cell, fill: data.colours[i] }, svg),
      node("text", { class: "name", y: room + (i + 0.5) * cell, "dominant-baseline": "central" }, svg),
    ])
  })
  return (k) => {
    const longest = Math.max(...data.bars.flatMap(({ values }) => values[k])) || 1
    columns.forEach((rows, c) => rows.forEach(([bar, text], i) => {
      const width = (column - 62) * data.bars[c].values[k][i] / longest
      set(bar, { width })
      set(text, { x: c * column + width + 6 })
      text.textContent = data.bars[c].words[k][i]
    }))
    const sums = data.bars.map(({ name, values }) => `${name} ${significant(values[k].reduce((sum, value) => sum + value, 0))}`)
    svg.setAttribute("aria-label", `Terms of the loss by feature, in sum: ${sums.join(", ")}.`)
  }
}

// The curves over S on a log scale, and a marker on the first of them.
function drawCurves(parent, data) {
  const [width, height, left, right, top, bottom] = [400, 330, 52, 14, 14, 52]
  const svg = node("svg", { class: "curves", viewBox: `0 0 ${width} ${height}`, role: "img" }, parent)
  const all = data.curves.flatMap((curve) => curve.relative)
  const [low, high] = [Math.min(...all) / 1.15, Math.max(...all) * 1.15]
  const x = (S) => left + (width - left - right) * S
  const y = (value) => height - bottom - ((height - top - bottom) * Math.log(value / low)) / Math.log(high / low)
  for (const value of ticks(low, high, true)) {
    node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: data.ink.faint, "stroke-width": 1 }, svg)
    node("text", { x: left - 8, y: y(value) + 6, "text-anchor": "end" }, svg).textContent = significant(value)
  }
  node("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5 }, svg)
  for (const S of [0, 0.5, 1]) {
    node("text", { x: x(S), y: height - bottom + 22, "text-anchor": "middle" }, svg).textContent = String(S)
  }
  node("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, svg).textContent = "sparsity S"
  const rule = node("line", { y1: top, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5, opacity: 0.6 }, svg)
  for (const { relative, colour, dash } of [...data.curves].reverse()) {
    const points = relative.map((value, k) => `${x(data.sparsity[k]).toFixed(1)},${y(value).toFixed(1)}`).join(" ")
    node("polyline", { points, fill: "none", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash, "stroke-linejoin": "round" }, svg)
  }
  for (const { name, relative, colour, at, above } of data.curves) {
    const place = { x: x(data.sparsity[at]), y: y(relative[at]) + (above ? -10 : 22), "text-anchor": above ? "start" : "end" }
    node("text", { class: "name", fill: colour, ...place }, svg).textContent = name
  }
  const [{ relative, colour }] = data.curves
  const marker = node("circle", { r: 7, fill: colour, stroke: "var(--st-background-color)", "stroke-width": 2.5 }, svg)
  return (k) => {
    set(rule, { x1: x(data.sparsity[k]), x2: x(data.sparsity[k]) })
    set(marker, { cx: x(data.sparsity[k]), cy: y(relative[k]) })
    svg.setAttribute("aria-label", `Losses over the sparsity. At S = ${fixed(data.sparsity[k])} that of the trained model is ` +
      `${significant(relative[k])} times that of ${data.measure}.`)
  }
}

function build(root, data) {
  root.replaceChildren()
  const finding = data.findings && html("p", "finding", root)
  // Many numbers side by side are legible in a wide figure alone.
  const row = html("div", `row${data.names.length > 5 ? " many" : ""}${data.bars ? " terms" : ""}`, root)
  const arrows = html("section", "arrows", row)
  html("p", "title", arrows, "W, trained")
  const plane = arrowPlane(html("div", "plane", arrows), { ...data, faint: data.ink.faint, unit: unitFor(longest(data.W)) })
  const caption = html("p", "caption", arrows)
  const loss = data.curves && html("p", "loss", arrows)
  const products = html("section", "", row)
  html("p", "title", products, data.cells ? "Each pair, in thousandths" : "WᵀW")
  const drawProducts = drawGram(products, data)
  const third = html("section", "", row)
  html("p", "title", third, data.curves ? `Loss ÷ that of ${data.measure}` : "Each feature, in thousandths")
  const drawThird = data.curves ? drawCurves(third, data) : drawBars(third, data)
  const ratio = data.curves && html("p", "loss", third)
  return (S) => {
    const k = nearestTo(S, data.sparsity)
    const shape = data.shapes[data.shape[k]]
    root.dataset.stop = k
    if (data.findings) drawMarkdown(finding, data.findings[k])
    plane.draw(data.W[k], { says: `The trained model at S = ${fixed(data.sparsity[k])}: ${shape}` })
    caption.textContent = shape
    if (data.curves) {
      loss.textContent = `loss ${significant(data.loss[k])}`
      ratio.textContent = `${significant(data.curves[0].relative[k])} times at S = ${fixed(data.sparsity[k])}`
    }
    drawProducts(k)
    drawThird(k)
  }
}

export default function ({ data, parentElement }) {
  const state = remembered(parentElement, "sparsity-axis", () => ({ stop: () => {} }))
  // A run that trains nothing else, such as that after a release, leaves the figure to the slider.
  if (!hasChanged(state, data)) return
  state.stop()
  keepingFocus(parentElement, () => {
    state.stop = followSlider(data.slider, state.root, build(state.root, data))
  })
}
