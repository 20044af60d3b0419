// When is interference free? The curve ReLU(a x + b) over x in [0, 1], with its interference a = W_j . W_i and its bias
// b = b_j in the visitor's hand, beside the square of all (a, b). Everything is drawn from `data`; nothing is sent back,
// so dragging causes no rerun.
//
// data: start {a, b}; reach (the square is -reach .. reach); ink (`Look.ink`);
//       pairs [{i, j, a, b}], the trained model's own: active feature i, output j.

const SIDE = 320 // pixels of a square drawing
const EDGE = { left: 38, right: 12, top: 12, bottom: 34 }
const LEVELS = [0.001, 0.01, 0.03, 0.1, 0.3, 1]
const TOP = 2 // the curve is drawn from -1 to here

// Int_0^1 ReLU(a x + b)^2 dx. The output is one straight piece where it is not 0, so this is exact; the tests compare
// it with the closed form in Python.
function squaredArea(a, b) {
  if (a === 0 && b <= 0) return 0
  const root = a === 0 ? 0 : Math.min(1, Math.max(0, -b / a))
  const [low, high] = a > 0 ? [root, 1] : a < 0 ? [0, root] : [0, 1]
  const [first, last] = [a * low + b, a * high + b]
  if (a < 0 && b <= 0) return 0
  return ((high - low) * (first * first + first * last + last * last)) / 3
}

// The interference at which the cost reaches a level, for one bias; the cost grows with the interference.
function interferenceAt(level, b, reach) {
  let [low, high] = [-reach, reach]
  if (squaredArea(low, b) >= level) return low
  if (squaredArea(high, b) < level) return high
  for (let k = 0; k < 30; k += 1) {
    const middle = (low + high) / 2
    if (squaredArea(middle, b) < level) low = middle
    else high = middle
  }
  return high
}

function significant(value) {
  if (value === 0) return "0"
  return value < 0.0005 ? value.toExponential(1).replace("e-", " · 10⁻").replace(/⁻(\d+)/, (_, n) => "⁻" + superscript(n)) : String(Number(value.toPrecision(3)))
}

