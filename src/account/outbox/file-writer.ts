import type { FileTypeResult } from 'file-type'
import { ItchatError } from '../../errors.js'
import { fileError } from '../../util/file-error.js'
import { detectFileType } from '../../util/file-type.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { PartFiles } from '../../util/part-files.js'
import { resolveBelow } from '../../util/resolve-below.js'
import { type UniqueFile, writeUnique } from '../../util/write-unique.js'

/** Number of leading bytes used to detect the type of a file. */
const TYPE_BYTES = 4_100

/** Maximum number of written files to remember. */
const MAX_REMEMBERED = 5_000

/** A written file and its origin. */
export interface WrittenFile<Of> extends UniqueFile {
  /** The requested path; `path` differs if that name was already taken. */
  requested: string
  of: Of
}

interface WriteOptions<Of> {
  of: Of
  /** Whether an earlier file at this path may be replaced because it has the same content. */
  replaces(former: Of): boolean
  /** Replace any existing file with that name. Default false. */
  overwrite?: boolean
  signal?: AbortSignal | undefined
}

type Write = (chunk: Uint8Array) => Promise<void>

/**
 * Writes files below a folder and remembers them. Unless `overwrite` is set, replaces only files that it has written
 * itself.
 */
export class FileWriter<Of> {
  readonly #name: string
  readonly #folder: () => string
  readonly #parts = new PartFiles()
  /** The written files, latest last. */
  #written: WrittenFile<Of>[] = []

  /** @param name name of the calling method, for errors */
  constructor(name: string, folder: () => string) {
    this.#name = name
    this.#folder = folder
  }

  /** The written files, latest last. */
  get written(): readonly WrittenFile<Of>[] {
    return this.#written
  }

  /**
   * Writes a file; appends ` (1)` to a name that is already taken. Removes the file on failure.
   *
   * @param fill writes the content
   * @throws ArgumentError for a path that is not a non-empty string; FileError when the file cannot be written; the signal's reason; any `ItchatError` thrown by `fill`
   */
  async write<T extends { md5: string }>(
    path: string,
    { of, replaces, overwrite = false, signal }: WriteOptions<Of>,
    fill: (write: Write) => Promise<T>,
  ): Promise<{ path: string; type: FileTypeResult | undefined; filled: T }> {
    if (typeof path !== 'string' || path === '') {
      throw invalidArgument('path', { expected: 'a non-empty string', found: describeValue(path) })
    }
    try {
      const requested = await resolveBelow(this.#folder(), path)
      const isFormer = (file: WrittenFile<Of>) => replaces(file.of) && [file.requested, file.path].includes(requested)
      const head: Uint8Array[] = []
      let headBytes = 0
      const former = () => this.#written.findLast(isFormer)
      const { filled, ...unique } = await writeUnique(requested, { parts: this.#parts, former, overwrite }, (write) =>
        fill(async (chunk) => {
          if (headBytes < TYPE_BYTES) head.push(chunk)
          headBytes += chunk.length
          await write(chunk)
        }),
      )
      this.#remember({ requested, of, ...unique })
      const type = await detectFileType(Buffer.concat(head).subarray(0, TYPE_BYTES))
      return { path: unique.path, type, filled }
    } catch (cause) {
      if (cause instanceof ItchatError || signal?.aborted) throw cause
      throw fileError(`${this.#name}: ${JSON.stringify(path)} could not be written`, path, cause)
    }
  }

  #remember(written: WrittenFile<Of>): void {
    this.#written = this.#written.filter(({ path }) => path !== written.path)
    this.#written.push(written)
    if (this.#written.length > MAX_REMEMBERED) this.#written.shift()
  }
}
