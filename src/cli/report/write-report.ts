import { randomBytes } from 'node:crypto'
import { type Stats, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { writeFileAtomic } from '../../util/atomic-file.js'
import { attemptFile, fileError } from '../../util/file-error.js'
import { resolveLinks } from '../../util/resolve-links.js'
import { linkIfFree } from '../../util/write-unique.js'
import { CommandError } from '../explain.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    exists: (path: string) => `${path} 已经存在，没有写入报告。请换一个文件名，或加上 --force 覆盖它。`,
    notAFile: (path: string) => `${path} 不是普通文件，没有写入报告。请换一个文件名。`,
  },
  en: {
    notAFile: (path: string) => `${path} is not a regular file, so no report was written. Choose another name.`,
    exists: (path: string) =>
      `${path} already exists, so no report was written. Choose another name, or replace it with --force.`,
  },
}

/** @throws CommandError if the file exists and is not to be replaced, or is not a file: a device must not be replaced */
export function requireFree(path: string, isReplaced: boolean): void {
  const stats = statsOf(path)
  if (stats && !stats.isFile()) throw new CommandError(inLanguage(STRINGS).notAFile(path))
  if (stats && !isReplaced) throw existsError(path)
}

/**
 * Writes a file that only its owner can read, and that receives its name only once it is complete.
 *
 * @throws CommandError if the file exists and `isReplaced` is false, FileError if it cannot be written
 */
export async function writeReport(path: string, content: string, isReplaced: boolean): Promise<void> {
  // A link stays a link.
  if (isReplaced) return attemptFile(path, 'written', async () => writeFileAtomic(await resolveLinks(path), content))
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const placed = await attemptFile(path, 'written', async () => {
    try {
      await writeFile(temporary, content, { flag: 'wx', mode: 0o600 })
      return await linkIfFree(temporary, path)
    } finally {
      await rm(temporary, { force: true })
    }
  })
  if (!placed) throw existsError(path)
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw fileError(`${path} could not be written`, path, cause)
  }
}

function existsError(path: string): CommandError {
  return new CommandError(inLanguage(STRINGS).exists(path))
}
