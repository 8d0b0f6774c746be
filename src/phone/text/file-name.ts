/** Bidirectional and control characters, which could disguise a name. */
const MISLEADING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const TAIL_LETTERS = 4
const EXTENSION = /\.[^.\s]{1,8}$/

/** The name, made safe to display: on one line and in one direction. */
export function plainName(name: string): string {
  return name.replace(MISLEADING, ' ').trim()
}

/** Shortens a name in the middle to at most `columns`, keeping the extension; a Chinese character counts as two columns. */
export function shortName(name: string, columns = 34): string {
  const plain = plainName(name)
  if (width(plain) <= columns) return plain
  const extension = EXTENSION.exec(plain)?.[0] ?? ''
  const letters = [...plain.slice(0, plain.length - extension.length)]
  const tail = letters.slice(-TAIL_LETTERS).join('') + extension
  let head = ''
  for (const letter of letters.slice(0, -TAIL_LETTERS)) {
    if (width(head + letter) + 1 + width(tail) > columns) break
    head += letter
  }
  return `${head.trimEnd()}…${tail.trimStart()}`
}

/** Short form of the extension, such as `PDF` or `XLS`: at most four letters, or `''` if the name has no extension. */
export function fileSign(name: string): string {
  const extension = EXTENSION.exec(plainName(name))?.[0].slice(1).toUpperCase() ?? ''
  return /^[A-Z0-9]+$/.test(extension) ? extension.replace(/^(DOC|XLS|PPT)X$/, '$1').slice(0, 4) : ''
}

/** Formats a file size: `38 KB`, `1.2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const steps = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let step = 0
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1024
    step++
  }
  return `${value < 9.95 && step > 0 ? value.toFixed(1) : Math.round(value)} ${steps[step]}`
}

function width(text: string): number {
  let columns = 0
  for (const letter of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        letter,
      )
        ? 2
        : 1
  return columns
}
