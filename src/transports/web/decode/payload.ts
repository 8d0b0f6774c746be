import type { MessageType } from '../../../message/fields.js'
import type { Payload } from '../../../message/message.js'
import type { Card, FriendRequest, Location } from '../../../message/payload.js'
import { at, parseXml } from '../../../util/xml.js'
import { VERIFY_FLAG } from '../wire/contact.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage, type WireRecommendInfo } from '../wire/message.js'
import { decodeNote } from './note.js'
import { appElementOf, decodeSharing } from './sharing.js'

/** Decodes the payload of a message apart from its text. If the XML is malformed, missing values are empty. */
export function decodePayload(type: MessageType, message: WireMessage, text: unknown): Payload {
  switch (type) {
    case 'Map':
      return { location: decodeLocation(message) }
    case 'Sharing':
      return { sharing: decodeSharing(message) }
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

/** The server sends merged chat records as notices. Their XML contains the shared items. @see docs/protocol.md §11 */
function forwardedRecord(message: WireMessage): Payload {
  const isRecord = message.MsgType === MSG_TYPE.app && message.AppMsgType === APP_MSG_TYPE.chatRecord
  return isRecord && appElementOf(parseXml(message.Content)) ? { sharing: decodeSharing(message) } : {}
}

/** @see docs/protocol.md §10.3 */
function decodeLocation(message: WireMessage): Location {
  const { x, y, label = '', poiname: poiName = '', scale } = placeOf(message) ?? {}
  return { ...(coordinates(x, y) ?? coordinatesOf(message.Url)), label, poiName, scale: Number(scale) || 0 }
}

function coordinates(
  x: string | undefined,
  y: string | undefined,
): Pick<Location, 'latitude' | 'longitude'> | undefined {
  const [latitude, longitude] = [Number(x || Number.NaN), Number(y || Number.NaN)]
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : undefined
}

/** In the text form, the coordinates are part of a map link. */
function coordinatesOf(url: string): Pick<Location, 'latitude' | 'longitude'> | undefined {
  const [, x, y] = /[?&]coord=(-?\d{1,3}(?:\.\d{1,20})?),(-?\d{1,3}(?:\.\d{1,20})?)/.exec(url) ?? []
  return coordinates(x, y)
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

/**
 * Attributes of `<location>` in `OriContent`; `undefined` when it is missing or malformed.
 *
 * @see docs/protocol.md §10.3
 */
export function placeOf({ OriContent }: Pick<WireMessage, 'OriContent'>): Readonly<Record<string, string>> | undefined {
  const root = parseXml(OriContent)
  return (root?.name === 'location' ? root : at(root, 'location'))?.attributes
}
