/** A range of bytes, both ends inclusive. */
interface ByteRange {
  start: number
  end: number
}

/**
 * Parses the requested range of `size` bytes. Returns `undefined` for a missing or unsupported header, and `'none'` for
 * an unsatisfiable range.
 */
export function parseRange(header: string | null, size: number): ByteRange | 'none' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [, from = '', to = ''] = match
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'none' : { start: size - length, end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start >= size || end < start ? 'none' : { start, end }
}
