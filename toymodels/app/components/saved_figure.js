// A figure as a file: what is on the screen, drawn again as one SVG, with its caption and the address of its state. Words stay words, in the page's
// fonts, which are put into the file; a PNG is a picture of it. On a dark page all colours are turned to those of a
// light one: a file is for slides and papers, which are white.
//
// A component draws in HTML, SVG and canvases, and a chart in SVG. From HTML come words, backgrounds, lines and
// sliders; buttons without a drawing and the menus of Streamlit are left out.

import { channels, contrast, towardsLight } from "./colours.js"
import { node } from "./dom.js"
import { pageAddress } from "./page_address.js"

const MARGIN = 16 // pixels around the figure
const NARROWEST = 420 // pixels that a caption has at least
const SCALE = 3 // pixels of a PNG for one of the screen
const LONGEST_NAME = 80 // characters, as the server's files have

const LEFT_OUT = ".figure-tools, [data-testid='stElementToolbar'], select, textarea, input:not([type=range]), button.button, [hidden], details.vega-actions, script, style"
const INHERITED = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "visibility", "paint-order",
  "image-rendering", "font-family", "font-size", "font-weight", "font-style", "font-variant-numeric", "text-anchor",
]
const OWN = { opacity: "1", "clip-path": "none", "dominant-baseline": "auto", "vector-effect": "none" }
const CLEAR = /^(transparent|rgba\(.*, 0\))$/

const COLOUR = /#[0-9a-f]{6}(?![\w-])|rgba?\([^)]*\)|color\(srgb [^)]*\)/gi
const PAINTS = ["fill", "stroke", "stop-color", "style"]
const PAPER = "#ffffff"
const INKS = ["#000000", "#ffffff"] // one of them can be read on any colour
const LEGIBLE = 4.5 // contrast of words, after WCAG AA

const SVG = "http://www.w3.org/2000/svg"

// ---- what is drawn in SVG already ----

// What a style sheet says of an element of a drawing, and its parent does not hand down.
function copyStyle(from, to, isRoot) {
  const [style, above] = [getComputedStyle(from), isRoot ? null : getComputedStyle(from.parentElement)]
  for (const name of ["style", ...INHERITED, ...Object.keys(OWN)]) to.removeAttribute(name)
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name)
    if (value !== above?.getPropertyValue(name)) to.style.setProperty(name, value)
  }
  for (const [name, usual] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name)
    if (value !== usual) to.style.setProperty(name, value)
  }
  if (style.display === "none") to.style.display = "none"
}

// Words that lie on a shape, or on a halo of their own: [copy of the words, their colour, colour and opacity below].
function wordsOnShapes(originals, copies) {
  const grounds = []
  const found = []
  originals.forEach((one, k) => {
    const { fill, fillOpacity, stroke } = getComputedStyle(one)
    if (one.matches("rect, path, circle") && fill.startsWith("rgb(") && one.checkVisibility()) grounds.unshift({ shape: one, colour: fill, opacity: Number(fillOpacity) })
    if (!one.matches("text") || !fill.startsWith("rgb(")) return
    const { left, right, top, bottom } = one.getBoundingClientRect()
    const middle = new DOMPoint((left + right) / 2, (top + bottom) / 2)
    if (stroke.startsWith("rgb(")) {
      grounds.unshift({ box: { left, right, top, bottom }, colour: stroke, opacity: 1 })
      return
    }
    const below = grounds.find(({ shape, box }) => (shape
      ? shape.isPointInFill(middle.matrixTransform(shape.getScreenCTM().inverse()))
      : box.left <= middle.x && middle.x <= box.right && box.top <= middle.y && middle.y <= box.bottom))
    if (below) found.push([copies[k], fill, below.colour, below.opacity])
  })
  return found
}

let drawings = 0

