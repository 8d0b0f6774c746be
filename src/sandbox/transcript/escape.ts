/** Every invisible character except the plain space: control and format characters, separators, lone surrogates. */
const INVISIBLE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}]/gu

/** Escapes invisible characters in JSON, so that reviews of a transcript show them. */
export function escapeJson(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}

/** Shows invisible characters as `\u{…}`, so that text from a transcript cannot control the terminal or hide. */
export function escapeControls(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}
