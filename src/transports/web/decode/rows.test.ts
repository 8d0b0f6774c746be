import { describe, expect, test } from 'vitest'
import { contactFor, contactFrom } from '../../../../test/support/contact.js'
import type { User } from '../../../contact/contact.js'
import type { Message, MessageActions, Payload } from '../../../message/message.js'
import { decodeMessage } from './message.js'

const make = (fields: object) => contactFrom(fields) as User
const self = make({ UserName: '@me', NickName: 'Bot' })
const room = make({ UserName: '@@r', MemberList: [{ UserName: '@f', NickName: 'Alice' }] })
const known = new Map(
  [self, make({ UserName: '@f', NickName: 'Alice' }), room].map((contact) => [contact.UserName, contact]),
)
const context = {
  contacts: { self, get: (name: string) => known.get(name) },
  stranger: contactFor,
  actions: {} as MessageActions,
}

/** Encodes text in the same way as the server. @see docs/protocol.md §10.1 */
const encode = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br/>')

const BASE = {
  MsgId: '7000000000000123456',
  FromUserName: '@f',
  ToUserName: '@me',
  CreateTime: 1_521_190_000,
  Status: 3,
}
const app = (type: number, inner: string, more = '') =>
  `<?xml version="1.0"?>\n<msg><appmsg appid="" sdkver="0"><title>T &amp; t</title><des>D</des><type>${type}</type><url>https://e.com/?a=1&amp;b=2</url><thumburl>https://e.com/t.png</thumburl>${inner}</appmsg><appinfo><appname>App</appname></appinfo>${more}</msg>`
const item = {
  title: 'T & t',
  description: 'D',
  url: 'https://e.com/?a=1&b=2',
  thumbUrl: 'https://e.com/t.png',
  appName: 'App',
}
const person = {
  UserName: '@new',
  NickName: 'Zoe',
  Alias: 'zoe_demo',
  Sex: 2,
  Ticket: 'v2_t',
  Content: 'Hi',
  VerifyFlag: 0,
}

interface Row {
  name: string
  wire: Record<string, unknown>
  type: Message['type']
  text?: unknown
  payload?: Payload
  fileName?: RegExp
}

const TIMED = (extension: string) => new RegExp(`^\\d{6}-\\d{6}-123456\\.${extension}$`)

