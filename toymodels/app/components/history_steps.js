// One step of the visitor is one entry of the browser's history. Streamlit writes several: it takes the controls of the
// page that is left out of its address first, and whoever goes back would find the page without them.

let stepTaken = false

const push = history.pushState

function pushOnce(...entry) {
  if (stepTaken) history.replaceState(...entry)
  else push.apply(history, entry)
  stepTaken = true
}

// What comes after a step back belongs to the entry that is there.
export function stepBegins(event) {
  stepTaken = event?.type === "popstate"
}

// However often this is called, the same functions are called once.
export function keepHistoryShort() {
  history.pushState = pushOnce
  for (const begun of ["pointerdown", "keydown", "popstate"]) window.addEventListener(begun, stepBegins, true)
}