// A copy that needs no style sheet, at the place where the drawing stands on the screen.
function copyDrawing(svg, sheet) {
  const box = svg.getBoundingClientRect()
  const copy = svg.cloneNode(true)
  const own = `d${(drawings += 1)}-`
  const originals = [svg, ...svg.querySelectorAll("*")]
  ;[copy, ...copy.querySelectorAll("*")].forEach((one, k) => {
    copyStyle(originals[k], one, k === 0)
    for (const name of ["class", "tabindex", "role", "aria-label", "aria-roledescription", "aria-hidden"]) one.removeAttribute(name)
    // Two drawings may have the same names.
    if (one.id) one.id = own + one.id
    for (const { name, value } of [...one.attributes]) {
      if (value.includes("#")) one.setAttribute(name, value.replace(/url\(["']?#([^"')]+)["']?\)/g, `url(#${own}$1)`))
      if (/^(xlink:)?href$/.test(name) && value.startsWith("#")) one.setAttribute(name, `#${own}${value.slice(1)}`)
    }
  })
  sheet.words.push(...wordsOnShapes(originals, [copy, ...copy.querySelectorAll("*")]))
  copy.setAttribute("overflow", getComputedStyle(svg).overflow)
  for (const [name, value] of Object.entries({ x: sheet.x(box.left), y: sheet.y(box.top), width: box.width, height: box.height })) copy.setAttribute(name, value)
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${svg.clientWidth} ${svg.clientHeight}`)
  sheet.root.appendChild(copy)
  sheet.grow(box)
}

// ---- what is drawn in HTML ----

// The stops of a gradient along a line, and whether it repeats: legends and hatched bars.
function gradientOf(image, sheet) {
  const colours = image.match(/rgba?\([^)]*\)|color\([^)]*\)/g) ?? []
  if (!colours.length || !image.includes("linear-gradient")) return null
  const id = `g${(drawings += 1)}`
  if (image.startsWith("repeating")) {
    const pattern = node("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, sheet.defs)
    node("rect", { width: 8, height: 8, fill: colours[colours.length - 1] }, pattern)
    node("rect", { width: 4, height: 8, fill: colours[0] }, pattern)
  } else {
    const gradient = node("linearGradient", { id }, sheet.defs)
    colours.forEach((colour, k) => node("stop", { offset: k / Math.max(1, colours.length - 1), "stop-color": colour }, gradient))
  }
  return `url(#${id})`
}

function drawBox(element, style, sheet) {
  const box = element.getBoundingClientRect()
  if (!box.width || !box.height) return
  const [x, y] = [sheet.x(box.left), sheet.y(box.top)]
  const rx = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.width / 2, box.height / 2)
  const rect = (attributes) => {
    node("rect", { x, y, width: box.width, height: box.height, rx, ...attributes }, sheet.root)
    sheet.grow(box)
  }
  if (!CLEAR.test(style.backgroundColor)) rect({ fill: style.backgroundColor })
  const gradient = gradientOf(style.backgroundImage, sheet)
  if (gradient) rect({ fill: gradient })
  const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
    width: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
    colour: style[`border${side}Color`],
    dash: style[`border${side}Style`] === "dashed" ? "4 3" : style[`border${side}Style`] === "dotted" ? "1 3" : "none",
  })).map((side) => ({ ...side, width: CLEAR.test(side.colour) ? 0 : side.width }))
  const [first] = sides
  if (first.width && sides.every((side) => side.width === first.width && side.colour === first.colour)) {
    const half = first.width / 2
    rect({ x: x + half, y: y + half, width: box.width - first.width, height: box.height - first.width, fill: "none", stroke: first.colour, "stroke-width": first.width, "stroke-dasharray": first.dash })
    return
  }
  const [right, bottom] = [x + box.width, y + box.height]
  const lines = [[x, y, right, y], [right, y, right, bottom], [x, bottom, right, bottom], [x, y, x, bottom]]
  sides.forEach(({ width, colour, dash }, k) => {
    if (!width) return
    const [x1, y1, x2, y2] = lines[k]
    node("line", { x1, y1, x2, y2, stroke: colour, "stroke-width": width, "stroke-dasharray": dash }, sheet.root)
  })
}

let ruler = null

// What tells the size of words in a font.
function measured(words, font) {
  ruler = ruler ?? document.createElement("canvas").getContext("2d")
  ruler.font = font
  return ruler.measureText(words)
}

// How far the baseline is below the top of a line, as a part of its height.
function ascent(style) {
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measured("x", font)
  return up / (up + down)
}

// Words stand where the page has them, line by line.
function drawWords(text, style, sheet) {
  const range = document.createRange()
  const lines = []
  for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    const [box] = range.getClientRects()
    if (!box || !box.width) continue
    const last = lines[lines.length - 1]
    if (last && Math.abs(last.top - box.top) < 2) last.words += ` ${word}`
    else lines.push({ top: box.top, left: box.left, height: box.height, box, words: word })
    sheet.grow(box)
  }
  const scale = text.parentElement.currentCSSZoom ?? 1
  for (const { top, left, height, words } of lines) {
    const made = node("text", { x: sheet.x(left), y: sheet.y(top) + ascent(style) * height, fill: style.color }, sheet.root)
    for (const name of ["font-family", "font-weight", "font-style", "font-variant-numeric"]) made.style.setProperty(name, style.getPropertyValue(name))
    made.style.setProperty("font-size", `${parseFloat(style.fontSize) * scale}px`)
    made.textContent = words
  }
}

