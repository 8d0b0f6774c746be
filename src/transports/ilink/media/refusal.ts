import { ProtocolError, ServerError } from '../../../errors.js'
import { oneLine } from '../../../util/one-line.js'
import { int } from '../../../util/read.js'
import { redact } from '../../../util/redact.js'
import type { HttpStream } from '../../http/http-client.js'
import { CDN_FORBIDDEN_CONTENT } from '../wire/codes.js'
import { CDN_CODE_HEADER, CDN_ERROR_HEADER } from '../wire/endpoints.js'

const MAX_DETAIL_CHARACTERS = 200

type Reply = Pick<HttpStream, 'status' | 'headers'>

/** The value of a header; `''` if it is absent. */
export function header({ headers }: Pick<Reply, 'headers'>, name: string): string {
  return [headers[name]].flat()[0] ?? ''
}

/**
 * The error for a reply of the media server with HTTP 4xx. Its code is the server's own, or else the HTTP status.
 *
 * @param advice what to do, unless the code says more
 */
export function refusal(endpoint: string, reply: Reply, advice: string): ServerError {
  const code = int(header(reply, CDN_CODE_HEADER))
  const detail = redact(oneLine(header(reply, CDN_ERROR_HEADER))).slice(0, MAX_DETAIL_CHARACTERS)
  const found = [`HTTP ${reply.status}`, code === undefined ? '' : `code ${code}`, detail].filter(Boolean).join(', ')
  const what = code === CDN_FORBIDDEN_CONTENT ? 'The server does not allow the content of this file.' : advice
  return new ServerError(`${endpoint}: the media server refused the request (${found}). ${what}`, {
    ret: code ?? reply.status,
    endpoint,
    advice: what,
  })
}

/** Name of a download in errors. */
export const DOWNLOAD = 'download'

/** The error for a file that cannot be read. */
export function downloadFailed(problem: string): ProtocolError {
  return new ProtocolError(`${DOWNLOAD}: ${problem}`, { endpoint: DOWNLOAD })
}
