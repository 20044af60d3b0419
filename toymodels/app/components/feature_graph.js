// The feature graph: every group of features in a cell of its own, drawn in its two widest dimensions. A click on a
// cell asks the page to open that group.
//
// data: groups [{name, side, x (k), y (k), features (k), dimensionality (k), colours (k), edges [[a, b, product]]}];
//       chosen (number from 1, or 0 where nothing is to be opened); sign [negative, positive].

import { html, node, remembered, set } from "./dom.js"
import { fixed, significant } from "./numbers.js"

const REACH = 40 // of the farthest point, in a cell of 100 x 100

function drawGroup(parent, group, sign) {
  const { x, y, side } = group
  // A group of one dimension is a line: it needs less room.
  const height = Math.max(...y) - Math.min(...y) < 0.05 ? 30 : 100
  const svg = node("svg", { viewBox: `-50 ${-height / 2} 100 ${height}`, "aria-hidden": "true" }, parent)
  const [middleX, middleY] = [x, y].map((values) => (Math.min(...values) + Math.max(...values)) / 2)
  const reach = Math.max(1, ...x.map((value) => Math.abs(value - middleX)), ...y.map((value) => Math.abs(value - middleY)))
  const points = x.map((value, k) => [((value - middleX) * REACH) / reach, (-(y[k] - middleY) * REACH) / reach])
  // Lines and points have the same width on the screen in small and in large cells; full cells have thinner ones.
  const thin = Math.min(1, 6 / Math.sqrt(group.edges.length + 1)) / side
  for (const [a, b, product] of group.edges) {
    const line = node("line", { x1: points[a][0], y1: points[a][1], x2: points[b][0], y2: points[b][1],
      stroke: product < 0 ? sign[0] : sign[1], "stroke-width": Math.max(0.5, 6 * Math.abs(product) * thin) }, svg)
    if (product > 0) set(line, { "stroke-dasharray": `${4 / side} ${3 / side}` })
    node("title", {}, line).textContent = `features ${group.features[a]} and ${group.features[b]}: ${fixed(product)}`
  }
  points.forEach(([cx, cy], k) => {
    const dot = node("circle", { cx, cy, r: 6 / side, fill: group.colours[k] }, svg)
    node("title", {}, dot).textContent = `feature ${group.features[k]}: D = ${significant(group.dimensionality[k])}`
  })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const { root } = remembered(parentElement, "feature-graph")
  const focused = parentElement.activeElement?.dataset.number
  root.replaceChildren()
  data.groups.forEach((group, k) => {
    const number = k + 1
    const words = `Group ${number}: ${group.name}, ${group.features.length} features`
    const cell = html(data.chosen ? "button" : "div", number === data.chosen ? "cell chosen" : "cell", root)
    cell.style.setProperty("--side", group.side)
    cell.setAttribute("aria-label", words)
    if (data.chosen) {
      cell.type = "button"
      cell.dataset.number = number
      cell.setAttribute("aria-pressed", number === data.chosen)
      cell.onclick = () => setTriggerValue("opened", number)
    } else {
      cell.setAttribute("role", "img")
    }
    html("span", "", cell, number)
    drawGroup(cell, group, data.sign)
    if (String(number) === focused) cell.focus()
  })
}
