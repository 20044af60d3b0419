// The size of a talk. The whole page is enlarged with the window, so that title, text and foot are as large, and at the
// same place, at every stop. The figures of a stop are enlarged or reduced until they fill what is left of the screen:
// they are measured hidden and shown once. At a stop without figures its words are enlarged in their place.

const LAYOUT = { width: 1067, height: 600 } // pixels of the page before it is enlarged
const [SMALLEST, LARGEST] = [0.5, 2.6] // of figures, beside words that are not enlarged
const TIGHT = 14 // pixels that may be left
const TRIES = 8
const LOOK = 30 // milliseconds between two looks
const QUIET = { none: 60, charts: 240 } // milliseconds without a change after which all is drawn; a chart waits before it is drawn anew
const WATCHED = 1500 // milliseconds for which a stop is still looked at
const PATIENCE = 700 // milliseconds after which words are shown while something is still trained

const FIGURES =
  "[data-testid='stBidiComponentIsolated']:not(.st-key-copy_link *), [data-testid='stFullScreenFrame']:has([data-testid='stVegaLiteChart']), [data-testid='stTable']"

const WORDS = ":is([data-testid='stMarkdown'], [data-testid='stButton'], [data-testid='stAlert']):not(:is(.st-key-heading, .st-key-foot, .st-key-idle) *)"

const root = document.documentElement
const block = () => document.querySelector("[data-testid='stMainBlockContainer']")
const runs = () => document.querySelector("[data-test-script-state='notRunning']") === null

// A phone is not enlarged, and may scroll.
const isPhone = () => innerWidth < LAYOUT.width

const state = { active: false, stop: "", figures: 1, timer: 0, begun: 0, tries: 0, fits: 0, overflows: 0, quietSince: 0, last: "", found: 0 }

// How much larger all is than usual, by the keys + and -; what has no room then is scrolled to.
let words = 1

// Figures grow with the words: where these are enlarged they may be reduced by as much more.
const smallest = () => SMALLEST / Math.max(1, words)

// What fitted a stop in a window of this size.
const known = new Map()
const place = () => `${state.stop} ${innerWidth} x ${innerHeight}`

function enlarge(figures) {
  state.figures = Math.min(LARGEST, Math.max(smallest(), figures))
  root.style.setProperty("--figure-zoom", state.figures.toFixed(3))
}

const seen = (selector) => [...block().querySelectorAll(selector)].filter((one) => one.getBoundingClientRect().height > 0)
const figures = () => seen(FIGURES)

// Whether the stop has nothing but words.
const isWordy = () => root.classList.contains("wordy")
const enlarged = () => seen(isWordy() ? WORDS : FIGURES)

// What is on the screen, to see whether it still changes.
function looksLike() {
  const drawn = [...block().querySelectorAll(`${FIGURES}, svg, canvas`)].map((one) => {
    const { top, width, height } = one.getBoundingClientRect()
    return [top, width, height].map(Math.round)
  })
  return JSON.stringify([block().getBoundingClientRect().height, drawn])
}

// Streamlit loads what draws charts and formulas with the first of them.
function waitsForFigures() {
  const charts = [...block().querySelectorAll("[data-testid='stVegaLiteChart']")]
  const components = [...block().querySelectorAll("[data-testid='stBidiComponentIsolated']")]
  return charts.some((chart) => !chart.querySelector("svg, canvas")) || components.some((one) => one.getBoundingClientRect().height === 0)
}

function overflows() {
  return block().getBoundingClientRect().height > innerHeight + 1
}

// The next size to try: between the largest that fitted and the smallest that did not.
function next() {
  const free = innerHeight - block().getBoundingClientRect().height
  if (free >= -1) state.fits = state.figures
  else state.overflows = state.figures
  const tight = free >= -1 && (free < TIGHT || state.figures >= LARGEST)
  if (tight || !enlarged().length || state.tries > TRIES || state.overflows <= smallest() || state.overflows - state.fits < 0.02) return state.fits
  const boxes = enlarged().map((one) => one.getBoundingClientRect())
  const extent = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top))
  const guess = (state.figures * (extent + free - TIGHT / 2)) / extent
  return guess > state.fits && guess < state.overflows ? Math.min(guess, LARGEST) : (state.fits + Math.min(state.overflows, LARGEST)) / 2
}

function look() {
  if (!state.active || !block()) return
  const now = performance.now()
  root.toggleAttribute("data-waits", runs() && now - state.begun > PATIENCE)
  const drawn = looksLike()
  if (drawn !== state.last || runs() || waitsForFigures()) state.quietSince = now
  state.last = drawn
  const settled = state.figures === state.fits
  const charts = settled && block().querySelector("[data-testid='stVegaLiteChart']") !== null
  if (now - state.quietSince >= (charts ? QUIET.charts : QUIET.none)) {
    if (settled) return finish()
    root.classList.toggle("wordy", figures().length === 0)
    enlarge(next())
    state.tries += 1
    state.quietSince = now
  }
  state.timer = setTimeout(look, LOOK)
}

function finish() {
  known.set(place(), { figures: state.figures, wordy: isWordy() })
  delete root.dataset.waits
  root.dataset.fitted = true
  state.found = figures().length
  state.timer = setTimeout(lookAgain, LOOK, performance.now())
}

// What arrived late, such as the first formula, may have made the stop too tall; or the figure itself did.
const fitsNoMore = () => (overflows() && state.figures > smallest()) || figures().length !== state.found

function lookAgain(since) {
  if (!state.active || !block() || isPhone()) return
  if (fitsNoMore()) return begin()
  if (performance.now() - since < WATCHED) state.timer = setTimeout(lookAgain, LOOK, since)
}

export function resizeWords(direction) {
  words = Math.min(1.6, Math.max(0.7, words * 1.1 ** direction))
  known.clear()
  root.classList.toggle("enlarged", words > 1.01)
  windowResized()
}

function begin() {
  clearTimeout(state.timer)
  const zoom = words * Math.max(1, Math.min(innerWidth / LAYOUT.width, innerHeight / LAYOUT.height))
  root.style.setProperty("--talk-zoom", zoom.toFixed(3))
  delete root.dataset.waits
  Object.assign(state, { tries: 0, fits: smallest(), overflows: LARGEST + 1, begun: performance.now(), quietSince: performance.now(), last: "" })
  const fitted = known.get(place()) ?? { figures: 1, wordy: false }
  root.classList.toggle("wordy", fitted.wordy && !isPhone())
  enlarge(isPhone() ? 1 : fitted.figures)
  if (isPhone()) return finish()
  root.dataset.fitted = false
  look()
}

// A stop begins: its words and figures are hidden until they have their size.
export function fitStop(stop) {
  Object.assign(state, { active: true, stop })
  begin()
}

export function leaveTalk() {
  clearTimeout(state.timer)
  state.active = false
  // Figures that are read have no size of a talk.
  for (const size of ["--figure-zoom", "--talk-zoom"]) root.style.removeProperty(size)
}

// After a run in which a control was moved: what does not fit any more is made smaller, and what fits is left alone.
export function fitAgain() {
  if (state.active && !isPhone() && root.dataset.fitted === "true" && fitsNoMore()) begin()
}

export function windowResized() {
  if (state.active) begin()
}
