/** A file's name as `EncryFileName`: percent-encoded down to the dots. @see docs/protocol.md §6.7 */
export function encryptedName(name: string): string {
  // Half of a surrogate pair has no bytes; Buffer puts U+FFFD in its place.
  return encodeURIComponent(Buffer.from(name).toString()).replace(
    /[-._!~*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** What stands after the last dot; `''` without one. */
export function extensionOf(name: string): string {
  const at = name.lastIndexOf('.')
  return at <= 0 ? '' : name.slice(at + 1)
}
