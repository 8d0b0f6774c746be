/** Width of a text of this program. Libraries that know every character take too long to load for the help. */
export function helpWidth(text: string): number {
  return text.replace(/[\u2e80-\uffef]/g, '  ').length
}

/** Breaks text into lines, between words and beside CJK characters, but not before punctuation. */
export function wrap(text: string, columns: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [word] of text.matchAll(
    /\s+|(?:[\u2e80-\u9fff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uf900-\ufaff]+)[，。：；、）]*/g,
  )) {
    if (line !== '' && widthOf(line + word) > columns) {
      lines.push(line.trimEnd())
      line = word.trimStart()
    } else line += word
  }
  return [...lines, line.trimEnd()]
}
