import { escapeControls } from './escape.js'

/** A message that the program sent, as far as it is compared. */
export interface SentEntry {
  readonly kind: string
  readonly text: string
  readonly name?: string
  readonly md5?: string
  readonly isBroken?: true
  /** Number of the line in the transcript; absent for what was sent during the replay. */
  readonly line?: number
}

/** A message in a comparison. */
export interface DiffRow {
  /** `missing`: only in the transcript. `unexpected`: sent only during the replay. */
  readonly type: 'same' | 'missing' | 'unexpected'
  /** The message on one line, with invisible characters escaped. */
  readonly text: string
  /** Number of the line in the transcript; absent for `unexpected`. */
  readonly line?: number
}

/** Larger comparisons are made message by message. */
const TABLE_LIMIT = 4_000_000

/** Compares two sequences of messages: a longest common subsequence with what is missing and unexpected in between. */
export function compareSent(expected: readonly SentEntry[], actual: readonly SentEntry[]): DiffRow[] {
  const left = expected.map(({ line, ...entry }): DiffRow => {
    return { type: 'missing', text: describeSent(entry), ...(line === undefined ? {} : { line }) }
  })
  const right = actual.map((entry): DiffRow => ({ type: 'unexpected', text: describeSent(entry) }))
  const isSame = (i: number, j: number) => left[i]?.text === right[j]?.text
  let start = 0
  while (start < Math.min(left.length, right.length) && isSame(start, start)) start++
  let leftEnd = left.length
  let rightEnd = right.length
  while (leftEnd > start && rightEnd > start && isSame(leftEnd - 1, rightEnd - 1)) {
    leftEnd--
    rightEnd--
  }
  const same = (rows: readonly DiffRow[]) => rows.map((row): DiffRow => ({ ...row, type: 'same' }))
  return [
    ...same(left.slice(0, start)),
    ...compareMiddle(left.slice(start, leftEnd), right.slice(start, rightEnd)),
    ...same(left.slice(leftEnd)),
  ]
}

function compareMiddle(left: readonly DiffRow[], right: readonly DiffRow[]): DiffRow[] {
  if (left.length * right.length > TABLE_LIMIT) return [...left, ...right]
  const width = right.length + 1
  // The length of the longest common subsequence of the rest of both sides from (i, j).
  const lengths = new Uint16Array((left.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        left[i]?.text === right[j]?.text ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const rows: DiffRow[] = []
  let i = 0
  let j = 0
  for (;;) {
    const [missing, unexpected] = [left[i], right[j]]
    if (missing && missing.text === unexpected?.text) {
      rows.push({ ...missing, type: 'same' })
      i++
      j++
    } else if (missing && (!unexpected || at(i + 1, j) >= at(i, j + 1))) {
      rows.push(missing)
      i++
    } else if (unexpected) {
      rows.push(unexpected)
      j++
    } else return rows
  }
}

function describeSent({ kind, text, name, md5, isBroken }: SentEntry): string {
  const quote = (value: string) => `"${escapeControls(value).replaceAll('"', '\\"')}"`
  const parts = [
    escapeControls(kind),
    ...(text === '' || text === name ? [] : [quote(text)]),
    ...(name === undefined || name === '' ? [] : [quote(name)]),
    ...(md5 === undefined ? [] : [`md5 ${escapeControls(md5)}`]),
    ...(isBroken ? ['(broken)'] : []),
  ]
  return parts.join(' ')
}
