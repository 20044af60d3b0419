// Colours as numbers: how well they can be told apart, and what those of a dark page are on a light one.

// Red, green and blue of #rrggbb, from 0 to 255.
export function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
}

// How bright a colour is after WCAG, from 0 (black) to 1 (white).
function luminance(colour) {
  const linear = colour.map((channel) => channel / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

// Contrast ratio of two colours [red, green, blue], from 1 (none) to 21 (black on white).
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

// What a colour [red, green, blue] of a dark page is on a light one: it lies on one of the ramps of the dark theme, and
// the place of it on the same ramp of the light theme is meant. ramps: [[dark stops], [light stops]] each, as #rrggbb.
export function towardsLight(ramps) {
  const pieces = ramps.flatMap(([dark, light]) => dark.slice(1).map((_, k) => [dark[k], dark[k + 1], light[k], light[k + 1]].map(channels)))
  const known = new Map()
  const turned = (colour) => {
    // No colour of the theme: what was given none is black on either page.
    if (!colour.some(Boolean)) return colour
    let [least, found] = [Infinity, colour]
    for (const [start, end, lightStart, lightEnd] of pieces) {
      const along = end.map((channel, k) => channel - start[k])
      const length = along.reduce((sum, step) => sum + step * step, 0)
      const at = Math.min(1, Math.max(0, along.reduce((sum, step, k) => sum + step * (colour[k] - start[k]), 0) / length))
      const distance = along.reduce((sum, step, k) => sum + (start[k] + at * step - colour[k]) ** 2, 0)
      if (distance < least) [least, found] = [distance, lightStart.map((channel, k) => Math.round(channel + at * (lightEnd[k] - channel)))]
    }
    return found
  }
  return (colour) => {
    const key = colour.join()
    if (!known.has(key)) known.set(key, turned(colour))
    return known.get(key)
  }
}
