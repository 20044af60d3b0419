// Points of a drawing that are dragged, by mouse and by touch.

import { nearest } from "./model.js"

const THUMB = 24 // pixels of the screen around a handle that belong to it: a thumb covers about 48

// Where an event is, in units of the drawing, and how many of these a pixel of the screen is.
function placeOf(svg, { clientX, clientY }) {
  const box = svg.getBoundingClientRect()
  const { x, y, width } = svg.viewBox.baseVal
  const unit = width / box.width
  return { place: [x + (clientX - box.left) * unit, y + (clientY - box.top) * unit], unit }
}

// Drag the handles at `places()`, [[x, y]] in units of the drawing. What is pressed takes hold of the nearest handle
// within a thumb's reach: `hold(handle)`; `move(handle, [x, y])` follows the pointer, and `drop(handle, moved)` is called
// when it is let go. `press([x, y])`, if there is one, is called with a place that is clicked or tapped beside the
// handles; a mouse then goes on to drag the first handle from there.
export function dragHandles(svg, { places, hold = () => {}, move, drop = () => {}, press = null }) {
  let [held, moved, offset, tapped] = [-1, false, [0, 0], null]
  const handleAt = (event) => {
    const { place, unit } = placeOf(svg, event)
    return nearest(places(), place, THUMB * unit)
  }
  // Browsers begin to scroll under a finger, and end the drag, unless its touch is taken from them as it begins:
  // `touch-action` on what is inside of a drawing is not heeded. Beside the handles the page scrolls as ever.
  svg.addEventListener("touchstart", (event) => {
    if (event.touches.length === 1 && handleAt(event.touches[0]) >= 0) event.preventDefault()
  }, { passive: false })
  const take = (handle, place, pointerId) => {
    const [x, y] = places()[handle]
    // The handle does not jump to the pointer: it keeps its distance.
    offset = [x - place[0], y - place[1]]
    ;[held, moved] = [handle, false]
    svg.setPointerCapture(pointerId)
    hold(handle)
  }
  svg.addEventListener("pointerdown", (event) => {
    if (held >= 0 || event.button !== 0) return
    const { place } = placeOf(svg, event)
    const handle = handleAt(event)
    if (handle >= 0) {
      take(handle, place, event.pointerId)
    } else if (press && event.pointerType === "mouse") {
      press(place)
      take(0, place, event.pointerId)
    } else if (press) {
      tapped = event.pointerId
    }
  })
  svg.addEventListener("pointermove", (event) => {
    if (held < 0 || !svg.hasPointerCapture(event.pointerId)) return
    const { place } = placeOf(svg, event)
    moved = true
    move(held, [place[0] + offset[0], place[1] + offset[1]])
  })
  const release = (event) => {
    // A finger that scrolls the page ends in a cancelled pointer: only one that was lifted has tapped.
    if (event.pointerId === tapped) {
      tapped = null
      if (event.type === "pointerup") press(placeOf(svg, event).place)
    }
    if (held < 0 || !svg.hasPointerCapture(event.pointerId)) return
    const handle = held
    held = -1
    drop(handle, moved)
  }
  svg.addEventListener("pointerup", release)
  svg.addEventListener("pointercancel", release)
}
