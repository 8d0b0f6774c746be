import type { FileHandle } from 'node:fs/promises'

/** Records at most this far apart are read in one operation. */
const GAP_BYTES = 64 * 1024

/** Maximum size of one read operation that covers several records. */
const MAX_GROUP_BYTES = 256 * 1024

/** Position of a record in the file. */
export interface Place {
  offset: number
  sizeBytes: number
}

/** Groups items whose places are read in one operation. */
export function* groupNeighbours<T extends { place: Place }>(items: readonly T[]): Generator<T[]> {
  let group: T[] = []
  let end = 0
  for (const item of items) {
    const { offset, sizeBytes } = item.place
    const first = group[0]?.place
    const isNear = first && offset >= end && offset - end <= GAP_BYTES && end - first.offset < MAX_GROUP_BYTES
    if (first && !isNear) {
      yield group
      group = []
    }
    group.push(item)
    end = offset + sizeBytes
  }
  if (group.length > 0) yield group
}

/** Fills `bytes` from the offset, or as far as the file reaches. */
export async function readFully(file: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let length = 0; length < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, from + length)
    if (bytesRead === 0) return
    length += bytesRead
  }
}
