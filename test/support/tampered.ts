import type { Sandbox } from 'itchat/sandbox'
import { serve } from './http-server.js'

type Answer = Record<string, any>

/** Starts a server that forwards requests to a sandbox and lets a test change the JSON responses. */
export async function tampered(
  sandbox: Sandbox,
  change: (endpoint: string, answer: Answer, sent: Answer) => unknown,
): Promise<{ url: string }> {
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const headers = new Headers(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const init = { method: request.method ?? 'GET', headers, ...(hasBody ? { body } : {}) }
    const reply = await sandbox.handle(new Request(`http://${request.headers.host}${request.url}`, init))
    let bytes = Buffer.from(await reply.arrayBuffer())
    const endpoint = new URL(`http://x${request.url}`).pathname.split('/').at(-1) ?? ''
    if (bytes.toString('latin1', 0, 1) === '{') {
      const answer = JSON.parse(bytes.toString()) as Answer
      const sent = body.length > 0 ? (JSON.parse(body.toString()) as Answer) : {}
      bytes = Buffer.from(JSON.stringify((await change(endpoint, answer, sent)) ?? answer))
    }
    const cookies = reply.headers.getSetCookie()
    response.writeHead(reply.status, {
      'content-type': reply.headers.get('content-type') ?? 'text/plain',
      ...(reply.headers.get('location') ? { location: reply.headers.get('location') ?? '' } : {}),
      ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    })
    response.end(bytes)
  })
  return { url }
}
