// |x| from two neurons: every feature has a slider, and under it, per model, what each of its neurons adds to the
// output, as curves over x_i with the present x_i on them. Everything is drawn from `data`; nothing is sent back, so
// dragging causes no rerun.
//
// data: names (n); start (n); models [{title, W1 (m x n), W2 (n x m), b (n), of (m), rest}]: `of` is the feature that
//       a neuron is drawn with, -1 for none, and `rest` a sentence; ink (`Look.ink`).

const [WIDE, HIGH, TOP] = [100, 72, 1.25] // pixels of a tile, and the largest value it has room for
const SAMPLES = 40

// ---- the model, as in the deck: h = ReLU(W1 x), y' = ReLU(W2 h + b) ----

function hidden(model, neuron, x) {
  return Math.max(0, model.W1[neuron].reduce((sum, w, i) => sum + w * x[i], 0))
}

function output(model, i, x) {
  return Math.max(0, model.W2[i].reduce((sum, w, neuron) => sum + w * hidden(model, neuron, x), model.b[i]))
}

function added(model, neuron, i, x) {
  return model.W2[i][neuron] * hidden(model, neuron, x)
}

function replaced(x, i, value) {
  return x.map((old, j) => (j === i ? value : old))
}

// ---- a tile: a curve over x_i from -1 to 1, and where x_i is now ----

const across = (value) => (WIDE / 2) * (1 + value)
const up = (value) => HIGH - 6 - ((HIGH - 12) * Math.max(-0.2, Math.min(TOP, value))) / TOP

function drawTile(parent, lines, colour, ink, dashed, name) {
  const tile = html("div", "tile", parent)
  const svg = node("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" }, tile)
  node("line", { x1: 0, x2: WIDE, y1: up(0), y2: up(0), stroke: ink.faint, "stroke-width": 1.5 }, svg)
  node("line", { x1: across(0), x2: across(0), y1: 0, y2: HIGH, stroke: ink.faint, "stroke-width": 1.5 }, svg)
  if (dashed) {
    node("path", { d: `M0,${up(1)} L${across(0)},${up(0)} L${WIDE},${up(1)}`, fill: "none", stroke: "currentColor",
      "stroke-width": 1.5, "stroke-dasharray": "3 4", opacity: 0.75 }, svg)
  }
  const curve = node("path", { fill: "none", stroke: colour, "stroke-width": 4, "stroke-linejoin": "round",
    "stroke-linecap": "round" }, svg)
  const drop = node("line", { stroke: colour, "stroke-width": 2, "stroke-dasharray": "2 3" }, svg)
  const point = node("circle", { r: 5.5, fill: colour, stroke: "var(--st-background-color)", "stroke-width": 2 }, svg)
  const value = html("div", "value", tile)
  for (const line of lines) html("div", "about", tile, line)
  const label = lines.join(", ")
  return (f, at) => {
    const points = Array.from({ length: SAMPLES + 1 }, (_, k) => (2 * k) / SAMPLES - 1)
    set(curve, { d: "M" + points.map((x) => `${across(x)},${up(f(x)).toFixed(2)}`).join("L") })
    const now = f(at)
    set(point, { cx: across(at), cy: up(now) })
    set(drop, { x1: across(at), x2: across(at), y1: up(0), y2: up(now) })
    value.textContent = twoDigits(now)
    svg.setAttribute("aria-label", `${label}: ${twoDigits(now)} at ${name} = ${twoDigits(at)}`)
  }
}

// ---- the bench ----

function build(root, data, x) {
  root.replaceChildren()
  const features = html("div", "features", root)
  const updates = []
  const inputs = data.names.map((name, i) => {
    const card = html("section", "feature", features)
    const dial = html("div", "dial", card)
    const label = html("label", "", dial, name)
    const range = html("input", "", dial)
    const shown = html("output", "", dial)
    range.type = "range"
    ;[range.min, range.max, range.step, range.value] = [-1, 1, 0.01, x[i]]
    range.id = `absolute-${i}`
    label.htmlFor = range.id
    range.oninput = () => {
      x[i] = Number(range.value)
      draw()
    }
    updates.push(() => { shown.textContent = twoDigits(x[i]) })
    for (const model of data.models) {
      html("p", "title", card, model.title)
      const sum = html("div", "sum", card)
      model.of.forEach((feature, neuron) => {
        if (feature !== i) return
        if (sum.childElementCount) html("span", "sign", sum, "+")
        const weight = model.W1[neuron][i]
        const about = [`in ${twoDigits(weight)}`, `out ${twoDigits(model.W2[i][neuron])}`]
        const tile = drawTile(sum, about, weight < 0 ? data.ink.negative : data.ink.positive, data.ink, false, name)
        updates.push(() => tile((at) => added(model, neuron, i, replaced(x, i, at)), x[i]))
      })
      if (sum.childElementCount) html("span", "sign", sum, "=")
      const whole = drawTile(sum, ["output y′"], data.ink.accent, data.ink, true, name)
      updates.push(() => whole((at) => output(model, i, replaced(x, i, at)), x[i]))
    }
    return range
  })
  for (const model of data.models) if (model.rest) html("p", "rest", root, model.rest)

  function draw() {
    for (const update of updates) update()
  }
  draw()
  return inputs
}

export default function (component) {
  const { data, parentElement } = component
  const bench = remembered(parentElement, "absolute", () => ({ x: [] }))
  // What the visitor has dragged stays; features that come or go with the number of features start afresh.
  bench.x = data.start.map((value, i) => bench.x[i] ?? value)
  keepingFocus(parentElement, () => build(bench.root, data, bench.x))
}
