import { writeSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { onTestFinished, vi } from 'vitest'

/**
 * Steps that can fail. `open` means opening for writing. A failing `write` writes half of its data, as on a full disk.
 */
export type DiskStep = 'open' | 'openToRead' | 'read' | 'write' | 'sync' | 'rename' | 'folder'

interface Failure {
  step: DiskStep
  code: string
  /** How many times the step fails. By default, it fails until `fix` is called. */
  times?: number
}

/**
 * Simulates a disk that fails for some paths. The test file must mock `node:fs` and `node:fs/promises` with
 * `{ spy: true }`.
 *
 * @param paths matches the failing paths; the step `folder` fails for every folder
 */
export async function failingDisk(paths: RegExp) {
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
  const realSync = await vi.importActual<typeof import('node:fs')>('node:fs')
  const pathOf = new Map<number, unknown>()
  let failures: Failure[] = []
  const hits: Failure[] = []
  const holds = new Map<DiskStep, () => Promise<void>>()
  const takeFailure = (step: DiskStep, path: unknown): Failure | undefined => {
    const isMatch = step === 'folder' || paths.test(String(path))
    const failure = isMatch ? failures.find((candidate) => candidate.step === step && candidate.times !== 0) : undefined
    if (failure?.times !== undefined) failure.times--
    if (failure) hits.push({ ...failure })
    return failure
  }
  const throwIfFailing = (step: DiskStep, path: unknown) => {
    const failure = takeFailure(step, path)
    if (failure) throw errorOf(failure, path)
  }
  vi.mocked(open).mockImplementation(async (path, ...rest) => {
    throwIfFailing(rest[0] === 'r' ? 'openToRead' : 'open', path)
    const handle = await real.open(path, ...rest)
    pathOf.set(handle.fd, path)
    const { appendFile, sync, datasync, read } = handle
    const isFolder = rest.length === 0
    const syncs = (call: () => Promise<void>) => async () => {
      const step = isFolder ? 'folder' : 'sync'
      throwIfFailing(step, path)
      await holds.get(step)?.()
      await call.apply(handle)
    }
    return Object.assign(handle, {
      sync: syncs(sync),
      datasync: syncs(datasync),
      read: (...args: unknown[]) => {
        throwIfFailing('read', path)
        return Reflect.apply(read, handle, args)
      },
      appendFile: async (data: Uint8Array) => {
        const failure = takeFailure('write', path)
        await appendFile.call(handle, failure ? data.subarray(0, data.length / 2) : data)
        if (failure) throw errorOf(failure, path)
      },
    }) as FileHandle
  })
  vi.mocked(writeSync).mockImplementation(((fd: number, data: Uint8Array, offset = 0) => {
    const path = pathOf.get(fd)
    const failure = path === undefined ? undefined : takeFailure('write', path)
    const written = realSync.writeSync(fd, failure ? data.subarray(0, data.length / 2) : data, offset)
    if (failure) throw errorOf(failure, path)
    return written
  }) as typeof writeSync)
  vi.mocked(rename).mockImplementation(async (from, to) => {
    throwIfFailing('rename', to)
    await real.rename(from, to)
  })
  onTestFinished(() => {
    vi.mocked(open).mockReset().mockImplementation(real.open)
    vi.mocked(writeSync).mockReset().mockImplementation(realSync.writeSync)
    vi.mocked(rename).mockReset().mockImplementation(real.rename)
  })
  return {
    /** The failures that have occurred so far. */
    hits,
    fail: (...more: Failure[]) => void failures.push(...more),
    fix: () => {
      failures = []
    },
    /** Delays a step until the promise returned by `work` resolves. */
    hold: (step: 'sync' | 'folder', work: () => Promise<void>) => void holds.set(step, work),
  }
}

function errorOf({ step, code }: Failure, path: unknown): Error {
  return Object.assign(new Error(`${code}: injected failure, ${step} '${path}'`), { code })
}
