import { randomBytes } from 'node:crypto'

/**
 * Encodes text fields and one file as a multipart form, in the given order. Names are UTF-8; characters that would end
 * the header are escaped in the same way as in browsers.
 *
 * @returns the form, with a gap for the content of the file, which is `file`. Reading the content directly into it avoids a
 * copy
 */
export function multipart(
  fields: Record<string, string | undefined>,
  file: { field: string; name: string; mime: string; sizeBytes: number },
): { bytes: Uint8Array; file: Uint8Array; contentType: string } {
  const boundary = `----itchat${randomBytes(16).toString('hex')}`
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`,
    )
  const head = Buffer.from(
    `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${escapeName(file.name)}"\r\nContent-Type: ${file.mime}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const bytes = Buffer.allocUnsafe(head.length + file.sizeBytes + tail.length)
  head.copy(bytes)
  tail.copy(bytes, head.length + file.sizeBytes)
  return {
    bytes,
    file: bytes.subarray(head.length, head.length + file.sizeBytes),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

function escapeName(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}
