import { createHash } from 'node:crypto'
import { detachedCopy } from '../../util/detached-copy.js'
import { decodeMarkup, MARKUP } from '../../util/markup.js'
import { canonical, DIRECTIVE, PathQuery, withoutDetours } from './directive-paths.js'

/** The forms of `@`. */
const AT_SIGNS = ['@', '＠', '﹫']
/**
 * Characters that may become the last letter of a directive. An ASCII character or ideograph never becomes another letter.
 */
const LAST_LETTER = /[lgd\u0080-\u4dff\ua000-\uffff]/i
/** Matches text whose last character is its own canonical form and cannot end a partial directive. */
const ENDS_PLAINLY = /[0-9a-cehjkn-uw-z\u4e00-\u9fff\u3002\uff0c!?,;:]$/i
/** Matches text that ends with the start of a directive. */
const PARTIAL_DIRECTIVE = /(?:F|FI|FIL|I|IM|IMG|V|VI|VID)$/

/** Encodings that programs may decode. */
const DECODERS: readonly { encoded: RegExp; decode: (text: string) => string }[] = [
  { encoded: MARKUP, decode: decodeMarkup },
  { encoded: /%[0-9a-f]{2}/i, decode: decodePercents },
  { encoded: /\\(?:u|x)[0-9a-f]{2}/i, decode: decodeEscapes },
]

/** Memory limit for all records, and the overhead of each record in addition to its bytes. */
const MAX_BYTES = 4 * 1024 * 1024
const RECORD_OVERHEAD_BYTES = 256
/** Maximum number of characters examined in one text, and in all its decoded forms together. */
const MAX_TEXT = 1024 * 1024
const MAX_EXAMINED = 3 * MAX_TEXT
const MAX_FORMS = 12
/** Maximum number of values examined per call to `add`. */
const MAX_VALUES = 500_000
/** Maximum number of conversations whose texts are joined, and of characters retained for each conversation. */
const MAX_CONVERSATIONS = 500
const MAX_JOINED = 4_096

/** The tail of a conversation, from the point where a directive may begin. */
interface Unfinished {
  text: string
  /** Digest of the record for the joined texts; absent for a single text. */
  record?: string
}

/**
 * Directives found in recent texts from other users, in any spelling. Memory use is limited: the oldest records are
 * evicted, and each text is stored only from its first directive on.
 */
export class UntrustedTexts {
  /** Canonical text from the first directive on, by its digest. */
  readonly #records = new Map<string, Buffer>()
  readonly #unfinished = new Map<string, Unfinished>()
  #bytes = 0

