import { type FileHandle, open, rename } from 'node:fs/promises'
import { onTestFinished, vi } from 'vitest'

/** Steps that can fail: `open` to write; `write` leaves half of what it was given, as a full disk does. */
export type DiskStep = 'open' | 'openToRead' | 'read' | 'write' | 'sync' | 'rename' | 'folder'

interface Failure {
  step: DiskStep
  code: string
  /** How often. Default: until `fix`. */
  times?: number
}

/**
 * A disk that fails for some paths. The test file has to say `vi.mock('node:fs/promises', { spy: true })`.
 *
 * @param paths that it fails for; `folder` fails for every folder
 */
export async function failingDisk(paths: RegExp) {
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
  let failures: Failure[] = []
  const hits: Failure[] = []
  const holds = new Map<DiskStep, () => Promise<void>>()
  const isHit = (step: DiskStep, path: unknown): Failure | undefined => {
    const isMeant = step === 'folder' || paths.test(String(path))
    const failure = isMeant ? failures.find((one) => one.step === step && one.times !== 0) : undefined
    if (failure?.times !== undefined) failure.times--
    if (failure) hits.push({ ...failure })
    return failure
  }
  const meet = (step: DiskStep, path: unknown) => {
    const failure = isHit(step, path)
    if (failure) throw errorOf(failure, path)
  }
  vi.mocked(open).mockImplementation(async (path, ...rest) => {
    meet(rest[0] === 'r' ? 'openToRead' : 'open', path)
    const handle = await real.open(path, ...rest)
    const { appendFile, sync, datasync, read } = handle
    const isFolder = rest.length === 0
    const syncs = (call: () => Promise<void>) => async () => {
      const step = isFolder ? 'folder' : 'sync'
      meet(step, path)
      await holds.get(step)?.()
      await call.apply(handle)
    }
    return Object.assign(handle, {
      sync: syncs(sync),
      datasync: syncs(datasync),
      read: (...args: unknown[]) => {
        meet('read', path)
        return Reflect.apply(read, handle, args)
      },
      appendFile: async (data: Uint8Array) => {
        const failure = isHit('write', path)
        await appendFile.call(handle, failure ? data.subarray(0, data.length / 2) : data)
        if (failure) throw errorOf(failure, path)
      },
    }) as FileHandle
  })
  vi.mocked(rename).mockImplementation(async (from, to) => {
    meet('rename', to)
    await real.rename(from, to)
  })
  onTestFinished(() => {
    vi.mocked(open).mockReset().mockImplementation(real.open)
    vi.mocked(rename).mockReset().mockImplementation(real.rename)
  })
  return {
    /** What failed so far. */
    hits,
    fail: (...more: Failure[]) => void failures.push(...more),
    fix: () => {
      failures = []
    },
    /** A step takes as long as what `work` returns. */
    hold: (step: 'sync' | 'folder', work: () => Promise<void>) => void holds.set(step, work),
  }
}

function errorOf({ step, code }: Failure, path: unknown): Error {
  return Object.assign(new Error(`${code}: on purpose, ${step} '${path}'`), { code })
}
