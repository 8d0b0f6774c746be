import { decodeText } from '../../web/decode/text.js'

/** The `@` in front may be the program's, as in `@${nickName}`. */
const DIRECTIVE = /(?:FIL|IMG|VID)@/g
/** Cheaper than bringing every text into one form: what counts as `@`, behind something. */
const MAY_NAME_A_FILE = /[^@＠﹫][@＠﹫]/
/** What may hide an `@`, or stand between the characters of a directive, until it is decoded. */
const ENCODED = /&(?:amp;)*(?:#|commat;)|<(?:br|span)/i

/** Characters kept in all, the latest; after each directive; and looked at of one text. */
const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_PATH = 4_096
const MAX_TEXT = 1024 * 1024
/** Values looked at of what came in one piece. */
const MAX_VALUES = 500_000
/** A text in XML in an entity is encoded twice. */
const MAX_DECODINGS = 3

/** The directives that stood in texts of others lately, in whatever spelling. Memory is bounded: the oldest are forgotten. */
export class HeardTexts {
  readonly #kept = new Set<string>()
  #characters = 0

  /** Takes every text in these values, however deep. What holds no directive is not kept. */
  add(...values: readonly unknown[]): void {
    const waiting = [...values]
    // Not by recursion: how deep a reply goes is for its sender to choose.
    for (let left = MAX_VALUES; left > 0 && waiting.length > 0; left--) {
      const value = waiting.pop()
      if (typeof value === 'string') this.#addText(value)
      else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) waiting.push(one)
    }
  }

  /** Whether this text, or one that goes on after it, was heard. */
  has(text: string): boolean {
    const plain = canonical(text).replace(/^@/, '')
    for (const kept of this.#kept) if (kept.includes(plain)) return true
    return false
  }

  #addText(text: string): void {
    let said = text.slice(0, MAX_TEXT)
    for (let n = 0; n < MAX_DECODINGS; n++) {
      if (MAY_NAME_A_FILE.test(said)) this.#keep(canonical(said))
      if (!ENCODED.test(said)) return
      said = decodeText(said)
    }
  }

  /** What may be a path after a directive; directives close to each other stay in one piece. */
  #keep(plain: string): void {
    let start = -1
    let end = -1
    for (const { index } of plain.matchAll(DIRECTIVE)) {
      if (index > end) {
        if (start >= 0) this.#remember(plain.slice(start, end))
        start = index
      }
      end = index + MAX_PATH
    }
    if (start >= 0) this.#remember(plain.slice(start, end))
  }

  #remember(said: string): void {
    // Said again, it is the latest again.
    if (this.#kept.delete(said)) this.#characters -= said.length
    this.#kept.add(said)
    this.#characters += said.length
    for (const oldest of this.#kept) {
      if (this.#characters <= MAX_CHARACTERS) return
      this.#kept.delete(oldest)
      this.#characters -= oldest.length
    }
  }
}

/**
 * What is left of a text when the ways to write it differently are taken away. The beginning of a text has the beginning of its form:
 * nothing in it may depend on what follows, as the lower case of a sigma and composed letters do.
 */
function canonical(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[\s\p{M}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
}