const ROWS: Row[] = [
  { name: '1 text', wire: { MsgType: 1, Content: 'a <b> & c\nd' }, type: 'Text', text: 'a <b> & c\nd' },
  {
    name: '1 location',
    wire: {
      MsgType: 1,
      SubMsgType: 48,
      Url: 'http://apis.map.qq.com/uri/v1/geocoder?coord=31.2,121.4',
      Content: 'Tower(1 Rd):\n/cgi-bin/x',
      OriContent:
        '<?xml version="1.0"?>\n<msg>\n<location x="31.2304" y="121.4737" scale="16" label="1 Rd" poiname="Tower" /></msg>',
    },
    type: 'Map',
    text: 'Tower(1 Rd)',
    payload: { location: { latitude: 31.2304, longitude: 121.4737, label: '1 Rd', poiName: 'Tower', scale: 16 } },
  },
  {
    name: '1 location in text form only',
    wire: { MsgType: 1, Url: 'http://apis.map.qq.com/uri/v1/geocoder?coord=31.2,-121.4', Content: 'somewhere' },
    type: 'Map',
    text: 'Map',
    payload: { location: { latitude: 31.2, longitude: -121.4, label: '', poiName: '', scale: 0 } },
  },
  {
    name: '1 location with characters forbidden in XML',
    wire: {
      MsgType: 1,
      SubMsgType: 48,
      Url: 'http://apis.map.qq.com/uri/v1/geocoder?coord=31.2,121.4',
      Content: 'Tower(1 Rd):\n/cgi-bin/x',
      OriContent: '<msg><location x="31.2304" y="121.4737" scale="16" label="1 & 2 Rd" poiname="T\b&nbsp;<3" /></msg>',
    },
    type: 'Map',
    payload: {
      location: {
        latitude: 31.2304,
        longitude: 121.4737,
        label: '1 & 2 Rd',
        poiName: 'T\ufffd&nbsp;<3',
        scale: 16,
      },
    },
  },
  {
    name: '3 image',
    wire: { MsgType: 3, Content: '<msg><img length="5" md5="x"/></msg>' },
    type: 'Picture',
    fileName: TIMED('png'),
  },
  {
    name: '34 voice',
    wire: { MsgType: 34, Content: '<msg><voicemsg/></msg>' },
    type: 'Recording',
    fileName: TIMED('mp3'),
  },
  {
    name: '37 friend request',
    wire: { MsgType: 37, RecommendInfo: person, Ticket: 'v2_t' },
    type: 'Friends',
    payload: { request: { userName: '@new', nickName: 'Zoe', content: 'Hi', ticket: 'v2_t' } },
  },
  { name: '40 possible friend', wire: { MsgType: 40, Content: 'x' }, type: 'Unknown', text: 'x' },
  {
    name: '42 card',
    wire: { MsgType: 42, RecommendInfo: { ...person, VerifyFlag: 24 } },
    type: 'Card',
    payload: {
      card: {
        userName: '@new',
        nickName: 'Zoe',
        alias: 'zoe_demo',
        province: '',
        city: '',
        signature: '',
        sex: 2,
        isOfficial: true,
      },
    },
  },
  { name: '43 video', wire: { MsgType: 43, Content: '@opaque' }, type: 'Video', fileName: TIMED('mp4') },
  { name: '62 micro-video', wire: { MsgType: 62 }, type: 'Video', fileName: TIMED('mp4') },
  { name: '47 sticker', wire: { MsgType: 47 }, type: 'Picture', fileName: TIMED('gif') },
  { name: '50 call', wire: { MsgType: 50, Content: '<voipmsg/>' }, type: 'Unknown' },
  { name: '52 call ended', wire: { MsgType: 52 }, type: 'Unknown' },
  { name: '53 call invite', wire: { MsgType: 53 }, type: 'Unknown' },
  { name: '9999 notice', wire: { MsgType: 9999, Content: 'x' }, type: 'Unknown', text: 'x' },
  {
    name: '49/0 merged record',
    wire: { MsgType: 49, AppMsgType: 0, Content: 'record' },
    type: 'Note',
    text: 'record',
    payload: { note: { kind: 'notice', text: 'record' } },
  },
  {
    name: '49/0 merged record with its items',
    wire: {
      MsgType: 49,
      AppMsgType: 0,
      FileName: 'T',
      Content: app(
        19,
        '<recorditem><![CDATA[<recordinfo><datalist count="1"><dataitem datatype="1"><sourcename>Zoe</sourcename><sourcetime>2026-11-21</sourcetime><datadesc>hi</datadesc></dataitem></datalist></recordinfo>]]></recorditem>',
      ),
    },
    type: 'Note',
    payload: {
      note: { kind: 'notice', text: expect.stringContaining('<recorditem>') },
      sharing: { kind: 'chatHistory', ...item, items: [{ sender: 'Zoe', time: '2026-11-21', text: 'hi' }] },
    },
  },
  {
    name: '49/1 text',
    wire: { MsgType: 49, AppMsgType: 1, FileName: 'T', Content: app(1, '') },
    type: 'Sharing',
    text: 'T',
    payload: { sharing: { kind: 'other', ...item, appMsgType: 1 } },
  },
  {
    name: '49/3 music',
    wire: { MsgType: 49, AppMsgType: 3, FileName: 'T', Content: app(3, '<dataurl>https://e.com/m.mp3</dataurl>') },
    type: 'Sharing',
    payload: { sharing: { kind: 'music', ...item, dataUrl: 'https://e.com/m.mp3' } },
  },
  {
    name: '49/4 video link',
    wire: { MsgType: 49, AppMsgType: 4, Content: app(4, '') },
    type: 'Sharing',
    payload: { sharing: { kind: 'video', ...item } },
  },
  {
    name: '49/5 article from an official account',
    wire: {
      MsgType: 49,
      AppMsgType: 5,
      FileName: 'T',
      Content: app(
        5,
        '<mmreader><category><item><title>One</title><url>u1</url><digest>d1</digest><cover>c1</cover></item></category></mmreader>',
      ),
    },
    type: 'Sharing',
    text: 'T',
    payload: {
      sharing: { kind: 'link', ...item, articles: [{ title: 'One', url: 'u1', description: 'd1', coverUrl: 'c1' }] },
    },
  },
  {
    name: '49/6 file',
    wire: { MsgType: 49, AppMsgType: 6, FileName: '../报告.pdf', FileSize: '5', Content: app(6, '') },
    type: 'Attachment',
    fileName: /^报告\.pdf$/,
  },
  {
    name: '49/8 gif from an app',
    wire: { MsgType: 49, AppMsgType: 8, FileName: 'x' },
    type: 'Picture',
    fileName: TIMED('gif'),
  },
  {
    name: '49/17 live location',
    wire: { MsgType: 49, AppMsgType: 17, FileName: '我发起了位置共享' },
    type: 'Note',
    text: '我发起了位置共享',
    payload: { note: { kind: 'liveLocation', text: '我发起了位置共享' } },
  },
  {
    name: '49/19 chat history',
    wire: {
      MsgType: 49,
      AppMsgType: 19,
      Content: app(
        19,
        '<recorditem><![CDATA[<recordinfo><datalist count="1"><dataitem datatype="1"><sourcename>Zoe</sourcename><sourcetime>9:00</sourcetime><datadesc>hi &amp; ho</datadesc></dataitem></datalist></recordinfo>]]></recorditem>',
      ),
    },
    type: 'Sharing',
    payload: { sharing: { kind: 'chatHistory', ...item, items: [{ sender: 'Zoe', time: '9:00', text: 'hi & ho' }] } },
  },
  ...[33, 36].map(
    (type): Row => ({
      name: `49/${type} mini program`,
      wire: {
        MsgType: 49,
        AppMsgType: type,
        Content: app(
          type,
          '<weappinfo><username><![CDATA[gh_9@app]]></username><appid><![CDATA[wx1]]></appid><pagepath><![CDATA[p/i.html]]></pagepath></weappinfo>',
        ),
      },
      type: 'Sharing',
      payload: { sharing: { kind: 'miniProgram', ...item, appId: 'wx1', userName: 'gh_9@app', pagePath: 'p/i.html' } },
    }),
  ),
  {
    name: '49/51 channel video',
    wire: {
      MsgType: 49,
      AppMsgType: 51,
      Content: app(51, '<finderFeed><nickname>Chan</nickname><desc>Feed</desc></finderFeed>'),
    },
    type: 'Sharing',
    payload: { sharing: { kind: 'channelVideo', ...item, nickName: 'Chan', feedDescription: 'Feed' } },
  },
  {
    name: '49/57 quote',
    wire: {
      MsgType: 49,
      AppMsgType: 57,
      Content: app(
        57,
        '<refermsg><type>1</type><svrid>7000000000000000001</svrid><displayname>Zoe</displayname><content>Lunch?</content></refermsg>',
      ),
    },
    type: 'Sharing',
    payload: {
      sharing: {
        kind: 'quote',
        ...item,
        quoted: { msgId: '7000000000000000001', type: 1, displayName: 'Zoe', content: 'Lunch?' },
      },
    },
  },
  {
    name: '49/57 quote of a log with color codes',
    wire: {
      MsgType: 49,
      AppMsgType: 57,
      Content: app(
        57,
        '<refermsg><type>1</type><content>\u001b[31mE & F</content><svrid>7000000000000000001</svrid><displayname>Zoe</displayname></refermsg>',
      ),
    },
    type: 'Sharing',
    payload: {
      sharing: {
        kind: 'quote',
        ...item,
        quoted: { msgId: '7000000000000000001', type: 1, displayName: 'Zoe', content: '\ufffd[31mE & F' },
      },
    },
  },
  ...[2, 7, 9, 10, 13, 15, 16, 53].map(
    (type): Row => ({
      name: `49/${type}`,
      wire: { MsgType: 49, AppMsgType: type, FileName: 'T', Content: app(type, '') },
      type: 'Sharing',
      text: 'T',
      payload: { sharing: { kind: 'other', ...item, appMsgType: type } },
    }),
  ),
  {
    name: '49/2000 transfer',
    wire: {
      MsgType: 49,
      AppMsgType: 2000,
      FileName: '微信转账',
      Content:
        '<msg><appmsg><title><![CDATA[微信转账]]></title><des><![CDATA[收到转账8.80元。如需收钱]]></des><wcpayinfo><feedesc><![CDATA[￥8.80]]></feedesc><transferid><![CDATA[1002]]></transferid><pay_memo><![CDATA[lunch]]></pay_memo></wcpayinfo></appmsg></msg>',
    },
    type: 'Note',
    text: '收到转账8.80元',
    payload: {
      note: { kind: 'transfer', text: '收到转账8.80元', amount: '￥8.80', memo: 'lunch', transferId: '1002' },
    },
  },
  {
    name: '49/2001 red packet',
    wire: {
      MsgType: 49,
      AppMsgType: 2001,
      FileName: '红包',
      Content: app(2001, '<wcpayinfo><sendertitle>S</sendertitle><receivertitle>R</receivertitle></wcpayinfo>'),
    },
    type: 'Sharing',
    payload: { sharing: { kind: 'redPacket', ...item, senderTitle: 'S', receiverTitle: 'R' } },
  },
  {
    name: '49/33 mini program with its title only in the XML',
    wire: { MsgType: 49, AppMsgType: 33, FileName: '', Content: app(33, '') },
    type: 'Sharing',
    text: 'T & t',
  },
  {
    name: '49/17 live location with its notice only in the XML',
    wire: { MsgType: 49, AppMsgType: 17, Content: app(17, '') },
    type: 'Note',
    text: 'T & t',
  },
  {
    name: '49/2000 transfer without CDATA',
    wire: {
      MsgType: 49,
      AppMsgType: 2000,
      FileName: '微信转账',
      Content:
        '<msg><appmsg><title>微信转账</title><des>收到转账8.80元。如需收钱</des><wcpayinfo><feedesc>￥8.80</feedesc><transferid>1002</transferid><pay_memo>a\bb</pay_memo></wcpayinfo></appmsg></msg>',
    },
    type: 'Note',
    text: '收到转账8.80元',
    payload: {
      note: { kind: 'transfer', text: '收到转账8.80元', amount: '￥8.80', memo: 'a\ufffdb', transferId: '1002' },
    },
  },
  {
    name: '10002 recall with a name that contains characters forbidden in XML',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="revokemsg">\n\t<revokemsg>\n\t\t<session>41@chatroom</session>\n\t\t<msgid>7262626262626263001</msgid>\n\t\t<replacemsg><![CDATA["Lin\bnea" 撤回了一条消息]]></replacemsg>\n\t</revokemsg>\n</sysmsg>',
    },
    type: 'Note',
    payload: {
      note: {
        kind: 'recall',
        text: expect.stringMatching(/^"Lin.nea" 撤回了一条消息$/),
        recalledMsgId: '7262626262626263001',
        oldMsgId: '',
      },
    },
  },
  ...['Tom & "Jo"', 'a]]>b', '&nbsp;', '&#8;', '\ud83d', 'I <3 U'].map(
    (by): Row => ({
      name: `10002 recall without CDATA, by ${JSON.stringify(by)}`,
      wire: {
        MsgType: 10002,
        Content: `<sysmsg type="revokemsg"><revokemsg><msgid>7262626262626263001</msgid><replacemsg>${by} 撤回了一条消息</replacemsg></revokemsg></sysmsg>`,
      },
      type: 'Note',
      payload: {
        note: {
          kind: 'recall',
          text: expect.stringMatching(/^.* 撤回了一条消息$/s),
          recalledMsgId: '7262626262626263001',
          oldMsgId: '',
        },
      },
    }),
  ),
  {
    name: '10002 pat by an unknown user',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="pat">\n<pat>\n  <fromusername>wxid_z</fromusername>\n  <chatusername>41@chatroom</chatusername>\n  <pattedusername>wxid_a</pattedusername>\n  <patsuffix><![CDATA[]]></patsuffix>\n  <template><![CDATA["\u0024{wxid_a}" 拍了拍我]]></template>\n</pat>\n</sysmsg>',
    },
    type: 'Note',
    text: '"…" 拍了拍我',
    payload: { note: { kind: 'notice', text: '"…" 拍了拍我' } },
  },
  {
    name: '10002 pat by the sender',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="pat">\n<pat>\n  <fromusername>wxid_a</fromusername>\n  <patsuffix><![CDATA[]]></patsuffix>\n  <template><![CDATA["\u0024{wxid_a}" 拍了拍我]]></template>\n</pat>\n</sysmsg>',
    },
    type: 'Note',
    text: '"Alice" 拍了拍我',
  },
  {
    name: '10002 members invited, as a template',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="sysmsgtemplate"><sysmsgtemplate><content_template type="tmpl_type_profile"><plain></plain><template><![CDATA["$username$"邀请"$names$"加入了群聊]]></template><link_list><link name="username" type="link_profile"><memberlist><member><username>wxid_a</username><nickname><![CDATA[Linnea]]></nickname></member></memberlist></link><link name="names" type="link_profile"><memberlist><member><username>wxid_b</username><nickname><![CDATA[Bao]]></nickname></member><member><username>wxid_c</username><nickname><![CDATA[Cleo]]></nickname></member></memberlist><separator><![CDATA[、]]></separator></link></link_list></content_template></sysmsgtemplate></sysmsg>',
    },
    type: 'Note',
    text: '"Linnea"邀请"Bao、Cleo"加入了群聊',
    payload: {
      note: {
        kind: 'memberJoined',
        text: '"Linnea"邀请"Bao、Cleo"加入了群聊',
        inviter: 'Linnea',
        members: ['Bao', 'Cleo'],
      },
    },
  },
  {
    name: '10002 members invited, with a link to undo the invitation',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="delchatroommember">\n\t<delchatroommember>\n\t\t<plain><![CDATA[你邀请"Bao、Cleo"加入了群聊  ]]></plain>\n\t\t<text><![CDATA[你邀请"Bao、Cleo"加入了群聊  ]]></text>\n\t\t<link>\n\t\t\t<scene>invite</scene>\n\t\t\t<text><![CDATA[  撤销]]></text>\n\t\t</link>\n\t</delchatroommember>\n</sysmsg>',
    },
    type: 'Note',
    text: '你邀请"Bao、Cleo"加入了群聊  ',
    payload: {
      note: {
        kind: 'memberJoined',
        text: '你邀请"Bao、Cleo"加入了群聊  ',
        inviter: '',
        members: ['Bao', 'Cleo'],
      },
    },
  },
  {
    name: '10002 command to the phone',
    wire: {
      MsgType: 10002,
      Content: '<sysmsg type="functionmsg"><functionmsg><cgi><![CDATA[/x]]></cgi></functionmsg></sysmsg>',
    },
    type: 'Note',
    text: 'System message',
    payload: { note: { kind: 'notice', text: 'System message' } },
  },
  {
    name: '10002 recall',
    wire: {
      MsgType: 10002,
      Content:
        '<sysmsg type="revokemsg"><revokemsg><session>x</session><oldmsgid>1000001234</oldmsgid><msgid>7000000000000000001</msgid><newmsgid>7000000000000000001</newmsgid><replacemsg><![CDATA["Zoe" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>',
    },
    type: 'Note',
    text: '"Zoe" 撤回了一条消息',
    payload: {
      note: {
        kind: 'recall',
        text: '"Zoe" 撤回了一条消息',
        recalledMsgId: '7000000000000000001',
        oldMsgId: '1000001234',
      },
    },
  },
]