  /** Memory used by the records, including any larger buffers of which they are slices. */
  get retainedBytes(): number {
    return [...this.#records.values()].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
  }

  /** Number of records. */
  get count(): number {
    return this.#records.size
  }

  /** Records every string nested in these values that contains a directive. */
  add(...values: readonly unknown[]): void {
    // Not recursive: senders control the nesting depth.
    const waiting: object[] = [values]
    let left = MAX_VALUES
    for (let object = waiting.pop(); object; object = waiting.pop()) {
      for (const key in object) {
        if (left-- <= 0) return
        const value: unknown = (object as Record<string, unknown>)[key]
        if (typeof value === 'string') this.#addText(value)
        else if (typeof value === 'object' && value !== null) waiting.push(value)
      }
    }
  }

  /**
   * Records text from a conversation, joined with the text before it, because a directive may be spread over several
   * messages.
   */
  addMessage(conversation: string, text: string): void {
    const before = this.#unfinished.get(conversation)
    if (!before && !mayContainDirective(text)) {
      if (ENDS_PLAINLY.test(text) || !PARTIAL_DIRECTIVE.test(canonical(text.slice(-64)))) return
    }
    const plain = canonical(text.slice(-MAX_TEXT))
    const joined = withoutDetours((before?.text ?? '') + plain)
    const start = findDirectiveStart(joined, Math.max(0, joined.length - MAX_JOINED))
    this.#unfinished.delete(conversation)
    // The joined text extends the text already recorded, so its record replaces the earlier record.
    if (before?.record !== undefined && start === 0) this.#forget(before.record)
    if (start === undefined) return
    const rest = joined.slice(start)
    const record = before && rest.length > plain.length ? this.#record(rest) : undefined
    this.#unfinished.set(conversation, { text: detachedCopy(rest), ...(record === undefined ? {} : { record }) })
    for (const oldest of this.#unfinished.keys()) {
      if (this.#unfinished.size <= MAX_CONVERSATIONS) break
      this.#unfinished.delete(oldest)
    }
  }

  /** Whether this text was recorded, alone or as part of a longer text. */
  has(text: string): boolean {
    const plain = Buffer.from(canonical(text).replace(/^@/, ''))
    for (const record of this.#records.values()) if (record.includes(plain)) return true
    return false
  }

  /** Whether a recorded directive, of any kind and in any spelling, resolves to this file. */
  resolvesTo(path: string): boolean {
    const query = new PathQuery(path)
    for (const record of this.#records.values()) if (query.matches(record)) return true
    return false
  }

  #addText(text: string): void {
    if (text === '' || (!mayBeEncoded(text) && !mayContainDirective(text))) return
    let left = MAX_EXAMINED
    const forms = [text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text]
    for (const form of forms) {
      left -= form.length
      if (left < 0) return
      if (mayContainDirective(form)) this.#record(canonical(form))
      for (const { encoded, decode } of DECODERS) {
        if (forms.length >= MAX_FORMS || !encoded.test(form)) continue
        const decoded = decode(form)
        if (!forms.includes(decoded)) forms.push(decoded)
      }
    }
  }

  /** Records the text from its first directive on; returns the digest of the record. */
  #record(plain: string): string | undefined {
    const start = plain.search(DIRECTIVE)
    if (start < 0) return undefined
    const rest = plain.slice(start)
    // A separate buffer: a slice of the text or of the buffer pool would retain more memory.
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(rest))
    bytes.write(rest)
    const digest = createHash('sha256').update(bytes).digest('base64')
    // A repeated text becomes the most recent one again.
    this.#forget(digest)
    this.#records.set(digest, bytes)
    this.#bytes += bytes.length + RECORD_OVERHEAD_BYTES
    for (const oldest of this.#records.keys()) {
      if (this.#bytes <= MAX_BYTES) break
      this.#forget(oldest)
    }
    return digest
  }

  #forget(digest: string): void {
    const bytes = this.#records.get(digest)
    if (!bytes) return
    this.#records.delete(digest)
    this.#bytes -= bytes.length + RECORD_OVERHEAD_BYTES
  }
}

/** Whether a decoder may find anything. Finding a character is many times faster than matching a pattern. */
function mayBeEncoded(text: string): boolean {
  return text.includes('<') || text.includes('&') || text.includes('%') || text.includes('\\')
}

/**
 * Pre-check before computing the canonical form: any form of `@` after a character that may become the last letter of a
 * directive, apart from ASCII whitespace and control characters, which are removed.
 */
function mayContainDirective(text: string): boolean {
  for (const sign of AT_SIGNS) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      let last = at - 1
      while (last >= 0 && isRemoved(text.charCodeAt(last))) last--
      if (last >= 0 && LAST_LETTER.test(text.charAt(last))) return true
    }
  }
  return false
}

function isRemoved(code: number): boolean {
  return code <= 0x20 || code === 0x7f
}

/** Index of the first directive at or after `from`, complete or cut off at the end of the text. */
function findDirectiveStart(joined: string, from: number): number | undefined {
  const whole = joined.slice(from).search(DIRECTIVE)
  if (whole >= 0) return from + whole
  const cut = PARTIAL_DIRECTIVE.exec(joined)
  return cut ? cut.index : undefined
}

/** Decodes invalid UTF-8 as latin1. */
function decodePercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')
    }
  })
}

/** Decodes `\u0040` and `\x40`, as in JSON and source code. */
function decodeEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (_, unicode?: string, hex?: string) =>
    String.fromCharCode(Number.parseInt(unicode ?? hex ?? '', 16)),
  )
}
