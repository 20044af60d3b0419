// The keys p and n walk to the previous and the next page of the talk, by the links at the foot of the page.

const LINKS = { p: ".st-key-previous a", n: ".st-key-next a" }

// A key that is typed into a field is not for us. The component lives in a shadow tree, so ask the event's path.
function typing(event) {
  const target = event.composedPath()[0]
  return target instanceof Element && target.closest("input:not([type=range]), textarea, select, [contenteditable=true]")
}

function walk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return
  const link = LINKS[event.key] && document.querySelector(LINKS[event.key])
  if (link) link.click()
}

export default function () {
  // The same function: however often the page reruns, it listens once.
  document.addEventListener("keydown", walk)
  return () => document.removeEventListener("keydown", walk)
}
