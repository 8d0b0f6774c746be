import { APP_MSG_TYPE, MSG_TYPE } from '../../transports/web/wire/message.js'
import { isRoomId } from '../room-id.js'
import type { Content, ContentOf } from '../world/message.js'
import { attribute, elementText } from './xml.js'

/** The main fields of an app message sent by a program. */
export interface ReadAppMessage {
  /** `<type>` in the XML or, if that is missing, `Type` in the request. */
  type: number
  title: string
  /** Media id of the file; files only. */
  attachId: string
  /** The unparsed `<totallen>`; files only. */
  totalLength: string
}

export function readAppMessage(xml: string, type: number): ReadAppMessage {
  const parsedType = /^\d+$/.test(elementText(xml, 'type') ?? '') ? Number(elementText(xml, 'type')) : type
  return {
    type: parsedType,
    title: elementText(xml, 'title') ?? '',
    attachId: elementText(xml, 'attachid') ?? '',
    totalLength: elementText(xml, 'totallen') ?? '',
  }
}

/** Parses the content of an app message that is not a file. @see docs/protocol.md §11 */
export function readAppContent(xml: string, { type, title }: ReadAppMessage): Content {
  const text = (name: string) => elementText(xml, name) ?? ''
  const description = text('des')
  switch (type) {
    case APP_MSG_TYPE.link:
      return {
        kind: 'link',
        title,
        description,
        url: text('url'),
        thumbUrl: text('thumburl'),
        source: text('sourcedisplayname'),
        articles: [],
      }
    case APP_MSG_TYPE.music:
      return { kind: 'music', title, description, url: text('url'), dataUrl: text('dataurl'), appName: text('appname') }
    case APP_MSG_TYPE.miniProgram:
    case APP_MSG_TYPE.miniProgramForwardable: {
      const app = /<weappinfo>.*<\/weappinfo>/s.exec(xml)?.[0] ?? ''
      return {
        kind: 'miniProgram',
        title,
        appName: text('sourcedisplayname'),
        appId: elementText(app, 'appid') ?? '',
        pagePath: elementText(app, 'pagepath') ?? '',
        iconUrl: elementText(app, 'weappiconurl') ?? '',
      }
    }
    case APP_MSG_TYPE.quote:
      return readQuote(xml, title)
    case APP_MSG_TYPE.chatHistory:
      return { kind: 'chatHistory', title, items: readHistory(xml) }
    default:
      return { kind: 'unknown', msgType: MSG_TYPE.app, appMsgType: type, content: xml, fields: {} }
  }
}

/** @see docs/protocol.md §10.8 */
export function readCard(xml: string): ContentOf<'card'> {
  const get = (name: string) => attribute(xml, 'msg', name) ?? ''
  const id = get('username')
  return { kind: 'card', id, name: get('nickname'), alias: get('alias'), isOfficial: id.startsWith('gh_') }
}

/** @see docs/protocol.md §10.3 */
export function readLocation(xml: string): ContentOf<'location'> {
  const get = (name: string) => attribute(xml, 'location', name) ?? ''
  return {
    kind: 'location',
    latitude: Number(get('x')) || 0,
    longitude: Number(get('y')) || 0,
    label: get('label'),
    placeName: get('poiname'),
    scale: Number(get('scale')) || 0,
  }
}

/** Programs put the group in either `fromusr` or `chatusr`, and the person in the other one. */
function readQuote(xml: string, title: string): ContentOf<'quote'> {
  const at = xml.indexOf('<refermsg')
  const quoted = (name: string) => (at < 0 ? '' : (elementText(xml.slice(at), name) ?? ''))
  const from = quoted('fromusr')
  const content = quoted('content')
  return {
    kind: 'quote',
    text: title,
    quotedId: quoted('svrid'),
    quotedSpeaker: isRoomId(from) ? quoted('chatusr') : from,
    quotedName: quoted('displayname'),
    // Kinds other than text are quoted as XML, of which only the title is used.
    quotedText: /^\s*<(\?xml|msg)\b/.test(content) ? (elementText(content, 'title') ?? '') : content,
  }
}

function readHistory(xml: string): ContentOf<'chatHistory'>['items'] {
  return xml
    .split('<dataitem')
    .slice(1)
    .map((item) => ({
      name: elementText(item, 'sourcename') ?? '',
      text: elementText(item, 'datadesc') ?? '',
      at: Number(elementText(item, 'srcMsgCreateTime') ?? 0) * 1000,
    }))
}
