// The first screen of a visit: Streamlit loads what draws widgets, words and figures piece by piece, and each moves what
// is below it. What could move is hidden until all of the first screen has its place.

const LOOK = 30 // milliseconds between two looks
const QUIET = 90 // milliseconds without a change after which it has
// Milliseconds after which it is shown all the same, such as while something is trained. Of a stop of a talk there is
// little to read without its figure.
const PATIENCE = { read: { server: 1200, browser: 4000 }, stop: { server: 5000, browser: 5000 } }

const root = document.documentElement
const block = () => document.querySelector("[data-testid='stMainBlockContainer']")

function onScreen(element) {
  const { top, bottom } = element.getBoundingClientRect()
  return top < innerHeight && bottom >= 0
}

const patience = () => PATIENCE[root.matches(".talk, .pane") ? "stop" : "read"]
const runs = () => document.querySelector("[data-test-script-state='notRunning']") === null

// Who has something of the first screen still to do: the "server" to send it, the "browser" to draw it, or nobody.
function waitsFor() {
  const charts = [...block().querySelectorAll("[data-testid='stVegaLiteChart']")].filter((one) => !one.querySelector("svg, canvas"))
  const components = [...block().querySelectorAll("[data-testid='stBidiComponentIsolated']")].filter((one) => one.offsetHeight === 0)
  if ([...charts, ...components].some(onScreen)) return "browser"
  const placeholders = [...block().querySelectorAll("[data-testid='stSkeleton']")]
  if (runs() && block().getBoundingClientRect().bottom < innerHeight) return "server"
  return placeholders.some(onScreen) ? (runs() ? "server" : "browser") : null
}

// What is on the first screen, to see whether it still changes.
function looksLike() {
  const seen = [...block().querySelectorAll("[data-testid='stElementContainer'], svg, canvas")].filter(onScreen)
  return seen.map((one) => Math.round(one.getBoundingClientRect().top)).join()
}

let begun = null

// However often this is called, it looks once.
export function showWhenSettled() {
  if (begun !== null) return
  begun = performance.now()
  let [last, since] = ["", begun]
  const look = () => {
    const now = performance.now()
    const seen = block() ? looksLike() : ""
    const who = block() ? waitsFor() : "server"
    if (who || seen !== last) since = now
    last = seen
    if (now - since >= QUIET || now - begun >= patience()[who ?? "browser"]) root.dataset.settled = true
    else setTimeout(look, LOOK)
  }
  look()
}
