// When is interference free? The curve ReLU(a x + b) over x in [0, 1], with its interference a = W_j . W_i and its bias
// b = b_j under sliders and handles, beside the square of all (a, b). Everything is drawn from `data`; nothing is sent back,
// so dragging causes no rerun.
//
// data: start {a, b}; reach (the square is -reach .. reach); ink (colours of the theme);
//       pairs [{i, j, a, b}], the trained model's own: active feature i, output j.

import { html, keepingFocus, node, remembered, set } from "./dom.js"
import { dragHandles } from "./handles.js"
import { clamp, interferenceAt, squaredArea } from "./model.js"
import { counted, fixed, significant } from "./numbers.js"
import { slider } from "./slider.js"

const SIDE = 320 // pixels of a square drawing
const EDGE = { left: 44, right: 12, top: 12, bottom: 46 }
const LEVELS = [0.001, 0.01, 0.03, 0.1, 0.3, 1]
const TOP = 2 // the curve is drawn from -1 to here

function verdict(a, b) {
  const without = a * a / 3 + a * b + b * b
  const tail = ` Without the ReLU: ${significant(without)}.`
  if (b <= 0 && a + b <= 0) return ["Free.", `The output stays at 0 for every x.${tail}`]
  if (b > 0 && a + b > 0) return ["Loss at every x.", tail.trim()]
  const root = fixed(-b / a)
  if (b > 0) return [`Loss up to x = ${root}.`, `The bias is above 0: x = 0 has loss already.${tail}`]
  return [`Loss from x = ${root} on.`, `Below that the bias keeps the output at 0.${tail}`]
}

// ---- drawings ----

