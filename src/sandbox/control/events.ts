import type { Core } from '../core.js'
import { secured } from './guard.js'
import type { EventView } from './view.js'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000

/**
 * Server-sent events from after the given id on; what the ring no longer holds is answered by `reset`, once, and the
 * stream goes on from now.
 */
export function eventStream(core: Core, request: Request): Response {
  const query = new URL(request.url).searchParams
  const given = request.headers.get('last-event-id') ?? query.get('after')
  const world = query.get('world')
  const gone = new AbortController()
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void pump(core, controller, startOf(core, given, world), gone.signal),
      cancel: () => gone.abort(),
    },
    // A page that does not read is not waited for: the pump stops until it does.
    { highWaterMark: 64 },
  )
  request.signal.addEventListener('abort', () => gone.abort(), { once: true })
  return secured(
    new Response(stream, {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' },
    }),
  )
}

/** The id to go on from; `undefined` when the page has to start anew. */
function startOf(core: Core, given: string | null, world: string | null): number | undefined {
  if (world !== null && world !== core.worldId) return undefined
  return given === null || given === '' ? core.feed.lastId : /^\d+$/.test(given) ? Number(given) : undefined
}

async function pump(
  core: Core,
  controller: ReadableStreamDefaultController<Uint8Array>,
  start: number | undefined,
  gone: AbortSignal,
): Promise<void> {
  const encoder = new TextEncoder()
  const write = (text: string) => controller.enqueue(encoder.encode(text))
  const { feed, clock, closing } = core
  try {
    write(`retry: ${RETRY_MS}\n\n`)
    let id = start
    while (!gone.aborted && !closing.aborted) {
      const events = id === undefined ? undefined : feed.after(id)
      if (events === undefined) write(reset(core))
      else for (const event of events) write(format(event))
      id = feed.lastId
      const before = id
      await feed.notifier.waitFor(HEARTBEAT_MS, clock, gone, closing)
      if (feed.lastId === before && !gone.aborted && !closing.aborted) write(': still here\n\n')
      while ((controller.desiredSize ?? 0) <= 0 && !gone.aborted && !closing.aborted) {
        await feed.notifier.waitFor(HEARTBEAT_MS, clock, gone, closing)
      }
    }
    controller.close()
  } catch {
    // The page went away between two events; its stream is closed already.
  }
}

function format(event: EventView): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`
}

function reset(core: Core): string {
  return `id: ${core.feed.lastId}\nevent: reset\ndata: ${JSON.stringify({ worldId: core.worldId })}\n\n`
}
