import { crc32 } from 'node:zlib'

export const LINE_END = Buffer.from('\n')

/** Eight hex digits and a space. */
const CHECKSUM_BYTES = 9

/** Formats a record as a line: checksum, space, record. */
export function toLine(body: string): Buffer {
  const end = CHECKSUM_BYTES + Buffer.byteLength(body)
  const line = Buffer.allocUnsafe(end + 1)
  // Encoded only once: the checksum of a string would encode it again.
  line.write(body, CHECKSUM_BYTES)
  line.write(`${checksum(crc32(line.subarray(CHECKSUM_BYTES, end)))} `, 'latin1')
  line.write('\n', end, 'latin1')
  return line
}

/**
 * The record in a line; `undefined` when the checksum does not match.
 *
 * @param line with or without its line end
 */
export function bodyOf(line: Buffer): Buffer | undefined {
  const end = line.at(-1) === LINE_END[0] ? line.length - 1 : line.length
  const body = line.subarray(CHECKSUM_BYTES, end)
  return line.subarray(0, CHECKSUM_BYTES).toString('latin1') === `${checksum(crc32(body))} ` ? body : undefined
}

/**
 * Offset of the end of the first record in a line that contains more than one; `undefined` if no prefix matches the
 * checksum.
 */
export function firstEnd(line: Buffer): number | undefined {
  const expected = line.subarray(0, CHECKSUM_BYTES).toString('latin1')
  // The damaged line end is followed by the checksum of the next record, or by nothing.
  const next = line.toString('latin1').matchAll(/[0-9a-f]{8} /g)
  let [from, sum] = [CHECKSUM_BYTES, 0]
  for (const end of [...[...next].map(({ index }) => index - 1), line.length - 1]) {
    if (end <= from) continue
    sum = crc32(line.subarray(from, end), sum)
    from = end
    if (`${checksum(sum)} ` === expected) return end
  }
  return undefined
}

function checksum(sum: number): string {
  return sum.toString(16).padStart(8, '0')
}
