// The plane to scribble in: feature arrows whose tips are dragged. While one moves, the D_i at the tips follow in the
// browser; when it is let go, the new place is sent back, and the page works it out in full.
//
// data: W (2 x n); names (n); colours (n); limit, the largest entry; ink (`Look.ink`); says.

const UNIT = 100 // pixels of the drawing for a length of 1, if no arrow is much longer
const EDGE = 1.35 // how far a tip can be dragged, in units of what the drawing shows as 1
const GRID = 0.05 // tips are let go on these places, so that W stays readable
const PAUSE = 500 // milliseconds without a key after which a tip moved by keys counts as let go
const SHORT = 0.05
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

function number(value) {
  return String(Math.round(value * 100) / 100).replace("-", "−")
}

// D_i = |W_i|^2 / sum_j (W_i/|W_i| . W_j)^2, and 0 for a zero column.
function dimensionality(tips) {
  return tips.map(([x, y]) => {
    const own = x * x + y * y
    const shared = tips.reduce((sum, [u, v]) => sum + (x * u + y * v) ** 2, 0)
    return shared > 0 ? (own * own) / shared : 0
  })
}

function build(plane, data, send) {
  const { root } = plane
  root.replaceChildren()
  const svg = node("svg", { class: "plane", viewBox: "-150 -150 300 300", role: "group", "aria-label": data.says }, root)
  const readout = html("p", "readout", root)
  readout.setAttribute("aria-live", "polite")
  html("p", "", root, "Drag a tip, or move it with the arrow keys. The numbers are Dᵢ.")
  const tips = data.names.map((_, i) => [data.W[0][i], data.W[1][i]])
  const scale = Math.max(1, ...tips.map(([x, y]) => Math.hypot(x, y) / 1.15))
  const unit = UNIT / scale
  const reach = Math.min(data.limit, EDGE * scale)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: -130 * x, y1: -130 * y, x2: 130 * x, y2: 130 * y, stroke: data.ink.faint, "stroke-width": 1 }, svg)
  }
  node("circle", { r: unit, fill: "none", stroke: data.ink.faint, "stroke-width": 1.5, "stroke-dasharray": "3 6" }, svg)

  const arrows = tips.map((_, i) => drawArrow(svg, data.colours[i]))
  const labels = data.names.map((name) => {
    const label = node("text", {}, svg)
    const first = node("tspan", { class: "name" }, label)
    first.textContent = name
    return { label, value: node("tspan", { dx: 5 }, label) }
  })
  const groups = data.names.map((_, i) => {
    const group = node("g", { class: "tip", tabindex: 0, role: "button", id: `tip-${i}` }, svg)
    node("circle", { class: "handle", r: 17 }, group)
    return group
  })

  const draw = () => {
    const D = dimensionality(tips)
    tips.forEach(([x, y], i) => {
      const [dx, dy, length] = [x * unit, -y * unit, Math.hypot(x, y)]
      const seen = length >= SHORT
      arrows[i](dx, dy)
      set(labels[i].label, { visibility: seen ? "visible" : "hidden",
        x: Math.max(-112, Math.min(112, dx * (1 + 14 / (length * unit || 1)))), y: dy + (dy > 0 ? 20 : -20) })
      labels[i].value.textContent = number(D[i])
      set(groups[i], { transform: `translate(${dx},${dy})`,
        "aria-label": `${data.names[i]} at ${number(x)}, ${number(y)}, D ${number(D[i])}` })
    })
    const hidden = data.names.filter((_, i) => Math.hypot(...tips[i]) < SHORT)
    readout.textContent = plane.held !== null
      ? `W for ${data.names[plane.held]}: (${number(tips[plane.held][0])}, ${number(tips[plane.held][1])})`
      : hidden.length ? `Left out, at the centre: ${hidden.join(", ")}. Drag one out.` : ""
  }

  const place = (i, x, y) => {
    tips[i] = [x, y].map((value) => {
      const kept = Math.max(-reach, Math.min(reach, value))
      return Math.round(kept / GRID) * GRID
    })
    plane.held = i
    draw()
  }
  const letGo = (i) => {
    plane.held = null
    plane.text = null // so that what the page answers is drawn, even if it is the old W
    send({ feature: i, to: tips[i].map((value) => Math.round(value * 100) / 100) })
    draw()
  }
  groups.forEach((group, i) => {
    let [moved, timer] = [false, 0]
    group.onpointerdown = (event) => {
      group.setPointerCapture(event.pointerId)
      ;[plane.held, moved] = [i, false]
    }
    group.onpointermove = (event) => {
      if (!group.hasPointerCapture(event.pointerId)) return
      const box = svg.getBoundingClientRect()
      const pixels = box.width / 300
      moved = true
      place(i, (event.clientX - box.left - box.width / 2) / pixels / unit, -(event.clientY - box.top - box.height / 2) / pixels / unit)
    }
    group.onpointerup = group.onpointercancel = () => {
      if (moved) letGo(i)
      else plane.held = null
      moved = false
    }
    group.onkeydown = (event) => {
      const step = STEPS[event.key]
      if (!step) return
      event.preventDefault()
      place(i, tips[i][0] + step[0] * GRID, tips[i][1] + step[1] * GRID)
      clearTimeout(timer)
      timer = setTimeout(() => letGo(i), PAUSE)
    }
  })
  draw()
  return groups
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const plane = remembered(parentElement, "scribble", () => ({ held: null, text: null }))
  // A rerun must not take the arrow out of the hand that drags it.
  const text = JSON.stringify(data)
  if (text === plane.text || plane.held !== null) return
  plane.text = text
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  const groups = build(plane, data, (move) => setTriggerValue("moved", move))
  const same = groups.find((group) => focused && group.id === focused)
  if (same) same.focus()
}
