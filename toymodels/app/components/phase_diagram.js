// Phase diagram: what became of one extra feature over density and relative importance, as training found it and as the
// optimum has it. A point is dragged over both maps; below stand its weights, and the losses of the codes along the line
// of its density. Everything is drawn from `data`; nothing is sent back, so dragging causes no rerun.
//
// data: p (columns, falling), r (rows, falling);
//       maps [{title, length, superposition, code}], each (rows x columns): |W_i| and superposition of the extra feature,
//       and the code of least loss;
//       boundaries [{words, dash}] with code (rows x columns), drawn between cells of different codes, or with lines
//       [[[p, r]]], drawn as they are;
//       codes [words]; losses [code][rows][columns] and trained (rows x columns), over the loss of a left-out feature of
//       importance 1; W and b, packed, of every trained cell; hidden; names, colours (n);
//       shown, of "map" (the maps) and "line" (weights and losses); start [row, column]; ramp [none, full] of superposition; ink.

import { arrowPlane, unitFor } from "./arrow_plane.js"
import { html, keepingFocus, node, remembered, set } from "./dom.js"
import { dragHandles } from "./handles.js"
import { heatMap, rampColour } from "./heat_map.js"
import { clamp, gram } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { unpacked } from "./packed.js"
import { slider } from "./slider.js"

const SIDE = 340
// With room for ticks and titles also where letters are large beside the map, as in a talk.
const EDGE = { left: 62, right: 12, top: 10, bottom: 50 }
const CHART = { width: 420, height: 408, left: 52, right: 14, top: 26, bottom: 52, gap: 34, lower: 84 }
const [LEAST, MOST] = [0.003, 10] // of a loss in the chart
const LONGEST = 1.3
const LEFT_OUT = 0 // among the codes

const inMap = (row, rows) => EDGE.top + ((row + 0.5) / rows) * (SIDE - EDGE.top - EDGE.bottom)
const acrossMap = (column, columns) => EDGE.left + ((column + 0.5) / columns) * (SIDE - EDGE.left - EDGE.right)

// Where a value lies among falling values that are even on a logarithmic scale, counted from 0.
function placeAmong(values, value) {
  return (Math.log(values[0] / value) / Math.log(values[0] / values[values.length - 1])) * (values.length - 1)
}

// ---- the maps ----

// A picture of one pixel per cell: the more of the feature is there, the less of the page's own colour.
function picture(map, data) {
  const [rows, columns] = [data.r.length, data.p.length]
  const canvas = document.createElement("canvas")
  ;[canvas.width, canvas.height] = [columns, rows]
  const context = canvas.getContext("2d")
  map.length.forEach((line, row) => line.forEach((length, column) => {
    context.globalAlpha = clamp(length, 0, 1)
    context.fillStyle = rampColour(data.ramp, map.superposition[row][column])
    context.fillRect(column, row, 1, 1)
  }))
  return canvas.toDataURL()
}

// The edges between cells of different codes, as one path.
function borders(code) {
  const [rows, columns] = [code.length, code[0].length]
  const x = (column) => EDGE.left + (column / columns) * (SIDE - EDGE.left - EDGE.right)
  const y = (row) => EDGE.top + (row / rows) * (SIDE - EDGE.top - EDGE.bottom)
  const path = []
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (column + 1 < columns && code[row][column] !== code[row][column + 1]) path.push(`M${x(column + 1)},${y(row)}V${y(row + 1)}`)
      if (row + 1 < rows && code[row][column] !== code[row + 1][column]) path.push(`M${x(column)},${y(row + 1)}H${x(column + 1)}`)
    }
  }
  return path.join("")
}

// Lines of points [p, r], as one path.
function curves(lines, data) {
  const point = ([p, r]) => `${acrossMap(placeAmong(data.p, p), data.p.length).toFixed(1)},${inMap(placeAmong(data.r, r), data.r.length).toFixed(1)}`
  return lines.map((line) => `M${line.map(point).join("L")}`).join("")
}

// ---- names in a drawing, none over another ----

const apart = (a, b) => Math.abs(a.x - b.x) > (a.width + b.width) / 2 || Math.abs(a.y - b.y) > (a.height + b.height) / 2

// Put names at the first of their places where none of the others is: places(name, size) are [x, y], the best ones first.
function putApart(names, places) {
  const taken = []
  for (const name of names) {
    const { width, height } = name.getBBox()
    const size = { width: width + 8, height }
    const spots = places(name, size).map(([x, y]) => ({ x, y, ...size }))
    const spot = spots.find((one) => taken.every((other) => apart(one, other))) ?? spots[0]
    taken.push(spot)
    set(name, { x: spot.x, y: spot.y, "text-anchor": "middle" })
  }
}

