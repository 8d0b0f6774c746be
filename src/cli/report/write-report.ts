import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { writeFileAtomic } from '../../util/atomic-file.js'
import { attemptFile } from '../../util/file-error.js'
import { linkIfFree } from '../../util/write-unique.js'
import { CommandError } from '../explain.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: { exists: (path: string) => `${path} 已经存在，没有写入报告。请换一个文件名，或加上 --force 覆盖它。` },
  en: {
    exists: (path: string) =>
      `${path} already exists, so no report was written. Choose another name, or replace it with --force.`,
  },
}

/** @throws CommandError if the file exists */
export function requireFree(path: string): void {
  if (existsSync(path)) throw existsError(path)
}

/**
 * Writes a file that only its owner can read, and that receives its name only once it is complete.
 *
 * @throws CommandError if the file exists and `isReplaced` is false, FileError if it cannot be written
 */
export async function writeReport(path: string, content: string, isReplaced: boolean): Promise<void> {
  if (isReplaced) return attemptFile(path, 'written', () => writeFileAtomic(path, content))
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

function existsError(path: string): CommandError {
  return new CommandError(inLanguage(STRINGS).exists(path))
}
