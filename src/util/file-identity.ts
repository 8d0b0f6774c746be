import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'

/** What tells a file from another that took its name, or was written into since. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'birthtimeNs'>

export function isSameFile(a: FileIdentity | undefined, b: FileIdentity): boolean {
  return (
    a !== undefined &&
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    // The number of a removed file is given to the next one.
    a.birthtimeNs === b.birthtimeNs
  )
}

/** The identity of what a path names, be it a link. */
export async function identityOf(path: string): Promise<FileIdentity> {
  const { dev, ino, size, mtimeNs, birthtimeNs } = await lstat(path, { bigint: true })
  return { dev, ino, size, mtimeNs, birthtimeNs }
}
