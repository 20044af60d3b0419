// Steps along the talk, by the numbers of its stops; for who reads, along its pages. Every press counts: while the stop
// that was asked for is not there yet, further steps are kept, and taken in one go when it has come.
//
// talk: stops [{page, section}], here, an index; walked, indices; walk, the route as the address says it; queries {page:
//       the state of that page, as a query}. For who reads, a page is one stop, without a section, and walk is null.

import { stepBegins } from "./history_steps.js"

const LOST = 5000 // milliseconds after which a stop that has not come holds up nothing any more

// The stop on the way: its index and route, the talk that it was asked for in, the steps from there, and a timer.
let way = null

// The index one step on (1) or back (-1): along the stops that are walked, and no further than their ends.
function stepFrom(walked, index, direction) {
  const order = [...new Set([...walked, index])].sort((a, b) => a - b)
  return order[order.indexOf(index) + direction] ?? index
}

const READ = null // the walk of who reads

// The app may lie below a path of its host; its pages lie beside one another.
function addressOf(talk, index, walk) {
  const { page, section } = talk.stops[index]
  const query = new URLSearchParams(talk.queries[page] ?? "")
  if (walk !== READ) for (const [key, value] of [["talk", "1"], ["stop", section], ["walk", walk]]) if (value) query.set(key, value)
  const text = query.toString()
  return `${location.origin}${location.pathname.replace(/[^/]*$/, "")}${page}${text && `?${text}`}`
}

// Without loading the page anew: Streamlit follows the address as it does after Back.
function go(talk, index, walk) {
  stayHere()
  if (index === talk.here && walk === talk.walk) return
  way = { talk, index, walk, further: [], timer: setTimeout(() => goFurther({ ...talk, here: index, walk }), LOST) }
  stepBegins()
  history.pushState({}, "", addressOf(talk, index, walk))
  window.dispatchEvent(new PopStateEvent("popstate"))
}

function goFurther(talk) {
  const { further } = way
  stayHere()
  const [index, walk] = further.reduce((at, take) => take(talk, at), [talk.here, talk.walk])
  go(talk, index, walk)
}

function take(talk, one) {
  if (way) way.further.push(one)
  else go(talk, ...one(talk, [talk.here, talk.walk]))
}

// To any stop, on a route that may be another.
export const goTo = (talk, index, walk = talk.walk) => take(talk, () => [index, walk])

export const step = (talk, direction) => take(talk, ({ walked }, [index, walk]) => [stepFrom(walked, index, direction), walk])

// To the whole page of the stop.
export const leave = (talk) => take(talk, (_, [index]) => [index, READ])

// Nothing is on the way any more: the visitor goes where another link leads.
export function stayHere() {
  clearTimeout(way?.timer)
  way = null
}

// Called with the talk whenever the page has begun to run; with null on a page that is not in it.
export function arrived(talk) {
  if (!way) return
  if (!talk || (talk.walk === READ) !== (way.talk.walk === READ)) stayHere()
  else if (talk.here === way.index && talk.walk === way.walk) goFurther(talk)
  else if (talk.here !== way.talk.here) stayHere()
}
