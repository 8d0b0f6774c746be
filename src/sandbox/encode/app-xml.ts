import { APP_MSG_TYPE } from '../../transports/web/wire/message.js'
import { isRoomId } from '../room-id.js'
import { yuan } from '../world/describe.js'
import type { PhoneTexts } from '../world/language.js'
import type { ContentOf } from '../world/message.js'
import { extensionOf } from './file-name.js'
import { cdataElement, element } from './xml.js'

const LINK_VIDEO_TYPE = 4
const DAY_S = 86_400

/** The non-empty children of `<appmsg>`. Fields named `…Xml` are inserted verbatim. */
interface AppFields {
  appId?: string
  title: string
  description?: string
  type: number
  url?: string
  dataUrl?: string
  thumbUrl?: string
  source?: string
  sourceName?: string
  appName?: string
  recordXml?: string
  attachXml?: string
  extraXml?: string
  md5?: string
}

/** Encodes the structure that all app messages share. @see docs/protocol.md §11 */
function appXml(from: string, app: AppFields): string {
  const attach =
    app.attachXml ?? '<totallen>0</totallen><attachid></attachid><emoticonmd5></emoticonmd5><fileext></fileext>'
  return (
    `<?xml version="1.0"?>\n<msg>\n\t<appmsg appid="${app.appId ?? ''}" sdkver="0">\n\t\t` +
    element('title', app.title) +
    element('des', app.description) +
    `<action></action><type>${app.type}</type><showtype>0</showtype><content></content>` +
    element('url', app.url) +
    element('dataurl', app.dataUrl) +
    `<lowurl></lowurl>${element('lowdataurl', app.dataUrl)}<recorditem>${app.recordXml ?? ''}</recorditem>` +
    element('thumburl', app.thumbUrl) +
    `<extinfo></extinfo>${element('sourceusername', app.source)}${element('sourcedisplayname', app.sourceName)}` +
    `<commenturl></commenturl><appattach>${attach}</appattach>${app.extraXml ?? ''}${element('md5', app.md5)}` +
    `\n\t</appmsg>\n\t${element('fromusername', from)}<scene>0</scene>\n\t` +
    `<appinfo><version>1</version>${element('appname', app.appName)}</appinfo>\n\t<commenturl></commenturl>\n</msg>\n`
  )
}

export function fileXml({ media }: ContentOf<'file'>, from: string, appId: string): string {
  const attachXml =
    `<totallen>${media.sizeBytes}</totallen><attachid>@cdn_${media.md5}</attachid><emoticonmd5></emoticonmd5>` +
    `${element('fileext', extensionOf(media.name))}<cdnattachurl>3057020100${media.md5}</cdnattachurl>` +
    `<aeskey>${media.md5}</aeskey><encryver>0</encryver>`
  return appXml(from, { appId, title: media.name, type: APP_MSG_TYPE.file, attachXml, md5: media.md5 })
}

/** `publisher` is the id of the official account that sent the link, or `''` for other senders. */
export function linkXml(link: ContentOf<'link'>, from: string, publisher: string): string {
  const { title, description, url, thumbUrl, source, articles } = link
  const items = articles.map(
    (article) =>
      `<item>${element('title', article.title)}${element('url', article.url)}${element('cover', article.coverUrl)}` +
      `${element('digest', article.digest)}</item>`,
  )
  const extraXml =
    items.length === 0
      ? ''
      : `<mmreader><category type="20" count="${items.length}">${element('name', source)}<topnew>` +
        `${element('cover', articles[0]?.coverUrl)}<width>0</width><height>0</height>` +
        `${element('digest', articles[0]?.digest)}</topnew>${items.join('')}</category></mmreader>`
  const fields = { title, description, url, thumbUrl, source: publisher, sourceName: source }
  return appXml(from, { ...fields, type: APP_MSG_TYPE.link, extraXml })
}

export function musicXml(music: ContentOf<'music'>, from: string): string {
  const { title, description, url, dataUrl, appName } = music
  return appXml(from, { title, description, url, dataUrl, appName, type: APP_MSG_TYPE.music })
}

export function miniProgramXml(app: ContentOf<'miniProgram'>, from: string): string {
  const userName = `${app.appId.replace(/^wx/, 'gh_').slice(0, 15)}@app`
  const extraXml =
    `<weappinfo>${cdataElement('username', userName)}${cdataElement('appid', app.appId)}` +
    `${cdataElement('pagepath', app.pagePath)}${cdataElement('weappiconurl', app.iconUrl)}` +
    `${cdataElement('shareId', `1_${app.appId}`)}<type>2</type><version>1</version>` +
    '<appservicetype>0</appservicetype></weappinfo>'
  return appXml(from, {
    title: app.title,
    type: APP_MSG_TYPE.miniProgram,
    url: `https://mp.weixin.qq.com/mp/waerrpage?appid=${app.appId}`,
    source: userName,
    sourceName: app.appName,
    extraXml,
  })
}

/** The message that a quote refers to. */
export interface Quoted {
  /** MsgType. */
  type: number
  /** The text or XML of the message. */
  content: string
}

