import { createHash, randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import mime from 'mime'
import type { FileSource } from '../../contact/actions.js'
import { FileError, ItchatError } from '../../errors.js'
import type { OpenSource } from '../../transport/content.js'
import { errorCode } from '../../util/error-code.js'
import { fileChanged } from '../../util/file-error.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'

/** Chunk size for computing the md5. */
const READ_BYTES = 1024 * 1024

/** An open file, before any of it is sent. */
export interface OpenedFile {
  file: FileHandle
  source: OpenSource
}

/**
 * A path with links resolved. Its file is verified after it has been opened, so that the verified file is the one that
 * is sent.
 */
export class VerifiedFile {
  readonly path: string
  /** Rejects if the file must not be sent. */
  readonly verify: (opened: OpenedFile) => Promise<void>

  constructor(path: string, verify: (opened: OpenedFile) => Promise<void>) {
    this.path = path
    this.verify = verify
  }
}

/**
 * Opens a source and computes its size and md5. Makes no request.
 *
 * @param name name shown to the recipient; default: the name of the file, or `file` for bytes
 * @throws the signal's reason
 * @throws FileError for a missing, empty or unreadable file, or a path to something other than a regular file, such as
 * a folder, a pipe or a device
 * @throws ArgumentError for an invalid source, or a stream that is already being read
 */
export async function openSource(
  source: FileSource | VerifiedFile,
  name?: string,
  signal?: AbortSignal,
): Promise<OpenSource> {
  if (source instanceof VerifiedFile) return openFile(source.path, name, signal, source)
  const isPath = typeof source === 'string' && source !== ''
  if (isPath || source instanceof URL) return openFile(pathOf(source), name, signal)
  if (source instanceof Uint8Array)
    return openBlob(new Blob([source as Uint8Array<ArrayBuffer>]), name ?? sourceName(source), signal)
  if (source instanceof Blob) return openBlob(source, name ?? sourceName(source), signal)
  if (source instanceof Readable) return openStream(source, name, signal)
  if (source instanceof ReadableStream && source.locked) {
    throw invalidArgument('source', { expected: 'a stream without a reader', found: 'a locked stream' })
  }
  if (source instanceof ReadableStream) return openStream(Readable.fromWeb(source as never), name, signal)
  const expected = 'a path, a file: URL, bytes, a Blob or a readable stream'
  throw invalidArgument('source', { expected, found: describeValue(source) })
}

/**
 * The default name of a source, as shown to the recipient.
 *
 * @throws ArgumentError for a URL other than `file:`
 */
export function sourceName(source: FileSource): string {
  if (typeof source === 'string' || source instanceof URL) return basename(pathOf(source))
  return source instanceof Blob && 'name' in source && typeof source.name === 'string' ? source.name : 'file'
}

function pathOf(source: string | URL): string {
  if (typeof source === 'string') return source
  if (source.protocol !== 'file:') {
    const advice = 'Fetch it and send the bytes.'
    throw invalidArgument('source', { expected: 'a file: URL', found: `a ${source.protocol} URL`, advice })
  }
  return fileURLToPath(source)
}

async function openFile(
  path: string,
  name: string | undefined,
  signal: AbortSignal | undefined,
  verified?: VerifiedFile,
): Promise<OpenSource> {
  let file: FileHandle | undefined
  try {
    // Checked before opening: opening a device may have side effects.
    checkIsFile(await stat(path), path)
    file = await open(path, verified ? READ_NONBLOCKING | NO_LINK : READ_NONBLOCKING)
    const opened = await file.stat()
    checkIsFile(opened, path)
    const source = await describe(fromHandle(file, opened, path), name ?? basename(path), path, signal)
    await verified?.verify({ file, source })
    return source
  } catch (cause) {
    await file?.close()
    throw signal?.aborted ? signal.reason : asFileError(cause, path)
  }
}

/** Without this flag, opening a pipe would wait for a process that writes to it. */
const READ_NONBLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const NO_LINK = constants.O_NOFOLLOW ?? 0

function checkIsFile(found: Stats, path: string): void {
  if (!found.isFile()) throw new FileError(`${path} cannot be sent: it is not a regular file.`, { path })
}

async function openBlob(blob: Blob, name: string, signal: AbortSignal | undefined): Promise<OpenSource> {
  const reader: Reader = {
    sizeBytes: blob.size,
    readInto: async (bytes, start) => {
      try {
        const part = new Uint8Array(await blob.slice(start, start + bytes.length).arrayBuffer())
        if (part.length !== bytes.length) throw fileChanged('')
        bytes.set(part)
      } catch {
        // A Blob may be backed by a file that has changed.
        throw fileChanged('')
      }
    },
    mayHaveChanged: async () => false,
    close: async () => {},
  }
  return describe(reader, name, '', signal)
}

/** The size and md5 of a stream are known only at its end, so the stream is copied to a private temporary file. */
async function openStream(
  stream: Readable,
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  const path = join(tmpdir(), `itchat-${randomBytes(12).toString('hex')}`)
  let file: FileHandle | undefined
  try {
    const opened = await open(path, 'wx+', 0o600)
    file = opened
    // Unlinked while open, so that a killed process leaves no file behind.
    await rm(path, { force: true })
    const write = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await opened.writeFile(chunk)
    }
    await pipeline(stream, write, signal ? { signal } : {})
    return await describe(fromHandle(opened, await opened.stat(), ''), name ?? 'file', '', signal)
  } catch (cause) {
    await file?.close()
    throw signal?.aborted ? signal.reason : asFileError(cause, name ?? 'stream')
  }
}

/** The bytes of a source. */
interface Reader extends Pick<OpenSource, 'sizeBytes' | 'readInto' | 'close'> {
  /** Whether it has been written to since it was opened. */
  mayHaveChanged(): Promise<boolean>
}

function fromHandle(file: FileHandle, opened: Stats, path: string): Reader {
  return {
    sizeBytes: opened.size,
    readInto: async (bytes, start) => {
      // A read may return fewer bytes than requested.
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
        if (bytesRead === 0) throw fileChanged(path)
        done += bytesRead
      }
    },
    mayHaveChanged: async () => {
      const now = await file.stat()
      // A program can set the time of modification, but not the time of change.
      return now.size !== opened.size || now.mtimeMs !== opened.mtimeMs || now.ctimeMs !== opened.ctimeMs
    },
    close: () => file.close(),
  }
}

async function describe(reader: Reader, name: string, path: string, signal?: AbortSignal): Promise<OpenSource> {
  if (reader.sizeBytes === 0)
    throw new FileError(`${path || name} is empty. WeChat does not accept empty files.`, { path })
  const md5 = await md5Of(reader, signal)
  return {
    ...reader,
    name,
    path,
    md5,
    mime: mime.getType(name) ?? 'application/octet-stream',
    // A file that has only grown is sent in its original length.
    hasChanged: async () => (await reader.mayHaveChanged()) && (await md5Of(reader)) !== md5,
  }
}

async function md5Of({ sizeBytes, readInto }: Reader, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5')
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, sizeBytes))
  for (let start = 0; start < sizeBytes; start += READ_BYTES) {
    signal?.throwIfAborted()
    const bytes = buffer.subarray(0, sizeBytes - start)
    await readInto(bytes, start)
    hash.update(bytes)
  }
  return hash.digest('hex')
}

function asFileError(cause: unknown, path: string): unknown {
  if (cause instanceof ItchatError) return cause
  const reason =
    errorCode(cause) === 'ENOENT' ? 'the file does not exist' : cause instanceof Error ? cause.message : String(cause)
  return new FileError(`${path} cannot be sent: ${reason}.`, { path, cause })
}
