/** A field of a form. If it has a file name, it is a file. */
interface Part {
  bytes: Buffer
  /** The file name as sent, without the quotes. */
  fileName?: string
}

/**
 * Parses a `multipart/form-data` body into its fields by name; if a name is repeated, the first field is used. Returns
 * `undefined` for an invalid body. Names may contain any characters, including quotes, because programs do not escape
 * them.
 */
export function parseMultipart(body: Buffer, contentType: string): Map<string, Part> | undefined {
  const match = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) return undefined
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts = new Map<string, Part>()
  // The body may start with the first delimiter without its leading line break.
  const opens = body.indexOf(delimiter.subarray(2)) === 0
  const first = opens ? -2 : nextDelimiter(body, delimiter, 0)
  if (first === undefined) return undefined
  let at = first + delimiter.length
  for (;;) {
    if (body.toString('latin1', at, at + 2) === '--') return parts
    const headersEnd = body.indexOf('\r\n\r\n', at)
    const end = headersEnd < 0 ? undefined : nextDelimiter(body, delimiter, headersEnd)
    if (end === undefined) return undefined
    const disposition = /^content-disposition:(.*)$/im.exec(body.toString('utf8', at, headersEnd))?.[1]?.trim() ?? ''
    const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1] ?? /;\s*name=([^\s;"]+)/i.exec(disposition)?.[1]
    if (name === undefined) return undefined
    const fileName = fileNameOf(disposition)
    const bytes = body.subarray(headersEnd + 4, end)
    if (!parts.has(name)) parts.set(name, { bytes, ...(fileName === undefined ? {} : { fileName }) })
    at = end + delimiter.length
  }
}

/** Returns the start of the next complete delimiter. A delimiter followed by other characters does not count. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number | undefined {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const after = body.toString('latin1', at + delimiter.length, at + delimiter.length + 2)
    if (after === '\r\n' || after === '--') return at
  }
  return undefined
}

/** A quote ends the name only if another parameter or the end of the header follows it. */
function fileNameOf(disposition: string): string | undefined {
  const plain = /;\s*filename="(.*?)"\s*(?:;\s*[\w*]+=|$)/is.exec(disposition)?.[1]
  if (plain === undefined) return /;\s*filename=([^\s;"]+)/i.exec(disposition)?.[1]
  return plain
}
