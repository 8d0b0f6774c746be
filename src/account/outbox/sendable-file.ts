import type { FileSource } from '../../contact/actions.js'
import type { SendAs } from '../../transport/content.js'

/** A file chosen by the program. A handler may return it, and `send` accepts it. It cannot be created from text. */
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
