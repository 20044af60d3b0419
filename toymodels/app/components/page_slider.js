// The page's own sliders, which Streamlit draws: followed while they are dragged, and made to let a finger scroll the page.

// ---- following ----

// The slider of the control with this key in the address; null before it is drawn.
function pageSlider(key) {
  return document.querySelector(`.st-key-${CSS.escape(key)} input[type="range"]`)
}

// Calls show(value) with the slider's value, at once and before every frame in which it is another one, as long as
// `root` is on the page: Streamlit runs the page anew only once the slider is released. Where the page draws the slider
// anew, the new one is followed. Returns stop().
export function followSlider(key, root, show) {
  let [input, frame, shown] = [null, 0, null]
  const turn = () => {
    frame = 0
    if (!root.isConnected && shown !== null) return observer.disconnect()
    if (!input?.isConnected) attach()
    if (!input) wake()
    else if (input.value !== shown) {
      shown = input.value
      show(Number(shown))
    }
  }
  const wake = () => {
    if (!frame) frame = requestAnimationFrame(turn)
  }
  const observer = new MutationObserver(wake)
  const attach = () => {
    observer.disconnect()
    input = pageSlider(key)
    // A drag sets off no event, but the words that are said for the value change with it.
    if (input) observer.observe(input, { attributeFilter: ["value", "aria-valuetext"] })
  }
  turn()
  return () => {
    cancelAnimationFrame(frame)
    observer.disconnect()
  }
}

// Which of the stops of a slider is nearest to a value.
export function nearestTo(value, stops) {
  const distances = stops.map((stop) => Math.abs(stop - value))
  return distances.indexOf(Math.min(...distances))
}

// ---- fingers ----

const TRACK = '[data-testid="stSlider"] [style*="touch-action"]'
const THUMB = `${TRACK} [style*="touch-action"]`
const DECIDED = 8 // pixels to the side after which a finger drags and does not scroll
const REACH = 22 // pixels beside a thumb within which a finger takes it, for a thumb is smaller than a finger

// The finger on a track that has not moved yet: its id, where it began, and the track.
let waiting = null

function trackBesideThumb(event) {
  return event.isTrusted && !event.target.closest?.(THUMB) && event.target.closest?.(TRACK)
}

function fingerDown(event) {
  const track = event.pointerType === "touch" && trackBesideThumb(event)
  if (!track) return
  event.stopPropagation()
  waiting = { id: event.pointerId, x: event.clientX, track }
}

// The same touch under its other name.
function touched(event) {
  if (trackBesideThumb(event)) event.stopPropagation()
}

// Tell the track, or a thumb of it, of the finger after all, where it is by now.
function handOver(event, taker) {
  waiting = null
  const { pointerId, pointerType, clientX, clientY } = event
  taker.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, cancelable: true, pointerId, pointerType, clientX, clientY }))
}

function fingerMoves(event) {
  if (event.pointerId !== waiting?.id || Math.abs(event.clientX - waiting.x) < DECIDED) return
  const { track, x } = waiting
  const beside = [...track.querySelectorAll(THUMB)].find((thumb) => {
    const { left, right } = thumb.getBoundingClientRect()
    return x > left - REACH && x < right + REACH
  })
  // In a bar that moves to the side, see control_bar.css.
  if (!beside && getComputedStyle(track).touchAction.includes("pan-x")) return
  handOver(event, beside ?? track)
}

// Lifted, it has tapped; taken away by the browser, it scrolls the page.
function fingerLeaves(event) {
  if (event.pointerId !== waiting?.id) return
  if (event.type === "pointerup") handOver(event, waiting.track)
  waiting = null
}

// Streamlit's sliders take any touch on their track for theirs: who scrolls the page past one moves it. With this a
// finger moves it that taps the track or goes to the side. The style sheet lets the browser scroll.
export function letSlidersScroll() {
  // The same functions: however often this is called, they are called once.
  document.addEventListener("pointerdown", fingerDown, true)
  document.addEventListener("touchstart", touched, { capture: true, passive: true })
  document.addEventListener("pointermove", fingerMoves, true)
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, fingerLeaves, true)
}
