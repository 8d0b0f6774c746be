import { FileError } from '../errors.js'
import { errorCode } from './error-code.js'

/** Advice by file system error code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space.',
  EDQUOT: 'The disk quota is used up: free some space, or raise the quota.',
  EFBIG: 'The file is larger than this system allows: raise the limit, or move it to another disk.',
  EACCES: 'Permission denied: check the owner and the mode of the file and of its folder.',
  EPERM: 'Permission denied: check the owner and the mode of the file and of its folder.',
  EROFS: 'The disk is read-only: choose a path on another disk.',
  EMFILE: 'This process has too many open files: close some, or raise the limit (ulimit -n).',
  ENFILE: 'The system has too many open files: close some, or raise the limit.',
  ENOENT: 'The folder does not exist: create it, or choose another path.',
  ENOTDIR: 'Part of the path is not a folder: choose another path.',
  EEXIST: 'A folder in the path is a file: choose another path.',
  EISDIR: 'The path is a folder: choose the path of a file.',
  ELOOP: 'The path has too many symbolic links: choose another path.',
  ENAMETOOLONG: 'The path is too long: choose a shorter one.',
  EBUSY: 'The file is in use: close the program that uses it.',
  EIO: 'The disk failed to read or write: check it.',
}

/**
 * Wraps a file system error in a `FileError` with advice; returns a `FileError` unchanged.
 *
 * @param failed a sentence without its period, such as `The journal x could not be opened`
 */
export function fileError(failed: string, path: string, cause: unknown): FileError {
  if (cause instanceof FileError) return cause
  const code = errorCode(cause) ?? ''
  const advice = ADVICE[code]
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FileError(advice ? `${failed} (${code}). ${advice}` : `${failed}: ${reason}`, { path, cause })
}

/** The error for a file that no longer matches the size and md5 already sent to the server. */
export function fileChanged(path: string): FileError {
  return new FileError(
    `${path || 'The file'} changed while it was being sent. Nothing was sent. Send it again once it is no longer being written.`,
    { path },
  )
}

/**
 * Runs work on a file.
 *
 * @param action past participle for the error, such as `opened`
 * @throws FileError instead of the original error
 */
export async function attemptFile<T>(path: string, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw fileError(`${path} could not be ${action}`, path, cause)
  }
}
