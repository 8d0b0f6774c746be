import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { errorCode } from './error-code.js'

/** Flag on BSD and macOS that opens and locks a file in one step. Node has no constant for it. */
const O_EXLOCK = 0x20

/** Releases a lock. */
export type Unlock = () => Promise<void>

/**
 * Name of the operating system lock for a file.
 *
 * @param identity the same for every path to the file
 * @param path path of the file, for systems that lock files
 */
export function systemLockName(identity: string, path: string): string {
  const name = `itchat-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`
  switch (process.platform) {
    case 'linux':
      // An abstract socket: a kernel name without a file, released when its process ends.
      return `\0${name}`
    case 'win32':
      return `\\\\.\\pipe\\${name}`
    default:
      return `${path}.flock`
  }
}

/**
 * Takes a lock by its name. The operating system releases it when its holder dies.
 *
 * @returns `undefined` when it is held by this or another process
 */
export function takeSystemLock(name: string): Promise<Unlock | undefined> {
  return process.platform === 'linux' || process.platform === 'win32' ? takeName(name) : takeFile(name)
}

function takeName(name: string): Promise<Unlock | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ path: name, exclusive: true }, () => {
      // The lock alone does not keep the process running.
      server.unref()
      resolve(() => new Promise((closed) => server.close(() => closed())))
    })
  })
}

async function takeFile(path: string): Promise<Unlock | undefined> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600)
    return () => file.close()
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return undefined
    throw error
  }
}
