// Matrices as heat maps. A cell is one hue, for its sign, laid over the page as densely as the value is large: zero is
// the page itself. Values beyond -1 .. 1 are drawn as -1 or 1. Few cells are rectangles of SVG, many are pixels of a canvas.

import { channels, contrast } from "./colours.js"
import { node, set } from "./dom.js"
import { transposed } from "./model.js"

// The largest |value| has the densest hue; `ink` has the hues `negative` and `positive`.
function cellFill(value, ink) {
  return { fill: value < 0 ? ink.negative : ink.positive, "fill-opacity": Math.min(1, Math.abs(value)).toFixed(3) }
}

// Is a number in the cell of that value easier to read in the colour of the page than in that of its words?
function isDense(value, ink) {
  const { fill, "fill-opacity": density } = cellFill(value, ink)
  const [page, hue] = [channels(ink.background), channels(fill)]
  const cell = page.map((channel, k) => channel + density * (hue[k] - channel))
  return contrast(page, cell) > contrast(channels(ink.text), cell)
}

// A heat map of SVG in the square at (x, y) of a drawing, for an (n x n) matrix; with `numbers`, words can stand in the
// cells. Returns draw(values, words), which only sets attributes.
export function heatMap(svg, { n, x, y, side, ink, numbers = false }) {
  const cell = side / n
  const indices = Array.from({ length: n }, (_, i) => i)
  const cells = indices.map((i) => indices.map((j) => node("rect", { x: x + j * cell, y: y + i * cell, width: cell, height: cell }, svg)))
  const texts = numbers ? indices.map((i) => indices.map((j) => node("text", { x: x + (j + 0.5) * cell, y: y + (i + 0.5) * cell,
    "text-anchor": "middle", "dominant-baseline": "central", fill: ink.text }, svg))) : []
  node("rect", { x, y, width: side, height: side, fill: "none", stroke: ink.faint, "stroke-width": 1 }, svg)
  return (values, words = null) => {
    cells.forEach((row, i) => row.forEach((rect, j) => set(rect, cellFill(values[i][j], ink))))
    if (!words) return
    texts.forEach((row, i) => row.forEach((text, j) => {
      text.textContent = words[i][j]
      set(text, { class: isDense(values[i][j], ink) ? "on-dense" : "" })
    }))
  }
}

// A colour between the two of a ramp (#rrggbb), for a position in 0 .. 1.
export function rampColour(ramp, position) {
  const at = Math.min(1, Math.max(0, position))
  return `rgb(${transposed(ramp.map(channels)).map(([low, high]) => Math.round(low + at * (high - low))).join(",")})`
}

// A heat map of values (rows of numbers), one pixel each, enlarged into a rectangle of a canvas.
export function paintHeatMap(context, values, ink, x, y, width, height) {
  const image = new ImageData(values[0].length, values.length)
  const hues = [channels(ink.negative), channels(ink.positive)]
  values.forEach((row, i) => row.forEach((value, j) => {
    const at = 4 * (i * row.length + j)
    image.data.set(hues[value > 0 ? 1 : 0], at)
    image.data[at + 3] = Math.round(255 * Math.min(1, Math.abs(value)))
  }))
  const small = document.createElement("canvas")
  small.width = image.width
  small.height = image.height
  small.getContext("2d").putImageData(image, 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(small, x, y, width, height)
}
