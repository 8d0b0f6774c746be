import type { MessageView } from '../../sandbox/control/view.js'
import { fitBox } from '../kinds/fit.js'

const CARD_PX = 120
const PICTURE_CARD_PX = 200

/** Estimated height of a message. Each row is measured after it has been rendered. */
export function estimateHeight(message: MessageView): number {
  switch (message.kind) {
    case 'image':
    case 'video':
      return 36 + fitBox(message.content.media).height
    case 'sticker':
      return 156
    case 'text':
    case 'quote':
    case 'note':
      return 60 + 22 * (message.text.split('\n').length - 1 + Math.floor(message.text.length / 26))
    case 'voice':
      return 60
    case 'location':
    case 'link':
    case 'miniProgram':
    case 'channelVideo':
      return PICTURE_CARD_PX
    default:
      return CARD_PX
  }
}
