import { type FileHandle, open, stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { FileError } from '../../errors.js'
import { replaceFile } from '../../util/atomic-file.js'
import { type Dict, dict } from '../../util/read.js'
import type { Seal } from '../../util/seal.js'

const READ_BYTES = 256 * 1024
const NEWLINE = 0x0a

/** A record, and where it stands in the file. */
export interface Placed {
  record: Dict
  offset: number
  sizeBytes: number
}

/**
 * A file that grows line by line. A record that was appended survives the death of the process; a line that was not written
 * to its end is no record.
 */
export class JournalFile {
  readonly path: string
  /** With what is on its way. */
  sizeBytes = 0
  /** Lines found that are no records, beside a last one that was cut off; none once it was written anew. */
  damagedLines = 0
  /** Whole lines among these that only another key opens. */
  lockedLines = 0
  /** Writes that broke off. */
  breaks = 0
  readonly #seal: Seal | undefined
  #handle: FileHandle | undefined
  #pending: Buffer[] = []
  #writing: Promise<void> = Promise.resolve()
  #isScheduled: Promise<void> | undefined
  /** A write broke off: what comes next has to start on a line of its own. */
  #isTorn = false

  constructor(path: string, seal?: Seal) {
    this.path = path
    this.#seal = seal
  }

  /** @throws FileError */
  async open(): Promise<void> {
    await this.#attempt('opened', async () => {
      this.#handle = await open(this.path, 'a', 0o600)
      this.sizeBytes = (await stat(this.path)).size
    })
  }

  /** A write broke off: `sizeBytes` is not true until the next one. */
  get isTorn(): boolean {
    return this.#isTorn
  }

  /** Records from an offset on, in order, as far as the file is written when this begins. */
  async *read(from = 0): AsyncGenerator<Placed> {
    const file = await this.#attempt('read', () => open(this.path, 'r'))
    try {
      const { size } = await file.stat()
      let rest = Buffer.alloc(0)
      let offset = from
      while (offset + rest.length < size) {
        const chunk = Buffer.alloc(Math.min(READ_BYTES, size - offset - rest.length))
        const { bytesRead } = await file.read(chunk, 0, chunk.length, offset + rest.length)
        if (bytesRead === 0) break
        rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
        for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
          const record = this.#parse(rest.subarray(0, end))
          if (record) yield { record, offset, sizeBytes: end + 1 }
          offset += end + 1
          rest = rest.subarray(end + 1)
        }
      }
    } finally {
      await file.close()
    }
  }

  /**
   * Appends records; resolves when they survive the death of the process. Calls of one moment become one write.
   *
   * @returns the bytes that each takes
   * @throws FileError
   */
  append(records: readonly object[]): { sizes: number[]; written: Promise<void> } {
    const lines = records.map((record) => this.#line(record))
    for (const line of lines) this.sizeBytes += line.length
    this.#pending.push(...lines)
    this.#isScheduled ??= this.#enqueue(async () => {
      this.#isScheduled = undefined
      await this.#write(this.#pending.splice(0))
    })
    return { sizes: lines.map((line) => line.length), written: this.#isScheduled }
  }

  /**
   * Replaces the content. Records appended meanwhile come after it.
   *
   * @throws FileError; the old content stays then
   */
  rewrite(records: () => AsyncIterable<object>): Promise<void> {
    return this.#enqueue(async () => {
      // Once it is given back, somebody else may have it.
      if (!this.#handle) return
      const temporary = `${this.path}.new`
      const file = await open(temporary, 'w', 0o600)
      try {
        for await (const record of records()) {
          await file.appendFile(this.#line(record))
        }
        await file.sync()
      } finally {
        await file.close()
      }
      // Some systems replace no file that is open.
      await this.#handle.close()
      try {
        await replaceFile(temporary, this.path)
        this.#isTorn = false
        this.damagedLines = 0
      } finally {
        // Whether it was replaced or not: what has no name any more takes in what nobody finds again.
        this.#handle = await open(this.path, 'a', 0o600)
        this.sizeBytes = (await this.#handle.stat()).size + this.#pendingBytes
      }
    })
  }

  /** Resolves when what was appended so far would survive a power cut. */
  sync(): Promise<void> {
    return this.#enqueue(async () => this.#handle?.datasync())
  }

  /** Writes what is on its way, then closes. */
  async close(): Promise<void> {
    await this.#enqueue(async () => {
      await this.#handle?.close()
      this.#handle = undefined
    })
  }

  async #write(lines: Buffer[]): Promise<void> {
    const handle = this.#handle
    // A handler that outlives its instance ends without a mark; its message comes again.
    if (!handle) return
    const wasTorn = this.#isTorn
    this.#isTorn = true
    try {
      await handle.appendFile(Buffer.concat(wasTorn ? [Buffer.from('\n'), ...lines] : lines))
    } catch (error) {
      this.breaks++
      throw error
    }
    if (wasTorn) this.sizeBytes = (await handle.stat()).size + this.#pendingBytes
    this.#isTorn = false
  }

  get #pendingBytes(): number {
    return this.#pending.reduce((sum, line) => sum + line.length, 0)
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(() => this.#attempt('written', work))
    this.#writing = done.catch(() => {})
    return done
  }

  #line(record: object): Buffer {
    const json = JSON.stringify(record)
    const body = this.#seal ? this.#seal.close(json) : json
    return Buffer.from(`${checksum(body)} ${body}\n`)
  }

  #parse(line: Buffer): Dict | undefined {
    const body = line.subarray(9).toString('utf8')
    try {
      if (line.subarray(0, 8).toString('latin1') !== checksum(body)) throw new Error('damaged')
      return dict(JSON.parse(this.#unseal(body)))
    } catch {
      if (line.length > 0) this.damagedLines++
      return undefined
    }
  }

  /** Lines written before there was a key are as they were. @throws when the key is missing or another one */
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

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof FileError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new FileError(`The journal ${this.path} could not be ${what}: ${reason}`, { path: this.path, cause })
    }
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}