function drawSlider(input, style, sheet) {
  const box = input.getBoundingClientRect()
  const part = (input.value - input.min) / (input.max - input.min || 1)
  const [x1, x2, y] = [sheet.x(box.left) + 8, sheet.x(box.right) - 8, sheet.y((box.top + box.bottom) / 2)]
  node("line", { x1, x2, y1: y, y2: y, stroke: getComputedStyle(input.parentElement).color, "stroke-opacity": 0.3, "stroke-width": 4, "stroke-linecap": "round" }, sheet.root)
  node("circle", { cx: x1 + part * (x2 - x1), cy: y, r: 7, fill: style.accentColor === "auto" ? style.color : style.accentColor }, sheet.root)
  sheet.grow(box)
}

function drawPixels(canvas, sheet) {
  const box = canvas.getBoundingClientRect()
  node("image", { x: sheet.x(box.left), y: sheet.y(box.top), width: box.width, height: box.height, href: canvas.toDataURL(), style: "image-rendering: pixelated" }, sheet.root)
  sheet.grow(box)
}

function drawElement(element, sheet) {
  if (element.matches(LEFT_OUT)) return
  const style = getComputedStyle(element)
  if (style.display === "none" || Number(style.opacity) === 0) return
  const parent = sheet.root
  if (Number(style.opacity) < 1) sheet.root = node("g", { opacity: style.opacity }, parent)
  if (style.visibility === "visible") {
    if (element instanceof SVGElement) copyDrawing(element, sheet)
    else if (element instanceof HTMLCanvasElement) drawPixels(element, sheet)
    else if (element instanceof HTMLInputElement) drawSlider(element, style, sheet)
    else if (style.display !== "contents") drawBox(element, style, sheet)
  }
  if (!(element instanceof SVGElement)) {
    for (const child of (element.shadowRoot ?? element).childNodes) {
      if (child instanceof Element) drawElement(child, sheet)
      else if (child instanceof Text && style.visibility === "visible") drawWords(child, style, sheet)
    }
  }
  sheet.root = parent
}

// ---- the colours of a light page ----

// Red, green and blue (0 to 255) of a colour as style sheets write it, and its opacity, if it has one.
function parsed(colour) {
  if (colour.startsWith("#")) return channels(colour)
  const numbers = colour.match(/-?[\d.]+(e-?\d+)?/g).map(Number)
  return colour.startsWith("color") ? numbers.map((one, k) => (k < 3 ? Math.round(255 * one) : one)) : numbers
}

function written([red, green, blue, opacity = 1]) {
  return opacity < 1 ? `rgba(${red}, ${green}, ${blue}, ${opacity})` : `rgb(${red}, ${green}, ${blue})`
}

// A picture, pixel by pixel.
async function turnPixels(image, turned) {
  const source = new Image()
  source.src = image.getAttribute("href")
  await source.decode()
  const canvas = document.createElement("canvas")
  ;[canvas.width, canvas.height] = [source.naturalWidth, source.naturalHeight]
  const context = canvas.getContext("2d")
  context.drawImage(source, 0, 0)
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data.set(turned([...pixels.data.subarray(at, at + 3)]), at)
  context.putImageData(pixels, 0, 0)
  image.setAttribute("href", canvas.toDataURL())
}

// words: those that lie on shapes, see above. What could be read on a colour need not be so on its counterpart.
async function turnToLight(svg, words, ramps) {
  const turned = towardsLight(ramps)
  for (const element of svg.querySelectorAll(":not([data-natural], [data-natural] *)")) {
    for (const name of PAINTS) {
      const value = element.getAttribute(name)
      if (value) element.setAttribute(name, value.replace(COLOUR, (colour) => (([red, green, blue, opacity]) => written([...turned([red, green, blue]), opacity]))(parsed(colour))))
    }
  }
  for (const [text, ink, shape, opacity] of words) {
    const ground = turned(parsed(shape)).map((channel) => 255 + opacity * (channel - 255))
    if (contrast(turned(parsed(ink)), ground) >= LEGIBLE) continue
    text.style.fill = INKS.reduce((one, other) => (contrast(channels(one), ground) >= contrast(channels(other), ground) ? one : other))
  }
  await Promise.all([...svg.querySelectorAll("image")].map((image) => turnPixels(image, turned)))
}

// ---- the sheet ----

// Lines of a text that are no wider than that.
function folded(text, font, width) {
  const lines = [""]
  // An address has no spaces: it is folded after what separates its parts.
  for (const part of text.match(/[^\s&?]+[\s&?]*/g) ?? []) {
    const longer = lines[lines.length - 1] + part
    if (lines[lines.length - 1] && measured(longer.trimEnd(), font).width > width) lines.push(part)
    else lines[lines.length - 1] = longer
  }
  return lines.map((line) => line.trimEnd())
}

