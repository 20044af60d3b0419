// Features go through two dimensions and come back: the model of every sparsity on the slider, at work on random
// inputs. h, x' and the loss are computed here from trained weights; nothing is sent back.
//
// data: names, outputs, importance, colours (n); title; sparsity (k); W (k x 2 x n); b (k x n); findings (k x [strong, rest]);
//       bands [{from, to, words}]; start; ink (colours of the theme).

import { arrowPlane } from "./arrow_plane.js"
import { button, hasChanged, html, keepingFocus, node, remembered, set } from "./dom.js"
import { clamp, decode, encode, loss } from "./model.js"
import { fixed, significant } from "./numbers.js"

const UNIT = 92 // pixels of the plane per unit of h
const GLIDE = 90 // milliseconds in which the arrows go most of the way to the next model's
const RISE = 350 // milliseconds from a new input to the start of h
const TRAVEL = 700 // milliseconds that h takes to its place
const REST = 1900 // milliseconds that it stays there
const SWEEP = 7000 // milliseconds from the densest model to where the sweep ends
const NOTED = 0.1 // a smaller error in an output has no word

// ---- inputs ----

// Two random numbers per feature: whether it is there, and how much. At another sparsity the same draw is another input.
const drawRandom = (n) => Array.from({ length: n }, () => [Math.random(), Math.random()])
const input = (drawn, S) => drawn.map(([there, value]) => (there >= S ? value : 0))

function drawNonzero(n, S) {
  for (;;) {
    const drawn = drawRandom(n)
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

// The arrows of the model, and on top of them the way of h: the arrows of the features that are there, end to end.
function drawPlane(parent, data) {
  const plane = arrowPlane(parent, { names: data.names, colours: data.colours, faint: data.ink.faint, unit: UNIT })
  const path = node("polyline", { class: "path", stroke: data.ink.accent }, plane.svg)
  const point = node("circle", { class: "dot", r: 9, fill: data.ink.accent }, plane.svg)
  const label = node("text", { class: "h" }, plane.svg)
  label.textContent = "h"
  const draw = (W, x, part) => {
    plane.draw(W, { active: x.map((size) => size > 0) })
    let [u, v] = [0, 0]
    const corners = ["0,0"]
    x.forEach((size, i) => {
      if (!size) return
      u += size * W[0][i] * UNIT * part
      v -= size * W[1][i] * UNIT * part
      corners.push(`${u},${v}`)
    })
    set(path, { points: corners.join(" ") })
    set(point, { cx: u, cy: v })
    set(label, { x: u + 13, y: v + 21 })
  }
  return { svg: plane.svg, draw }
}

function build(state, data) {
  const { root } = state
  root.replaceChildren()
  root.style.setProperty("--false", data.ink.positive)
  const control = html("div", "sparsity", root)
  const words = html("label", "", control)
  words.htmlFor = "home-sparsity"
  html("span", "", words, "Drag the sparsity ")
  const value = html("b", "", words)
  const meaning = html("span", "meaning", control)
  const range = html("input", "", control)
  range.type = "range"
  ;[range.id, range.min, range.max, range.step] = ["home-sparsity", 0, data.sparsity.length - 1, 1]
  const bands = html("div", "bands", control)
  bands.setAttribute("aria-hidden", "true")
  const marks = data.bands.map(({ from, to, words }) => {
    const band = html("span", "band", bands, words)
    band.style.flex = to - from + 1
    return { band, from, to }
  })

  const finding = html("p", "finding", root)
  const strong = html("b", "", finding)
  const rest = html("span", "", finding)
  const passes = html("div", "forward-pass", root)
  const inputs = drawBars(passes, data.title, data.names, data.colours)
  const middle = html("section", "middle", passes)
  html("p", "title", middle, "h = W x, two dimensions")
  const plane = drawPlane(html("div", "plane", middle), data)
  const outputs = drawBars(passes, "x′ = ReLU(Wᵀh + b)", data.outputs, data.colours)

  const controls = html("div", "controls", root)
  const [pause, next, sweep] = ["home-pause", "home-next", "home-sweep"].map((id) => button(controls, id))
  next.textContent = "Next input"
  sweep.textContent = "Dense → sparse"
  const lossOutput = html("output", "loss", controls)
  const skipped = html("p", "skipped", root)

  // ---- what is shown ----

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)")
  const target = () => data.W[state.at]
  if (state.W?.[0].length !== data.names.length) state.W = target().map((row) => [...row])
  if (state.drawn?.length !== data.names.length) state.drawn = drawNonzero(data.names.length, data.sparsity[state.at])

  function showModel() {
    const S = data.sparsity[state.at]
    value.textContent = `S = ${fixed(S)}`
    meaning.textContent = `each feature is active with probability 1 − S = ${fixed(1 - S)}`
    range.value = state.at
    strong.textContent = data.findings[state.at][0]
    rest.textContent = ` ${data.findings[state.at][1]}`
    range.setAttribute("aria-valuetext", `S = ${fixed(S)}. ${data.findings[state.at].join(" ")}`)
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
    plane.draw(state.W, x, part)
    const percent = (size) => `${100 * Math.min(1.15, size) / 1.15}%`
    x.forEach((size, i) => {
      inputs[i].row.classList.toggle("there", size > 0)
      inputs[i].got.style.width = percent(size)
      inputs[i].word.textContent = size > 0 ? fixed(size) : "0"
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
      word.textContent = over > NOTED ? `${fixed(over)} false` : over < -NOTED ? `${fixed(-over)} lost` : ""
      word.className = over > NOTED ? "word false" : "word"
    })
    lossOutput.textContent = part === 1 ? `Loss of this input: ${significant(loss(data.importance, x, answer))}` : "Loss of this input:"
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
    const passed = clamp(now - state.last, 0, 100)
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
    const part = clamp((age - RISE) / TRAVEL, 0, 1)
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
  state.observer.observe(passes)
  showModel()
  showInput(1)
  showButtons()
}

export default function (component) {
  const { parentElement } = component
  const [data] = component.data
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  const state = remembered(parentElement, "home", () => ({ at: data.start, playing: !calm, sweeping: false, swept: 1, born: -Infinity, last: 0,
    frame: 0, visible: true, observer: null }))
  // A rerun that changes nothing here leaves everything in motion.
  if (!hasChanged(state, data)) return
  cancelAnimationFrame(state.frame)
  state.frame = 0
  state.observer?.disconnect()
  keepingFocus(parentElement, () => build(state, data))
}
