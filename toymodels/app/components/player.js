// What films share: the scale of a loss, and the button and the scrubber that turn the frames.
//
// A film has `data.step` (frames) and `data.title`. Nothing is sent back: scrubbing and playing cause no rerun.

const SECONDS = 6 // from the first frame to the last

const blend = (from, to, part) => from + (to - from) * part

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

// The two frames around a position, which counts frames, and how far it is from the first to the second.
function around(position, last) {
  const frame = Math.min(Math.floor(position), Math.max(0, last - 1))
  return [frame, Math.min(frame + 1, last), last ? position - frame : 0]
}

// Show a film. `build(root, data)` draws what stands still, and returns what draws a position: `draw(position)`, which
// says in words what is to be seen there.
function showFilm(component, className, build) {
  const { data, parentElement } = component
  const state = remembered(parentElement, className, () => ({ position: 0, playing: 0, shown: "", stop: () => {} }))
  // A rerun that changes nothing here leaves the film where it is; another training opens at its end.
  const text = JSON.stringify(data)
  if (text === state.shown) return
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  state.stop()
  state.shown = text
  state.position = data.step.length - 1
  state.root.replaceChildren()
  const { stop, parts } = buildDeck(state, data, build(state.root, data))
  state.stop = stop
  const same = parts.find((part) => focused && part.id === focused)
  if (same) same.focus()
}

function buildDeck(state, data, drawAt) {
  const last = data.step.length - 1
  const deck = html("div", "deck", state.root)
  const button = html("button", "", deck)
  button.type = "button"
  button.id = "film-play"
  const range = html("input", "", deck)
  range.type = "range"
  ;[range.min, range.max, range.step, range.id] = [0, last, 1, "film-scrubber"]
  range.setAttribute("aria-label", `${data.title}: the training, step by step`)
  const output = html("output", "", deck)

  function draw() {
    const [frame, next, part] = around(state.position, last)
    const step = Math.round(blend(data.step[frame], data.step[next], part))
    const says = drawAt(state.position)
    range.value = Math.round(state.position)
    output.textContent = `step ${step} of ${data.step[last]}`
    range.setAttribute("aria-valuetext", `step ${step}, ${says}`)
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
