import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'

/** Distinguishes a file from a file that replaced it, and from its own later versions. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'birthtimeNs'>

export function isSameFile(a: FileIdentity | undefined, b: FileIdentity): boolean {
  return (
    a !== undefined &&
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    // Inode numbers of removed files are reused.
    a.birthtimeNs === b.birthtimeNs
  )
}

/** The identity of the entry at a path; links are not followed. */
export async function identityOf(path: string): Promise<FileIdentity> {
  const { dev, ino, size, mtimeNs, birthtimeNs } = await lstat(path, { bigint: true })
  return { dev, ino, size, mtimeNs, birthtimeNs }
}
