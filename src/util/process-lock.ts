import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'

/** Of BSD and macOS: open and lock in one step. Node has no name for it. */
const O_EXLOCK = 0x20

/** Gives a lock back. */
export type Unlock = () => Promise<void>

/**
 * Takes the lock that stands for a path. The operating system gives it back when its holder dies, however that happens.
 *
 * @returns `undefined` when somebody holds it, in this process or another
 */
export async function takeLock(path: string): Promise<Unlock | undefined> {
  const place = join(await realpath(dirname(resolve(path))), basename(path))
  const name = `itchat-${createHash('sha256').update(place).digest('hex').slice(0, 32)}`
  switch (process.platform) {
    case 'linux':
      // An abstract socket: a name in the kernel that needs no file, and is gone with its process.
      return takeName(`\0${name}`)
    case 'win32':
      return takeName(`\\\\.\\pipe\\${name}`)
    default:
      return takeFile(`${place}.lock`)
  }
}

function takeName(name: string): Promise<Unlock | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ path: name, exclusive: true }, () => {
      // The lock alone keeps no program running.
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
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
