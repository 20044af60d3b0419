// Feature arrows of many models side by side.
//
// data: names, colours (n); faint; longest; planes [{caption, note, marked, W (2 x n)}].

const grids = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  if (!grids.has(parentElement)) grids.set(parentElement, html("div", "planes", parentElement))
  const grid = grids.get(parentElement)
  grid.replaceChildren()
  const row = html("div", "row", grid)
  for (const { caption, note, marked, W } of data.planes) {
    const section = html("section", marked ? "marked" : "", row)
    html("p", "caption", section, caption)
    drawArrowPlane(section, caption, data, data.longest)(W, note)
    html("p", "", section, note)
  }
}
