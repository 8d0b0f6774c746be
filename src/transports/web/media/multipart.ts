import { randomBytes } from 'node:crypto'

/**
 * Encodes text fields and one file as a multipart form, in the given order. Names are UTF-8; characters that would end
 * the header are escaped in the same way as in browsers.
 */
export function multipart(
  fields: Record<string, string | undefined>,
  file: { field: string; name: string; mime: string; bytes: Uint8Array },
): { bytes: Uint8Array; contentType: string } {
  const boundary = `----itchat${randomBytes(16).toString('hex')}`
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`,
    )
  const head = `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${escapeName(file.name)}"\r\nContent-Type: ${file.mime}\r\n\r\n`
  return {
    bytes: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

function escapeName(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}
