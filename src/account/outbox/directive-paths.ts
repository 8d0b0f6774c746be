import { resolve } from 'node:path'

/** Characters looked at for one path. A record made to take longer counts as a match. */
const MAX_STEPS = 4_000_000

/** What starts a directive, in canonical form; the `@` in front may be the program's, as in `@${nickName}`. */
export const DIRECTIVE = /(?:FIL|IMG|VID)@/g

/** Steps of a path that lead nowhere. */
const EMPTY_STEPS = /\/(?:\.?\/)+/g

/**
 * What is left of a text when the ways to write it differently are taken away. The beginning of a text has the beginning of its form:
 * nothing in it may depend on what follows, as the lower case of a sigma and composed letters do.
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

/** `/` for `//` and `/./`, however often. */
export function withoutDetours(text: string): string {
  return text.replace(EMPTY_STEPS, '/')
}

/** Finds directives that lead to one file, whatever way their paths take. */
export class PathQuery {
  readonly #target: readonly string[]
  readonly #workingDirectory: readonly string[]
  readonly #name: string
  readonly #nameBytes: Buffer
  #stepsLeft = MAX_STEPS

  /** @param path of the file; a relative one starts at the working directory */
  constructor(path: string) {
    this.#target = segmentsOf(resolve(path))
    this.#workingDirectory = segmentsOf(process.cwd())
    this.#name = this.#target.at(-1) ?? ''
    this.#nameBytes = Buffer.from(this.#name)
  }

  /** Whether a directive in this text, in canonical form and UTF-8, leads to the file. Its path may end anywhere. */
  matches(canonicalText: Buffer): boolean {
    if (this.#name === '' || !canonicalText.includes(this.#nameBytes)) return false
    const text = canonicalText.toString()
    for (let at = text.indexOf(this.#name); at >= 0; at = text.indexOf(this.#name, at + 1)) {
      if (this.#leadsHere(text, at)) return true
      if (this.#stepsLeft <= 0) return true
    }
    return false
  }

  /** Walks from the name of the file back to a directive, folder by folder. */
  #leadsHere(text: string, nameAt: number): boolean {
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
        // A drive is a root.
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
    const there = this.#workingDirectory.slice(0, Math.max(0, this.#workingDirectory.length - skipped))
    return there.length === missing && there.every((segment, n) => segment === folders[n])
  }
}

/** How far a walk back has come. */
interface Walk {
  /** Folders of the file, from the root on, that were not found yet. */
  missing: number
  /** Folders that a `..` behind them takes back. */
  skipped: number
}

/** The walk before a segment; `undefined` when the path leads elsewhere. */
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

/** Some systems drop dots at the end of a name. Not a pattern: those are slow on many. */
function withoutDots(segment: string): string {
  let end = segment.length
  while (end > 0 && segment[end - 1] === '.') end--
  return segment.slice(0, end)
}
