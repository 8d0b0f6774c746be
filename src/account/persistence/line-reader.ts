const NEWLINE = 0x0a

/** Bytes of a file chunk by chunk → its lines, each with its offset, without their ends. */
export class LineReader {
  #offset = 0
  #parts: Buffer[] = []

  /** What follows the last line end. */
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
    // A copy: the chunk is filled again.
    if (from < chunk.length) this.#parts.push(Buffer.from(chunk.subarray(from)))
  }
}
