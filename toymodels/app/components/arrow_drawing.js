// A plane to draw arrows in: feature arrows whose tips are dragged. While one moves, the D_i at the tips follow in the
// browser; when it is let go, the new place is sent back, and the page works it out in full.
//
// data: W (2 x n); names (n); colours (n); limit, the largest entry; ink (colours of the theme); says.

import { arrowPlane, NAMED, unitFor } from "./arrow_plane.js"
import { hasChanged, html, keepingFocus, node, remembered, set } from "./dom.js"
import { dragHandles } from "./handles.js"
import { clamp, dimensionality, longest, transposed } from "./model.js"
import { fixed, significant } from "./numbers.js"

const ROOM = 100 // pixels of the drawing for a length of 1, if no arrow is much longer
const EDGE = 1.35 // how far a tip can be dragged, in units of what the drawing shows as 1
const GRID = 0.05 // tips are let go on these places, so that W stays readable
const PAUSE = 500 // milliseconds without a key after which a tip moved by keys counts as let go
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

function build(state, data, send) {
  const { root } = state
  root.replaceChildren()
  const W = data.W.map((row) => [...row])
  const scale = Math.max(1, longest([W]) / 1.15)
  const unit = unitFor(scale, ROOM)
  const reach = Math.min(data.limit, EDGE * scale)
  const plane = arrowPlane(root, { names: data.names, colours: data.colours, faint: data.ink.faint, unit, role: "group",
    place: (dx, dy) => ({ x: clamp(dx * (1 + 14 / (Math.hypot(dx, dy) || 1)), -112, 112), y: dy + (dy > 0 ? 20 : -20) }) })
  plane.svg.setAttribute("aria-label", data.says)
  const readout = html("p", "readout", root)
  readout.setAttribute("aria-live", "polite")
  html("p", "", root, "Drag a tip, or use the arrow keys. Beside each name: Dᵢ.")
  const values = plane.labels.map((label) => node("tspan", { class: "value", dx: 5 }, label))
  const handles = data.names.map((_, i) => {
    const group = node("g", { class: "tip", tabindex: 0, role: "button", id: `tip-${i}` }, plane.svg)
    node("circle", { class: "handle", r: 17 }, group)
    return group
  })

  const tip = (i) => [W[0][i], W[1][i]]
  const draw = () => {
    const D = dimensionality(W)
    plane.draw(W)
    handles.forEach((handle, i) => {
      const [x, y] = tip(i)
      values[i].textContent = significant(D[i], 2)
      set(handle, { transform: `translate(${x * unit},${-y * unit})`,
        "aria-label": `${data.names[i]} at ${fixed(x)}, ${fixed(y)}, D ${significant(D[i], 2)}` })
    })
    const unnamed = data.names.filter((_, i) => Math.hypot(...tip(i)) < NAMED)
    readout.textContent = state.held !== null
      ? `W for ${data.names[state.held]}: (${tip(state.held).map((value) => fixed(value)).join(", ")})`
      : unnamed.length ? `Left out, at the centre: ${unnamed.join(", ")}. Drag one out.` : ""
  }
  const place = (i, to) => {
    to.forEach((value, row) => { W[row][i] = Math.round(clamp(value, -reach, reach) / GRID) * GRID })
    state.held = i
    draw()
  }
  const letGo = (i) => {
    state.held = null
    state.text = null // so that what the page answers is drawn, even if it is the old W
    send({ feature: i, to: tip(i).map((value) => Math.round(value * 100) / 100) })
    draw()
  }
  dragHandles(plane.svg, {
    places: () => transposed(W).map(([x, y]) => [x * unit, -y * unit]),
    hold: (i) => { state.held = i },
    move: (i, [x, y]) => place(i, [x / unit, -y / unit]),
    drop: (i, moved) => {
      if (moved) letGo(i)
      else state.held = null
    },
  })
  handles.forEach((handle, i) => {
    let timer = 0
    handle.onkeydown = (event) => {
      const step = STEPS[event.key]
      if (!step) return
      event.preventDefault()
      place(i, tip(i).map((value, row) => value + step[row] * GRID))
      clearTimeout(timer)
      timer = setTimeout(() => letGo(i), PAUSE)
    }
  })
  draw()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = remembered(parentElement, "arrow-drawing", () => ({ held: null }))
  // A rerun must not take the arrow from the pointer that drags it.
  if (state.held !== null || !hasChanged(state, data)) return
  keepingFocus(parentElement, () => build(state, data, (move) => setTriggerValue("moved", move)))
}
