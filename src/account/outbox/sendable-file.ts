import type { FileSource } from '../../contact/actions.js'
import type { SendAs } from '../../transport/content.js'

/** A file as the program's own word: a handler may return it, `send` takes it, and no text can make one. */
export class SendableFile {
  readonly source: FileSource
  readonly as: SendAs
  readonly name: string | undefined

  constructor(source: FileSource, options: { as?: SendAs; name?: string } = {}) {
    this.source = source
    this.as = options.as ?? 'file'
    this.name = options.name
  }
}
