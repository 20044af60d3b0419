// Feature arrows in three dimensions, turned by dragging with a mouse or a finger, or with the arrow keys.
// Nothing is sent back, so turning causes no rerun.
//
// data: frames (k x 3 x n); captions (k); names (n); colours (n); edges [[i, j]]; ink (colours of the theme); says.

import { drawArrow } from "./arrow_plane.js"
import { hasChanged, html, keepingFocus, node, remembered, set } from "./dom.js"
import { clamp, dot, frameAt, longest, transposed } from "./model.js"
import { scrubber } from "./scrubber.js"

const RADIUS = 100 // pixels of the drawing for a length of 1, if no arrow is longer
const EYE = 4 // distance of the eye in units of the radius: near things are drawn larger
const FARTHEST = 0.4 // opacity of what lies at the back of the sphere
const KEY_TURN = Math.PI / 24
const SHORT = 0.02 // arrows shorter than this are not drawn
const KEYS = { ArrowLeft: [-KEY_TURN, 0], ArrowRight: [KEY_TURN, 0], ArrowUp: [0, -KEY_TURN], ArrowDown: [0, KEY_TURN] }

function multiply(A, B) {
  const columns = transposed(B)
  return A.map((row) => columns.map((column) => dot(row, column)))
}

function apply(A, v) {
  return A.map((row) => dot(row, v))
}

// The world as it looks after a turn: to the side about the upright axis, up and down about the level one.
function turn(side, down) {
  const [cs, ss, cd, sd] = [Math.cos(side), Math.sin(side), Math.cos(down), Math.sin(down)]
  return multiply([[1, 0, 0], [0, cd, -sd], [0, sd, cd]], [[cs, 0, ss], [0, 1, 0], [-ss, 0, cs]])
}

