// A training as a film: the arrows of one or two models and their losses, at the step that the scrubber says.
// Everything is drawn from `data`; nothing is sent back, so scrubbing and playing cause no rerun.
//
// data: title; names, colours (n); step (frames); log; faint;
//       reels [{title, W (frames x 2 x n), loss (frames), captions (frames), colour, dash}].

const SECONDS = 6 // from the first frame to the last

const films = new WeakMap()

// ---- the loss curve ----

// Round numbers that divide a scale: powers of ten with 2 and 5 between them, or equal steps.
function ticks(low, high, log) {
  const found = []
  if (log) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of [1, 2, 5]) found.push(digit * 10 ** power)
    }
    const few = found.filter((value) => value >= low && value <= high)
    return few.length > 5 ? few.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9) : few
  }
  const rough = (high - low) / 5
  const scale = 10 ** Math.floor(Math.log10(rough))
  const gap = scale * [1, 2, 5, 10].find((digit) => digit * scale >= rough)
  for (let value = Math.ceil(low / gap) * gap; value <= high; value += gap) found.push(value)
  return found
}

// About five frames to write the step below, the first and the last among them.
function milestones(step) {
  const last = step.length - 1
  return [...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * last)))]
}

function drawCurves(parent, data) {
  const [width, height, left, right, top, bottom] = [400, 400, 62, 12, 14, 54]
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, parent)
  const all = data.reels.flatMap((reel) => reel.loss)
  const low = data.log ? Math.min(...all) / 1.15 : 0
  const high = Math.max(...all) * (data.log ? 1.15 : 1.05)
  const last = data.step.length - 1
  const end = data.step[last]
  const scale = data.log ? Math.log : (value) => value
  // The frames are equally far apart, as on the scrubber; what step each of them is, is written below.
  const x = (position) => left + ((width - left - right) * position) / last
  const y = (loss) => height - bottom - ((height - top - bottom) * (scale(loss) - scale(low))) / (scale(high) - scale(low))
  for (const value of ticks(low, high, data.log)) {
    node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: data.faint, "stroke-width": 1 }, svg)
    node("text", { x: left - 8, y: y(value) + 6, "text-anchor": "end" }, svg).textContent = `${Number(value.toPrecision(3))}`
  }
  node("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5 }, svg)
  for (const position of milestones(data.step)) {
    node("line", { x1: x(position), x2: x(position), y1: height - bottom, y2: height - bottom + 5, stroke: "currentColor", "stroke-width": 1.5 }, svg)
    node("text", { x: x(position), y: height - bottom + 22, "text-anchor": position < last ? "middle" : "end" }, svg).textContent = `${data.step[position]}`
  }
  node("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, svg).textContent = "training step"
  const cursor = node("line", { y1: top, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5, opacity: 0.6 }, svg)
  const markers = [...data.reels].reverse().map((reel) => {
    const points = reel.loss.map((loss, k) => `${x(k).toFixed(1)},${y(loss).toFixed(1)}`).join(" ")
    node("polyline", { points, fill: "none", stroke: reel.colour, "stroke-width": 3, "stroke-dasharray": reel.dash, "stroke-linejoin": "round" }, svg)
    const marker = node("circle", { r: 7, fill: reel.colour, stroke: "var(--st-background-color)", "stroke-width": 2.5 }, svg)
    return { reel, marker }
  })
  if (data.reels.length > 1) {
    const ends = data.reels.map((reel) => y(reel.loss[reel.loss.length - 1]))
    data.reels.forEach((reel, k) => {
      // The higher curve has its name above, the other one below, where there is room for it.
      const above = ends[k] === Math.min(...ends) && (k === 0 || ends[0] !== ends[1])
      const at = above ? ends[k] - 12 : Math.min(ends[k] + 24, height - bottom - 8)
      node("text", { class: "name", x: width - right - 4, y: at, "text-anchor": "end" }, svg).textContent = reel.title
    })
  }
  const words = data.reels.map((reel) => `${reel.title}: the loss goes from ${reel.loss[0]} to ${reel.loss[last]}`)
  svg.setAttribute("aria-label", `${words.join("; ")}, in ${end} training steps.`)
  return (position, losses) => {
    set(cursor, { x1: x(position), x2: x(position) })
    for (const { reel, marker } of markers) set(marker, { cx: x(position), cy: y(losses[data.reels.indexOf(reel)]) })
  }
}

// ---- the film ----

const between = (from, to, part) => from + (to - from) * part

function build(state, data) {
  state.root.replaceChildren()
  state.root.style.setProperty("--others", data.reels.length - 1)
  const last = data.step.length - 1
  const reels = html("div", "reels", state.root)
  const longest = Math.max(...data.reels.flatMap((reel) => reel.W.flatMap((W) => W[0].map((w, i) => Math.hypot(w, W[1][i])))))
  const planes = data.reels.map((reel) => {
    const section = html("section", "reel", reels)
    html("p", "title", section, reel.title)
    const plane = drawArrowPlane(html("div", "plane", section), reel.title, data, longest)
    return { reel, plane, caption: html("p", "caption", section), cost: html("p", "cost", section) }
  })
  const curve = html("section", "curve", reels)
  html("p", "title", curve, data.reels.length > 1 ? "Losses" : "Loss")
  const curves = drawCurves(curve, data)
  const deck = html("div", "deck", state.root)
  const button = html("button", "", deck)
  button.type = "button"
  button.id = "film-play"
  const range = html("input", "", deck)
  range.type = "range"
  ;[range.min, range.max, range.step, range.id] = [0, last, 1, "film-scrubber"]
  range.setAttribute("aria-label", `${data.title}: the training, step by step`)
  const output = html("output", "", deck)

  // Position counts frames; between two frames the arrows are drawn between their two places.
  function draw() {
    const frame = Math.min(Math.floor(state.position), Math.max(0, last - 1))
    const part = last ? state.position - frame : 0
    const near = Math.round(state.position)
    const next = Math.min(frame + 1, last)
    const losses = planes.map(({ reel, plane, caption, cost }) => {
      const W = reel.W[frame].map((row, r) => row.map((w, i) => between(w, reel.W[next][r][i], part)))
      plane(W, reel.captions[near])
      caption.textContent = reel.captions[near]
      const loss = between(reel.loss[frame], reel.loss[next], part)
      cost.textContent = `loss ${loss.toPrecision(3)}`
      return loss
    })
    const step = Math.round(between(data.step[frame], data.step[next], part))
    curves(state.position, losses)
    range.value = near
    output.textContent = `step ${step} of ${data.step[last]}`
    range.setAttribute("aria-valuetext", `step ${step}, ${planes.map(({ reel }, k) => `${reel.title}: loss ${losses[k].toPrecision(3)}, ${reel.captions[near]}`).join("; ")}`)
  }

  function show() {
    button.textContent = state.playing ? "❚❚ Pause" : "▶ Play"
    button.setAttribute("aria-label", state.playing ? "Pause the film" : "Play the film of the training")
  }

  function stop() {
    cancelAnimationFrame(state.playing)
    state.playing = 0
    show()
  }

  // Who asked for less motion sees ten still pictures instead of a moving one.
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches

  function play() {
    const from = state.position >= last ? 0 : state.position
    let began = null
    const turn = (now) => {
      began = began === null ? now : began
      const reached = from + ((now - began) / 1000 / SECONDS) * last
      state.position = Math.min(last, still ? Math.floor((reached * 10) / last) * (last / 10) : reached)
      draw()
      if (state.position >= last || !state.root.isConnected) stop()
      else state.playing = requestAnimationFrame(turn)
    }
    state.playing = requestAnimationFrame(turn)
    show()
  }

  const toggle = () => (state.playing ? stop() : play())
  button.onclick = toggle
  range.oninput = () => {
    stop()
    state.position = Number(range.value)
    draw()
  }
  range.onkeydown = (event) => {
    if (event.key !== " ") return
    event.preventDefault()
    toggle()
  }
  show()
  draw()
  return { stop, parts: [button, range] }
}

export default function (component) {
  const { data, parentElement } = component
  let state = films.get(parentElement)
  if (!state) {
    state = { root: html("div", "film", parentElement), position: 0, playing: 0, shown: "", stop: () => {} }
    films.set(parentElement, state)
  }
  // A rerun that changes nothing here leaves the film where it is; another training opens at its end.
  const text = JSON.stringify(data)
  if (text === state.shown) return
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  state.stop()
  state.shown = text
  state.position = data.step.length - 1
  const { stop, parts } = build(state, data)
  state.stop = stop
  const same = parts.find((part) => focused && part.id === focused)
  if (same) same.focus()
}