// The fonts of the words, as the page has loaded them.
async function fontFaces(svg) {
  const families = new Set([...svg.querySelectorAll("text, tspan")].flatMap((one) => {
    const [first] = one.style.fontFamily.split(",")
    return first ? [first.replace(/["']/g, "").trim()] : []
  }))
  const italic = [...svg.querySelectorAll("text, tspan")].some((one) => one.style.fontStyle === "italic")
  const rules = [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule).map((rule) => ({ rule, base: sheet.href ?? document.baseURI }))
    } catch {
      return [] // a style sheet of another host
    }
  })
  const wanted = rules.filter(({ rule }) => families.has(rule.style.getPropertyValue("font-family").replace(/["']/g, "").trim())
    && (italic || rule.style.getPropertyValue("font-style") !== "italic"))
  const faces = await Promise.all(wanted.map(async ({ rule, base }) => {
    const [, url] = rule.style.getPropertyValue("src").match(/url\(["']?([^"')]+)["']?\)/) ?? []
    if (!url) return ""
    const bytes = new Uint8Array(await (await fetch(new URL(url, base))).arrayBuffer())
    let binary = ""
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return rule.cssText.replace(/src:[^;]*;/, `src: url(data:font/woff2;base64,${btoa(binary)}) format("woff2");`)
  }))
  return faces.join("\n")
}

// title of the page, caption of the figure, its address, and the ramps of a dark page.
async function drawn(figure, { title, caption, address, ramps }) {
  const [style, box] = [getComputedStyle(figure), figure.getBoundingClientRect()]
  const svg = document.createElementNS(SVG, "svg")
  const bounds = { left: 0, top: 0, right: 0, bottom: 0 }
  const sheet = {
    root: svg,
    defs: node("defs", {}, svg),
    words: [],
    x: (left) => left - box.left,
    y: (top) => top - box.top,
    grow: (one) => {
      bounds.right = Math.max(bounds.right, one.right - box.left)
      bounds.bottom = Math.max(bounds.bottom, one.bottom - box.top)
      bounds.left = Math.min(bounds.left, one.left - box.left)
    },
  }
  const background = node("rect", {}, svg)
  for (const child of figure.children) drawElement(child, sheet)
  const width = Math.max(NARROWEST, bounds.right - bounds.left)
  let y = bounds.bottom + 14
  for (const [text, weight, size] of [[title, 600, 14], [caption, 400, 14], [address, 400, 11]]) {
    for (const line of folded(text, `${weight} ${size}px ${style.fontFamily}`, width)) {
      y += 1.4 * size
      const made = node("text", { x: bounds.left, y, fill: style.color }, svg)
      made.style.cssText = `font-family: ${style.fontFamily}; font-size: ${size}px; font-weight: ${weight}`
      made.textContent = line
    }
  }
  const frame = { x: bounds.left - MARGIN, y: bounds.top - MARGIN, width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(y + 2 * MARGIN - bounds.top) }
  const { x, y: top, width: wide, height } = frame
  for (const [name, value] of Object.entries({ width: wide, height, viewBox: `${x} ${top} ${wide} ${height}`, role: "img" })) svg.setAttribute(name, value)
  if (ramps.length) await turnToLight(svg, sheet.words, ramps)
  for (const [name, value] of Object.entries({ ...frame, fill: PAPER })) background.setAttribute(name, value)
  svg.prepend(node("title", {}), node("style", {}))
  svg.querySelector("title").textContent = `${title}: ${caption}`
  svg.querySelector("style").textContent = await fontFaces(svg)
  return { text: new XMLSerializer().serializeToString(svg), width: wide, height }
}

async function picture({ text, width, height }) {
  const image = new Image()
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }))
  image.src = url
  await image.decode()
  const canvas = document.createElement("canvas")
  ;[canvas.width, canvas.height] = [SCALE * width, SCALE * height]
  const context = canvas.getContext("2d")
  context.scale(SCALE, SCALE)
  context.drawImage(image, 0, 0, width, height)
  URL.revokeObjectURL(url)
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
}

// ---- the file ----

// As the server names its files: page, figure, and what the address says of its state.
function figureFileName(page, name, settings, frame) {
  const state = settings.filter(([key]) => !frame.includes(key))
    .map(([key, value]) => `${key}=${value}`.replace(/[^A-Za-z0-9=.+-]+/g, "-"))
  return [page || "home", name, ...state].join("_").slice(0, LONGEST_NAME)
}

async function file({ text, ...size }, kind) {
  return kind === "SVG" ? new Blob([text], { type: "image/svg+xml" }) : picture({ text, ...size })
}

// Hand a figure to the browser's downloads; kind: SVG or PNG; frame: keys of the address that are no state of the page.
export function saveFigure(figure, name, { page, title, caption, ramps, frame }, kind) {
  const settings = [...new URLSearchParams(location.search)]
  return drawn(figure, { title, caption, address: pageAddress(), ramps }).then((made) => file(made, kind)).then((saved) => {
    const link = document.createElement("a")
    link.href = URL.createObjectURL(saved)
    link.download = `${figureFileName(page, name, settings, frame)}.${kind.toLowerCase()}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
}
