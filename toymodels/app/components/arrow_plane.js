// Feature arrows in a plane: W (2 x n) as one arrow and one name per feature, in a unit circle.

import { node, set } from "./dom.js"
import { fixed } from "./numbers.js"

const SIDE = 150 // half of the drawing
const AXIS = 118
const ROOM = 112 // pixels for the longest arrow, so that its name stays in the drawing
const SHORT = 0.08 // what is hardly longer than its own head would be a blot: it is not drawn
export const NAMED = 0.12 // shorter arrows have no name: their feature counts as not embedded
const NEAR = 18 // pixels between two names, of which the second would hide the first
const ASIDE = 26 // pixels by which it gives way

// Pixels per unit of h, so that arrows up to `longest` and the unit circle have room.
export function unitFor(longest, room = ROOM) {
  return room / Math.max(1, longest)
}

// An arrow from the origin. Returns a function that points it to (dx, dy), in pixels of the drawing, y down.
export function drawArrow(parent, colour) {
  const shaft = node("line", { x1: 0, y1: 0, stroke: colour, "stroke-width": 6, "stroke-linecap": "round" }, parent)
  const head = node("polygon", { fill: colour, stroke: colour, "stroke-width": 1.5, "stroke-linejoin": "round" }, parent)
  return (dx, dy) => {
    const length = Math.hypot(dx, dy) || 1e-9
    const [ux, uy] = [dx / length, dy / length]
    const neck = Math.max(0, length - 17)
    const wing = Math.min(9, length / 2)
    set(shaft, { x2: ux * neck, y2: uy * neck })
    set(head, { points: `${dx},${dy} ${ux * neck - uy * wing},${uy * neck + ux * wing} ${ux * neck + uy * wing},${uy * neck - ux * wing}` })
  }
}

// Where a name stands: in the direction of its arrow, a little beyond the tip.
function beyondTip(dx, dy) {
  const beyond = 1 + 21 / (Math.hypot(dx, dy) || 1)
  return { x: dx * beyond, y: dy * beyond }
}

// Names of arrows that lie on one another stand side by side: a place beside those that are taken, across the arrow.
function beside(taken, place) {
  const { x, y } = place
  const length = Math.hypot(x, y) || 1
  const before = taken.filter((other) => Math.hypot(other.x - x, other.y - y) < NEAR).length
  taken.push({ x, y })
  return { ...place, x: x - (before * ASIDE * y) / length, y: y + (before * ASIDE * x) / length }
}

// What the arrows are, for those who do not see them.
function arrowWords(W, names) {
  const words = names.map((name, i) => [name, W[0][i], W[1][i]]).filter(([, x, y]) => Math.hypot(x, y) >= NAMED)
    .map(([name, x, y]) => `${name} (${fixed(x)}, ${fixed(y)})`)
  return words.length ? `Arrows ${words.join("; ")}` : "No arrows"
}

// A plane for arrows: their names, colours (n), `faint` for axes and circle, `unit` in pixels per unit of h, `role`, and
// `place(dx, dy)`, the attributes of a name whose arrow ends there. Returns
//   svg, and `under`, a group below the arrows, for what else stands in the plane;
//   labels (n), the names;
//   draw(W, { says, active }): `says` is said with the arrows to those who do not see them, and where `active` (n) is
//   false, arrow and name are pale. It only sets attributes, so it can be called at every frame.
export function arrowPlane(parent, { names, colours, faint, unit, role = "img", place = beyondTip }) {
  const svg = node("svg", { class: "arrow-plane", viewBox: `${-SIDE} ${-SIDE} ${2 * SIDE} ${2 * SIDE}`, role }, parent)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: -AXIS * x, y1: -AXIS * y, x2: AXIS * x, y2: AXIS * y, stroke: faint, "stroke-width": 1.5 }, svg)
  }
  node("circle", { r: unit, fill: "none", stroke: faint, "stroke-width": 2, "stroke-dasharray": "3 6" }, svg)
  const under = node("g", {}, svg)
  // The most important feature is drawn last, on top; the names are above all arrows.
  const order = names.map((_, i) => i).reverse()
  const [arrows, labels] = [[], []]
  for (const i of order) {
    const group = node("g", { "data-feature": i }, svg)
    arrows[i] = { group, point: drawArrow(group, colours[i]) }
  }
  for (const i of order) {
    labels[i] = node("text", { "text-anchor": "middle", "dominant-baseline": "central" }, svg)
    labels[i].textContent = names[i]
  }
  const draw = (W, { says = null, active = null } = {}) => {
    const taken = []
    arrows.forEach(({ group, point }, i) => {
      const [dx, dy] = [W[0][i] * unit, -W[1][i] * unit]
      const length = Math.hypot(dx, dy) / unit
      set(group, { visibility: length < SHORT ? "hidden" : "visible" })
      const named = length >= NAMED
      set(labels[i], { visibility: named ? "visible" : "hidden", ...(named ? beside(taken, place(dx, dy)) : {}) })
      point(dx, dy)
      if (active) {
        set(group, { opacity: active[i] ? 1 : 0.3 })
        set(labels[i], { opacity: active[i] ? 1 : 0.65, "font-weight": active[i] ? 700 : 400 })
      }
    })
    if (says !== null) svg.setAttribute("aria-label", `${says}. ${arrowWords(W, names)}.`)
  }
  return { svg, under, labels, draw }
}
