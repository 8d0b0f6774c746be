/** Number of leading bytes that the detector needs. */
const HEAD_BYTES = 4_100

/** Types that the page and the protocol treat like a more common one. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'video/quicktime': 'video/mp4',
  'video/x-m4v': 'video/mp4',
}

/** Detects the MIME type of a file from its first bytes, regardless of its name; `undefined` if it is unknown. */
export async function detectType(head: Uint8Array): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(head.subarray(0, HEAD_BYTES))
  return found && (ALIASES[found.mime] ?? found.mime)
}
