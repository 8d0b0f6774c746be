const BARS = 13

/** Bar heights of a voice message, 0 to 1, derived from its id. */
export function barsOf(id: string): number[] {
  let hash = 2166136261
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619)
  return Array.from({ length: BARS }, (_, i) => {
    hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b) + i
    return 0.22 + (0.78 * ((hash >>> 8) & 0xff)) / 0xff
  })
}
