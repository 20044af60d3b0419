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

