import { type Server, ServerResponse } from 'node:http'
import { PortInUseError, SandboxError } from './errors.js'
import { ConnectionLost, type PartialReply } from './faults/connection-lost.js'
import { createAdaptorServer } from './vendor/hono.js'

/** Longer than a long poll lasts, so that programs can reuse connections. */
const KEEP_ALIVE_MS = 65_000

/** A server that listens on one address. */
export interface RunningServer {
  port: number
  /** Closes all connections and stops the server. */
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** Listens on 127.0.0.1 or the given address. Throws `PortInUseError` if the port is in use. */
export async function listen(
  handle: (request: Request) => Promise<Response>,
  port: number,
  host = LOOPBACK,
): Promise<RunningServer> {
  const fetch = async (request: Request, { outgoing }: { outgoing: unknown }) => {
    try {
      return await handle(request)
    } catch (error) {
      if (!(error instanceof ConnectionLost && outgoing instanceof ServerResponse)) throw error
      resetConnection(outgoing, error.reply)
      // The promise never settles, so that the adapter sends no response.
      return new Promise<never>(() => {})
    }
  }
  const server = createAdaptorServer({ fetch }) as Server
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUseError(port, host)
          : new SandboxError(`Cannot listen on ${host}:${port}: ${error.message}. Choose another port.`, {
              cause: error,
            }),
      )
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new SandboxError(`The server is listening on ${host} but has no TCP port.`)
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Resets the connection after sending the partial reply, if any. */
function resetConnection(outgoing: ServerResponse, reply: PartialReply | undefined): void {
  const { socket } = outgoing
  if (!reply) {
    socket?.resetAndDestroy()
    return
  }
  const headers = [...reply.headers].filter(([name]) => name !== 'set-cookie')
  outgoing.writeHead(reply.status, { ...Object.fromEntries(headers), 'set-cookie': reply.headers.getSetCookie() })
  outgoing.flushHeaders()
  outgoing.write(reply.bytes, () => socket?.resetAndDestroy())
}
