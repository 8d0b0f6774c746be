import type { Content } from '../../../transport/content.js'
import { invalidArgument } from '../../../util/invalid-argument.js'
import { escapeXml } from '../../../util/xml.js'
import { AT_SEPARATOR } from '../wire/constants.js'
import { MSG_TYPE } from '../wire/message.js'
import { type Encoded, ForwardedMessage } from './encoded.js'
import { encodeMedia } from './media.js'

/** @throws ArgumentError for a message received by another transport */
export function encodeMessage(content: Content): Encoded {
  switch (content.kind) {
    case 'text':
      return inline(MSG_TYPE.text, content.text)
    case 'raw':
      return inline(content.type, content.content)
    case 'card':
      return inline(MSG_TYPE.card, cardXml(content.contact))
    case 'media':
      return encodeMedia(content.media)
    case 'forwarded':
      if (content.content instanceof ForwardedMessage) return content.content.encoded
      throw invalidArgument('content', {
        expected: 'a message received by this transport',
        found: 'a message received by another transport',
      })
  }
}

/** The prefix that mentions a member, as phones write it. @see docs/protocol.md §10.2 */
export function mention(name: string): string {
  return `@${name}${AT_SEPARATOR}`
}

/** @see docs/protocol.md §6.2 */
function inline(Type: number, Content: string): Encoded {
  return { endpoint: 'webwxsendmsg', message: { Type, Content } }
}

function cardXml({ userName, alias, nickName }: Extract<Content, { kind: 'card' }>['contact']): string {
  return `<msg username="${escapeXml(alias || userName)}" nickname="${escapeXml(nickName)}"/>`
}
