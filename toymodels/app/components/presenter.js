// How the page is shown, and walking by keyboard.
//
// data, in an array of one: mode ("read", "talk" or "pane"); page, its name; stop, the section on the screen; background,
// the colour that the figures were drawn for; dark, whether that is a dark one; letters, whether a letter alone is a
// shortcut; talk, its stops (talk_overview.js), or null; pages, all that the talk has, for who reads one of them
// (steps.js), or null; hidden, keys of controls; code (talk_code.js), or null; pictures (talk_overview.js), or null. Sent
// back: present, the section that a reader is at when the talk begins; code, an address for which a QR code is wanted;
// pictures, whether those of the overview are wanted.

import { keepControlsAtHand } from "./control_bar.js"
import { showWhenSettled } from "./first_screen.js"
import { keepHistoryShort, stepBegins } from "./history_steps.js"
import { closeMenu, openMenuBesidePage } from "./menu.js"
import { letSlidersScroll } from "./page_slider.js"
import { actionOf, close, closeAll, closeAtStep } from "./presenter_keys.js"
import { printWithAddress } from "./printing.js"
import { presentFromHere, scrollToSection, stopScrolling } from "./reading_place.js"
import { openSpeakerView, updateSpeakerView } from "./speaker_view.js"
import { arrived, goTo, leave, stayHere, step } from "./steps.js"
import { closeCode, showCode } from "./talk_code.js"
import { keepPictures, overviewIsOpen, toggleOverview } from "./talk_overview.js"
import { tellWhereTapped } from "./tap_tells.js"
import { fitAgain, fitStop, leaveTalk, resizeWords, windowResized } from "./talk_size.js"
import { noticeWork } from "./work_notice.js"

const PRESENT = ".st-key-present a"
const STEPS = {
  read: { p: -1, n: 1 },
  talk: { p: -1, n: 1, ArrowLeft: -1, ArrowRight: 1 },
  pane: {},
}

// A clicker has only these: in a talk they walk wherever the focus is, but for a text that is being typed.
const PAGE_KEYS = { PageUp: -1, PageDown: 1 }

let now = { mode: "read", page: "", stop: "", background: "", letters: true, talk: null, pages: null }

const root = document.documentElement

// ---- keys ----

// The component may live in a shadow tree, so ask the event's path.
function target(event) {
  const found = event.composedPath()[0]
  return found instanceof Element ? found : document.body
}

function typedInto(element) {
  return element.closest("textarea, select, [contenteditable=true], input:not([type=range]):not([type=checkbox]):not([type=radio])") !== null
}

// A key that is typed into a field is not for us, nor an arrow that moves what has the focus.
function meantForOthers(event) {
  const element = target(event)
  if (typedInto(element)) return true
  if (event.key === " ") return element.closest("button, a, input, summary, [role=button]") !== null
  if (!event.key.startsWith("Arrow") && event.key !== "Home" && event.key !== "End") return false
  return event.defaultPrevented || element.closest("input, [role=slider], [role=radiogroup], [role=listbox], [role=menu]") !== null
}

function click(selector) {
  const link = document.querySelector(selector)
  stepBegins()
  if (link) link.click()
  return link !== null
}

// Whether there is a way to walk. A key that is held down walks one step.
function walk(direction, event) {
  const along = now.talk ?? now.pages
  if (along && !event.repeat) step(along, direction)
  return along !== null
}

// Whether this was a plain click on a link at the foot, which may still be that of the stop before.
function steppedByLink(event) {
  if (now.mode !== "talk" || event.ctrlKey || event.metaKey || event.shiftKey) return false
  const foot = event.target.closest?.(".st-key-previous, .st-key-next")
  if (!foot || !event.target.closest("a")) return false
  step(now.talk, foot.matches(".st-key-next") ? 1 : -1)
  event.preventDefault()
  event.stopPropagation()
  return true
}

// Escape closes what lies above the page, then lets go of a control, so that the arrows walk again, and then leaves.
function escape(event) {
  const element = target(event)
  if (closeAll()) return
  if (document.querySelector("[data-testid='stPopoverBody']")) return
  const control = !element.closest("a") && element.closest("input, textarea, select, [role=slider], [tabindex='0']")
  if (element !== document.body && element.blur && control) element.blur()
  else leave(now.talk)
}

// Home and End, and the keys of the speaker; whether the key was one of these.
function presented(key) {
  if (now.mode !== "talk") return false
  const { walked } = now.talk
  const single = key.length === 1
  const action = {
    Home: () => goTo(now.talk, walked[0]), End: () => goTo(now.talk, walked[walked.length - 1]),
    o: () => toggleOverview(now.talk, askForPictures), s: showSpeakerView, q: () => closeCode() || askForCode(location.href),
  }[key] ?? actionOf(key, resizeWords)
  if (!action || (single && !now.letters)) return false
  action()
  return true
}

// A key that was pressed in the speaker's view is as if it had been pressed here, whatever has the focus.
function pressedThere({ key, code, repeat }) {
  if (now.mode !== "talk") return void (key in PAGE_KEYS && click(PRESENT))
  const there = document.querySelector(".talk-layer[role='dialog']") ?? document.body
  there.dispatchEvent(new KeyboardEvent("keydown", { key, code, repeat, bubbles: true, cancelable: true }))
}

