import { readFileSync } from 'node:fs'

/** Reads a JPEG of 1080 by 810 pixels. */
export function readPhoto(): Buffer {
  return readFileSync(new URL('../../../src/sandbox/samples/files/lake.jpg', import.meta.url))
}
