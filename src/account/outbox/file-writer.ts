import { type FileTypeResult, fileTypeFromBuffer } from 'file-type'
import { ItchatError } from '../../errors.js'
import { fileError } from '../../util/file-error.js'
import { PartFiles } from '../../util/part-files.js'
import { resolveBelow } from '../../util/resolve-below.js'
import { type UniqueFile, writeUnique } from '../../util/write-unique.js'

/** The longest beginning of a file that its type is read from. */
const TYPE_BYTES = 4_100

/** Written files that are remembered. */
const MAX_REMEMBERED = 5_000

/** A file that was written, and what it holds. */
export interface WrittenFile<Of> extends UniqueFile {
  /** The path that was requested; a name that was taken got another. */
  requested: string
  of: Of
}

interface WriteOptions<Of> {
  of: Of
  /** A former file of this path may be replaced: it holds the same. */
  replaces(former: Of): boolean
  /** Replace whatever has the name. Default false. */
  overwrite?: boolean
  signal?: AbortSignal | undefined
}

type Write = (chunk: Uint8Array) => Promise<void>

/** Writes files below a folder, replaces only its own, and remembers what it wrote where. */
export class FileWriter<Of> {
  readonly #name: string
  readonly #folder: () => string
  readonly #parts = new PartFiles()
  /** Latest last. */
  #written: WrittenFile<Of>[] = []

  /** @param name of the call that writes, for errors */
  constructor(name: string, folder: () => string) {
    this.#name = name
    this.#folder = folder
  }

  /** What it wrote, latest last. */
  get written(): readonly WrittenFile<Of>[] {
    return this.#written
  }

  /**
   * Writes a file; a name that is taken gets ` (1)`. On failure nothing is left.
   *
   * @param fill resolves to what it wrote
   * @throws FileError when the file cannot be written, the signal's reason, what `fill` throws of this library
   */
  async write<T extends { md5: string }>(
    path: string,
    { of, replaces, overwrite = false, signal }: WriteOptions<Of>,
    fill: (write: Write) => Promise<T>,
  ): Promise<{ path: string; type: FileTypeResult | undefined; filled: T }> {
    try {
      const requested = await resolveBelow(this.#folder(), path)
      const isFormer = (one: WrittenFile<Of>) => replaces(one.of) && [one.requested, one.path].includes(requested)
      const head: Uint8Array[] = []
      let headBytes = 0
      const former = () => this.#written.findLast(isFormer)
      const { filled, ...placed } = await writeUnique(requested, { parts: this.#parts, former, overwrite }, (write) =>
        fill(async (chunk) => {
          if (headBytes < TYPE_BYTES) head.push(chunk)
          headBytes += chunk.length
          await write(chunk)
        }),
      )
      this.#remember({ requested, of, ...placed })
      const type = await fileTypeFromBuffer(Buffer.concat(head).subarray(0, TYPE_BYTES))
      return { path: placed.path, type, filled }
    } catch (cause) {
      if (cause instanceof ItchatError || signal?.aborted) throw cause
      throw fileError(`${this.#name}: ${JSON.stringify(path)} could not be written`, path, cause)
    }
  }

  #remember(written: WrittenFile<Of>): void {
    this.#written = this.#written.filter((one) => one.path !== written.path)
    this.#written.push(written)
    if (this.#written.length > MAX_REMEMBERED) this.#written.shift()
  }
}
