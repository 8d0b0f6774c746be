/** One field of a form; a file when it has a file name. */
interface Part {
  bytes: Buffer
  /** As sent, without quotes. */
  fileName?: string
}

/**
 * The fields of a `multipart/form-data` body by name, the first one for a repeated name; `undefined` for an invalid body.
 * Names may contain any characters, including quotes, because programs do not escape them.
 */
export function parseMultipart(body: Buffer, contentType: string): Map<string, Part> | undefined {
  const match = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) return undefined
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts = new Map<string, Part>()
  // The first delimiter may open the body, without the line break that belongs to it.
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

/** Start of the next complete delimiter; a prefix match does not count. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number | undefined {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const after = body.toString('latin1', at + delimiter.length, at + delimiter.length + 2)
    if (after === '\r\n' || after === '--') return at
  }
  return undefined
}

/** A quote ends the name only before another parameter or the end of the header. */
function fileNameOf(disposition: string): string | undefined {
  const plain = /;\s*filename="(.*?)"\s*(?:;\s*[\w*]+=|$)/is.exec(disposition)?.[1]
  if (plain === undefined) return /;\s*filename=([^\s;"]+)/i.exec(disposition)?.[1]
  return plain
}
