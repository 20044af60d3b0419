// A slider for one number, with its label and its value.

import { html } from "./dom.js"
import { fixed } from "./numbers.js"

// Returns { input, label, show(value, words) }: `show` moves the handle there, and `words` stand beside it.
export function slider(parent, { id, label, low, high, step = 0.01, move }) {
  const row = html("div", "slider", parent)
  const name = html("label", "", row, label)
  const input = html("input", "", row)
  const output = html("output", "", row)
  input.type = "range"
  ;[input.min, input.max, input.step, input.id] = [low, high, step, id]
  name.htmlFor = id
  input.oninput = () => move(Number(input.value))
  const show = (value, words = fixed(value)) => {
    if (Number(input.value) !== value) input.value = value
    output.textContent = words
  }
  return { input, label: name, show }
}