// For the name of every code that has enough cells, all cells of the map: those nearest to the middle of its own first.
function fromTheMiddle(code, count) {
  const all = code.flatMap((line, row) => line.map((one, column) => ({ one, row, column })))
  return Array.from({ length: count }, (_, one) => {
    const own = all.filter((cell) => cell.one === one)
    if (own.length < 0.03 * all.length) return null
    const [row, column] = ["row", "column"].map((axis) => own.reduce((sum, cell) => sum + cell[axis], 0) / own.length)
    const far = (cell) => (cell.one === one ? 0 : code.length + code[0].length) + Math.hypot(cell.row - row, cell.column - column)
    return { one, size: own.length, cells: all.toSorted((a, b) => far(a) - far(b)) }
  }).filter((found) => found)
}

function drawMap(parent, map, data, state, move) {
  const [rows, columns] = [data.r.length, data.p.length]
  const section = html("section", "map", parent)
  html("p", "title", section, map.title)
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, section)
  const [width, height] = [SIDE - EDGE.left - EDGE.right, SIDE - EDGE.top - EDGE.bottom]
  const image = node("image", { x: EDGE.left, y: EDGE.top, width, height, preserveAspectRatio: "none", class: "cells" }, svg)
  image.setAttribute("href", picture(map, data))
  node("rect", { x: EDGE.left, y: EDGE.top, width, height, fill: "none", stroke: data.ink.muted }, svg)
  for (const { code, lines, dash } of data.boundaries) {
    const d = code ? borders(code) : curves(lines, data)
    node("path", { d, class: "halo" }, svg)
    node("path", { d, class: "border", "stroke-dasharray": dash }, svg)
  }
  // Small regions leave their names less choice.
  const regions = new Map(fromTheMiddle(map.code, data.codes.length).toSorted((a, b) => a.size - b.size).map(({ one, cells }) => {
    const name = node("text", { class: "phase" }, svg)
    name.textContent = data.codes[one]
    return [name, cells]
  }))
  // Letters keep their size where the map changes its own.
  new ResizeObserver(() => putApart([...regions.keys()], (name, size) => regions.get(name).map(({ row, column }) => [
    clamp(acrossMap(column, columns), EDGE.left + size.width / 2, SIDE - EDGE.right - size.width / 2), inMap(row, rows) + 5,
  ]))).observe(svg)
  for (const value of [1, 0.3, 0.1, 0.03, 0.01]) {
    const place = { x: acrossMap(placeAmong(data.p, value), columns), y: SIDE - EDGE.bottom + 19, "text-anchor": "middle" }
    node("text", { ...place, class: "tick" }, svg).textContent = String(value)
  }
  for (const value of [10, 3, 1, 0.3, 0.1]) {
    const place = { x: EDGE.left - 6, y: inMap(placeAmong(data.r, value), rows) + 5, "text-anchor": "end" }
    node("text", { ...place, class: "tick" }, svg).textContent = String(value)
  }
  node("text", { x: EDGE.left + width / 2, y: SIDE - 6, "text-anchor": "middle" }, svg).textContent = "density 1 − S  (sparser →)"
  node("text", { transform: `translate(12,${EDGE.top + height / 2}) rotate(-90)`, "text-anchor": "middle" }, svg).textContent = "relative importance r"
  const line = node("line", { class: "cross", y1: EDGE.top, y2: EDGE.top + height }, svg)
  const point = node("circle", { class: "handle", r: 9 }, svg)
  const to = ([x, y]) => move(
    Math.round(((y - EDGE.top) / height) * rows - 0.5),
    Math.round(((x - EDGE.left) / width) * columns - 0.5),
  )
  const here = () => [acrossMap(state.column, columns), inMap(state.row, rows)]
  dragHandles(svg, { places: () => [here()], press: to, move: (_, place) => to(place) })
  return () => {
    const [x, y] = here()
    set(line, { x1: x, x2: x })
    set(point, { cx: x, cy: y })
    svg.setAttribute("aria-label", `${map.title}: at density ${significant(data.p[state.column])} and relative importance ${significant(data.r[state.row])} ${data.codes[map.code[state.row][state.column]]}`)
  }
}

// ---- losses along the line of one density ----

