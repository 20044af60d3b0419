// Feature arrows in three dimensions, turned by hand: dragged with a mouse or a finger, or with the arrow keys.
// Nothing is sent back, so turning causes no rerun.
//
// data: frames (k x 3 x n); captions (k); names (n); colours (n); edges [[i, j]]; ink (`Look.ink`); says.

const RADIUS = 100 // pixels of the drawing for a length of 1, if no arrow is longer
const EYE = 4 // distance of the eye in units of the radius: near things are drawn larger
const FARTHEST = 0.4 // opacity of what lies at the back of the sphere
const KEY_TURN = Math.PI / 24
const SHORT = 0.02 // arrows shorter than this are not drawn
const KEYS = { ArrowLeft: [-KEY_TURN, 0], ArrowRight: [KEY_TURN, 0], ArrowUp: [0, -KEY_TURN], ArrowDown: [0, KEY_TURN] }

function multiply(A, B) {
  return A.map((row) => [0, 1, 2].map((k) => row[0] * B[0][k] + row[1] * B[1][k] + row[2] * B[2][k]))
}

function apply(A, v) {
  return A.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

// The world as it looks after a turn of the hand: to the side about the upright axis, up and down about the level one.
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
  return { x: x * RADIUS * size, y: -y * RADIUS * size, z, size, opacity: FARTHEST + (1 - FARTHEST) * Math.min(1, Math.max(0, (z + 1) / 1.6)) }
}

function circle(axis) {
  return Array.from({ length: 73 }, (_, k) => {
    const angle = (k * Math.PI) / 36
    const point = [Math.cos(angle), Math.sin(angle)]
    point.splice(axis, 0, 0)
    return point
  })
}

function build(space, data) {
  const { root } = space
  root.replaceChildren()
  const svg = node("svg", { class: "view", viewBox: "-150 -150 300 300", role: "img", tabindex: 0,
    "aria-label": `${data.says} Turn with the arrow keys, Home for the view on arrival.` }, root)
  html("p", "", root, "Drag to turn, or use the arrow keys.")
  const columns = data.frames.map((W) => data.names.map((_, i) => W.map((row) => row[i])))
  const longest = Math.max(1, ...columns.flat().map((column) => Math.hypot(...column)))
  const films = columns.map((frame) => frame.map((column) => column.map((value) => value / longest)))
  let tips = films[films.length - 1]

  // The unit sphere: its outline and three circles on it, what is behind drawn fainter.
  const sphere = 1 / longest
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
      const drawn = points.map((point) => project(apply(space.view, point)))
      for (let k = 1; k < drawn.length; k += 1) {
        const side = drawn[k].z + drawn[k - 1].z > 0 ? "front" : "back"
        paths[side] += `M${drawn[k - 1].x},${drawn[k - 1].y}L${drawn[k].x},${drawn[k].y}`
      }
      set(front, { d: paths.front || "M0,0" })
      set(back, { d: paths.back || "M0,0" })
    }
    for (const { ends, line } of edges) {
      const [from, to] = ends.map((i) => project(apply(space.view, tips[i])))
      set(line, { x1: from.x, y1: from.y, x2: to.x, y2: to.y, opacity: (from.opacity + to.opacity) / 2 })
    }
    const placed = arrows.map((one) => ({ ...one, tip: tips[one.i], at: project(apply(space.view, tips[one.i])) }))
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
    space.view = multiply(turn(side, down), space.view)
    draw()
  }
  svg.onpointerdown = (event) => {
    svg.setPointerCapture(event.pointerId)
    space.hand = [event.clientX, event.clientY]
  }
  svg.onpointermove = (event) => {
    if (!space.hand || !svg.hasPointerCapture(event.pointerId)) return
    // Dragging across the sphere turns it by half a round.
    const pixels = (svg.getBoundingClientRect().width / 300) * 2 * RADIUS
    const [x, y] = space.hand
    space.hand = [event.clientX, event.clientY]
    turnBy(((event.clientX - x) / pixels) * Math.PI, ((event.clientY - y) / pixels) * Math.PI)
  }
  svg.onpointerup = svg.onpointercancel = () => { space.hand = null }
  svg.onkeydown = (event) => {
    if (event.key === "Home") {
      space.view = arrival()
      draw()
    } else if (KEYS[event.key]) {
      turnBy(...KEYS[event.key])
    } else {
      return
    }
    event.preventDefault()
  }
  draw()
  if (films.length > 1) scrubber(root, films, data.captions, (k) => {
    tips = films[k]
    draw()
  })
  return svg
}

// The time of a film, moved by hand.
function scrubber(root, films, captions, show) {
  const row = html("div", "time", root)
  const range = html("input", "", row)
  const caption = html("output", "", row)
  range.type = "range"
  range.setAttribute("aria-label", "Time of the training")
  ;[range.min, range.max, range.value] = [0, films.length - 1, films.length - 1]
  range.oninput = () => {
    const k = Number(range.value)
    caption.textContent = captions[k]
    range.setAttribute("aria-valuetext", captions[k])
    show(k)
  }
  caption.textContent = captions[films.length - 1]
}

export default function (component) {
  const { data, parentElement } = component
  const space = remembered(parentElement, "space", () => ({ view: arrival(), hand: null }))
  // A rerun with the same weights leaves the view in the hand that turns it.
  const text = JSON.stringify(data)
  if (text === space.text) return
  space.text = text
  const focused = parentElement.activeElement != null
  const svg = build(space, data)
  if (focused) svg.focus()
}
