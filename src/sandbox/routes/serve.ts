import type { Core } from '../core.js'
import { ConnectionLost } from '../faults/connection-lost.js'
import type { FaultEndpoint } from '../faults/fault-table.js'
import type { TriggeredFault } from '../faults/faults.js'
import type { RequestView } from '../inspector/request-view.js'
import { readBytes } from '../read/bytes.js'
import { answer } from './exchange.js'
import { type AnyExchange, type Effects, respondWithFaults } from './fault-effects.js'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** What the protocols do differently with a request. */
interface Protocol<Target> {
  readonly effects: Effects<Target>
  /** Reads the body with `readBody`, unless the handler reads it as a stream. */
  read(faults: readonly TriggeredFault[]): Promise<Buffer | { sizeBytes: number } | undefined>
  open(bytes: Buffer, entry: RequestView): Target
  respond(exchange: Target): Promise<Response>
  /** Records what a refused request tried to send. */
  recordRefusedSend(exchange: Target): void
  /** Called after the reply, or after an error. */
  finish(exchange: Target | undefined, faults: readonly TriggeredFault[]): void
}

/** Handles one request from a program and records it in the traffic log. */
export async function serve<Target extends AnyExchange>(
  core: Core,
  endpoint: FaultEndpoint,
  request: Request,
  protocol: Protocol<Target>,
): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const faults = core.faults.trigger(endpoint, pathname + search)
  const kinds = faults.map(({ fault }) => fault.kind)
  const entry = core.traffic.begin(endpoint, request, kinds)
  let exchange: Target | undefined
  try {
    const body = await protocol.read(faults)
    if (body === undefined) {
      const response = plain(413, 'The body is larger than 8 MiB.')
      core.traffic.end(entry, response)
      return response
    }
    core.traffic.receive(entry, body)
    const current = protocol.open(Buffer.isBuffer(body) ? body : Buffer.alloc(0), entry)
    exchange = current
    const response = await respondWithFaults(faults, current, protocol.effects, () => protocol.respond(current))
    protocol.recordRefusedSend(current)
    core.traffic.end(entry, response, current)
    return response
  } catch (error) {
    if (error instanceof ConnectionLost) {
      if (exchange) protocol.recordRefusedSend(exchange)
      core.traffic.lose(entry, error, exchange)
    } else core.traffic.end(entry, plain(500, 'Internal error in the sandbox.'), { reason: 'internal error' })
    throw error
  } finally {
    protocol.finish(exchange, faults)
  }
}

/** Returns `undefined` for a body that is too large. Waits for `onChunk` before the next chunk. */
export async function readBody(
  request: Request,
  onChunk?: (sizeBytes: number) => Promise<void>,
): Promise<Buffer | undefined> {
  try {
    return await readBytes(request, BODY_LIMIT_BYTES, onChunk)
  } catch (error) {
    if (request.signal.aborted) throw new ConnectionLost('the program disconnected while sending the request')
    throw error
  }
}

/** A reply that is not part of the protocol. */
export function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return answer(`${text}\n`, 'text/plain', new Headers(headers), status)
}
