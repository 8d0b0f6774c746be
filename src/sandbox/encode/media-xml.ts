import type { Medium } from '../world/medium.js'
import type { ContentOf } from '../world/message.js'
import { thumbSize } from './thumb-size.js'
import { attributes } from './xml.js'

const HEADER = '<?xml version="1.0"?>\n'
const COVER_BYTES = 9021
const VOICE_FORMAT = 4

/** The CDN address that phones use. Programs cannot use it. */
function cdnUrl({ md5 }: Medium): string {
  return `3057020100044b3049020100${md5}`
}

/** @see docs/protocol.md §10.4 */
export function imageXml(media: Medium): string {
  const thumb = thumbSize(media)
  const list = attributes({
    aeskey: media.md5,
    encryver: 1,
    cdnthumbaeskey: media.md5,
    cdnthumburl: cdnUrl(media),
    cdnthumblength: Math.min(media.sizeBytes, COVER_BYTES),
    cdnthumbheight: thumb.height,
    cdnthumbwidth: thumb.width,
    cdnmidheight: 0,
    cdnmidwidth: 0,
    cdnhdheight: 0,
    cdnhdwidth: 0,
    cdnmidimgurl: cdnUrl(media),
    length: media.sizeBytes,
    md5: media.md5,
    hdlength: 0,
  })
  return `${HEADER}<msg>\n\t<img${list} />\n\t<commenturl></commenturl>\n</msg>\n`
}

/** @see docs/protocol.md §10.5 */
export function voiceXml(media: Medium, from: string): string {
  const list = attributes({
    endflag: 1,
    cancelflag: 0,
    forwardflag: 0,
    voiceformat: VOICE_FORMAT,
    voicelength: media.durationMs ?? 0,
    length: media.sizeBytes,
    bufid: 0,
    clientmsgid: media.md5,
    fromusername: from,
  })
  return `<msg><voicemsg${list} /></msg>`
}

/** @see docs/protocol.md §10.9 */
export function videoXml(media: Medium, from: string): string {
  const thumb = thumbSize(media)
  const list = attributes({
    aeskey: media.md5,
    cdnthumbaeskey: media.md5,
    cdnvideourl: cdnUrl(media),
    cdnthumburl: cdnUrl(media),
    length: media.sizeBytes,
    playlength: playSeconds(media),
    cdnthumblength: COVER_BYTES,
    cdnthumbwidth: thumb.width,
    cdnthumbheight: thumb.height,
    fromusername: from,
    md5: media.md5,
    newmd5: media.md5,
    isad: 0,
  })
  return `${HEADER}<msg>\n\t<videomsg${list} />\n</msg>\n`
}

/** @see docs/protocol.md §10.10 */
export function stickerXml({ media, fromStore }: ContentOf<'sticker'>, from: string, to: string): string {
  const list = attributes({
    fromusername: from,
    tousername: to,
    type: 2,
    idbuffer: 'media:0_0',
    md5: media.md5,
    len: media.sizeBytes,
    productid: fromStore ? 'com.tencent.xin.emoticon.person.stiker_sample' : '',
    androidmd5: media.md5,
    androidlen: media.sizeBytes,
    s60v3md5: media.md5,
    s60v3len: media.sizeBytes,
    s60v5md5: media.md5,
    s60v5len: media.sizeBytes,
    cdnurl: 'http://emoji.qpic.cn/wx_emoji/sample/',
    designerid: '',
    thumburl: '',
    encrypturl: '',
    aeskey: '',
    width: media.width ?? 0,
    height: media.height ?? 0,
  })
  return `<msg><emoji${list}></emoji><gameext type="0" content="0"></gameext></msg>`
}

/** The duration of a video in whole seconds, at least one. */
export function playSeconds({ durationMs }: Medium): number {
  return Math.max(1, Math.round((durationMs ?? 0) / 1000))
}
