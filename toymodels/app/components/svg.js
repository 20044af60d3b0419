// What every component draws with.

const SVG = "http://www.w3.org/2000/svg"

function node(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag)
  set(element, attributes)
  if (parent) parent.appendChild(element)
  return element
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

function html(tag, className, parent, text = "") {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  parent.appendChild(element)
  return element
}

function twoDigits(value) {
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", "−")
}

const memories = new WeakMap()

// What a component keeps over reruns: its root, of the classes `component` and `className`, and at first what `begin` says.
function remembered(parentElement, className, begin = () => ({})) {
  if (!memories.has(parentElement)) memories.set(parentElement, { ...begin(), root: html("div", `component ${className}`, parentElement) })
  return memories.get(parentElement)
}

// Draw anew with `build`, which returns the inputs: a rerun must not take the slider out of the hand that drags it.
function keepingFocus(parentElement, build) {
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  const same = build().find((input) => focused && input.id === focused)
  if (same) same.focus()
}

// A feature's arrow from the origin. Returns a function that points it to (dx, dy), in pixels of the drawing, y down.
function drawArrow(svg, colour) {
  const shaft = node("line", { x1: 0, y1: 0, stroke: colour, "stroke-width": 6, "stroke-linecap": "round" }, svg)
  const head = node("polygon", { fill: colour, stroke: colour, "stroke-width": 1.5, "stroke-linejoin": "round" }, svg)
  return (dx, dy) => {
    const length = Math.hypot(dx, dy) || 1e-9
    const [ux, uy] = [dx / length, dy / length]
    const neck = Math.max(0, length - 17)
    const wing = Math.min(9, length / 2)
    set(shaft, { x2: ux * neck, y2: uy * neck })
    set(head, { points: `${dx},${dy} ${ux * neck - uy * wing},${uy * neck + ux * wing} ${ux * neck + uy * wing},${uy * neck - ux * wing}` })
  }
}

// A plane with one arrow and name per feature. `look`: names, colours (n), faint. The plane has room for arrows up to
// `longest`, in units of h. Returns a function that draws W (2 x n) and says the caption to those who do not see it.
function drawArrowPlane(parent, title, look, longest) {
  const [side, reach] = [150, 112]
  const unit = reach / Math.max(1, longest)
  const svg = node("svg", { viewBox: `${-side} ${-side} ${2 * side} ${2 * side}`, role: "img" }, parent)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: -reach * x, y1: -reach * y, x2: reach * x, y2: reach * y, stroke: look.faint, "stroke-width": 1.5 }, svg)
  }
  node("circle", { r: unit, fill: "none", stroke: look.faint, "stroke-width": 2, "stroke-dasharray": "3 6" }, svg)
  // The most important feature is drawn last, on top; the names are above all arrows.
  const arrows = look.names.map((name, i) => ({ name, i })).reverse().map(({ name, i }) => {
    const group = node("g", { "data-feature": i }, svg)
    return { name, i, group, point: drawArrow(group, look.colours[i]) }
  })
  const texts = arrows.map(({ name }) => {
    const text = node("text", { "text-anchor": "middle", "dominant-baseline": "central" }, svg)
    text.textContent = name
    return text
  })
  return (W, caption) => {
    const words = []
    arrows.forEach(({ name, i, group, point }, k) => {
      const [x, y] = [W[0][i], -W[1][i]]
      const length = Math.hypot(x, y)
      // What is hardly longer than its own head would be a blot: it is not drawn.
      set(group, { visibility: length < 0.08 ? "hidden" : "visible" })
      set(texts[k], { visibility: length < 0.12 ? "hidden" : "visible" })
      point(x * unit, y * unit)
      const beyond = (length * unit + 21) / (length || 1)
      set(texts[k], { x: x * beyond, y: y * beyond })
      if (length >= 0.12) words.unshift(`${name} (${x.toFixed(2)}, ${(-y).toFixed(2)})`)
    })
    svg.setAttribute("aria-label", `${title}: ${caption}. ${words.length ? "Arrows " + words.join("; ") : "No arrows"}.`)
  }
}
