// Five features go through two dimensions and come back: the model of every sparsity on the slider, at work on random
// inputs. h, x' and the loss are computed here from trained weights; nothing is sent back.
//
// data: names, outputs, importance, colours (n); sparsity (k); W (k x 2 x n); b (k x n); findings (k x [strong, rest]);
//       bands [{from, to, words}]; start; ink (`Look.ink`).

const UNIT = 92 // pixels of the plane per unit of h
const GLIDE = 90 // milliseconds in which the arrows go most of the way to the next model's
const RISE = 350 // milliseconds from a new input to the start of h
const TRAVEL = 700 // milliseconds that h takes to its place
const REST = 1900 // milliseconds that it stays there
const SWEEP = 7000 // milliseconds from the densest model to where the sweep ends
const TOLD = 0.1 // a smaller error in an output has no word

// ---- inputs ----

// Two random numbers per feature: whether it is there, and how much. At another sparsity the same draw is another input.
const draw = (n) => Array.from({ length: n }, () => [Math.random(), Math.random()])
const input = (drawn, S) => drawn.map(([there, value]) => (there >= S ? value : 0))

function drawNonzero(n, S) {
  for (;;) {
    const drawn = draw(n)
    if (drawn.some(([there]) => there >= S)) return drawn
  }
}

// ---- the picture ----

function drawBars(parent, title, names, colours) {
  const section = html("section", "side", parent)
  html("p", "title", section, title)
  return names.map((name, i) => {
    const row = html("div", "bar", section)
    html("span", "name", row, name)
    const track = html("div", "track", row)
    const [got, wrong, ghost] = ["got", "wrong", "ghost"].map((part) => html("div", part, track))
    got.style.background = colours[i]
    const word = html("span", "word", row)
    return { row, got, wrong, ghost, word }
  })
}

function drawPlane(parent, data) {
  const side = 150
  const svg = node("svg", { viewBox: `${-side} ${-side} ${2 * side} ${2 * side}`, role: "img" }, parent)
  for (const [x, y] of [[1, 0], [0, 1]]) {
    node("line", { x1: -120 * x, y1: -120 * y, x2: 120 * x, y2: 120 * y, stroke: data.ink.faint, "stroke-width": 1.5 }, svg)
  }
  node("circle", { r: UNIT, fill: "none", stroke: data.ink.faint, "stroke-width": 2, "stroke-dasharray": "3 6" }, svg)
  const arrows = data.names.map((name, i) => {
    const group = node("g", { "data-feature": i }, svg)
    return { group, point: drawArrow(group, data.colours[i]) }
  })
  const texts = data.names.map((name) => {
    const text = node("text", { "text-anchor": "middle", "dominant-baseline": "central" }, svg)
    text.textContent = name
    return text
  })
  const path = node("polyline", { class: "path", stroke: data.ink.accent }, svg)
  const dot = node("circle", { class: "dot", r: 9, fill: data.ink.accent }, svg)
  const label = node("text", { class: "h" }, svg)
  label.textContent = "h"
  const point = (W, x, part) => {
    const sum = [0, 0]
    const corners = ["0,0"]
    arrows.forEach(({ group, point }, i) => {
      const [dx, dy] = [W[0][i] * UNIT, -W[1][i] * UNIT]
      const length = Math.hypot(dx, dy)
      const there = x[i] > 0
      set(group, { visibility: length < 0.08 * UNIT ? "hidden" : "visible", opacity: there ? 1 : 0.3 })
      set(texts[i], { visibility: length < 0.12 * UNIT ? "hidden" : "visible", opacity: there ? 1 : 0.65,
        "font-weight": there ? 700 : 400, x: (dx * (length + 20)) / (length || 1), y: (dy * (length + 20)) / (length || 1) })
      point(dx, dy)
      if (there) {
        sum[0] += x[i] * dx * part
        sum[1] += x[i] * dy * part
        corners.push(`${sum[0]},${sum[1]}`)
      }
    })
    set(path, { points: corners.join(" ") })
    set(dot, { cx: sum[0], cy: sum[1] })
    set(label, { x: sum[0] + 13, y: sum[1] + 21 })
  }
  return { svg, point }
}