function drawChart(parent, data, state) {
  const { width, height, left, right, top, bottom, gap, lower } = CHART
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, parent)
  const upperEnd = height - bottom - lower - gap
  const last = data.r.length - 1
  const x = (row) => width - right - ((width - left - right) * row) / last
  const y = (loss) => upperEnd - ((upperEnd - top) * Math.log(clamp(loss, LEAST, MOST) / LEAST)) / Math.log(MOST / LEAST)
  const low = (value) => height - bottom - (lower * clamp(value, 0, LONGEST)) / LONGEST
  const write = (text, attributes) => { const made = node("text", attributes, svg); made.textContent = text; return made }
  for (const value of [0.01, 0.1, 1, 10]) {
    node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: data.ink.faint }, svg)
    write(String(value), { x: left - 7, y: y(value) + 5, "text-anchor": "end", class: "tick" })
  }
  for (const value of [0, 1]) {
    node("line", { x1: left, x2: width - right, y1: low(value), y2: low(value), stroke: data.ink.faint }, svg)
    write(String(value), { x: left - 7, y: low(value) + 5, "text-anchor": "end", class: "tick" })
  }
  for (const value of [10, 3, 1, 0.3, 0.1]) write(String(value), { x: x(placeAmong(data.r, value)), y: height - bottom + 22, "text-anchor": "middle", class: "tick" })
  write("relative importance r", { x: (left + width - right) / 2, y: height - 7, "text-anchor": "middle" })
  const title = write("", { x: left, y: 14, class: "name" })
  write("|Wᵢ| of the extra feature (solid), its superposition (dashed)", { x: left, y: height - bottom - lower - 12, class: "name" })
  const curves = data.codes.map((_, one) => node("polyline", { class: `code code-${one}`, fill: "none" }, svg))
  const labels = data.codes.map((words, one) => write(words, { class: `phase label-${one}` }))
  const dots = data.r.map(() => node("circle", { r: 3, class: "dot" }, svg))
  const [length, shared] = ["solid", "dashed"].map((kind) => node("path", { class: `measure ${kind}`, fill: "none" }, svg))
  const cursor = node("line", { class: "cross", y1: top, y2: height - bottom }, svg)
  let nameCurves = () => {}
  new ResizeObserver(() => nameCurves()).observe(svg)
  const points = (values) => values.map(([u, v]) => `${u.toFixed(1)},${v.toFixed(1)}`).join(" ")
  return () => {
    const column = state.column
    title.textContent = `Loss at 1 − S = ${significant(data.p[column])}, times that of leaving one feature out`
    const along = data.losses.map((losses) => losses.map((line, row) => [x(row), y(line[column])]))
    along.forEach((line, one) => set(curves[one], { points: points(line) }))
    nameCurves = () => putApart(labels, (name, size) => [0.85, 0.15, 0.5, 0.32, 0.68].concat(data.r.map((_, row) => row / last)).map((part) => {
      const [u, v] = along[labels.indexOf(name)][Math.round(part * last)]
      return [clamp(u, left + size.width / 2, width - right - size.width / 2), v - 7]
    }))
    nameCurves()
    dots.forEach((dot, row) => set(dot, { cx: x(row), cy: y(data.trained[row][column]) }))
    const [trained] = data.maps
    set(length, { d: `M${points(trained.length.map((line, row) => [x(row), low(line[column])]))}` })
    // Where the feature is not represented, its direction is chance, and so is what it shares: no line.
    const spans = trained.superposition.reduce((found, line, row) => {
      if (trained.code[row][column] === LEFT_OUT) return [...found, []]
      found[found.length - 1].push([x(row), low(line[column])])
      return found
    }, [[]])
    set(shared, { d: spans.filter((span) => span.length).map((span) => `M${points(span)}`).join("") })
    set(cursor, { x1: x(state.row), x2: x(state.row) })
    svg.setAttribute("aria-label", `Losses over the relative importance at density ${significant(data.p[column])}: ${data.codes.map((words, one) => `${words} ${significant(data.losses[one][state.row][column])}`).join(", ")}; trained ${significant(data.trained[state.row][column])}`)
  }
}

// ---- the weights at one cell ----

