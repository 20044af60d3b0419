// Feature arrows of many models side by side.
//
// data: names, colours (n); faint; longest; planes [{caption, note, marked, W (2 x n)}].

import { arrowPlane, unitFor } from "./arrow_plane.js"
import { html, remembered } from "./dom.js"

export default function ({ data, parentElement }) {
  const { root } = remembered(parentElement, "arrow-planes")
  root.replaceChildren()
  const row = html("div", "row", root)
  row.style.setProperty("--columns", Math.min(4, data.planes.length))
  for (const { caption, note, marked, W } of data.planes) {
    const section = html("section", marked ? "marked" : "", row)
    html("p", "caption", section, caption)
    arrowPlane(section, { ...data, unit: unitFor(data.longest) }).draw(W, { says: `${caption}: ${note}` })
    html("p", "", section, note)
  }
}