function drawAxes(svg, across, down, ticks, words) {
  for (const [value, text] of ticks.x) {
    node("text", { x: across(value), y: SIDE - EDGE.bottom + 22, "text-anchor": "middle", class: "tick" }, svg).textContent = text
  }
  for (const [value, text] of ticks.y) {
    node("text", { x: EDGE.left - 6, y: down(value) + 5, "text-anchor": "end", class: "tick" }, svg).textContent = text
  }
  node("text", { x: (EDGE.left + SIDE - EDGE.right) / 2, y: SIDE - 4, "text-anchor": "middle" }, svg).textContent = words.x
  node("text", { transform: `translate(11,${(EDGE.top + SIDE - EDGE.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, svg)
    .textContent = words.y
}

function scale(low, high, from, to) {
  const place = (value) => from + ((value - low) / (high - low)) * (to - from)
  place.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low)
  return place
}

function drawCurve(parent, data, state, move) {
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, parent)
  const across = scale(0, 1, EDGE.left, SIDE - EDGE.right)
  const down = scale(-1, TOP, SIDE - EDGE.bottom, EDGE.top)
  const clip = node("clipPath", { id: "curve-clip" }, svg)
  node("rect", { x: EDGE.left - 8, y: EDGE.top - 8, width: SIDE - EDGE.left - EDGE.right + 16, height: SIDE - EDGE.top - EDGE.bottom + 16 }, clip)
  for (const y of [-1, 0, 1, 2]) {
    node("line", { x1: across(0), x2: across(1), y1: down(y), y2: down(y), stroke: y ? data.ink.faint : data.ink.muted, "stroke-width": y ? 1 : 1.5 }, svg)
  }
  drawAxes(svg, across, down, { x: [[0, "0"], [0.5, "0.5"], [1, "1"]], y: [[-1, "−1"], [0, "0"], [1, "1"], [2, "2"]] },
    { x: "xᵢ, the active feature", y: "output j" })
  const inside = node("g", { "clip-path": "url(#curve-clip)" }, svg)
  const area = node("path", { class: "area", stroke: "none" }, inside)
  const line = node("line", { class: "line", "stroke-dasharray": "3 6" }, inside)
  const relu = node("polyline", { class: "relu", fill: "none" }, inside)
  const handles = [0, 1].map(() => node("circle", { r: 9, class: "handle" }, svg))
  const heightOf = (value) => clamp(down(value), 6, SIDE - 6)
  dragHandles(svg, {
    places: () => [0, 1].map((x) => [across(x), heightOf(state.a * x + state.b)]),
    // The left end is the bias; the right end is interference and bias together.
    move: (x, [, y]) => move(x ? { a: down.back(y) - state.b } : { b: down.back(y) }),
  })
  return (a, b) => {
    const value = (x) => a * x + b
    const output = (x) => Math.max(0, value(x))
    const root = a ? -b / a : -1
    const bends = [0, ...(root > 0 && root < 1 ? [root] : []), 1]
    const fine = Array.from({ length: 61 }, (_, k) => k / 60).concat(bends).sort((p, q) => p - q)
    set(area, { d: `M${across(0)},${down(0)} ` + fine.map((x) => `L${across(x)},${down(output(x) ** 2)}`).join(" ") + ` L${across(1)},${down(0)} Z` })
    set(line, { x1: across(0), y1: down(value(0)), x2: across(1), y2: down(value(1)) })
    set(relu, { points: bends.map((x) => `${across(x)},${down(output(x))}`).join(" ") })
    handles.forEach((handle, x) => set(handle, { cx: across(x), cy: heightOf(value(x)) }))
    svg.setAttribute("aria-label", `ReLU of ${fixed(a)} x plus ${fixed(b)}, from ${fixed(output(0))} at x = 0 to ${fixed(output(1))} at x = 1`)
  }
}

function drawMap(parent, data, state, move) {
  const { reach } = data
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "map" }, parent)
  const across = scale(-reach, reach, EDGE.left, SIDE - EDGE.right)
  const down = scale(-reach, reach, SIDE - EDGE.bottom, EDGE.top)
  const pattern = node("pattern", { id: "free", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg)
  node("line", { x1: 0, y1: 0, x2: 0, y2: 9, stroke: data.ink.muted, "stroke-width": 2, opacity: 0.55 }, pattern)

  const biases = Array.from({ length: 81 }, (_, k) => -reach + (2 * reach * k) / 80)
  for (const level of LEVELS) {
    const edge = biases.map((b) => [interferenceAt(level, b, reach), b])
    const corners = [...edge, [reach, reach], [reach, -reach]]
    node("polygon", { points: corners.map(([a, b]) => `${across(a)},${down(b)}`).join(" "), class: "band" }, svg)
    // The level stands on its line where the lines are furthest apart.
    const [, b] = edge.find(([a]) => a < -0.72 * reach) ?? [0, reach]
    if (b < 0.97 * reach) {
      node("text", { x: across(-0.72 * reach), y: down(b) + 4, class: "level" }, svg).textContent = String(level)
    }
  }
  const free = [[-reach, 0], [0, 0], [reach, -reach], [-reach, -reach]]
  node("polygon", { points: free.map(([a, b]) => `${across(a)},${down(b)}`).join(" "), fill: "url(#free)", class: "free" }, svg)
  node("text", { x: across(-0.45 * reach), y: down(-0.55 * reach) + 6, class: "word", "text-anchor": "middle" }, svg).textContent = "free"
  node("rect", { x: across(-reach), y: down(reach), width: across(reach) - across(-reach), height: down(-reach) - down(reach), fill: "none", stroke: data.ink.muted }, svg)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: across(-reach * x), y1: down(-reach * y), x2: across(reach * x), y2: down(reach * y), stroke: data.ink.muted, "stroke-dasharray": "2 4" }, svg)
  }
  const ticks = [-1, 0, 1].map((value) => [value, value < 0 ? "−1" : String(value)])
  drawAxes(svg, across, down, { x: ticks, y: ticks }, { x: "interference Wⱼ·Wᵢ", y: "bias bⱼ" })
  for (const pair of data.pairs) {
    const dot = node("circle", { cx: across(pair.a), cy: down(pair.b), r: 5.5, class: "pair" }, svg)
    node("title", {}, dot).textContent = words(pair)
  }
  const cross = [node("line", { class: "cross" }, svg), node("line", { class: "cross" }, svg)]
  const point = node("circle", { r: 10, class: "handle" }, svg)
  const to = ([x, y]) => move({ a: across.back(x), b: down.back(y) })
  dragHandles(svg, { places: () => [[across(state.a), down(state.b)]], press: to, move: (_, place) => to(place) })
  return (a, b) => {
    set(point, { cx: across(a), cy: down(b) })
    set(cross[0], { x1: across(a), x2: across(a), y1: down(b), y2: down(-reach) })
    set(cross[1], { x1: across(-reach), x2: across(a), y1: down(b), y2: down(b) })
    svg.setAttribute("aria-label", `Square of interference and bias. Free below the line from (0, 0) to (1, −1) while the bias is not above 0. The point is at (${fixed(a)}, ${fixed(b)}); ${data.pairs.length} pairs of the trained model are dots.`)
  }
}

function words(pair) {
  const loss = squaredArea(pair.a, pair.b)
  return `${counted(pair.i)} on ${counted(pair.j)}: interference ${fixed(pair.a)}, bias ${fixed(pair.b)}, ${loss < 5e-6 ? "free" : `loss ${significant(loss)}`}`
}

// ---- everything ----

function build(root, data, state) {
  root.replaceChildren()
  const result = html("p", "loss", root)
  html("span", "", result, "loss ")
  const value = html("b", "", result)
  const says = html("span", "says", result)
  says.setAttribute("aria-live", "polite")
  const strong = html("b", "", says)
  const rest = html("span", "", says)
  const panels = html("div", "panels", root)
  const left = html("section", "panel", panels)
  html("p", "title", left, "What i does to output j: ReLU(Wⱼ·Wᵢ xᵢ + bⱼ)")
  const right = html("section", "panel", panels)
  html("p", "title", right, "What that adds to the loss, ∫₀¹ ReLU(Wⱼ·Wᵢ x + bⱼ)² dx")

  const move = (change) => {
    for (const [name, value] of Object.entries(change)) state[name] = Math.round(clamp(value, -data.reach, data.reach) * 100) / 100
    state.pair = ""
    draw()
  }
  const curve = drawCurve(html("div", "drawing", left), data, state, move)
  html("p", "note", left, "thick: output j · dashed: before the ReLU · shaded: its square")
  const map = drawMap(html("div", "drawing", right), data, state, move)
  html("p", "note", right, "lines: equal loss · rings: the trained model’s pairs")

  const values = html("section", "values", panels)
  const sliders = [["a", "interference Wⱼ·Wᵢ"], ["b", "bias bⱼ"]].map(([name, label]) => {
    const made = slider(values, { id: `slider-${name}`, label, low: -data.reach, high: data.reach, move: (value) => move({ [name]: value }) })
    return () => made.show(state[name])
  })
  const pick = html("div", "pick", values)
  const label = html("label", "", pick, "or take a pair of the trained model")
  const choose = html("select", "", pick)
  choose.id = "pair"
  label.htmlFor = choose.id
  html("option", "", choose, "—").value = ""
  data.pairs.forEach((pair, k) => { html("option", "", choose, words(pair)).value = String(k) })
  choose.onchange = () => {
    const pair = data.pairs[Number(choose.value)]
    if (!choose.value || !pair) return
    ;[state.a, state.b, state.pair] = [pair.a, pair.b, choose.value]
    draw()
  }

  function draw() {
    const { a, b } = state
    curve(a, b)
    map(a, b)
    value.textContent = significant(squaredArea(a, b))
    const [first, second] = verdict(a, b)
    strong.textContent = first
    rest.textContent = " " + second
    for (const show of sliders) show()
    choose.value = state.pair
  }
  draw()
}

export default function ({ data, parentElement }) {
  const { root, state } = remembered(parentElement, "interference", () => ({ state: { ...data.start, pair: "" } }))
  // Another model: its pairs are others, and the square may have shrunk; the point stays the visitor's own.
  state.pair = ""
  for (const name of ["a", "b"]) state[name] = clamp(state[name], -data.reach, data.reach)
  keepingFocus(parentElement, () => build(root, data, state))
}