function drawCell(parent, data, state, weights) {
  const n = data.names.length
  const words = html("p", "words", parent)
  const drawings = html("div", "drawings", parent)
  const plane = data.hidden <= 2 ? arrowPlane(html("div", "arrows", drawings), { names: data.names, colours: data.colours, faint: data.ink.faint, unit: unitFor(LONGEST) }) : null
  const [cell, edge] = [n <= 3 ? 60 : 40, 30]
  const side = edge + n * cell
  const svg = node("svg", { viewBox: `0 0 ${side + 2} ${side + 2}`, role: "img" }, html("div", "products", drawings))
  data.names.forEach((name, i) => {
    const at = edge + (i + 0.5) * cell
    node("text", { x: at, y: edge - 9, "text-anchor": "middle" }, svg).textContent = name
    node("text", { x: edge - 6, y: at + 6, "text-anchor": "end" }, svg).textContent = name
  })
  const draw = heatMap(svg, { n, x: edge, y: edge, side: n * cell, ink: data.ink, numbers: n <= 5 })
  return () => {
    const { W, b } = weights(state.row, state.column)
    const products = gram(W)
    words.textContent = `1 − S = ${significant(data.p[state.column])}, r = ${significant(data.r[state.row])}: ${data.codes[data.maps[0].code[state.row][state.column]]}. Loss ${significant(data.trained[state.row][state.column])} times that of leaving one feature out; the best code has ${significant(Math.min(...data.losses.map((loss) => loss[state.row][state.column])))}. b = (${b.map((value) => fixed(value)).join(", ")}).`
    if (plane) plane.draw(W.length > 1 ? W : [W[0], W[0].map(() => 0)], { says: "The trained weights" })
    draw(products, n <= 5 ? products.map((line) => line.map((value) => fixed(value))) : null)
    svg.setAttribute("aria-label", `W transposed times W: ${products.map((line) => line.map((value) => fixed(value)).join(" ")).join("; ")}`)
  }
}

// Both maps and their legend.
function drawMaps(root, data, state, move) {
  const maps = html("div", "panels", root)
  const drawn = data.maps.map((map) => drawMap(maps, map, data, state, move))
  const legend = html("p", "legend", root)
  for (const [name, position, words] of [["absent", 0, "not represented"], ["own", 0, "a dimension of its own"], ["shared", 1, "in superposition"]]) {
    const entry = html("span", "entry", legend)
    const swatch = html("span", `swatch ${name}`, entry)
    if (name !== "absent") swatch.style.background = rampColour(data.ramp, position)
    html("span", "", entry, words)
  }
  for (const { words, dash } of data.boundaries) {
    const entry = html("span", "entry", legend)
    const key = node("svg", { viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" }, entry)
    node("line", { x1: 1, x2: 33, y1: 5, y2: 5, class: "border", "stroke-dasharray": dash }, key)
    html("span", "", entry, words)
  }
  return drawn
}

function build(root, data, state) {
  root.replaceChildren()
  const n = data.names.length
  const [W, b] = [unpacked(data.W), unpacked(data.b)]
  const weights = (row, column) => {
    const at = row * data.p.length + column
    const line = (k) => Array.from(W.subarray((at * data.hidden + k) * n, (at * data.hidden + k + 1) * n))
    return { W: Array.from({ length: data.hidden }, (_, k) => line(k)), b: Array.from(b.subarray(at * n, (at + 1) * n)) }
  }
  const move = (row, column) => {
    state.row = clamp(row, 0, data.r.length - 1)
    state.column = clamp(column, 0, data.p.length - 1)
    draw()
  }
  const drawn = data.shown.includes("map") ? drawMaps(root, data, state, move) : []
  const values = html("div", "values", root)
  const sliders = [["density", "1 − S", data.p, "column"], ["importance", "relative importance r", data.r, "row"]].map(([id, label, among, axis]) => {
    // To the right is more of it on the slider of r, and sparser on that of the density, as in the map.
    const flipped = axis === "row"
    const turned = (at) => (flipped ? among.length - 1 - at : at)
    const made = slider(values, { id: `phase-${id}`, label, low: 0, high: among.length - 1, step: 1, move: (at) => move(axis === "row" ? turned(at) : state.row, axis === "column" ? turned(at) : state.column) })
    return () => {
      const words = significant(among[state[axis]])
      made.show(turned(state[axis]), words)
      made.input.setAttribute("aria-valuetext", words)
    }
  })
  const panels = html("div", "panels", root)
  const below = data.shown.includes("line")
    ? [drawCell(html("section", "cell", panels), data, state, weights), drawChart(html("section", "chart", panels), data, state)]
    : []
  function draw() {
    for (const one of [...drawn, ...sliders, ...below]) one()
  }
  draw()
}

export default function ({ data, parentElement }) {
  const { root, state } = remembered(parentElement, "phase-diagram", () => ({ state: { row: data.start[0], column: data.start[1] } }))
  state.row = clamp(state.row, 0, data.r.length - 1)
  state.column = clamp(state.column, 0, data.p.length - 1)
  keepingFocus(parentElement, () => build(root, data, state))
}
