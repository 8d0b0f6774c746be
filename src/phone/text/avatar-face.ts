export const TINT_COUNT = 9

const HAN_NAME = /^\p{Script=Han}{2,3}$/u
const COMPOUND =
  /^(欧阳|司马|上官|诸葛|夏侯|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|独孤|南宫|端木|百里)\p{Script=Han}{1,2}$/u

/** Names that differ only in their number, such as those of later accounts: 账号 5. */
const NUMBERED = /^\p{L}+ (\d{1,2})$/u

/** Neighbors in the order of the sandbox are often neighbors in a list, too. */
const DIFFERENT_NEIGHBORS = 5

/**
 * Tints for the ids, from 0 to 8: by a hash of the id, but different from those of the ids just before it, and each tint
 * about equally often. The same ids in the same order always get the same tints; added ids do not change earlier ones.
 */
export function tintsOf(ids: readonly string[]): Record<string, number> {
  const tints = new Map<string, number>()
  const uses = new Array<number>(TINT_COUNT).fill(0)
  for (const id of ids) {
    const near = [...tints.values()].slice(-DIFFERENT_NEIGHBORS)
    const hashed = tintOf(id)
    const free = Array.from({ length: TINT_COUNT }, (_, step) => (hashed + step) % TINT_COUNT).filter(
      (tint) => !near.includes(tint),
    )
    const rarest = Math.min(...free.map((tint) => uses[tint] ?? 0))
    const tint = free.find((candidate) => (uses[candidate] ?? 0) === rarest) ?? hashed
    uses[tint] = (uses[tint] ?? 0) + 1
    tints.set(id, tint)
  }
  return Object.fromEntries(tints)
}

/** Tint for a name on its own, from 0 to 8. */
export function tintOf(name: string): number {
  return hashOf(name) % TINT_COUNT
}

function hashOf(id: string): number {
  let hash = 2166136261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619)
  // A final mixing step gives ids with a common prefix different tints.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * The character on an avatar: an emoji if the name contains one, otherwise the first character of the name or, for a
 * Chinese name, of the given name. For a numbered name, the number.
 */
export function faceLetter(name: string, isPerson = true): string {
  const letters = [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(name.trim())].map((s) => s.segment)
  const emoji = letters.find((letter) => /\p{Extended_Pictographic}/u.test(letter) && !/^[\w#*]/.test(letter))
  if (emoji) return emoji
  const plain = letters.join('')
  const number = NUMBERED.exec(plain)?.[1]
  if (number !== undefined) return number
  const surname = isPerson ? (COMPOUND.test(plain) ? 2 : HAN_NAME.test(plain) ? 1 : 0) : 0
  // 一 alone looks like a dash.
  const skipped = letters[surname] === '一' && surname + 1 < letters.length ? 1 : 0
  return (letters[surname + skipped] ?? '?').toUpperCase()
}
