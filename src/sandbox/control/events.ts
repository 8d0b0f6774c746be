import type { Core } from '../core.js'
import { Notifier } from '../notifier.js'
import { secured } from './guard.js'
import type { EventView } from './view.js'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000

/**
 * Streams the server-sent events after the given id. If any of them were dropped, the stream sends one `reset` and
 * continues from the latest event.
 */
export function eventStream(core: Core, request: Request): Response {
  const query = new URL(request.url).searchParams
  const lastId = request.headers.get('last-event-id') ?? query.get('after')
  const world = query.get('world')
  const closed = new AbortController()
  const drained = new Notifier()
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void pump(core, controller, resumeId(core, lastId, world), drained, closed.signal),
      pull: () => drained.notify(),
      cancel: () => closed.abort(),
    },
    // Backpressure: sending pauses while the page is not reading.
    { highWaterMark: 64 },
  )
  request.signal.addEventListener('abort', () => closed.abort(), { once: true })
  return secured(
    new Response(stream, {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' },
    }),
  )
}

/** Returns the id to resume from, or `undefined` if the page must reload the state. */
function resumeId(core: Core, lastId: string | null, world: string | null): number | undefined {
  if (world !== null && world !== core.worldId) return undefined
  return lastId === null || lastId === '' ? core.feed.lastId : /^\d+$/.test(lastId) ? Number(lastId) : undefined
}

async function pump(
  core: Core,
  controller: ReadableStreamDefaultController<Uint8Array>,
  start: number | undefined,
  drained: Notifier,
  closed: AbortSignal,
): Promise<void> {
  const encoder = new TextEncoder()
  const write = (text: string) => controller.enqueue(encoder.encode(text))
  const { feed, clock, closing } = core
  try {
    write(`retry: ${RETRY_MS}\n\n`)
    let id = start
    while (!closed.aborted && !closing.aborted) {
      const events = id === undefined ? undefined : feed.after(id)
      if (events === undefined) write(reset(core))
      else for (const event of events) write(format(event))
      id = feed.lastId
      const before = id
      await feed.notifier.waitFor(HEARTBEAT_MS, clock, closed, closing)
      if (feed.lastId === before && !closed.aborted && !closing.aborted) write(': still here\n\n')
      while ((controller.desiredSize ?? 0) <= 0 && !closed.aborted && !closing.aborted) {
        await drained.waitFor(HEARTBEAT_MS, clock, closed, closing)
      }
    }
    controller.close()
  } catch {
    // The page disconnected, so the stream is already closed.
  }
}

function format(event: EventView): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`
}

function reset(core: Core): string {
  return `id: ${core.feed.lastId}\nevent: reset\ndata: ${JSON.stringify({ worldId: core.worldId })}\n\n`
}
