import type { Sharing } from '../../../message/payload.js'
import { at, parseXml, textAt, type XmlElement } from '../../../util/xml.js'
import { APP_MSG_TYPE, type WireMessage } from '../wire/message.js'
import { decodeQuoted } from './quoted.js'

/**
 * Decodes the content of an app message. If the XML is malformed, only the fields set by the server are filled in.
 *
 * @see docs/protocol.md §11
 */
export function decodeSharing(message: WireMessage): Sharing {
  const root = parseXml(message.Content)
  const app = appElementOf(root)
  const item = {
    title: textAt(app, 'title') || message.FileName,
    description: textAt(app, 'des'),
    url: textAt(app, 'url') || message.Url,
    thumbUrl: textAt(app, 'thumburl'),
    appName: textAt(root, 'appinfo', 'appname') || textAt(app, 'sourcedisplayname'),
  }
  // The field may be 0 even though the XML contains the type.
  const type = message.AppMsgType || Number(textAt(app, 'type')) || 0
  switch (type) {
    case APP_MSG_TYPE.music:
      return { kind: 'music', ...item, dataUrl: textAt(app, 'dataurl') || textAt(app, 'lowdataurl') }
    case APP_MSG_TYPE.video:
      return { kind: 'video', ...item }
    case APP_MSG_TYPE.link:
      return { kind: 'link', ...item, articles: articles(app) }
    case APP_MSG_TYPE.chatHistory:
      return { kind: 'chatHistory', ...item, items: historyItems(app) }
    case APP_MSG_TYPE.miniProgram:
    case APP_MSG_TYPE.miniProgramForwardable:
      return {
        kind: 'miniProgram',
        ...item,
        appId: textAt(app, 'weappinfo', 'appid'),
        userName: textAt(app, 'weappinfo', 'username') || textAt(app, 'sourceusername'),
        pagePath: textAt(app, 'weappinfo', 'pagepath'),
      }
    case APP_MSG_TYPE.channelVideo:
      return {
        kind: 'channelVideo',
        ...item,
        nickName: textAt(app, 'finderFeed', 'nickname'),
        feedDescription: textAt(app, 'finderFeed', 'desc'),
      }
    case APP_MSG_TYPE.quote:
      return { kind: 'quote', ...item, quoted: decodeQuoted(app) }
    case APP_MSG_TYPE.redPacket:
      return {
        kind: 'redPacket',
        ...item,
        senderTitle: textAt(app, 'wcpayinfo', 'sendertitle'),
        receiverTitle: textAt(app, 'wcpayinfo', 'receivertitle'),
      }
    default:
      return { kind: 'other', ...item, appMsgType: type }
  }
}

/** The `<appmsg>` element of an app message. */
export function appElementOf(root: XmlElement | undefined): XmlElement | undefined {
  return root?.name === 'appmsg' ? root : at(root, 'appmsg')
}

function articles(app: XmlElement | undefined) {
  const items = at(app, 'mmreader', 'category')?.children.filter(({ name }) => name === 'item') ?? []
  return items.map((item) => ({
    title: textAt(item, 'title'),
    url: textAt(item, 'url'),
    description: textAt(item, 'digest'),
    coverUrl: textAt(item, 'cover'),
  }))
}

/** The chat record is a separate document inside a CDATA section. */
function historyItems(app: XmlElement | undefined) {
  const list = at(parseXml(textAt(app, 'recorditem')), 'datalist')?.children ?? []
  return list.map((item) => ({
    sender: textAt(item, 'sourcename'),
    time: textAt(item, 'sourcetime'),
    text: textAt(item, 'datadesc') || textAt(item, 'datatitle'),
  }))
}
