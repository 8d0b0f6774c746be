import type { FileTypeResult } from 'file-type'

/** Number of bytes at the start of a file that are enough to detect its type. */
export const HEAD_BYTES = 4_100

/**
 * Detects the type of a file from its first bytes; `undefined` if it is unknown.
 *
 * The detector is loaded by the first call, because loading it takes a considerable part of the startup time of a program.
 */
export async function detectFileType(head: Uint8Array): Promise<FileTypeResult | undefined> {
  const { fileTypeFromBuffer } = await import('file-type')
  return fileTypeFromBuffer(head)
}
