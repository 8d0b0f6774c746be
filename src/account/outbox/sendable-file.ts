import type { FileSource } from '../../contact/actions.js'
import type { SendAs } from '../../transport/content.js'
import { checkOptions } from '../../util/check-options.js'
import { invalidArgument } from '../../util/invalid-argument.js'

const SEND_AS = ['file', 'image', 'video'] as const satisfies SendAs[]

/** A file chosen by the program. A handler may return it, and `send` accepts it. It cannot be created from text. */
export class SendableFile {
  readonly source: FileSource
  readonly as: SendAs
  readonly name: string | undefined

  /** @throws ArgumentError for an unknown option or kind */
  constructor(source: FileSource, options: { as?: SendAs; name?: string } = {}) {
    checkOptions(options, { as: true, name: true })
    const { as = 'file' } = options
    if (!SEND_AS.includes(as))
      throw invalidArgument('as', { expected: `one of ${SEND_AS.join(', ')}`, found: JSON.stringify(as) })
    this.source = source
    this.as = as
    this.name = options.name
  }
}