// The halves of a comparison are in the tab of the page that shows them.
const tellSpeaker = () => now.mode !== "pane" && updateSpeakerView(now.talk, pressedThere)

function showSpeakerView() {
  openSpeakerView()
  tellSpeaker()
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || overviewIsOpen()) return
  if (now.mode === "talk" && event.key === "Escape") return escape(event)
  if (meantForOthers(event)) return
  const direction = now.letters || event.key.length > 1 ? STEPS[now.mode][event.key] : undefined
  const begins = now.mode === "read" && now.letters && event.key === "t"
  if (direction ? walk(direction, event) : begins ? click(PRESENT) : presented(event.key)) event.preventDefault()
}

// Before the slider that has the focus hears of it, and takes a step.
function pageKeyPressed(event) {
  if (now.mode !== "talk" || event.ctrlKey || event.metaKey || event.altKey || overviewIsOpen()) return
  // They first walk through the explanation of a figure: explanation.js.
  if (document.querySelector(".figure-explanation")) return
  const direction = PAGE_KEYS[event.key]
  if (!direction || typedInto(target(event)) || !walk(direction, event)) return
  close("blank")
  event.preventDefault()
  event.stopImmediatePropagation()
}

// ---- the theme ----

// Streamlit turns its own colours at once when the theme changes, and ours only with the next run: ask for it, once.
let turnTo = () => {}
let asked = null

function turned([change]) {
  const style = getComputedStyle(change.target).backgroundColor
  const background = "#" + style.match(/\d+/g).slice(0, 3).map((channel) => (+channel).toString(16).padStart(2, "0")).join("")
  if (background === now.background) asked = null
  else if (background !== asked) turnTo((asked = background))
}

const colours = new MutationObserver(turned)

// ---- what is watched ----

let watched = null

// What a component says is there a little later than its page.
function tellSpeakerSoon() {
  for (const later of [0, 300, 1500]) setTimeout(tellSpeaker, later)
}

const settling = new MutationObserver(() => {
  noticeWork()
  if (!document.querySelector("[data-test-script-state='notRunning']")) return
  setTimeout(fitAgain, 100)
  keepControlsAtHand()
  tellSpeakerSoon()
})

function watch() {
  const app = document.querySelector("[data-testid='stApp']")
  if (app === watched) return
  settling.disconnect()
  colours.disconnect()
  watched = app
  if (!app) return
  settling.observe(app, { attributeFilter: ["data-test-script-state"] })
  noticeWork()
  colours.observe(app, { attributeFilter: ["class"] })
}

// Back and Forward, which are not steps.
const wentBack = (event) => event.isTrusted && stayHere()

let present = () => {}
let askForCode = () => {}
let askForPictures = () => {}
let codeShown = 0

// Controls that the address hides.
const hiding = new CSSStyleSheet()
const clicked = (event) => steppedByLink(event) || presentFromHere(event, PRESENT, present)

export default function (component) {
  const [data] = component.data
  const other = data.mode !== now.mode || data.page !== now.page || data.stop !== now.stop
  if (now.mode === "talk" && data.mode === "read" && data.page === now.page) scrollToSection(now.stop)
  now = data
  arrived(data.talk ?? data.pages)
  turnTo = (background) => component.setTriggerValue("theme", background)
  present = (section) => component.setTriggerValue("present", section)
  askForPictures = () => component.setTriggerValue("pictures", true)
  askForCode = (address) => component.setTriggerValue("code", address)
  if (data.pictures) keepPictures(data.pictures)
  if (data.code && data.code.number !== codeShown) {
    codeShown = data.code.number
    showCode(data.code)
  }
  const unseen = data.hidden.map((key) => `.st-key-${CSS.escape(key)} { display: none !important; }`)
  hiding.replaceSync(unseen.join("\n"))
  for (const mode of ["talk", "pane"]) root.classList.toggle(mode, mode === data.mode)
  root.classList.toggle("dark", data.dark)
  root.classList.toggle("whole-width", data.mode !== "read" || data.page === "compare")
  root.style.setProperty("--page", data.background)
  root.style.setProperty("--ink", data.text)
  if (other) {
    closeMenu()
    if (data.mode === "talk") {
      closeAtStep()
      fitStop(`${data.page}/${data.stop}`)
    } else {
      leaveTalk()
      closeAll()
      root.classList.remove("bare")
    }
  }
  watch()
  // The run may have ended before this was there.
  if (other) tellSpeakerSoon()
  if (!root.classList.contains("whole-width")) openMenuBesidePage()
  // The same functions: however often the page reruns, they are called once.
  letSlidersScroll()
  keepControlsAtHand()
  showWhenSettled()
  tellWhereTapped()
  document.addEventListener("keydown", pressed)
  window.addEventListener("keydown", pageKeyPressed, true)
  window.addEventListener("resize", windowResized)
  window.addEventListener("click", clicked, true)
  window.addEventListener("popstate", wentBack)
  keepHistoryShort()
  printWithAddress()
  if (!document.adoptedStyleSheets.includes(hiding)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, hiding]
  for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) window.addEventListener(moved, stopScrolling, { capture: true, passive: true })
}
