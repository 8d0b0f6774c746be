import { resolve } from 'node:path'

/** Maximum number of characters examined per query. A record that would exceed this limit counts as a match. */
const MAX_STEPS = 4_000_000

/**
 * Start of a directive in canonical form, without the leading `@`, which the program may add itself, as in
 * `@${nickName}`.
 */
export const DIRECTIVE = /(?:FIL|IMG|VID)@/g

/** Path segments that have no effect: empty segments and `.`. */
const EMPTY_SEGMENTS = /\/(?:\.?\/)+/g

/**
 * The canonical form of text, which is the same for all spellings of the text. The canonical form of a prefix must be a
 * prefix of the canonical form of the whole text, so the form of a character must not depend on later characters. This
 * rules out lowercasing (because of sigma) and composing letters.
 */
export function canonical(text: string): string {
  return withoutDetours(
    text
      .normalize('NFKD')
      .toUpperCase()
      .replace(/[\s\p{M}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
      .replaceAll('\\', '/'),
  )
}

/** Collapses runs of `//` and `/./` to `/`. */
export function withoutDetours(text: string): string {
  return text.replace(EMPTY_SEGMENTS, '/')
}

/** Finds directives whose paths resolve to a given file, regardless of how the paths are written. */
export class PathQuery {
  readonly #target: readonly string[]
  readonly #workingDirectory: readonly string[]
  readonly #name: string
  readonly #nameBytes: Buffer
  #stepsLeft = MAX_STEPS

  /** @param path path of the file, resolved against the working directory */
  constructor(path: string) {
    this.#target = segmentsOf(resolve(path))
    this.#workingDirectory = segmentsOf(process.cwd())
    this.#name = this.#target.at(-1) ?? ''
    this.#nameBytes = Buffer.from(this.#name)
  }

  /**
   * Whether a directive in this text (canonical form, UTF-8) resolves to the file. The directive's path may end at any
   * character.
   */
  matches(canonicalText: Buffer): boolean {
    if (this.#name === '' || !canonicalText.includes(this.#nameBytes)) return false
    const text = canonicalText.toString()
    for (let at = text.indexOf(this.#name); at >= 0; at = text.indexOf(this.#name, at + 1)) {
      if (this.#resolvesHere(text, at)) return true
      if (this.#stepsLeft <= 0) return true
    }
    return false
  }

  /** Walks backwards from the file's name to a directive, one folder at a time. */
  #resolvesHere(text: string, nameAt: number): boolean {
    const folders = this.#target.slice(0, -1)
    let walk: Walk | undefined = { missing: folders.length, skipped: 0 }
    if (isDirective(text, nameAt)) return this.#startsAtWorkingDirectory(walk, folders)
    for (let end = nameAt - 1; end >= 0 && text[end] === '/' && walk; ) {
      if (isDirective(text, end) && walk.missing === 0) return true
      const start = text.lastIndexOf('/', end - 1) + 1
      this.#stepsLeft -= end - start + 1
      if (this.#stepsLeft <= 0) return true
      const segment = text.slice(start, end)
      for (const { index } of segment.matchAll(DIRECTIVE)) {
        const first = segment.slice(index + 'FIL@'.length)
        if (first === '') continue
        // A drive letter counts as the root.
        if (/^[A-Z]:$/.test(first) && walk.missing === 0) return true
        const before = stepBack(walk, first, folders)
        if (before && this.#startsAtWorkingDirectory(before, folders)) return true
      }
      walk = stepBack(walk, segment, folders)
      end = start - 1
    }
    return false
  }

  #startsAtWorkingDirectory({ missing, skipped }: Walk, folders: readonly string[]): boolean {
    const folder = this.#workingDirectory.slice(0, Math.max(0, this.#workingDirectory.length - skipped))
    return folder.length === missing && folder.every((segment, n) => segment === folders[n])
  }
}

/** The progress of a backward walk. */
interface Walk {
  /** Number of the file's folders, counted from the root, that have not been matched yet. */
  missing: number
  /** Number of folders to skip because a later `..` cancels them. */
  skipped: number
}

/** Steps back over one segment; `undefined` when the path does not match. */
function stepBack({ missing, skipped }: Walk, segment: string, folders: readonly string[]): Walk | undefined {
  if (segment === '' || segment === '.') return { missing, skipped }
  if (segment === '..') return { missing, skipped: skipped + 1 }
  if (skipped > 0) return { missing, skipped: skipped - 1 }
  const isNext = missing > 0 && withoutDots(segment) === folders[missing - 1]
  return isNext ? { missing: missing - 1, skipped } : undefined
}

function isDirective(text: string, end: number): boolean {
  return /^(?:FIL|IMG|VID)@$/.test(text.slice(Math.max(0, end - 'FIL@'.length), end))
}

/** The canonical segments of an absolute path, without its drive. */
function segmentsOf(path: string): string[] {
  return canonical(path.replace(/^[a-z]:/i, ''))
    .split('/')
    .filter((segment) => segment !== '')
    .map(withoutDots)
}

/** Removes trailing dots, which some systems ignore. Uses a loop, because a regular expression is slow on many dots. */
function withoutDots(segment: string): string {
  let end = segment.length
  while (end > 0 && segment[end - 1] === '.') end--
  return segment.slice(0, end)
}
