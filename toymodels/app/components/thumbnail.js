// A thumbnail of a figure, drawn from real weights: its last scene stands, and it plays whenever its card is pointed at
// or focused. A click on it is a click on the card's link.
//
// data: kind; says; link (the class of the card); ink (colours of the theme); and what `SCENES[kind]` reads.

import { arrowPlane, unitFor } from "./arrow_plane.js"
import { hasChanged, html, node, remembered, set } from "./dom.js"
import { drawFace } from "./face.js"
import { heatMap } from "./heat_map.js"
import { blend, blendMatrix, clamp, decode, encode, frameAt, framesAround, longest } from "./model.js"
import { fixed } from "./numbers.js"

// The drawing that is 200 wide and 150 high.
function canvas(parent, height = 150) {
  return node("svg", { viewBox: `0 0 200 ${height}`, "aria-hidden": "true" }, parent)
}

// Every scene builds its figure and returns a function that draws it at a moment from 0 to 1, the last one at rest.
const SCENES = {
  // W (frames x 2 x n), names, colours: the arrows of a training find their places.
  arrows(parent, data) {
    const plane = arrowPlane(parent, { names: data.names, colours: data.colours, faint: data.ink.faint, unit: unitFor(longest(data.W)),
      role: "presentation" })
    return (moment) => plane.draw(frameAt(data.W, moment * (data.W.length - 1)))
  },

  // counts (k), line: columns grow one after the other; what is above the line is drawn strongly.
  columns(parent, data) {
    const svg = canvas(parent)
    const [wide, floor, unit] = [184 / data.counts.length, 140, 126 / Math.max(...data.counts)]
    const bars = data.counts.map((_, k) => ["below", "above"].map((part) => node("rect", {
      x: 8 + k * wide, width: wide - 4, fill: part === "above" ? data.ink.accent : data.ink.faint }, svg)))
    const level = floor - data.line * unit
    node("line", { x1: 4, x2: 196, y1: level, y2: level, stroke: data.ink.text, "stroke-width": 2, "stroke-dasharray": "6 4" }, svg)
    return (moment) => bars.forEach(([below, above], k) => {
      const count = data.counts[k] * clamp(moment * data.counts.length - k, 0, 1)
      const [low, high] = [Math.min(count, data.line), Math.max(0, count - data.line)]
      set(below, { y: floor - low * unit, height: low * unit })
      set(above, { y: level - high * unit, height: high * unit })
    })
  },

  // W (2 x 4), b (4), faces (k x 4): sparse faces go in at the left and come out at the right.
  faces(parent, data) {
    const row = html("div", "faces", parent)
    const into = drawFace(row)
    const arrow = html("span", "", row, "→")
    arrow.setAttribute("aria-hidden", "true")
    const out = drawFace(row)
    const last = data.faces.length - 1
    return (moment) => {
      const [frame, next, moved] = framesAround(moment * last, last)
      // A face stands still for half of its time, and turns into the next one in the other half.
      const part = clamp(2 * moved - 1, 0, 1)
      const x = data.faces[frame].map((value, i) => blend(value, data.faces[next][i], part))
      into(x)
      out(decode(data.W, data.b, encode(data.W, x)))
    }
  },

  // matrices (k x n x n), numbers: W^T W from one model to the next; of a single matrix, cell by cell.
  cells(parent, data) {
    const n = data.matrices[0].length
    const draw = heatMap(canvas(parent), { n, x: 30, y: 5, side: 140, ink: data.ink, numbers: data.numbers })
    const words = data.numbers ? data.matrices[0].map((row) => row.map((value) => fixed(value, 0))) : null
    const last = data.matrices.length - 1
    return (moment) => {
      const [frame, next, moved] = framesAround(moment * last, last)
      const values = last ? blendMatrix(data.matrices[frame], data.matrices[next], clamp(2 * moved - 1, 0, 1))
        : data.matrices[0].map((row, i) => row.map((value, j) => value * clamp(moment * 2.5 - (i + j) / (2 * n), 0, 1)))
      draw(values, words)
    }
  },

  // slopes, biases (n), own: what the outputs answer when feature `own` alone grows from 0 to 1.
  curves(parent, data) {
    const svg = canvas(parent)
    const [left, right, zero, unit] = [22, 178, 82, 58]
    node("line", { x1: left, x2: right, y1: zero, y2: zero, stroke: data.ink.text, "stroke-width": 1.5 }, svg)
    const lines = data.slopes.map((_, j) => {
      const ink = j === data.own ? data.ink.accent : data.slopes[j] < 0 ? data.ink.negative : data.ink.positive
      const below = node("polyline", { fill: "none", stroke: ink, "stroke-width": 2.5, "stroke-dasharray": "3 5" }, svg)
      const above = node("polyline", { fill: "none", stroke: ink, "stroke-width": 4, "stroke-linejoin": "round" }, svg)
      return { above, below }
    })
    const [x, y] = [(at) => left + (right - left) * at, (value) => zero - unit * value]
    return (moment) => {
      lines.forEach(({ above, below }, j) => {
        const points = (read) => Array.from({ length: 41 }, (_, k) => (k / 40) * moment)
          .map((at) => `${x(at)},${y(read(data.slopes[j] * at + data.biases[j]))}`).join(" ")
        set(above, { points: points((z) => Math.max(0, z)) })
        set(below, { points: points((z) => Math.min(0, z)) })
      })
    }
  },

  // groups [{x, y, edges [[i, j, product]]}]: every group of features in its widest plane.
  groups(parent, data) {
    const columns = Math.ceil(Math.sqrt((data.groups.length * 200) / 150))
    const rows = Math.ceil(data.groups.length / columns)
    const [width, height] = [200 / columns, 150 / rows]
    const svg = canvas(parent)
    const drawn = data.groups.map(({ x, y, edges }, k) => {
      const at = `translate(${((k % columns) + 0.5) * width},${(Math.floor(k / columns) + 0.5) * height})`
      const reach = Math.max(...x.map((one, i) => Math.hypot(one, y[i])))
      const unit = (0.36 * Math.min(width, height)) / reach
      const group = node("g", {}, svg)
      for (const [i, j, product] of edges) {
        node("line", { x1: x[i] * unit, y1: -y[i] * unit, x2: x[j] * unit, y2: -y[j] * unit,
          stroke: product < 0 ? data.ink.negative : data.ink.positive, "stroke-width": 1.2, "stroke-opacity": Math.min(1, Math.abs(product)) }, group)
      }
      x.forEach((one, i) => node("circle", { cx: one * unit, cy: -y[i] * unit, r: 2, fill: data.ink.accent }, group))
      return { group, at }
    })
    return (moment) => drawn.forEach(({ group, at }, k) => {
      const part = clamp(2 * moment - k / drawn.length, 0, 1)
      set(group, { transform: `${at} rotate(${(1 - part) * 120}) scale(${0.3 + 0.7 * part})`, opacity: part })
    })
  },

  // stacks (models x neurons x segments [feature, weight]), colours: what every neuron reads, dense and then sparse.
  stacks(parent, data) {
    const svg = canvas(parent)
    const tallest = Math.max(...data.stacks.flat().map((stack) => stack.reduce((sum, [, weight]) => sum + weight, 0)))
    const unit = 140 / tallest
    const models = data.stacks.map((neurons) => {
      const group = node("g", {}, svg)
      const wide = 200 / neurons.length
      neurons.forEach((stack, k) => {
        let low = 145
        for (const [feature, weight] of stack) {
          low -= weight * unit
          node("rect", { x: k * wide + 0.08 * wide, y: low, width: 0.84 * wide, height: weight * unit, fill: data.colours[feature],
            stroke: "var(--st-background-color)", "stroke-width": 0.5 }, group)
        }
      })
      return group
    })
    return (moment) => models.forEach((group, k) => {
      const place = moment * (models.length - 1) - k
      set(group, { opacity: clamp(1 - 2 * Math.abs(place), 0, 1), transform: `translate(0,${145 * (1 - clamp(1 - Math.abs(place), 0, 1))}) scale(1,${clamp(1 - Math.abs(place), 0, 1)})` })
    })
  },
}

