/** The body of a reply: its content, or a description of bytes that are streamed. */
export type ReplyBody = string | Uint8Array | { readonly sizeBytes: number; readonly md5?: string }

/** Reading the body of a `Response` consumes it, so it is recorded when the response is created. */
const bodies = new WeakMap<Response, ReplyBody>()

export function recordBody(response: Response, body: ReplyBody): Response {
  bodies.set(response, body)
  return response
}

export function recordedBody(response: Response): ReplyBody | undefined {
  return bodies.get(response)
}
