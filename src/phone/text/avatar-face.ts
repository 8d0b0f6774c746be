export const TINT_COUNT = 9

const HAN_NAME = /^\p{Script=Han}{2,3}$/u
const COMPOUND =
  /^(欧阳|司马|上官|诸葛|夏侯|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|独孤|南宫|端木|百里)\p{Script=Han}{1,2}$/u

/** One of the nine tints, always the same for an id. */
export function tintOf(id: string): number {
  let hash = 2166136261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619)
  // Ids that begin alike end up far apart only after mixing.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % TINT_COUNT
}

/**
 * The letter on a person's avatar: a picture sign if the name has one, else the first letter, after the surname of a
 * Chinese name.
 */
export function faceLetter(name: string, isPerson = true): string {
  const letters = [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(name.trim())].map((s) => s.segment)
  const sign = letters.find((letter) => /\p{Extended_Pictographic}/u.test(letter) && !/^[\w#*]/.test(letter))
  if (sign) return sign
  const plain = letters.join('')
  const surname = isPerson ? (COMPOUND.test(plain) ? 2 : HAN_NAME.test(plain) ? 1 : 0) : 0
  // A lone stroke reads as a dash.
  const skipped = letters[surname] === '一' && surname + 1 < letters.length ? 1 : 0
  return (letters[surname + skipped] ?? '?').toUpperCase()
}
