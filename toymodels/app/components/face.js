// A face of four features, 0 .. 1 each: eyes, nose, lips, head. Returns a function that draws another face, and says it
// by the label and the names of its features to those who do not see it; without a label it is decoration.

import { node, set } from "./dom.js"
import { clamp } from "./model.js"
import { fixed } from "./numbers.js"

export function drawFace(parent, label = "", names = []) {
  const svg = node("svg", { viewBox: "-104 -112 208 216", ...(label ? { role: "img" } : { "aria-hidden": "true" }) }, parent)
  const skin = { fill: "#f3c9a1", stroke: "#7a5230", "stroke-width": 3 }
  // The colours of people are the same on a light page and on a dark one, and in what is saved of either.
  const natural = node("g", { "data-natural": "" }, svg)
  const head = node("g", {}, natural)
  node("circle", { cx: -84, cy: 4, r: 14, ...skin }, head)
  node("circle", { cx: 84, cy: 4, r: 14, ...skin }, head)
  node("circle", { cx: 0, cy: 0, r: 84, ...skin }, head)
  node("path", { d: "M-62,-57 C-52,-104 52,-104 62,-57 C38,-74 16,-58 2,-74 C-14,-56 -40,-74 -62,-57 Z",
    fill: "#6b4226", stroke: "#4c2e1a", "stroke-width": 3, "stroke-linejoin": "round" }, head)
  const eyes = [-1, 1].map((side) => {
    const eye = node("g", {}, natural)
    node("circle", { r: 18, fill: "#ffffff", stroke: "#3a2a1c", "stroke-width": 2.5 }, eye)
    node("circle", { r: 10, fill: "#3d6b8c" }, eye)
    node("circle", { r: 5.5, fill: "#15202b" }, eye)
    node("circle", { cx: 3.5, cy: -4, r: 2.6, fill: "#ffffff" }, eye)
    return { eye, side }
  })
  const nose = node("path", { d: "M-2,-16 C-4,-4 -13,5 -10,11 C-7,16 7,16 10,11 C13,5 4,-4 2,-16 Z",
    fill: "#e2a878", stroke: "#7a5230", "stroke-width": 2.5, "stroke-linejoin": "round" }, natural)
  const lips = node("g", {}, natural)
  node("path", { d: "M-30,0 C-18,-7 -9,-13 0,-7 C9,-13 18,-7 30,0 C18,16 -18,16 -30,0 Z",
    fill: "#c93a50", stroke: "#7d1f30", "stroke-width": 2.5, "stroke-linejoin": "round" }, lips)
  node("path", { d: "M-28,0 C-14,3 14,3 28,0", fill: "none", stroke: "#7d1f30", "stroke-width": 2.5 }, lips)
  const noHead = node("circle", { cx: 0, cy: 0, r: 52, fill: "none", stroke: "currentColor", "stroke-width": 2,
    "stroke-dasharray": "4 6", opacity: 0.55 }, svg)

  const present = (value) => (value < 0.02 ? 0 : 1)
  return (x) => {
    if (label) svg.setAttribute("aria-label", `${label}: ${names.map((name, i) => `${name} ${fixed(x[i])}`).join(", ")}`)
    // A reconstruction may leave 0 .. 1; the drawing follows it a little beyond and then stays.
    const [eyeSize, noseSize, lipsSize, headSize] = x.map((value) => clamp(value, 0, 1.15))
    // A head that is hardly there is drawn as hardly there: every code answers with a small one on average.
    set(head, { transform: `scale(${0.6 + 0.4 * headSize})`, opacity: present(headSize) * Math.min(1, 0.1 + headSize / 0.25) })
    set(noHead, { visibility: headSize < 0.22 ? "visible" : "hidden" })
    for (const { eye, side } of eyes) {
      const scale = 0.16 + 0.94 * eyeSize
      set(eye, { transform: `translate(${side * (20 + 6 * headSize)},-14) scale(${scale})`, opacity: present(eyeSize) })
    }
    set(nose, { transform: `translate(0,9) scale(${0.2 + 0.9 * noseSize})`, opacity: present(noseSize) })
    set(lips, { transform: `translate(0,${33 + 4 * headSize}) scale(${0.14 + 0.9 * lipsSize})`, opacity: present(lipsSize) })
  }
}
