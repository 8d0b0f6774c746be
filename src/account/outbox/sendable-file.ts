import type { FileSource } from '../../contact/actions.js'
import type { SendAs } from '../../transport/content.js'
import { checkOptions } from '../../util/check-options.js'
import { describeName, invalidArgument } from '../../util/invalid-argument.js'

const SEND_AS: Readonly<Record<SendAs, true>> = { file: true, image: true, video: true }

/** A file chosen by the program. A handler may return it, and `send` accepts it. It cannot be created from text. */
export class SendableFile {
  readonly source: FileSource
  readonly as: SendAs
  readonly name: string | undefined

  /** @throws ArgumentError for an unknown option or kind */
  constructor(source: FileSource, options: { as?: SendAs; name?: string } = {}) {
    checkOptions(options, { as: true, name: true })
    const { as = 'file' } = options
    if (!Object.hasOwn(SEND_AS, as)) {
      throw invalidArgument('as', { expected: `one of ${Object.keys(SEND_AS).join(', ')}`, found: describeName(as) })
    }
    this.source = source
    this.as = as
    this.name = options.name
  }
}
