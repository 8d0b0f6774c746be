import type { FileSource, MediaReference, SendFileOptions, SendResult } from '../../contact/actions.js'
import { ServerError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { Content, SendAs, UploadedMedia } from '../../transport/content.js'
import type { Transport } from '../../transport/transport.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Echoes } from './echoes.js'
import type { Pace } from './pacing.js'
import type { PendingSend } from './pending-sends.js'
import { openSource, type VerifiedFile } from './source.js'

export interface SendRequestsOptions {
  /** @throws StateError without a session */
  transport(): Pick<Transport, 'send' | 'upload' | 'kindOf'>
  echoes: Echoes
  pace: Pace
  /** The message that the calling handler is processing. */
  current(): Message | undefined
}

/** The media of a message: a file to upload, or one that is already uploaded. */
export type MediaSource = FileSource | MediaReference | VerifiedFile

/** Makes the requests of a send. */
export class SendRequests {
  readonly #options: SendRequestsOptions

  constructor(options: SendRequestsOptions) {
    this.#options = options
  }

  /**
   * Sends one message when it is due, and remembers its id.
   *
   * @param before called before each request; if it throws, the request is not made
   */
  async deliver(
    send: PendingSend,
    content: Content,
    to: string,
    before?: () => Promise<void> | void,
  ): Promise<SendResult> {
    const { current, echoes, pace, transport } = this.#options
    const attempt = async () => {
      if (before) await before()
      const sending = transport().send(to, content, send.signal)
      send.isInFlight = true
      try {
        const sent = await echoes.follow(to, sending)
        send.isInFlight = false
        return sent
      } catch (error) {
        // A refusal counts as an answer: the message may be sent again.
        if (error instanceof ServerError) send.isInFlight = false
        throw error
      }
    }
    const isReply = current()?.user.UserName === to
    return { ok: true, ...(await pace.run(attempt, { signal: send.signal, isReply })) }
  }

  /** Returns the media for a message, uploading it if necessary. */
  media(source: MediaSource, as: SendAs, to: string, options: SendFileOptions): Promise<UploadedMedia> | UploadedMedia {
    return isReference(source) ? this.#uploaded(source, as) : this.upload(source, as, to, options)
  }

  async upload(
    source: FileSource | VerifiedFile,
    as: SendAs,
    to: string,
    { name, ...options }: SendFileOptions & { isStrict?: boolean },
  ): Promise<UploadedMedia> {
    const transport = this.#options.transport()
    const open = await openSource(source, name, options.signal)
    try {
      return await transport.upload(open, as, to, options)
    } finally {
      await open.close()
    }
  }

  #uploaded(reference: MediaReference, as: SendAs): UploadedMedia {
    const { mediaId, name = '', sizeBytes = 0 } = reference
    if (typeof mediaId !== 'string' || mediaId === '') {
      throw invalidArgument('mediaId', { expected: 'a non-empty string', found: describeValue(mediaId) })
    }
    if (as === 'file' && (name === '' || sizeBytes === 0)) {
      throw invalidArgument('mediaId', {
        expected: 'the mediaId, name and sizeBytes of an uploaded file',
        found: name === '' ? 'no name' : 'no sizeBytes',
        advice: 'Pass the result of uploadFile().',
      })
    }
    const kind = this.#options.transport().kindOf?.(as, name) ?? as
    // A file cannot be sent without a size.
    return { mediaId, name, sizeBytes, as: kind === 'file' && sizeBytes === 0 ? as : kind }
  }
}

export function isReference(source: MediaSource): source is MediaReference {
  return typeof source === 'object' && source !== null && 'mediaId' in source
}
