import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { HttpClient } from '../../src/transports/http/http-client.js'
import type { Ilink } from '../../src/transports/ilink/api/call.js'
import { hostsOf } from '../../src/transports/ilink/hosts.js'
import { IlinkSession } from '../../src/transports/ilink/session/session.js'
import type { UploadUrlRequest } from '../../src/transports/ilink/wire/upload.js'
import type { Clock } from '../../src/util/clock.js'
import { AutoAdvanceClock } from './hasty-clock.js'
import { serve } from './http-server.js'

interface MediaRequest {
  method: string
  /** Path with the query. */
  path: string
  headers: IncomingHttpHeaders
  body: AsyncIterable<Buffer>
}

type Answer = (request: MediaRequest, response: ServerResponse) => unknown

export interface MediaServer {
  url: string
  ilink: Ilink
  /** Bodies of `getuploadurl`, oldest first. */
  urlRequests: UploadUrlRequest[]
  /** Requests to the media server, such as `POST /c2c/upload?…`, oldest first. */
  requests: string[]
  /** Reply to `getuploadurl`; the default names a complete URL. */
  uploadUrl: (url: string) => object
  /** Replies to requests to the media server. */
  answer: Answer
}

/** The endpoint for upload URLs and a media server whose replies the test chooses, and a client that is logged in. */
export async function mediaServer(answer: Answer, clock: Clock = new AutoAdvanceClock()): Promise<MediaServer> {
  const url = await serve(async (request, response) => {
    const path = request.url ?? ''
    if (path === '/ilink/bot/getuploadurl') {
      const chunks = await request.toArray()
      server.urlRequests.push(JSON.parse(Buffer.concat(chunks).toString()))
      response.end(JSON.stringify(server.uploadUrl(url)))
      return
    }
    server.requests.push(`${request.method} ${path}`)
    try {
      await server.answer({ method: request.method ?? '', path, headers: request.headers, body: request }, response)
    } catch (error) {
      // The client may disconnect while its request is being read.
      if (error !== request.errored) throw error
    }
  })
  const http = new HttpClient({ clock, mayAct: () => {} })
  onTestFinished(() => http.close())
  const session = new IlinkSession(hostsOf(url), clock, {})
  session.start({ token: 'token', botId: 'a@im.bot', userId: 'b@im.wechat', apiBase: url })
  const server: MediaServer = {
    url,
    ilink: { http, session, clock, botAgent: 'test/1.0' },
    urlRequests: [],
    requests: [],
    uploadUrl: (base) => ({ ret: 0, upload_full_url: `${base}/c2c/full?taskid=1` }),
    answer,
  }
  return server
}
