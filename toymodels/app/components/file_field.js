// A field for a file, which the browser reads. What is small enough is sent to the page, in base64; what is not stays
// here, and a sentence says why.
//
// data: label; endings (of names, with their dots); most, in bytes. Sends "chosen": { name, content }.

import { html, remembered } from "./dom.js"
import { significant } from "./numbers.js"

const megabytes = (bytes) => `${significant(bytes / 1e6)} MB`

function refusal(file, data) {
  if (!data.endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
    return `“${file.name}” does not end in ${data.endings.join(", ")}.`
  }
  return file.size > data.most ? `The file has ${megabytes(file.size)}; at most ${megabytes(data.most)} is read.` : ""
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

function build(root) {
  const field = html("label", "", root)
  const words = html("span", "", field)
  const input = html("input", "", field)
  input.type = "file"
  // The same file again, changed on the disk meanwhile, is a choice as well.
  input.onclick = () => (input.value = "")
  const note = html("p", "", root)
  note.setAttribute("role", "status")
  return { words, input, note }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const memory = remembered(parentElement, "file-field")
  memory.parts ??= build(memory.root)
  const { words, input, note } = memory.parts
  words.textContent = data.label
  input.accept = data.endings.join(",")
  input.onchange = async () => {
    const [file] = input.files
    if (!file) return
    note.textContent = refusal(file, data)
    if (note.textContent) return
    try {
      // An empty file has no content after the comma, or no comma.
      setTriggerValue("chosen", { name: file.name, content: file.size ? await base64(file) : "" })
    } catch {
      note.textContent = "The browser could not read the file."
    }
  }
}