// On arrival the third dimension points up, seen a little from above.
function arrival() {
  return multiply(turn(-0.5, 0.35), [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
}

// A point in units of the radius, z towards the eye: where it is drawn, how much larger, how opaque.
function project([x, y, z]) {
  const size = EYE / (EYE - z)
  return { x: x * RADIUS * size, y: -y * RADIUS * size, z, size, opacity: FARTHEST + (1 - FARTHEST) * clamp((z + 1) / 1.6, 0, 1) }
}

function circle(axis) {
  return Array.from({ length: 73 }, (_, k) => {
    const angle = (k * Math.PI) / 36
    const point = [Math.cos(angle), Math.sin(angle)]
    point.splice(axis, 0, 0)
    return point
  })
}

function build(state, data) {
  const { root } = state
  state.stop()
  root.replaceChildren()
  const svg = node("svg", { id: "space-view", class: "view", viewBox: "-150 -150 300 300", role: "img", tabindex: 0,
    "aria-label": `${data.says} Turn with the arrow keys, Home for the view on arrival.` }, root)
  html("p", "", root, "Drag to turn, or use the arrow keys.")
  const largest = Math.max(1, longest(data.frames))
  const frames = data.frames.map((W) => transposed(W).map((column) => column.map((value) => value / largest)))
  const last = frames.length - 1
  let tips = frames[last]

  // The unit sphere: its outline and three circles on it, what is behind drawn fainter.
  const sphere = 1 / largest
  node("circle", { r: (RADIUS * sphere * EYE) / Math.sqrt(EYE ** 2 - sphere ** 2), fill: "none", stroke: data.ink.faint, "stroke-width": 1.5 }, svg)
  const circles = [0, 1, 2].map((axis) => ({
    points: circle(axis).map((point) => point.map((value) => value * sphere)),
    front: node("path", { fill: "none", stroke: data.ink.faint, "stroke-width": 1.5 }, svg),
    back: node("path", { fill: "none", stroke: data.ink.faint, "stroke-width": 1, "stroke-dasharray": "2 5" }, svg),
  }))
  const edges = data.edges.map((ends) => ({
    ends, line: node("line", { stroke: data.ink.muted, "stroke-width": 1.5 }, svg),
  }))
  const arrows = []
  data.names.forEach((name, i) => {
    const group = node("g", {}, svg)
    const arrow = node("g", {}, group)
    const label = node("text", {}, group)
    label.textContent = name
    arrows.push({ i, group, arrow, point: drawArrow(arrow, data.colours[i]), label })
  })

  const draw = () => {
    for (const { points, front, back } of circles) {
      const paths = { front: "", back: "" }
      const drawn = points.map((point) => project(apply(state.view, point)))
      for (let k = 1; k < drawn.length; k += 1) {
        const side = drawn[k].z + drawn[k - 1].z > 0 ? "front" : "back"
        paths[side] += `M${drawn[k - 1].x},${drawn[k - 1].y}L${drawn[k].x},${drawn[k].y}`
      }
      set(front, { d: paths.front || "M0,0" })
      set(back, { d: paths.back || "M0,0" })
    }
    for (const { ends, line } of edges) {
      const [from, to] = ends.map((i) => project(apply(state.view, tips[i])))
      set(line, { x1: from.x, y1: from.y, x2: to.x, y2: to.y, opacity: (from.opacity + to.opacity) / 2 })
    }
    const placed = arrows.map((one) => ({ ...one, tip: tips[one.i], at: project(apply(state.view, tips[one.i])) }))
    // What is nearer is drawn later, over what is behind it.
    placed.sort((one, other) => one.at.z - other.at.z)
    for (const { at, tip, group, arrow, point, label } of placed) {
      const long = Math.hypot(...tip)
      set(group, { visibility: long < SHORT ? "hidden" : "visible" })
      set(arrow, { transform: `scale(${at.size})`, opacity: at.opacity })
      point(at.x / at.size, at.y / at.size)
      // Names stand a little beyond the tips; where an arrow points at the eye, a little beside it.
      const beyond = 1 + 15 / (RADIUS * Math.max(long, SHORT))
      const flat = Math.hypot(at.x, at.y)
      const push = flat < 14 ? 14 : 0
      set(label, { opacity: 0.5 + at.opacity / 2, x: at.x * beyond + push, y: at.y * beyond - push, "font-size": `${at.size}em` })
      svg.appendChild(group)
    }
  }

  const turnBy = (side, down) => {
    state.view = multiply(turn(side, down), state.view)
    draw()
  }
  svg.onpointerdown = (event) => {
    svg.setPointerCapture(event.pointerId)
    state.pointer = [event.clientX, event.clientY]
  }
  svg.onpointermove = (event) => {
    if (!state.pointer || !svg.hasPointerCapture(event.pointerId)) return
    // Dragging across the sphere turns it by half a round.
    const pixels = (svg.getBoundingClientRect().width / 300) * 2 * RADIUS
    const [x, y] = state.pointer
    state.pointer = [event.clientX, event.clientY]
    turnBy(((event.clientX - x) / pixels) * Math.PI, ((event.clientY - y) / pixels) * Math.PI)
  }
  svg.onpointerup = svg.onpointercancel = () => { state.pointer = null }
  svg.onkeydown = (event) => {
    if (event.key === "Home") {
      state.view = arrival()
      draw()
    } else if (KEYS[event.key]) {
      turnBy(...KEYS[event.key])
    } else {
      return
    }
    event.preventDefault()
  }
  draw()
  if (!last) return
  state.stop = scrubber(root, { last, label: "Time of the training", draw: (position) => {
    tips = frameAt(frames, position)
    draw()
    const caption = data.captions[Math.round(position)]
    return [caption, caption]
  } })
}

export default function ({ data, parentElement }) {
  const state = remembered(parentElement, "space", () => ({ view: arrival(), pointer: null, stop: () => {} }))
  // A rerun with the same weights leaves the view to the pointer that turns it.
  if (hasChanged(state, data)) keepingFocus(parentElement, () => build(state, data))
}
