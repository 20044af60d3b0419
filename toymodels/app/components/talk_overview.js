// Overview of a talk: all its stops, which of them are walked, and the way to any of them.
//
// talk: stops [{page, section, title, heading}]; here, an index; walked, indices; walk, the route as the address says it;
//       routes {name: indices}; queries {page: the state of that page, as a query}.
// Its pictures are asked for when it is opened for the first time, and then kept: {stop's name: address of the picture}.

import { html } from "./dom.js"
import { close, isOpen, open } from "./presenter_keys.js"
import { goTo } from "./steps.js"

const NAME = "overview"
const ROUTE_WORDS = { 10: "10 minutes", 20: "20 minutes", 45: "45 minutes", all: "All stops" }

const nameOf = ({ page, section }) => `${page || "home"}.${section}`
const same = (one, other) => one.length === other.length && one.every((value, k) => value === other[k])

// The shortest way to say which stops are walked.
function walkOf(talk, walked) {
  const route = Object.keys(talk.routes).find((name) => same(talk.routes[name], walked))
  return route ?? walked.map((k) => nameOf(talk.stops[k])).join(",")
}

let pictures = {}

export function keepPictures(given) {
  pictures = given
  for (const image of document.querySelectorAll(".talk-overview img")) image.src = pictures[image.dataset.stop]
}

// Calls askForPictures where there are none yet.
export function toggleOverview(talk, askForPictures) {
  if (close(NAME)) return
  if (!Object.keys(pictures).length) askForPictures()
  const layer = open(NAME, "All stops of the talk")
  const sheet = html("div", "talk-sheet", layer)
  const head = html("div", "head", sheet)
  const typed = html("output", "", head, "A number and Enter go there; what is ticked is walked.")
  let walked = [...talk.walked]
  const boxes = []
  const tick = () => boxes.forEach((box, k) => (box.checked = walked.includes(k)))
  for (const [name, indices] of Object.entries(talk.routes)) {
    const button = html("button", "", head, ROUTE_WORDS[name] ?? name)
    button.type = "button"
    button.onclick = () => {
      walked = [...indices]
      tick()
    }
  }
  const grid = html("ol", "stops", sheet)
  const leave = (index) => {
    close(NAME)
    // A walk has one stop at least; one that was not changed is said as it was.
    const walk = walked.length && !same(walked, talk.walked) ? walkOf(talk, walked) : talk.walk
    goTo(talk, index, walk)
  }
  talk.stops.forEach((stop, k) => {
    const item = html("li", k === talk.here ? "here" : "", grid)
    const box = html("input", "", item)
    box.type = "checkbox"
    box.ariaLabel = `Walk to ${k + 1}, ${stop.heading}`
    box.onchange = () => {
      walked = walked.filter((one) => one !== k)
      if (box.checked) walked = [...walked, k].sort((a, b) => a - b)
    }
    boxes.push(box)
    const button = html("button", "", item)
    button.type = "button"
    const image = html("img", "", button)
    image.alt = ""
    image.dataset.stop = nameOf(stop)
    if (pictures[nameOf(stop)]) image.src = pictures[nameOf(stop)]
    html("b", "", button, String(k + 1))
    html("span", "title", button, stop.title)
    html("span", "", button, stop.heading)
    button.onclick = () => leave(k)
  })
  tick()
  grid.querySelector(".here")?.scrollIntoView({ block: "center" })
  let number = ""
  layer.onkeydown = (event) => {
    let says = ""
    if (event.key === "Escape" || event.key === "o") leave(talk.here)
    else if (event.key === "PageDown" || event.key === "PageUp") sheet.scrollBy({ top: (event.key === "PageDown" ? 0.8 : -0.8) * sheet.clientHeight })
    else if (/^\d$/.test(event.key)) number = (number + event.key).slice(-3)
    else if (event.key === "Backspace") number = number.slice(0, -1)
    else if (event.key === "Enter" && number) {
      if (talk.stops[number - 1]) leave(number - 1)
      else says = `The stops are 1 to ${talk.stops.length}; there is no ${number}.`
      number = ""
    } else return
    typed.textContent = number ? `Go to ${number}: Enter` : says
    event.preventDefault()
    event.stopPropagation()
  }
}

export const overviewIsOpen = () => isOpen(NAME)
