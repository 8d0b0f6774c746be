import type { MessageType } from '../../../message/fields.js'
import type { Payload } from '../../../message/message.js'
import type { Card, FriendRequest, Location } from '../../../message/payload.js'
import { VERIFY_FLAG } from '../wire/contact.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage, type WireRecommendInfo } from '../wire/message.js'
import { decodeNote } from './note.js'
import { placeOf } from './place.js'
import { decodeSharing } from './sharing.js'

/** What a message of a type carries beside its text. Malformed XML leaves it out. */
export function decodePayload(type: MessageType, message: WireMessage, text: unknown): Payload {
  switch (type) {
    case 'Map':
      return defined('location', decodeLocation(message))
    case 'Sharing':
      return defined('sharing', decodeSharing(message))
    case 'Note':
      return { note: decodeNote(message, String(text)), ...forwardedRecord(message) }
    case 'Card':
      return { card: decodeCard(message.RecommendInfo) }
    case 'Friends':
      return { request: decodeRequest(message) }
    default:
      return {}
  }
}

/** The server lists merged chat records as notices; what they share stands in their XML. @see docs/protocol.md §11 */
function forwardedRecord(message: WireMessage): Payload {
  const isRecord = message.MsgType === MSG_TYPE.app && message.AppMsgType === APP_MSG_TYPE.chatRecord
  return isRecord ? defined('sharing', decodeSharing(message)) : {}
}

function defined<K extends keyof Payload>(key: K, value: Payload[K] | undefined): Payload {
  return value === undefined ? {} : { [key]: value }
}

/** @see docs/protocol.md §10.3 */
function decodeLocation(message: WireMessage): Location | undefined {
  const attributes = placeOf(message)
  const latitude = Number(attributes?.x || Number.NaN)
  const longitude = Number(attributes?.y || Number.NaN)
  if (!attributes || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return fromUrl(message.Url)
  return {
    latitude,
    longitude,
    label: attributes.label ?? '',
    poiName: attributes.poiname ?? '',
    scale: Number(attributes.scale) || 0,
  }
}

/** The text form has its coordinates in the link of a map. */
function fromUrl(url: string): Location | undefined {
  const match = /[?&]coord=(-?\d{1,3}(?:\.\d{1,20})?),(-?\d{1,3}(?:\.\d{1,20})?)/.exec(url)
  if (!match) return undefined
  return { latitude: Number(match[1]), longitude: Number(match[2]), label: '', poiName: '', scale: 0 }
}

/** @see docs/protocol.md §9.10, §10.8 */
function decodeCard(info: WireRecommendInfo): Card {
  return {
    userName: info.UserName,
    nickName: info.NickName,
    alias: info.Alias,
    province: info.Province,
    city: info.City,
    signature: info.Signature,
    sex: info.Sex,
    isOfficial: (info.VerifyFlag & VERIFY_FLAG.official) !== 0,
  }
}

/** @see docs/protocol.md §10.6 */
function decodeRequest(message: WireMessage): FriendRequest {
  const { UserName, NickName, Content, Ticket } = message.RecommendInfo
  return { userName: UserName, nickName: NickName, content: Content, ticket: message.Ticket || Ticket }
}
