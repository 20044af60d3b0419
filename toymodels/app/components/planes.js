// Feature arrows of many models side by side.
//
// data: names, colours (n); faint; longest; planes [{caption, note, marked, W (2 x n)}].

export default function (component) {
  const { data, parentElement } = component
  const grid = remembered(parentElement, "planes").root
  grid.replaceChildren()
  const row = html("div", "row", grid)
  for (const { caption, note, marked, W } of data.planes) {
    const section = html("section", marked ? "marked" : "", row)
    html("p", "caption", section, caption)
    drawArrowPlane(section, caption, data, data.longest)(W, note)
    html("p", "", section, note)
  }
}
