// The face lab: a face is encoded into two numbers and decoded again, by several codes at once, while a slider is
// dragged. Everything here is drawn from `data`; nothing is sent back, so dragging causes no rerun.
//
// data: names, symbols, start (4); importance (4); colours (4); relu; ink (`Look.ink`);
//       codes [{title, note, trained, W (2 x 4), b (4)}]; bench, whether they are shown; samples (k x 4); samplesTitle.

const UNIT = 100 // pixels of the plane per unit of h
const SHORT = 0.12 // arrows shorter than this are called "not embedded"

// ---- the plane with the feature arrows and the point H ----

function drawPlane(parent, code, data) {
  const size = 150
  const svg = node("svg", { viewBox: `${-size} ${-size} ${2 * size} ${2 * size}`, role: "img" }, parent)
  const words = code.W[0].map((_, i) => `${data.names[i]} (${twoDigits(code.W[0][i])}, ${twoDigits(code.W[1][i])})`)
  svg.setAttribute("aria-label", `${code.title}: arrows ${words.join("; ")}`)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: -118 * x, y1: -118 * y, x2: 118 * x, y2: 118 * y, stroke: data.ink.faint, "stroke-width": 1.5 }, svg)
  }
  node("circle", { r: UNIT, fill: "none", stroke: data.ink.faint, "stroke-width": 2, "stroke-dasharray": "3 6" }, svg)
  const line = node("line", { stroke: data.ink.accent, "stroke-width": 2.5, "stroke-dasharray": "5 4" }, svg)
  const absent = []
  const labels = []
  code.W[0].forEach((_, i) => {
    const [dx, dy] = [code.W[0][i] * UNIT, -code.W[1][i] * UNIT]
    const length = Math.hypot(dx, dy)
    if (length < SHORT * UNIT) {
      absent.push(data.names[i])
      return
    }
    const [ux, uy] = [dx / length, dy / length]
    drawArrow(svg, data.colours[i])(dx, dy)
    labels.push([ux, uy, length, data.names[i]])
  })
  for (const [ux, uy, length, name] of labels) {
    const text = node("text", { x: ux * (length + 8), y: uy * (length + 22) + 9,
      "text-anchor": ux > 0.5 ? "end" : ux < -0.5 ? "start" : "middle" }, svg)
    // A label beyond the tip of a flat arrow would leave the picture: it sits above the tip instead.
    if (Math.abs(ux) > 0.5) set(text, { x: Math.sign(ux) * 148, y: uy * length - 16 })
    text.textContent = name
  }
  const point = node("circle", { r: 10, fill: data.ink.accent, stroke: "var(--st-background-color)", "stroke-width": 3 }, svg)
  const name = node("text", { class: "axis", "text-anchor": "start" }, svg)
  name.textContent = "H"
  const draw = (h) => {
    set(line, { x1: 0, y1: 0, x2: h[0] * UNIT, y2: -h[1] * UNIT })
    set(point, { cx: h[0] * UNIT, cy: -h[1] * UNIT })
    set(name, { x: h[0] * UNIT + 9, y: -h[1] * UNIT + 32 })
  }
  return { draw, absent }
}

// ---- the stage ----

function build(root, data, x) {
  root.replaceChildren()
  const bench = html("div", "bench", root)
  bench.hidden = !data.bench
  const input = html("section", "input", bench)
  html("p", "title", input, "X, the face")
  const inputFace = drawFace(html("div", "face", input), "The face that goes in", data.names)
  const dials = html("div", "dials", input)
  const updates = []
  const inputs = data.names.map((name, i) => {
    const dial = html("div", "dial", dials)
    const label = html("label", "", dial, `${data.symbols[i]} ${name}`)
    const range = html("input", "", dial)
    const output = html("output", "", dial)
    range.type = "range"
    ;[range.min, range.max, range.step, range.value] = [0, 1, 0.01, x[i]]
    range.id = `dial-${i}`
    label.htmlFor = range.id
    range.oninput = () => {
      x[i] = Number(range.value)
      draw()
    }
    updates.push(() => {
      output.textContent = twoDigits(x[i])
      if (Number(range.value) !== x[i]) range.value = x[i]
    })
    return range
  })

  const codes = html("div", "codes", bench)
  for (const code of data.codes) {
    const column = html("section", code.trained ? "code trained" : "code", codes)
    html("p", "title", column, code.title)
    const note = html("p", "note", column)
    const plane = drawPlane(html("div", "plane", column), code, data)
    note.textContent = plane.absent.length ? `not embedded: ${plane.absent.join(", ")}` : code.note
    const face = drawFace(html("div", "face", column), `The face that comes back from the code “${code.title}”`, data.names)
    const cost = html("p", "cost", column, "loss ")
    const value = html("b", "", cost)
    updates.push(() => {
      const h = encode(code.W, x)
      const reconstructed = decode(code.W, code.b, h, data.relu)
      plane.draw(h)
      face(reconstructed)
      value.textContent = loss(data.importance, x, reconstructed).toFixed(3)
    })
  }

  if (!data.samples.length) {
    draw()
    return inputs
  }
  const samples = html("section", "samples", root)
  html("h4", "", samples, data.samplesTitle)
  const row = html("div", "row", samples)
  const trained = data.codes.find((code) => code.trained)
  data.samples.forEach((sample) => {
    const button = html("button", "sample", row)
    button.type = "button"
    const words = data.names.map((name, i) => `${name} ${twoDigits(sample[i])}`).join(", ")
    button.setAttribute("aria-label", `Put this face on the stage: ${words}`)
    button.title = words
    drawFace(button, "A face", data.names)(sample)
    html("div", "arrow", button, "↓")
    drawFace(button, "Its reconstruction", data.names)(decode(trained.W, trained.b, encode(trained.W, sample), data.relu))
    button.onclick = () => {
      sample.forEach((value, i) => { x[i] = value })
      draw()
    }
  })

  function draw() {
    inputFace(x)
    for (const update of updates) update()
  }
  draw()
  return inputs
}

export default function (component) {
  const { data, parentElement } = component
  const stage = remembered(parentElement, "stage", () => ({ x: [...data.start] }))
  keepingFocus(parentElement, () => build(stage.root, data, stage.x))
}