function build(state, data) {
  const { root } = state
  root.replaceChildren()
  root.style.setProperty("--false", data.ink.positive)
  const dial = html("div", "dial", root)
  const words = html("label", "", dial)
  words.htmlFor = "hero-sparsity"
  html("span", "", words, "Drag the sparsity ")
  const value = html("b", "", words)
  const meaning = html("span", "meaning", dial)
  const range = html("input", "", dial)
  range.type = "range"
  ;[range.id, range.min, range.max, range.step] = ["hero-sparsity", 0, data.sparsity.length - 1, 1]
  const bands = html("div", "bands", dial)
  bands.setAttribute("aria-hidden", "true")
  const marks = data.bands.map(({ from, to, words }) => {
    const band = html("span", "band", bands, words)
    band.style.flex = to - from + 1
    return { band, from, to }
  })

  const finding = html("p", "finding", root)
  const strong = html("b", "", finding)
  const rest = html("span", "", finding)
  const bench = html("div", "bench", root)
  const inputs = drawBars(bench, "x, five features", data.names, data.colours)
  const middle = html("section", "middle", bench)
  html("p", "title", middle, "h = W x, two dimensions")
  const plane = drawPlane(html("div", "plane", middle), data)
  const outputs = drawBars(bench, "x′ = ReLU(Wᵀh + b)", data.outputs, data.colours)

  const deck = html("div", "deck", root)
  const button = (id) => {
    const made = html("button", "", deck)
    made.type = "button"
    made.id = id
    return made
  }
  const [pause, next, sweep] = ["hero-pause", "hero-next", "hero-sweep"].map(button)
  next.textContent = "Next input"
  sweep.textContent = "Dense → sparse"
  const cost = html("output", "cost", deck)
  const skipped = html("p", "skipped", root)

  // ---- what is shown ----

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)")
  const target = () => data.W[state.at]
  if (!state.W) state.W = target().map((row) => [...row])
  if (!state.drawn) state.drawn = drawNonzero(data.names.length, data.sparsity[state.at])

  function showModel() {
    const S = data.sparsity[state.at]
    value.textContent = `S = ${S.toFixed(2)}`
    meaning.textContent = `each feature is 0 with probability S, there with 1 − S = ${(1 - S).toFixed(2)}`
    range.value = state.at
    strong.textContent = data.findings[state.at][0]
    rest.textContent = ` ${data.findings[state.at][1]}`
    range.setAttribute("aria-valuetext", `S = ${S.toFixed(2)}. ${data.findings[state.at].join(" ")}`)
    marks.forEach(({ band, from, to }) => band.classList.toggle("here", from <= state.at && state.at <= to))
    const zeros = Math.round(100 * S ** data.names.length)
    skipped.textContent = zeros < 1 ? "" : `${zeros} % of all inputs are zero in every feature at this S; they are skipped here.`
    plane.svg.setAttribute("aria-label", `The arrows of the trained model. ${data.findings[state.at][0]}`)
  }

  function showInput(part) {
    const S = data.sparsity[state.at]
    const x = input(state.drawn, S)
    const h = encode(state.W, x).map((one) => one * part)
    const answer = decode(state.W, data.b[state.at], h)
    plane.point(state.W, x, part)
    const percent = (size) => `${100 * Math.min(1.15, size) / 1.15}%`
    x.forEach((size, i) => {
      inputs[i].row.classList.toggle("there", size > 0)
      inputs[i].got.style.width = percent(size)
      inputs[i].word.textContent = size > 0 ? size.toFixed(2) : "0"
      const { row, got, wrong, ghost, word } = outputs[i]
      const right = Math.min(size, answer[i])
      const over = part === 1 ? answer[i] - size : 0
      row.classList.toggle("there", answer[i] > 0.05)
      // Until h has arrived nobody knows what is false: the whole bar has the feature's colour.
      got.style.width = percent(part === 1 ? right : answer[i])
      wrong.style.left = percent(right)
      wrong.style.width = percent(Math.max(0, over))
      ghost.style.width = percent(size)
      ghost.style.visibility = over < -0.02 ? "visible" : "hidden"
      word.textContent = over > TOLD ? `${over.toFixed(2)} false` : over < -TOLD ? `${(-over).toFixed(2)} lost` : ""
      word.className = over > TOLD ? "word false" : "word"
    })
    cost.textContent = part === 1 ? `Loss of this input: ${loss(data.importance, x, answer).toFixed(3)}` : "Loss of this input:"
  }

  function showButtons() {
    pause.textContent = state.playing ? "❚❚ Pause" : "▶ Play"
    pause.setAttribute("aria-label", state.playing ? "Pause the inputs" : "Play the inputs")
  }

  // ---- what moves ----

  function fire(now) {
    state.drawn = drawNonzero(data.names.length, data.sparsity[state.at])
    state.born = calm.matches ? -Infinity : now
  }

  function go(at) {
    state.at = at
    // What was drawn at another sparsity may be all zero at this one.
    if (!input(state.drawn, data.sparsity[at]).some((size) => size > 0)) fire(performance.now())
    showModel()
  }

  function turn(now) {
    state.frame = 0
    if (!root.isConnected) return
    // A frame's time is that of its beginning, which may be before the moment at which it was asked for.
    const passed = Math.min(100, Math.max(0, now - state.last))
    state.last = now
    if (state.sweeping) {
      state.swept = Math.min(1, state.swept + passed / SWEEP)
      const at = Math.round(state.swept * data.start)
      if (at !== state.at) go(at)
      state.sweeping = state.swept < 1
    }
    let moving = false
    const pull = calm.matches ? 1 : 1 - Math.exp(-passed / GLIDE)
    state.W = state.W.map((row, r) => row.map((w, i) => {
      const left = target()[r][i] - w
      if (Math.abs(left) < 0.002) return target()[r][i]
      moving = true
      return w + pull * left
    }))
    const age = now - state.born
    const part = Math.min(1, Math.max(0, (age - RISE) / TRAVEL))
    const eased = part === 1 ? 1 : part * part * (3 - 2 * part)
    showInput(eased)
    if (state.playing && age > RISE + TRAVEL + REST) fire(now)
    if (state.visible && (state.playing || state.sweeping || moving || part < 1)) wake()
  }

  function wake() {
    if (state.frame) return
    state.frame = requestAnimationFrame(turn)
  }

  function stir() {
    state.last = performance.now()
    wake()
  }

  range.oninput = () => {
    state.sweeping = false
    go(Number(range.value))
    stir()
  }
  pause.onclick = () => {
    state.playing = !state.playing
    state.sweeping = state.sweeping && state.playing
    showButtons()
    stir()
  }
  next.onclick = () => {
    fire(performance.now())
    stir()
  }
  sweep.onclick = () => {
    // Who asked for less motion gets the end of it.
    state.swept = calm.matches ? 1 : 0
    go(calm.matches ? data.start : 0)
    state.sweeping = !calm.matches
    stir()
  }
  state.observer = new IntersectionObserver(([entry]) => {
    state.visible = entry.isIntersecting
    if (state.visible) stir()
  })
  state.observer.observe(bench)
  showModel()
  showInput(1)
  showButtons()
  return [range, pause, next, sweep]
}

export default function (component) {
  const { parentElement } = component
  const [data] = component.data
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  const state = remembered(parentElement, "hero", () => ({ shown: "", at: calm ? data.start : 0, playing: !calm,
    sweeping: !calm, swept: 0, born: -Infinity, last: 0, frame: 0, visible: true, observer: null }))
  // A rerun that changes nothing here leaves everything in motion.
  const text = JSON.stringify(data)
  if (text === state.shown) return
  state.shown = text
  cancelAnimationFrame(state.frame)
  state.frame = 0
  state.observer?.disconnect()
  keepingFocus(parentElement, () => build(state, data))
}
