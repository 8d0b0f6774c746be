/** Encodes a file name as `EncryFileName`: percent-encoded, including its dots. @see docs/protocol.md §6.7 */
export function encryptedName(name: string): string {
  // Buffer replaces lone surrogates with U+FFFD.
  return encodeURIComponent(Buffer.from(name).toString()).replace(
    /[-._!~*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Returns the part after the last dot, or `''` if there is no dot. */
export function extensionOf(name: string): string {
  const at = name.lastIndexOf('.')
  return at <= 0 ? '' : name.slice(at + 1)
}
