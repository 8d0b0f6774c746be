import { createHash } from 'node:crypto'
import { detachedCopy } from '../../util/detached-copy.js'
import { decodeMarkup, MARKUP } from '../../util/markup.js'
import { canonical, DIRECTIVE, PathQuery, withoutDetours } from './directive-paths.js'

/** Cheaper than bringing every text into one form: what counts as `@`, behind something. */
const MAY_NAME_A_FILE = /[^@＠﹫][@＠﹫]/
/** The end of a text may be the beginning of a directive. */
const MAY_BEGIN = /(?:F|FI|FIL|I|IM|IMG|V|VI|VID)$/

/** Ways to write characters differently that programs decode. */
const DECODERS: readonly { encoded: RegExp; decode: (text: string) => string }[] = [
  { encoded: MARKUP, decode: decodeMarkup },
  { encoded: /%[0-9a-f]{2}/i, decode: decodePercents },
  { encoded: /\\(?:u|x)[0-9a-f]{2}/i, decode: decodeEscapes },
]

/** Kept in all, the latest; what one record takes beside its bytes. */
const MAX_BYTES = 4 * 1024 * 1024
const RECORD_BYTES = 256
/** Looked at of one text, and of its decoded forms together. */
const MAX_TEXT = 1024 * 1024
const MAX_LOOKED_AT = 3 * MAX_TEXT
const MAX_FORMS = 12
/** Values looked at of what came in one piece. */
const MAX_VALUES = 500_000
/** Conversations whose texts are joined, and how much of each. */
const MAX_CONVERSATIONS = 500
const MAX_JOINED = 4_096

/** The end of a conversation, from where a directive may begin. */
interface Unfinished {
  text: string
  /** Of the record of these texts joined; absent while they are one text. */
  record?: string
}

/**
 * The directives that stood in texts of others lately, in whatever spelling. Memory is bounded: the oldest are forgotten, and nothing
 * is kept of a text but what follows a directive in it.
 */
export class UntrustedTexts {
  /** Canonical text from a directive on, by its digest. */
  readonly #kept = new Map<string, Buffer>()
  readonly #unfinished = new Map<string, Unfinished>()
  #bytes = 0

  /** Memory held by what is kept, with that of any larger text a part was cut from. */
  get retainedBytes(): number {
    return [...this.#kept.values()].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
  }

  /** Records that are kept. */
  get count(): number {
    return this.#kept.size
  }

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

  /** Takes a text of a conversation that a program may join with those before it: a directive may be spread over them. */
  addInTurn(conversation: string, text: string): void {
    const before = this.#unfinished.get(conversation)
    if (!before && !MAY_NAME_A_FILE.test(text) && !MAY_BEGIN.test(canonical(text.slice(-64)))) return
    const said = canonical(text.slice(-MAX_TEXT))
    const joined = withoutDetours((before?.text ?? '') + said)
    const start = beginning(joined, Math.max(0, joined.length - MAX_JOINED))
    this.#unfinished.delete(conversation)
    // What begins where the last record began goes on from it.
    if (before?.record !== undefined && start === 0) this.#forget(before.record)
    if (start === undefined) return
    const rest = joined.slice(start)
    const record = before && rest.length > said.length ? this.#keep(rest) : undefined
    this.#unfinished.set(conversation, { text: detachedCopy(rest), ...(record === undefined ? {} : { record }) })
    for (const oldest of this.#unfinished.keys()) {
      if (this.#unfinished.size <= MAX_CONVERSATIONS) break
      this.#unfinished.delete(oldest)
    }
  }

  /** Whether this text, or one that goes on after it, was recorded. */
  has(text: string): boolean {
    const plain = Buffer.from(canonical(text).replace(/^@/, ''))
    for (const kept of this.#kept.values()) if (kept.includes(plain)) return true
    return false
  }

  /** Whether a directive was recorded that leads to this file, by whatever way and of whatever kind. */
  leadsTo(path: string): boolean {
    const query = new PathQuery(path)
    for (const kept of this.#kept.values()) if (query.matches(kept)) return true
    return false
  }

  #addText(text: string): void {
    let left = MAX_LOOKED_AT
    const forms = new Set([text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text])
    for (const form of forms) {
      left -= form.length
      if (left < 0) return
      if (MAY_NAME_A_FILE.test(form)) this.#keep(canonical(form))
      for (const { encoded, decode } of DECODERS) {
        if (forms.size < MAX_FORMS && encoded.test(form)) forms.add(decode(form))
      }
    }
  }

  /** Keeps what follows the first directive; returns its digest. */
  #keep(plain: string): string | undefined {
    const start = plain.search(DIRECTIVE)
    if (start < 0) return undefined
    const said = plain.slice(start)
    // In memory of its own: neither a part of the text it came from, nor of a pool.
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(said))
    bytes.write(said)
    const digest = createHash('sha256').update(bytes).digest('base64')
    // Said again, it is the latest again.
    this.#forget(digest)
    this.#kept.set(digest, bytes)
    this.#bytes += bytes.length + RECORD_BYTES
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_BYTES) break
      this.#forget(oldest)
    }
    return digest
  }

  #forget(digest: string): void {
    const bytes = this.#kept.get(digest)
    if (!bytes) return
    this.#kept.delete(digest)
    this.#bytes -= bytes.length + RECORD_BYTES
  }
}

/** Where the first directive after `from` begins, whole or cut off at the end. */
function beginning(joined: string, from: number): number | undefined {
  const whole = joined.slice(from).search(DIRECTIVE)
  if (whole >= 0) return from + whole
  const cut = MAY_BEGIN.exec(joined)
  return cut ? cut.index : undefined
}

/** Invalid UTF-8 stays as it was: a program that decodes it fails. */
function decodePercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')
    }
  })
}

/** `\u0040` and `\x40`, as in JSON and programs. */
function decodeEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (_, unicode?: string, hex?: string) =>
    String.fromCharCode(Number.parseInt(unicode ?? hex ?? '', 16)),
  )
}
