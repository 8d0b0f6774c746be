import type { Message } from '../../../message/message.js'
import type { ReceivedMedia } from '../../../transport/content.js'
import { at, parseXml, textAt } from '../../../util/xml.js'
import { MSG_TYPE } from '../wire/message.js'

/** Properties of the media as declared by the sender's phone; either may be missing. */
interface Declared {
  sizeBytes: number | undefined
  md5: string | undefined
}

/**
 * Whether the received media matches what the sender's phone declared; `undefined` when nothing was declared.
 *
 * @see docs/protocol.md §10.4 – §10.10, §11
 */
export function matchesDeclared(message: Message, received: ReceivedMedia): boolean | undefined {
  const { sizeBytes, md5 } = declared(message)
  if (sizeBytes === undefined && md5 === undefined) return undefined
  return (sizeBytes ?? received.sizeBytes) === received.sizeBytes && (md5 ?? received.md5) === received.md5
}

/** Size of the media in bytes, as declared by the sender's phone; `undefined` when nothing was declared. */
export function declaredSize(message: Message): number | undefined {
  return declared(message).sizeBytes
}

function declared(message: Message): Declared {
  const root = parseXml(message.Content)
  switch (message.MsgType) {
    case MSG_TYPE.image:
      return fromAttributes(at(root, 'img')?.attributes, 'length')
    case MSG_TYPE.video:
    case MSG_TYPE.microVideo:
      return fromAttributes(at(root, 'videomsg')?.attributes, 'length')
    case MSG_TYPE.sticker:
      return fromAttributes(at(root, 'emoji')?.attributes, 'len')
    case MSG_TYPE.app:
      return {
        sizeBytes: size(message.FileSize) ?? size(textAt(root, 'appmsg', 'appattach', 'totallen')),
        md5: hex(textAt(root, 'appmsg', 'md5')),
      }
    default:
      return { sizeBytes: undefined, md5: undefined }
  }
}

function fromAttributes(attributes: Readonly<Record<string, string>> | undefined, length: string): Declared {
  return { sizeBytes: size(attributes?.[length] ?? ''), md5: hex(attributes?.md5 ?? '') }
}

function size(digits: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : undefined
}

function hex(md5: string): string | undefined {
  return /^[0-9a-fA-F]{32}$/.test(md5) ? md5.toLowerCase() : undefined
}
