// Elements of a component, and what it keeps over reruns of the page.

const SVG = "http://www.w3.org/2000/svg"

export function node(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag)
  set(element, attributes)
  if (parent) parent.appendChild(element)
  return element
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

export function html(tag, className, parent, text = "") {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  parent.appendChild(element)
  return element
}

// Markdown in which nothing but bold words is marked, instead of what was there.
export function drawMarkdown(parent, text) {
  parent.replaceChildren()
  text.split("**").forEach((part, k) => (k % 2 ? html("b", "", parent, part) : parent.append(part)))
}

export function button(parent, id, text = "") {
  const made = html("button", "button", parent, text)
  made.type = "button"
  made.id = id
  return made
}

const memories = new WeakMap()

// The state of a component: its root, of the classes `component` and `className`, and at first what `begin` returns.
export function remembered(parentElement, className, begin = () => ({})) {
  if (!memories.has(parentElement)) memories.set(parentElement, { ...begin(), root: html("div", `component ${className}`, parentElement) })
  return memories.get(parentElement)
}

// Whether the data differ from those of the last run: one that changes nothing here must leave alone what moves or is dragged.
export function hasChanged(state, data) {
  const text = JSON.stringify(data)
  const changed = text !== state.text
  state.text = text
  return changed
}

// Draw anew with `build`; a rerun must not take the focus from what has it, which is known by its id.
export function keepingFocus(parentElement, build) {
  const focused = parentElement.activeElement ? parentElement.activeElement.id : ""
  build()
  if (focused) parentElement.querySelector(`#${CSS.escape(focused)}`)?.focus()
}