/** In a group, `fromusr` is the group and `chatusr` is the quoted person. @see docs/protocol.md §11 */
export function quoteXml(
  quote: ContentOf<'quote'>,
  { from, chatId }: { from: string; chatId: string },
  quoted: Quoted,
) {
  const { quotedId, quotedSpeaker, quotedName } = quote
  const extraXml =
    `<refermsg><type>${quoted.type}</type>${element('svrid', quotedId)}` +
    `${element('fromusr', isRoomId(chatId) ? chatId : quotedSpeaker)}${element('chatusr', quotedSpeaker)}` +
    `${element('displayname', quotedName)}${element('content', quoted.content)}</refermsg>`
  return appXml(from, { title: quote.text, type: APP_MSG_TYPE.quote, extraXml })
}

export function chatHistoryXml({ title, items }: ContentOf<'chatHistory'>, from: string): string {
  const description = items.map(({ name, text }) => `${name}: ${text}`).join('\n')
  const list = items.map(
    ({ name, text, at }, index) =>
      `<dataitem datatype="1" dataid="${index + 1}">${element('sourcename', name)}` +
      `<sourcetime>${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}</sourcetime>` +
      `<srcMsgCreateTime>${Math.trunc(at / 1000)}</srcMsgCreateTime>${element('datadesc', text)}</dataitem>`,
  )
  const record =
    `<recordinfo>${element('title', title)}${element('desc', description)}` +
    `<datalist count="${items.length}">${list.join('')}</datalist></recordinfo>`
  return appXml(from, { title, description, type: APP_MSG_TYPE.chatHistory, recordXml: `<![CDATA[${record}]]>` })
}

export function channelVideoXml(video: ContentOf<'channelVideo'>, from: string, texts: PhoneTexts): string {
  const extraXml =
    `<finderFeed><objectId>14000000000000000001</objectId><feedType>${LINK_VIDEO_TYPE}</feedType>` +
    `${element('nickname', video.author)}<avatar></avatar>${element('desc', video.description)}` +
    '<mediaCount>1</mediaCount><objectNonceId>1_sample</objectNonceId><liveId>0</liveId>' +
    '<username>v2_sample@finder</username><authIconUrl></authIconUrl><authIconType>0</authIconType><mediaList><media>' +
    `${element('thumbUrl', video.coverUrl)}${element('fullCoverUrl', video.coverUrl)}` +
    `<videoPlayDuration>${Math.round(video.durationMs / 1000)}</videoPlayDuration>${element('url', video.url)}` +
    `<height>1920</height><mediaType>${LINK_VIDEO_TYPE}</mediaType><width>1080</width></media></mediaList></finderFeed>`
  return appXml(from, {
    // Clients that do not support channel videos show this title.
    title: texts.unsupported,
    url: 'https://support.weixin.qq.com/update/',
    type: APP_MSG_TYPE.channelVideo,
    extraXml,
  })
}

/**
 * The first CDATA section contains the title, and the second contains the displayed line. The transaction ids are
 * derived from `id`.
 */
export function transferXml(
  transfer: ContentOf<'transfer'>,
  { texts, own, id, atMs }: { texts: PhoneTexts; own: boolean; id: string; atMs: number },
): string {
  const seconds = Math.trunc(atMs / 1000)
  return (
    `<msg><appmsg appid="" sdkver="">${cdataElement('title', TRANSFER_TITLE)}` +
    `${cdataElement('des', texts.transfer(yuan(transfer.amountFen), own))}<action></action><type>2000</type>` +
    `<content></content>${cdataElement('url', 'https://support.weixin.qq.com/update/')}<wcpayinfo>` +
    `<paysubtype>1</paysubtype>${cdataElement('feedesc', `￥${yuan(transfer.amountFen)}`)}` +
    `${cdataElement('transcationid', `1${id}`)}${cdataElement('transferid', `2${id}`)}` +
    `${cdataElement('invalidtime', seconds + DAY_S)}${cdataElement('begintransfertime', seconds)}` +
    `${cdataElement('effectivedate', 1)}${cdataElement('pay_memo', transfer.memo)}</wcpayinfo></appmsg></msg>`
  )
}

/** The same in every language, because clients recognize transfers by it. @see docs/protocol.md §11 */
export const TRANSFER_TITLE = '微信转账'

export function redPacketXml(
  { greeting }: ContentOf<'redPacket'>,
  { texts, own, id }: { texts: PhoneTexts; own: boolean; id: string },
): string {
  const url = 'https://wxapp.tenpay.com/app/sample'
  return (
    `<msg><appmsg appid="" sdkver="">${cdataElement('title', texts.redPacketTitle)}${cdataElement('des', texts.redPacket(own))}` +
    `<action></action><type>2001</type><content></content>${cdataElement('url', url)}<wcpayinfo>` +
    `${cdataElement('templateid', '7a2a165d31da7fce6dd77e05c300028a')}${cdataElement('url', url)}` +
    `${cdataElement('iconurl', '')}${cdataElement('receivertitle', greeting)}${cdataElement('sendertitle', greeting)}` +
    `${cdataElement('scenetext', texts.redPacketTitle)}${cdataElement('nativeurl', `wxpay://c2cbizmessagehandler/hongbao/${id}`)}` +
    '<sceneid>1002</sceneid></wcpayinfo></appmsg></msg>'
  )
}
