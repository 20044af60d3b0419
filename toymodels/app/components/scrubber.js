// The scrubber of a film: a button that plays it and a slider for its position, which counts frames. Nothing is sent
// back: scrubbing and playing cause no rerun.

import { button, hasChanged, html, keepingFocus, remembered } from "./dom.js"

const SECONDS = 6 // from the first frame to the last

// Draw the scrubber of a film of frames 0 .. `last`, which stands at its end. `label` says what it moves, and
// `draw(position)` draws a position and returns [what stands beside the slider, what is said for it]. Returns stop().
export function scrubber(parent, { last, label, draw }) {
  const row = html("div", "scrubber", parent)
  const play = button(row, "film-play")
  const range = html("input", "", row)
  range.type = "range"
  ;[range.min, range.max, range.step, range.id] = [0, last, 1, "film-scrubber"]
  range.setAttribute("aria-label", label)
  const output = html("output", "", row)
  let [position, playing] = [last, 0]

  function show() {
    const [shown, said] = draw(position)
    range.value = Math.round(position)
    output.textContent = shown
    range.setAttribute("aria-valuetext", said)
  }

  function showButton() {
    play.textContent = playing ? "❚❚ Pause" : "▶ Play"
    play.setAttribute("aria-label", playing ? "Pause the film" : "Play the film of the training")
  }

  function stop() {
    cancelAnimationFrame(playing)
    playing = 0
    showButton()
  }

  // Who asked for less motion sees ten still pictures instead of a moving one.
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches

  function start() {
    const from = position >= last ? 0 : position
    let began = null
    const turn = (now) => {
      began = began === null ? now : began
      const reached = from + ((now - began) / 1000 / SECONDS) * last
      position = Math.min(last, still ? Math.floor((reached * 10) / last) * (last / 10) : reached)
      show()
      if (position >= last || !row.isConnected) stop()
      else playing = requestAnimationFrame(turn)
    }
    playing = requestAnimationFrame(turn)
    showButton()
  }

  const toggle = () => (playing ? stop() : start())
  play.onclick = toggle
  range.oninput = () => {
    stop()
    position = Number(range.value)
    show()
  }
  range.onkeydown = (event) => {
    if (event.key !== " ") return
    event.preventDefault()
    toggle()
  }
  showButton()
  show()
  return stop
}

// A component that is a film. `build(root, data)` draws what stands still and returns what `scrubber` needs. A rerun that
// changes nothing here leaves the film where it is; another training opens at its end.
export function showFilm({ data, parentElement }, className, build) {
  const state = remembered(parentElement, className, () => ({ stop: () => {} }))
  if (!hasChanged(state, data)) return
  state.stop()
  keepingFocus(parentElement, () => {
    state.root.replaceChildren()
    state.stop = scrubber(state.root, build(state.root, data))
  })
}