describe.each(ROWS)('MsgType $name is decoded', ({ wire, type, text, payload, fileName }) => {
  const check = (msg: Message) => {
    expect(msg.type).toBe(type)
    if (text !== undefined) expect(msg.text).toEqual(text)
    if (fileName) expect(msg.fileName).toMatch(fileName)
    if (['Picture', 'Recording', 'Video', 'Attachment'].includes(type)) expect(msg.text).toBeTypeOf('function')
    const { location, card, note, sharing, request } = msg
    const found = Object.fromEntries(
      Object.entries({ location, card, note, sharing, request }).filter(([, value]) => value),
    )
    if (payload) expect(found).toEqual(payload)
  }
  const content = encode(String(wire.Content ?? ''))

  test('from a friend', () => check(decodeMessage({ ...BASE, ...wire, Content: content }, context)))

  test('in a group', () => {
    const msg = decodeMessage({ ...BASE, ...wire, FromUserName: '@@r', Content: `@f:<br/>${content}` }, context)
    check(msg)
    if (wire.MsgType !== 37) expect(msg).toMatchObject({ ActualUserName: '@f', ActualNickName: 'Alice' })
  })
})

test('reads system XML in MsgType 10000 in the same way as in MsgType 10002', () => {
  const recall =
    '<sysmsg type="revokemsg"><revokemsg><msgid>7</msgid><replacemsg>recalled</replacemsg></revokemsg></sysmsg>'
  const msg = decodeMessage({ ...BASE, MsgType: 10000, Content: encode(recall) }, context)
  expect(msg.text).toBe('recalled')
  expect(msg.note).toMatchObject({ kind: 'recall', recalledMsgId: '7' })
  const forged = decodeMessage({ ...BASE, MsgType: 10000, Content: encode(`"${recall}"邀请"Bao"加入了群聊`) }, context)
  expect(forged.note).toMatchObject({ kind: 'memberJoined', inviter: recall })
})

