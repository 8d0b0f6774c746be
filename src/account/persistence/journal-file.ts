import { ftruncateSync, writeSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { FileError } from '../../errors.js'
import { syncFolder } from '../../util/atomic-file.js'
import { fileError } from '../../util/file-error.js'
import type { MaybePromise } from '../../util/maybe-promise.js'
import { type Dict, dict } from '../../util/read.js'
import type { Seal } from '../../util/seal.js'
import { bodyOf, firstEnd, LINE_END, toLine } from './journal-line.js'
import { LineReader } from './line-reader.js'
import { groupNeighbours, type Place, readFully } from './place.js'

const CHUNK_BYTES = 256 * 1024

/**
 * An append-only file of lines, each prefixed by a checksum. An appended record survives the death of the process; a
 * line that was not completely written is ignored. After a failure to open or write the file, the next call tries
 * again.
 *
 * Writes are synchronous: they only reach the system's cache, which takes a few microseconds, whereas an asynchronous write
 * occupies a thread and takes many times longer. Only `sync` ensures that the data is on the disk.
 */
export class JournalFile {
  readonly path: string
  /** Number of lines that are not records, except a truncated last line; 0 after a rewrite. */
  damagedLines = 0
  /** Number of damaged lines that are complete but require another key. */
  lockedLines = 0
  readonly #seal: Seal | undefined
  #isOpen = false
  #handle: FileHandle | undefined
  #sizeBytes = 0
  /** Marks that have not been written successfully yet. */
  #marks: Buffer[] = []
  /** Operations that cannot run at the same time as a write: opening, rewriting and closing the file. */
  #queue: Promise<unknown> = Promise.resolve()
  #queued = 0
  #syncs: Promise<unknown> = Promise.resolve()
  /** Whether the last line may be missing its line end. If so, the next record must start on a new line. */
  #isTorn = false
  /** Whether the file has been replaced and a power cut may still restore the old one. */
  #isReplaced = false

  constructor(path: string, seal?: Seal) {
    this.path = path
    this.#seal = seal
  }

  /** Size of the written records. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** @throws FileError */
  async open(): Promise<void> {
    await this.#attempt('opened', () => this.#opened())
    this.#isOpen = true
  }

  /** Yields all records, in order. @throws FileError */
  async *read(): AsyncGenerator<Place & { record: Dict }> {
    const file = await this.#attempt('read', () => open(this.path, 'r'))
    try {
      const lines = new LineReader()
      const chunk = Buffer.alloc(CHUNK_BYTES)
      for (;;) {
        const { bytesRead } = await this.#attempt('read', () => file.read(chunk, 0, chunk.length))
        if (bytesRead === 0) break
        for (const { line, offset } of lines.push(chunk.subarray(0, bytesRead)))
          yield* this.#recordsIn(line, offset, true)
      }
      const last = lines.rest
      this.#isTorn = last.line.length > 0
      yield* this.#recordsIn(last.line, last.offset, false)
    } finally {
      await file.close()
    }
  }

  /** Yields each item with the record at its place, in order; `undefined` for a damaged record. @throws FileError */
  async *readAt<T extends { place: Place }>(items: readonly T[]): AsyncGenerator<[T, Dict | undefined]> {
    if (items.length === 0) return
    const file = await this.#attempt('read', () => open(this.path, 'r'))
    try {
      for (const group of groupNeighbours(items)) {
        const from = group[0]?.place.offset ?? 0
        const bytes = Buffer.alloc(Math.max(...group.map(({ place }) => place.offset + place.sizeBytes)) - from)
        await this.#attempt('read', () => readFully(file, bytes, from))
        for (const item of group) {
          const start = item.place.offset - from
          yield [item, this.#parse(bytes.subarray(start, start + item.place.sizeBytes))]
        }
      }
    } finally {
      await file.close()
    }
  }

  /**
   * Appends records. Returns their places once they would survive the death of the process.
   *
   * @returns a rejected promise on failure, with a FileError; some of the records may be in the file anyway
   */
  append(records: readonly object[]): MaybePromise<Place[]> {
    const lines = records.map((record) => this.#line(record))
    return this.#whenFree(() => {
      let offset = this.#write(lines)
      return lines.map(({ length: sizeBytes }) => {
        const place = { offset, sizeBytes }
        offset += sizeBytes
        return place
      })
    })
  }

  /**
   * Appends a record that may be written twice. Returns once it would survive the death of the process.
   *
   * @returns a rejected promise on failure, with a FileError; writing the record is then retried with the next write, or
   * by `sync` or `close`
   */
  mark(record: object): MaybePromise<void> {
    this.#marks.push(this.#line(record))
    return this.#whenFree(() => {
      this.#write([])
    })
  }

  /**
   * Replaces the content. Records appended in the meantime are written after it.
   *
   * @returns the places of the records
   * @throws FileError; the old content is then kept
   */
  rewrite(records: () => AsyncIterable<object>): Promise<Place[]> {
    return this.#enqueue(async () => {
      // After a close, another process may be using the file.
      if (!this.#isOpen) return []
      const temporary = `${this.path}.new`
      try {
        const places = await this.#writeWhole(temporary, records())
        // Some systems cannot replace an open file.
        await this.#closeHandle()
        await rename(temporary, this.path)
        this.#isTorn = false
        this.#isReplaced = true
        this.damagedLines = 0
        this.#sizeBytes = places.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
        return places
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw error
      }
    })
  }

  /**
   * Resolves when everything written so far would survive a power cut. Does not block writes: a mark must not wait for
   * the disk.
   *
   * @throws FileError
   */
  async sync(): Promise<void> {
    const isSynced = await this.#enqueue(async () => {
      if (!this.#isOpen) return async () => {}
      const handle = await this.#opened()
      if (this.#marks.length > 0) this.#write([])
      // Awaited before the handle is closed, not here.
      const synced = this.#attempt('written', () => handle.datasync())
      this.#syncs = Promise.allSettled([this.#syncs, synced])
      return () => synced
    })
    await isSynced()
    if (!this.#isReplaced) return
    this.#isReplaced = false
    try {
      await this.#attempt('written', () => syncFolder(this.path))
    } catch (error) {
      this.#isReplaced = true
      throw error
    }
  }

  /** Writes pending marks, then closes the file. @throws FileError when the write failed; the file is closed anyway */
  close(): Promise<void> {
    return this.#enqueue(async () => {
      try {
        if (this.#isOpen && this.#marks.length > 0) {
          await this.#opened()
          this.#write([])
        }
      } finally {
        this.#isOpen = false
        await this.#closeHandle()
      }
    })
  }

  /** Closes the file without writing to it again, because another process is using it. */
  discard(): Promise<void> {
    this.#isOpen = false
    this.#marks = []
    return this.#enqueue(() => this.#closeHandle())
  }

  /** Runs a write immediately, unless the file is not open or another operation is using it. */
  #whenFree<T>(write: () => T): MaybePromise<T> {
    if (this.#queued === 0 && this.#handle) {
      try {
        return write()
      } catch (cause) {
        return Promise.reject(this.#error('written', cause))
      }
    }
    return this.#enqueue(async () => {
      if (this.#isOpen) await this.#opened()
      return write()
    })
  }

  /** Writes pending marks, then the lines. Returns the offset of the first line. */
  #write(lines: readonly Buffer[]): number {
    if (!this.#isOpen || !this.#handle) {
      // A handler that outlives its instance finishes without a mark, so its message is delivered again.
      this.#marks = []
      if (lines.length === 0) return 0
      throw new FileError(`The journal ${this.path} is closed.`, { path: this.path })
    }
    const { fd } = this.#handle
    const before = this.#isTorn ? [LINE_END, ...this.#marks] : this.#marks
    const bytes = joined([...before, ...lines])
    const start = this.#sizeBytes + before.reduce((sum, { length }) => sum + length, 0)
    const wasTorn = this.#isTorn
    this.#isTorn = true
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
    } catch (error) {
      this.#isTorn = !truncated(fd, this.#sizeBytes) || wasTorn
      // The handle may be permanently broken.
      this.#syncs = Promise.allSettled([this.#syncs, this.#closeHandle()])
      throw error
    }
    this.#isTorn = false
    this.#marks = []
    this.#sizeBytes += bytes.length
    return start
  }

  async #writeWhole(path: string, records: AsyncIterable<object>): Promise<Place[]> {
    const places: Place[] = []
    const file = await open(path, 'w', 0o600)
    try {
      let pending: Buffer[] = []
      let [offset, pendingBytes] = [0, 0]
      for await (const record of records) {
        const line = this.#line(record)
        places.push({ offset, sizeBytes: line.length })
        offset += line.length
        pending.push(line)
        pendingBytes += line.length
        if (pendingBytes < CHUNK_BYTES) continue
        await file.appendFile(Buffer.concat(pending))
        ;[pending, pendingBytes] = [[], 0]
      }
      await file.appendFile(Buffer.concat(pending))
      await file.sync()
    } finally {
      await file.close()
    }
    return places
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle) return this.#handle
    const handle = await open(this.path, 'a', 0o600)
    try {
      this.#sizeBytes = (await handle.stat()).size
    } catch (error) {
      await handle.close()
      throw error
    }
    this.#handle = handle
    return handle
  }

  async #closeHandle(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await this.#syncs
    await handle?.close().catch(() => {})
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#queued++
    const result = this.#queue.then(() => this.#attempt('written', work))
    this.#queue = result
      .catch(() => {})
      .then(() => {
        this.#queued--
      })
    return result
  }

  #line(record: object): Buffer {
    const json = JSON.stringify(record)
    const body = this.#seal ? this.#seal.close(json) : json
    return toLine(body)
  }

  /** Yields the records in a line: zero, one, or two if the line end between them is damaged. */
  *#recordsIn(line: Buffer, offset: number, hasEnd: boolean): Generator<Place & { record: Dict }> {
    if (line.length === 0) return
    const record = this.#parse(line)
    if (record) {
      yield { record, offset, sizeBytes: line.length + (hasEnd ? 1 : 0) }
      return
    }
    const end = firstEnd(line)
    // An unterminated last line is normal after a process has died.
    if (hasEnd || end !== undefined) this.damagedLines++
    if (end === undefined) return
    for (const [from, to] of [
      [0, end],
      [end + 1, line.length],
    ] as const) {
      const half = this.#parse(line.subarray(from, to))
      if (half) yield { record: half, offset: offset + from, sizeBytes: to - from }
    }
  }

  /** @param line with or without its line end */
  #parse(line: Buffer): Dict | undefined {
    const body = bodyOf(line)
    if (!body) return undefined
    try {
      return dict(JSON.parse(this.#unseal(body.toString('utf8'))))
    } catch {
      return undefined
    }
  }

  /**
   * Decrypts the body of a line. Lines written before a key was set are not encrypted.
   *
   * @throws when the key is missing or wrong
   */
  #unseal(body: string): string {
    if (body.startsWith('{')) return body
    try {
      if (!this.#seal) throw new Error('no key')
      return this.#seal.open(body)
    } catch (error) {
      this.lockedLines++
      throw error
    }
  }

  async #attempt<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw this.#error(action, cause)
    }
  }

  #error(action: string, cause: unknown): FileError {
    return fileError(`The journal ${this.path} could not be ${action}`, this.path, cause)
  }
}

/** Most writes have a single part, which needs no copy. */
function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts
  return first && parts.length === 1 ? first : Buffer.concat(parts)
}

/** Removes what a failed write has appended. Returns whether it succeeded. */
function truncated(fd: number, sizeBytes: number): boolean {
  try {
    ftruncateSync(fd, sizeBytes)
    return true
  } catch {
    return false
  }
}
