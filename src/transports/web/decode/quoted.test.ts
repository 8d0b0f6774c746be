import { expect, test } from 'vitest'
import { at, escapeXml, parseXml } from '../../../util/xml.js'
import { decodeQuoted } from './quoted.js'

function quote(type: number | '', content: string) {
  const xml = `<appmsg><title>reply</title><type>57</type><refermsg><type>${type}</type><svrid>7</svrid><fromusr>wxid_a</fromusr><displayname>Linnea &amp; Bao</displayname><content>${content}</content></refermsg></appmsg>`
  const app = parseXml(xml)
  if (!app) throw new Error('malformed')
  expect(at(app, 'refermsg')).toBeDefined()
  return decodeQuoted(app)
}

const app = (type: number, inner: string) =>
  `<?xml version="1.0"?>\n<msg><appmsg appid="" sdkver="0">${inner}<type>${type}</type><appattach><aeskey>SECRET</aeskey></appattach></appmsg></msg>`
const img = '<msg><img aeskey="SECRET" cdnmidimgurl="SECRET" length="5"/></msg>'

/** The MsgType, the content as sent and the content as shown. */
const ROWS: readonly [name: string, type: number | '', sent: string, shown: string][] = [
  ['text', 1, 'Lunch?', 'Lunch?'],
  ['text that looks like XML', 1, '<msg>hi</msg>', '<msg>hi</msg>'],
  ['a picture', 3, img, '[图片]'],
  ['a picture with a sender prefix', 3, `wxid_a:\n${img}`, '[图片]'],
  ['a picture without XML', 3, '', '[图片]'],
  ['a picture whose content is an opaque key', 3, '@crypt_SECRET', '[图片]'],
  ['a voice message', 34, '<msg><voicemsg aeskey="SECRET" /></msg>', '[语音]'],
  ['a video', 43, '<msg><videomsg aeskey="SECRET" /></msg>', '[视频]'],
  ['a short video', 62, '<msg><videomsg aeskey="SECRET" /></msg>', '[视频]'],
  ['a sticker', 47, '<msg><emoji md5="SECRET" /></msg>', '[动画表情]'],
  ['a card', 42, '<msg nickname="Bao &amp; Co" username="SECRET" />', 'Bao & Co'],
  ['a place', 48, '<msg><location x="1" y="2" poiname="Tom &amp; Jo" label="1 Rd"/></msg>', 'Tom & Jo'],
  ['a place without a name', 48, '<msg><location x="1" y="2" poiname="" label=""/></msg>', '[位置]'],
  ['a call', 50, '<voip><key>SECRET</key></voip>', '[通话]'],
  ['a link', 49, app(5, '<title>News &amp;amp; views</title><url>SECRET</url>'), 'News &amp; views'],
  ['a link without a title', 49, app(5, '<title></title><url>SECRET</url>'), '[链接]'],
  ['a file', 49, app(6, '<title>plan.pdf</title>'), 'plan.pdf'],
  ['a file without a name', 49, app(6, ''), '[文件]'],
  ['a mini program', 49, app(33, '<title>Tickets</title>'), 'Tickets'],
  ['a quote', 49, app(57, '<title>I agree</title><refermsg><content>SECRET</content></refermsg>'), 'I agree'],
  ['a chat record', 49, app(19, '<title>Chat of two</title>'), 'Chat of two'],
  ['a channel video', 49, app(51, '<title>old</title><finderFeed><desc>Dunes</desc></finderFeed>'), 'Dunes'],
  ['a channel video without text', 49, app(51, '<title>old</title>'), '[视频号]'],
  ['a transfer', 49, app(2000, '<title><![CDATA[微信转账]]></title>'), '微信转账'],
  ['an app message that is only a title', 49, 'plan.pdf', 'plan.pdf'],
  ['an empty app message', 49, '', '[链接]'],
  ['a bare appmsg', 49, '<appmsg><title>T</title><type>5</type></appmsg>', 'T'],
  ['a link with malformed XML', 49, '<msg><appmsg><title>SECRET', '[链接]'],
  ['a picture with malformed XML', 3, '<msg><img aeskey="SECRET', '[图片]'],
  ['a link of an unknown type', 9, app(5, '<title>T</title>'), 'T'],
  ['a picture without a type', '', img, '[图片]'],
  ['unknown XML', 77, '<msg><key>SECRET</key></msg>', '[消息]'],
  ['malformed unknown XML', 77, '<?xml version="1.0"?><msg><key>SECRET', '[消息]'],
  ['text of an unknown type', 77, 'hello', 'hello'],
]

test.each(ROWS)('quotes %s in readable form', (_, type, sent, shown) => {
  for (const content of [escapeXml(sent), `<![CDATA[${sent.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`]) {
    const quoted = quote(type, content)
    expect(quoted).toEqual({
      msgId: '7',
      type: Number(type),
      displayName: 'Linnea & Bao',
      content: shown,
      ...(sent === shown || sent === '' ? {} : { raw: sent }),
    })
    expect(quoted.content).not.toContain('SECRET')
  }
})

test('an empty quote has empty fields', () => {
  const root = parseXml('<appmsg><type>57</type></appmsg>')
  if (!root) throw new Error('malformed')
  expect(decodeQuoted(root)).toEqual({ msgId: '', type: 0, displayName: '', content: '' })
})