function superscript(digits) {
  return [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")
}

function verdict(a, b) {
  const without = a * a / 3 + a * b + b * b
  const tail = ` Without the ReLU: ${significant(without)}.`
  if (b <= 0 && a + b <= 0) return ["Free.", `The output stays at 0 for every x.${tail}`]
  if (b > 0 && a + b > 0) return ["Costs at every x.", tail.trim()]
  const root = (-b / a).toFixed(2)
  if (b > 0) return [`Costs up to x = ${root}.`, `The bias is above 0: x = 0 costs already.${tail}`]
  return [`Costs from x = ${root} on.`, `Below that the bias keeps the output at 0.${tail}`]
}

// ---- drawings ----

function drawAxes(svg, across, down, ticks, words) {
  for (const [value, text] of ticks.x) {
    node("text", { x: across(value), y: SIDE - 18, "text-anchor": "middle", class: "tick" }, svg).textContent = text
  }
  for (const [value, text] of ticks.y) {
    node("text", { x: EDGE.left - 6, y: down(value) + 5, "text-anchor": "end", class: "tick" }, svg).textContent = text
  }
  node("text", { x: (EDGE.left + SIDE - EDGE.right) / 2, y: SIDE - 2, "text-anchor": "middle" }, svg).textContent = words.x
  node("text", { transform: `translate(11,${(EDGE.top + SIDE - EDGE.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, svg)
    .textContent = words.y
}

function scale(low, high, from, to) {
  const place = (value) => from + ((value - low) / (high - low)) * (to - from)
  place.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low)
  return place
}

// Where the pointer is, in the units of a drawing.
function position(svg, event) {
  const box = svg.getBoundingClientRect()
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE]
}

function draggable(target, svg, move) {
  target.addEventListener("pointerdown", (event) => {
    target.setPointerCapture(event.pointerId)
    move(...position(svg, event))
    event.preventDefault()
  })
  target.addEventListener("pointermove", (event) => {
    if (target.hasPointerCapture(event.pointerId)) move(...position(svg, event))
  })
}

function drawCurve(parent, data, set_) {
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, parent)
  const across = scale(0, 1, EDGE.left, SIDE - EDGE.right)
  const down = scale(-1, TOP, SIDE - EDGE.bottom, EDGE.top)
  const clip = node("clipPath", { id: "curve-clip" }, svg)
  node("rect", { x: EDGE.left - 8, y: EDGE.top - 8, width: SIDE - EDGE.left - EDGE.right + 16, height: SIDE - EDGE.top - EDGE.bottom + 16 }, clip)
  for (const y of [-1, 0, 1, 2]) {
    node("line", { x1: across(0), x2: across(1), y1: down(y), y2: down(y), stroke: y ? data.ink.faint : data.ink.muted, "stroke-width": y ? 1 : 1.5 }, svg)
  }
  drawAxes(svg, across, down, { x: [[0, "0"], [0.5, ".5"], [1, "1"]], y: [[-1, "−1"], [0, "0"], [1, "1"], [2, "2"]] },
    { x: "xᵢ, the active feature", y: "output j" })
  const inside = node("g", { "clip-path": "url(#curve-clip)" }, svg)
  const area = node("path", { class: "area", stroke: "none" }, inside)
  const line = node("line", { class: "line", "stroke-dasharray": "3 6" }, inside)
  const relu = node("polyline", { class: "relu", fill: "none" }, inside)
  const handles = [0, 1].map((x) => {
    const handle = node("circle", { r: 9, class: "handle" }, svg)
    draggable(handle, svg, (_, y) => {
      const value = down.back(y)
      // The left end is the bias; the right end is interference and bias together.
      if (x) set_({ a: value - set_.now().b })
      else set_({ b: value })
    })
    return { handle, x }
  })
  return (a, b) => {
    const value = (x) => a * x + b
    const output = (x) => Math.max(0, value(x))
    const root = a ? -b / a : -1
    const bends = [0, ...(root > 0 && root < 1 ? [root] : []), 1]
    const fine = Array.from({ length: 61 }, (_, k) => k / 60).concat(bends).sort((p, q) => p - q)
    set(area, { d: `M${across(0)},${down(0)} ` + fine.map((x) => `L${across(x)},${down(output(x) ** 2)}`).join(" ") + ` L${across(1)},${down(0)} Z` })
    set(line, { x1: across(0), y1: down(value(0)), x2: across(1), y2: down(value(1)) })
    set(relu, { points: bends.map((x) => `${across(x)},${down(output(x))}`).join(" ") })
    for (const { handle, x } of handles) {
      set(handle, { cx: across(x), cy: Math.min(SIDE - 6, Math.max(6, down(value(x)))) })
    }
    svg.setAttribute("aria-label", `ReLU of ${twoDigits(a)} x plus ${twoDigits(b)}, from ${twoDigits(output(0))} at x = 0 to ${twoDigits(output(1))} at x = 1`)
  }
}

function drawMap(parent, data, set_) {
  const { reach } = data
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "map" }, parent)
  const across = scale(-reach, reach, EDGE.left, SIDE - EDGE.right)
  const down = scale(-reach, reach, SIDE - EDGE.bottom, EDGE.top)
  const pattern = node("pattern", { id: "free", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg)
  node("line", { x1: 0, y1: 0, x2: 0, y2: 9, stroke: data.ink.muted, "stroke-width": 2, opacity: 0.55 }, pattern)

  const biases = Array.from({ length: 81 }, (_, k) => -reach + (2 * reach * k) / 80)
  for (const level of LEVELS) {
    const edge = biases.map((b) => [interferenceAt(level, b, reach), b])
    const corners = [...edge, [reach, reach], [reach, -reach]]
    node("polygon", { points: corners.map(([a, b]) => `${across(a)},${down(b)}`).join(" "), class: "band" }, svg)
    // The level stands on its line where the lines are furthest apart.
    const [, b] = edge.find(([a]) => a < -0.72 * reach) ?? [0, reach]
    if (b < 0.97 * reach) {
      node("text", { x: across(-0.72 * reach), y: down(b) + 4, class: "level" }, svg).textContent = String(level)
    }
  }
  const free = [[-reach, 0], [0, 0], [reach, -reach], [-reach, -reach]]
  node("polygon", { points: free.map(([a, b]) => `${across(a)},${down(b)}`).join(" "), fill: "url(#free)", class: "free" }, svg)
  node("text", { x: across(-0.45 * reach), y: down(-0.55 * reach) + 6, class: "word", "text-anchor": "middle" }, svg).textContent = "free"
  node("rect", { x: across(-reach), y: down(reach), width: across(reach) - across(-reach), height: down(-reach) - down(reach), fill: "none", stroke: data.ink.muted }, svg)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: across(-reach * x), y1: down(-reach * y), x2: across(reach * x), y2: down(reach * y), stroke: data.ink.muted, "stroke-dasharray": "2 4" }, svg)
  }
  const ticks = [-1, 0, 1].map((value) => [value, value < 0 ? "−1" : String(value)])
  drawAxes(svg, across, down, { x: ticks, y: ticks }, { x: "interference Wⱼ·Wᵢ", y: "bias bⱼ" })
  for (const pair of data.pairs) {
    const dot = node("circle", { cx: across(pair.a), cy: down(pair.b), r: 5.5, class: "pair" }, svg)
    node("title", {}, dot).textContent = words(pair)
  }
  const cross = [node("line", { class: "cross" }, svg), node("line", { class: "cross" }, svg)]
  const point = node("circle", { r: 10, class: "handle" }, svg)
  draggable(svg, svg, (x, y) => set_({ a: across.back(x), b: down.back(y) }))
  return (a, b) => {
    set(point, { cx: across(a), cy: down(b) })
    set(cross[0], { x1: across(a), x2: across(a), y1: down(b), y2: down(-reach) })
    set(cross[1], { x1: across(-reach), x2: across(a), y1: down(b), y2: down(b) })
    svg.setAttribute("aria-label", `Square of interference and bias. Free below the line from (0, 0) to (1, −1) while the bias is not above 0. The point is at (${twoDigits(a)}, ${twoDigits(b)}); ${data.pairs.length} pairs of the trained model are dots.`)
  }
}

function words(pair) {
  const cost = squaredArea(pair.a, pair.b)
  return `${pair.i + 1} on ${pair.j + 1}: interference ${twoDigits(pair.a)}, bias ${twoDigits(pair.b)}, ${cost < 5e-6 ? "free" : "costs " + significant(cost)}`
}

// ---- the lesson ----

function build(root, data, state) {
  root.replaceChildren()
  const cost = html("p", "cost", root)
  html("span", "", cost, "cost ")
  const value = html("b", "", cost)
  const says = html("span", "says", cost)
  says.setAttribute("aria-live", "polite")
  const strong = html("b", "", says)
  const rest = html("span", "", says)
  const bench = html("div", "bench", root)
  const left = html("section", "panel", bench)
  html("p", "title", left, "What i does to output j: ReLU(Wⱼ·Wᵢ xᵢ + bⱼ)")
  const right = html("section", "panel", bench)
  html("p", "title", right, "What that costs, ∫₀¹ ReLU(Wⱼ·Wᵢ x + bⱼ)² dx")

  const move = (change) => {
    const clamp = (value) => Math.round(Math.min(data.reach, Math.max(-data.reach, value)) * 100) / 100
    if ("a" in change) state.a = clamp(change.a)
    if ("b" in change) state.b = clamp(change.b)
    state.pair = ""
    draw()
  }
  move.now = () => state
  const curve = drawCurve(html("div", "drawing", left), data, move)
  html("p", "note", left, "thick: output j · dashed: before the ReLU · shaded: its square, which costs")
  const map = drawMap(html("div", "drawing", right), data, move)
  html("p", "note", right, "lines: equal cost · rings: the trained model’s pairs")

  const panel = html("section", "hand", bench)
  const dials = [["a", "interference Wⱼ·Wᵢ"], ["b", "bias bⱼ"]].map(([name, text]) => {
    const dial = html("div", "dial", panel)
    const label = html("label", "", dial, text)
    const range = html("input", "", dial)
    const output = html("output", "", dial)
    range.type = "range"
    ;[range.min, range.max, range.step] = [-data.reach, data.reach, 0.01]
    range.id = `dial-${name}`
    label.htmlFor = range.id
    range.oninput = () => move({ [name]: Number(range.value) })
    return { name, range, output }
  })
  const pick = html("div", "dial", panel)
  const label = html("label", "", pick, "or take a pair of the trained model")
  const choose = html("select", "", pick)
  choose.id = "pair"
  label.htmlFor = choose.id
  html("option", "", choose, "—").value = ""
  data.pairs.forEach((pair, k) => { html("option", "", choose, words(pair)).value = String(k) })
  choose.onchange = () => {
    const pair = data.pairs[Number(choose.value)]
    if (!choose.value || !pair) return
    ;[state.a, state.b, state.pair] = [pair.a, pair.b, choose.value]
    draw()
  }

  function draw() {
    const { a, b } = state
    curve(a, b)
    map(a, b)
    value.textContent = significant(squaredArea(a, b))
    const [first, second] = verdict(a, b)
    strong.textContent = first
    rest.textContent = " " + second
    for (const { name, range, output } of dials) {
      range.value = state[name]
      output.textContent = twoDigits(state[name])
    }
    choose.value = state.pair
  }
  draw()
}

export default function (component) {
  const { data, parentElement } = component
  const lesson = remembered(parentElement, "lesson", () => ({ state: { ...data.start, pair: "" } }))
  // Another model: its pairs are others, and the square may have shrunk; the point stays the visitor's own.
  const { state } = lesson
  state.pair = ""
  for (const name of ["a", "b"]) state[name] = Math.min(data.reach, Math.max(-data.reach, state[name]))
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  build(lesson.root, data, state)
  const same = focused && lesson.root.querySelector(`#${CSS.escape(focused)}`)
  if (same) same.focus()
}