const SECONDS = { arrows: 2.2, faces: 7, cells: 3.5, curves: 2, groups: 2.2, stacks: 2.2, columns: 2.5 }

function build(state, data) {
  const { root } = state
  root.replaceChildren()
  const figure = html("div", `figure ${data.kind}`, root)
  figure.setAttribute("role", "img")
  figure.setAttribute("aria-label", data.says)
  const draw = SCENES[data.kind](figure, data)
  draw(1)

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)")
  const play = () => {
    if (calm.matches || state.frame) return
    let began = null
    const turn = (now) => {
      began = began === null ? now : began
      const moment = Math.min(1, (now - began) / 1000 / SECONDS[data.kind])
      draw(moment)
      state.frame = moment < 1 && root.isConnected ? requestAnimationFrame(turn) : 0
    }
    state.frame = requestAnimationFrame(turn)
  }
  const card = root.getRootNode().host?.closest(`.st-key-${data.link}`)
  const follow = () => card?.querySelector("a")?.click()
  root.onclick = follow
  card?.addEventListener("pointerenter", play)
  card?.addEventListener("focusin", play)
  return () => {
    cancelAnimationFrame(state.frame)
    state.frame = 0
    card?.removeEventListener("pointerenter", play)
    card?.removeEventListener("focusin", play)
  }
}

export default function ({ data: [data], parentElement }) {
  const state = remembered(parentElement, "thumbnail", () => ({ frame: 0, leave: () => {} }))
  if (!hasChanged(state, data)) return
  state.leave()
  state.leave = build(state, data)
}
