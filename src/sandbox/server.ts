import type { Server } from 'node:http'
import { PortInUseError, SandboxError } from './errors.js'
import { createAdaptorServer } from './vendor/node-server.js'

/** Longer than a poll is held, so that programs can use a connection again. */
const KEEP_ALIVE_MS = 65_000

/** A server that listens on the loopback address. */
export interface RunningServer {
  port: number
  /** Drops every connection and stops. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1; throws `PortInUseError` when the port is taken. */
export async function listen(handle: (request: Request) => Promise<Response>, port: number): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: handle }) as Server
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUseError(port)
          : new SandboxError(`cannot listen on 127.0.0.1:${port}: ${error.message}`, { cause: error }),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new SandboxError('the server has no port')
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
