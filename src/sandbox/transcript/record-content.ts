import type { Core } from '../core.js'
import type { Medium } from '../world/medium.js'
import type { Content } from '../world/message.js'
import { INLINE_LIMIT_BYTES, type RecordedContent, type RecordedMedium } from './content-schema.js'

/**
 * Returns the content of a message from a person as it is written to a transcript. Media up to 256 KiB contain their
 * bytes, unless they are a sample of the sandbox.
 *
 * @param numberOf returns the number of a message in the transcript
 */
export async function recordContent(
  core: Core,
  content: Content,
  numberOf: (id: string) => number | undefined,
): Promise<RecordedContent> {
  switch (content.kind) {
    case 'image':
    case 'voice':
    case 'video':
    case 'file':
    case 'sticker':
      return { ...content, media: await recordMedium(core, content.media) }
    case 'quote': {
      const { quotedId, ...fields } = content
      const quoted = numberOf(quotedId)
      return { ...fields, ...(quoted === undefined ? {} : { quoted }) }
    }
    case 'friendRequest':
    case 'note':
      throw new TypeError(`A ${content.kind} has a line of its own.`)
    default:
      return content
  }
}

async function recordMedium(core: Core, media: Medium): Promise<RecordedMedium> {
  const { name, sizeBytes, md5, width, height, durationMs } = media
  const isInline = sizeBytes <= INLINE_LIMIT_BYTES && !core.samples.includes(media)
  // The bytes of an old medium may have been evicted.
  const bytes = isInline && core.media.find(media.id) ? await core.media.bytes(media) : undefined
  return {
    name,
    sizeBytes,
    md5,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(bytes === undefined ? {} : { data: bytes.toString('base64') }),
  }
}
