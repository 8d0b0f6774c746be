import type { Core } from '../core.js'
import { type Context, type SSEStreamingApi, streamSSE } from '../vendor/hono.js'
import type { EventView } from '../views/view.js'
import type { ControlEnv } from './control-env.js'
import { secured } from './guard.js'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000

/**
 * Streams the server-sent events after the given id. If any of them were dropped, the stream sends one `reset` and
 * continues from the latest event.
 */
export function eventStream(c: Context<ControlEnv>): Response {
  const { core } = c.env
  const start = resumeId(core, c.req.header('last-event-id') ?? c.req.query('after'), c.req.query('world'))
  const recordError = async (error: Error) => {
    core.lastError = error
  }
  return secured(streamSSE(c, (stream) => pump(core, stream, start), recordError))
}

/** Returns the id to resume from, or `undefined` if the page must reload the state. */
function resumeId({ worldId, feed }: Core, lastId = '', world = worldId): number | undefined {
  if (world !== worldId) return undefined
  return lastId === '' ? feed.lastId : /^\d+$/.test(lastId) ? Number(lastId) : undefined
}

/** Each write waits until the page reads, so that a slow page does not fill the memory. */
async function pump(core: Core, stream: SSEStreamingApi, start: number | undefined): Promise<void> {
  const { feed, clock, closing, worldId } = core
  const closed = new AbortController()
  const isOver = () => closed.signal.aborted || closing.aborted
  stream.onAbort(() => closed.abort())
  await stream.write(`retry: ${RETRY_MS}\n\n`)
  let id = start
  while (!isOver()) {
    const events = id === undefined ? undefined : feed.after(id)
    id = feed.lastId
    for (const event of events ?? [{ id, type: 'reset', data: { worldId } }]) await stream.writeSSE(encode(event))
    if (feed.lastId !== id) continue
    await feed.notifier.waitFor(HEARTBEAT_MS, clock, closed.signal, closing)
    if (feed.lastId === id && !isOver()) await stream.write(': still here\n\n')
  }
}

function encode({ id, type, data }: Pick<EventView, 'id'> & { type: string; data: unknown }) {
  return { id: String(id), event: type, data: JSON.stringify(data) }
}