/** @see docs/protocol.md §10.17 */
test.each([
  ['收到红包，请在手机上查看', { kind: 'redPacket', direction: 'received' }],
  ['发出红包，请在手机上查看', { kind: 'redPacket', direction: 'sent' }],
  ['位置共享已经结束', { kind: 'notice' }],
  ['你修改群名为“新名”', { kind: 'topicChanged', by: '', topic: '新名' }],
  ['"Zoe"修改群名为“a”“b”', { kind: 'topicChanged', by: 'Zoe', topic: 'a”“b' }],
  ['You changed the group name to "x"', { kind: 'topicChanged', by: '', topic: 'x' }],
  ['"Zoe" changed the group name to "x"', { kind: 'topicChanged', by: 'Zoe', topic: 'x' }],
  ['你邀请"A、B"加入了群聊  ', { kind: 'memberJoined', inviter: '', members: ['A', 'B'] }],
  ['"Zoe"邀请你加入了群聊，群聊参与人还有：A、B', { kind: 'memberJoined', inviter: 'Zoe', members: [''] }],
  ['"Zoe"邀请你和"A"加入了群聊', { kind: 'memberJoined', inviter: 'Zoe', members: ['', 'A'] }],
  ['"Zoe"邀请"A"加入了群聊', { kind: 'memberJoined', inviter: 'Zoe', members: ['A'] }],
  ['" A"通过扫描你分享的二维码加入群聊', { kind: 'memberJoined', inviter: '', members: ['A'] }],
  ['" A"通过扫描"Zoe"分享的二维码加入群聊', { kind: 'memberJoined', inviter: 'Zoe', members: ['A'] }],
  ['"A" joined group chat via the QR code you shared', { kind: 'memberJoined', inviter: '', members: ['A'] }],
  [
    '"A" joined the group chat via the QR Code shared by "Zoe"',
    { kind: 'memberJoined', inviter: 'Zoe', members: ['A'] },
  ],
  ['You invited A, B to the group chat', { kind: 'memberJoined', inviter: '', members: ['A', 'B'] }],
  ['Zoe invited you and A to the group chat', { kind: 'memberJoined', inviter: 'Zoe', members: ['', 'A'] }],
  ['Zoe invited you to a group chat with A, B', { kind: 'memberJoined', inviter: 'Zoe', members: [''] }],
  ['你将"A"移出了群聊', { kind: 'memberRemoved', by: '', member: 'A' }],
  ['你被"Zoe"移出群聊', { kind: 'memberRemoved', by: 'Zoe', member: '' }],
  ['You removed "A" from the group chat', { kind: 'memberRemoved', by: '', member: 'A' }],
  ['You were removed from the group chat by "Zoe"', { kind: 'memberRemoved', by: 'Zoe', member: '' }],
  ['你已添加了Zoe，现在可以开始聊天了。', { kind: 'friendAdded', nickName: 'Zoe' }],
  ['Zoe刚刚把你添加到通讯录，现在可以开始聊天了。', { kind: 'friendAdded', nickName: 'Zoe' }],
  ['You have added Zoe as your WeChat contact. Start chatting!', { kind: 'friendAdded', nickName: 'Zoe' }],
  ["I've accepted your friend request. Now let's chat!", { kind: 'friendAdded', nickName: '' }],
  ['我通过了你的朋友验证请求，现在我们可以开始聊天了', { kind: 'friendAdded', nickName: '' }],
  [
    'Zoe开启了朋友验证，你还不是他（她）朋友。请先发送朋友验证请求，对方验证通过后，才能聊天。',
    { kind: 'notFriend', nickName: 'Zoe' },
  ],
  ['Zoe has enabled Friend Confirmation', { kind: 'notFriend', nickName: 'Zoe' }],
  ['"Zoe" 拍了拍我', { kind: 'notice' }],
])('MsgType 10000 is parsed: %j', (line, note) => {
  for (const FromUserName of ['@f', '@@r']) {
    const msg = decodeMessage({ ...BASE, FromUserName, MsgType: 10000, Content: encode(line) }, context)
    expect(msg.note).toMatchObject(note)
    expect(msg.actualUserName || '').toBe('')
  }
})
