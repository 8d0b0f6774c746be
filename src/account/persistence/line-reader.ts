const NEWLINE = 0x0a

/** Splits the chunks of a file into lines without line ends, each with its offset. */
export class LineReader {
  #offset = 0
  #parts: Buffer[] = []

  /** The bytes after the last line end. */
  get rest(): { line: Buffer; offset: number } {
    return { line: Buffer.concat(this.#parts), offset: this.#offset }
  }

  *push(chunk: Buffer): Generator<{ line: Buffer; offset: number }> {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...this.#parts, chunk.subarray(from, end)])
      yield { line, offset: this.#offset }
      this.#offset += line.length + 1
      this.#parts = []
      from = end + 1
    }
    // Copied, because the caller reuses the chunk.
    if (from < chunk.length) this.#parts.push(Buffer.from(chunk.subarray(from)))
  }
}
