import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Said, type Sandbox, type Sendable, startSandbox } from '../../src/sandbox/index.js'
import { elementText, xmlDefect } from '../../src/sandbox/read/xml.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let clock: ManualClock
let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true })
  client = await new WireClient(sandbox.url).login()
  await client.getContact()
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

/** Decodes `Content` as a program does: line breaks and entities, with `&amp;` last. */
function decoded(content: string): string {
  return content.replaceAll('<br/>', '\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

interface Row {
  content: Sendable
  /** The fields of the wire message that differ from their defaults. */
  fields: Record<string, unknown>
  /** The exact content after decoding. */
  xml: string | RegExp
}

const MD5 = '[0-9a-f]{32}'
const APP_HEAD = '<\\?xml version="1.0"\\?>\\n<msg>\\n\\t<appmsg appid="" sdkver="0">\\n\\t\\t'

const ROWS: Record<string, Row> = {
  text: {
    content: { kind: 'text', text: 'a & <b>\nc' },
    fields: { MsgType: 1 },
    xml: 'a & <b>\nc',
  },
  image: {
    content: { kind: 'image' },
    fields: { MsgType: 3, ImgStatus: 2, ImgWidth: 120, ImgHeight: 90 },
    xml: new RegExp(
      `^<\\?xml version="1.0"\\?>\\n<msg>\\n\\t<img aeskey="${MD5}" encryver="1" cdnthumbaeskey="${MD5}" cdnthumburl="3057[0-9a-f]+" cdnthumblength="\\d+" cdnthumbheight="90" cdnthumbwidth="120" cdnmidheight="0" cdnmidwidth="0" cdnhdheight="0" cdnhdwidth="0" cdnmidimgurl="3057[0-9a-f]+" length="\\d+" md5="${MD5}" hdlength="0" />\\n\\t<commenturl></commenturl>\\n</msg>\\n$`,
    ),
  },
  voice: {
    content: { kind: 'voice' },
    fields: { MsgType: 34, VoiceLength: 5148 },
    xml: new RegExp(
      `^<msg><voicemsg endflag="1" cancelflag="0" forwardflag="0" voiceformat="4" voicelength="5148" length="20792" bufid="0" clientmsgid="${MD5}" fromusername="SPEAKER" /></msg>$`,
    ),
  },
  video: {
    content: { kind: 'video' },
    fields: { MsgType: 43, PlayLength: 4, ImgWidth: 120, ImgHeight: 68 },
    xml: new RegExp(
      `^<\\?xml version="1.0"\\?>\\n<msg>\\n\\t<videomsg aeskey="${MD5}" cdnthumbaeskey="${MD5}" cdnvideourl="3057[0-9a-f]+" cdnthumburl="3057[0-9a-f]+" length="98174" playlength="4" cdnthumblength="\\d+" cdnthumbwidth="120" cdnthumbheight="68" fromusername="SPEAKER" md5="${MD5}" newmd5="${MD5}" isad="0" />\\n</msg>\\n$`,
    ),
  },
  file: {
    content: { kind: 'file', name: '季度 "报告" & <终>.pdf', bytes: Buffer.from('%PDF-1.4 x') },
    fields: {
      MsgType: 49,
      AppMsgType: 6,
      FileName: '季度 "报告" &amp; &lt;终&gt;.pdf',
      FileSize: '10',
      MediaId: expect.stringMatching(/^@crypt_/),
      EncryFileName: '%E5%AD%A3%E5%BA%A6%20%22%E6%8A%A5%E5%91%8A%22%20%26%20%3C%E7%BB%88%3E%2Epdf',
      AppInfo: { AppID: 'wxeb7ec651dd0aefa9', Type: 0 },
    },
    xml: new RegExp(
      `<appmsg appid="wxeb7ec651dd0aefa9" sdkver="0">\\n\\t\\t<title>季度 "报告" &amp; &lt;终&gt;.pdf</title><des></des><action></action><type>6</type>.*<appattach><totallen>10</totallen><attachid>@cdn_${MD5}</attachid><emoticonmd5></emoticonmd5><fileext>pdf</fileext><cdnattachurl>3057[0-9a-f]+</cdnattachurl><aeskey>${MD5}</aeskey><encryver>0</encryver></appattach><md5>${MD5}</md5>\\n\\t</appmsg>\\n\\t<fromusername>SPEAKER</fromusername>`,
    ),
  },
  sticker: {
    content: { kind: 'sticker' },
    fields: { MsgType: 47, ImgStatus: 2, ImgWidth: 120, ImgHeight: 120 },
    xml: new RegExp(
      `^<msg><emoji fromusername="SPEAKER" tousername="wxid_chenyizhou0" type="2" idbuffer="media:0_0" md5="${MD5}" len="59621" productid="" .*cdnurl="http://emoji.qpic.cn/wx_emoji/sample/" designerid="" thumburl="" encrypturl="" aeskey="" width="240" height="240"></emoji><gameext type="0" content="0"></gameext></msg>$`,
    ),
  },
  'sticker from the store': {
    content: { kind: 'sticker', fromStore: true },
    fields: { MsgType: 47, ImgStatus: 2, HasProductId: 1, ImgWidth: 120, ImgHeight: 120 },
    xml: /productid="com\.tencent\.[^"]+"/,
  },
  location: {
    content: {
      kind: 'location',
      latitude: 31.2304,
      longitude: 121.4737,
      label: '1 Sample Rd',
      placeName: 'Demo Tower',
    },
    fields: {
      MsgType: 1,
      SubMsgType: 48,
      Url: 'http://apis.map.qq.com/uri/v1/geocoder?coord=31.230400,121.473700',
      OriContent:
        '<?xml version="1.0"?>\n<msg>\n\t<location x="31.230400" y="121.473700" scale="16" label="1 Sample Rd" maptype="0" poiname="Demo Tower" />\n</msg>\n',
    },
    xml: /^Demo Tower\(1 Sample Rd\):\n\/cgi-bin\/mmwebwx-bin\/webwxgetpubliclinkimg\?url=xxx&msgid=ID&pictype=location$/,
  },
  card: {
    content: { kind: 'card', id: '沈青禾' },
    fields: {
      MsgType: 42,
      RecommendInfo: {
        UserName: expect.stringMatching(/^@[0-9a-f]{64}$/),
        NickName: '沈青禾',
        QQNum: 0,
        Province: '上海',
        City: '徐汇',
        Content: '',
        Signature: '画画的',
        Alias: 'qinghe',
        Scene: 17,
        VerifyFlag: 0,
        AttrStatus: 102437,
        Sex: 2,
        Ticket: '',
        OpCode: 0,
      },
    },
    xml: '<?xml version="1.0"?>\n<msg bigheadimgurl="" smallheadimgurl="" username="wxid_shenqinghe00" nickname="沈青禾" shortpy="SQH" alias="qinghe" imagestatus="3" scene="17" province="上海" city="徐汇" sign="画画的" sex="2" certflag="0" certinfo="" brandIconUrl="" brandHomeUrl="" brandSubscriptConfigUrl="" brandFlags="0" regionCode="" />\n',
  },
  'card for an official account': {
    content: { kind: 'card', id: '沙丘日报' },
    fields: {
      MsgType: 42,
      RecommendInfo: expect.objectContaining({ NickName: '沙丘日报', VerifyFlag: 24, AttrStatus: 0, Scene: 17 }),
    },
    xml: /username="gh_5a1d9c3e7b20" .* certflag="24"/,
  },
  link: {
    content: { kind: 'link', title: 'A & <B>', description: 'D', url: 'https://x.example/?a=1&b=2', source: 'S' },
    fields: { MsgType: 49, AppMsgType: 5, FileName: 'A &amp; &lt;B&gt;', Url: 'https://x.example/?a=1&amp;b=2' },
    xml: new RegExp(
      `^${APP_HEAD}<title>A &amp; &lt;B&gt;</title><des>D</des><action></action><type>5</type><showtype>0</showtype><content></content><url>https://x.example/\\?a=1&amp;b=2</url><dataurl></dataurl><lowurl></lowurl><lowdataurl></lowdataurl><recorditem></recorditem><thumburl></thumburl><extinfo></extinfo><sourceusername></sourceusername><sourcedisplayname>S</sourcedisplayname><commenturl></commenturl><appattach><totallen>0</totallen><attachid></attachid><emoticonmd5></emoticonmd5><fileext></fileext></appattach><md5></md5>\\n\\t</appmsg>\\n\\t<fromusername>SPEAKER</fromusername><scene>0</scene>\\n\\t<appinfo><version>1</version><appname></appname></appinfo>\\n\\t<commenturl></commenturl>\\n</msg>\\n$`,
    ),
  },
  'link with several articles': {
    content: {
      kind: 'link',
      title: 'First',
      source: 'Demo MP',
      articles: [
        { title: 'First', url: 'https://x.example/1', coverUrl: 'https://x.example/1.jpg', digest: 'One' },
        { title: 'Second', url: 'https://x.example/2', coverUrl: '', digest: 'Two' },
      ],
    },
    fields: { MsgType: 49, AppMsgType: 5, FileName: 'First', Url: expect.stringContaining('https://') },
    xml: /<mmreader><category type="20" count="2"><name>Demo MP<\/name><topnew><cover>https:\/\/x\.example\/1\.jpg<\/cover>.*<item><title>Second<\/title><url>https:\/\/x\.example\/2<\/url><cover><\/cover><digest>Two<\/digest><\/item><\/category><\/mmreader>/,
  },
  music: {
    content: {
      kind: 'music',
      title: 'Walk',
      url: 'https://x.example/w',
      dataUrl: 'https://x.example/w.mp3',
      appName: 'M',
    },
    fields: { MsgType: 49, AppMsgType: 3, FileName: 'Walk', Url: 'https://x.example/w' },
    xml: /<title>Walk<\/title>.*<type>3<\/type>.*<url>https:\/\/x\.example\/w<\/url><dataurl>https:\/\/x\.example\/w\.mp3<\/dataurl>.*<appname>M<\/appname>/s,
  },
  miniProgram: {
    content: {
      kind: 'miniProgram',
      title: 'Order lunch',
      appId: 'wxdemo1234567890ab',
      appName: 'Lunch',
      pagePath: 'p?a=1&b',
    },
    fields: {
      MsgType: 49,
      AppMsgType: 33,
      FileName: 'Order lunch',
      Url: 'https://mp.weixin.qq.com/mp/waerrpage?appid=wxdemo1234567890ab',
    },
    xml: /<type>33<\/type>.*<sourcedisplayname>Lunch<\/sourcedisplayname>.*<weappinfo><username><!\[CDATA\[gh_demo12345678@app\]\]><\/username><appid><!\[CDATA\[wxdemo1234567890ab\]\]><\/appid><pagepath><!\[CDATA\[p\?a=1&b\]\]><\/pagepath>/s,
  },
  'red packet': {
    content: { kind: 'redPacket', greeting: '恭喜' },
    fields: { MsgType: 10000, Status: 4 },
    xml: '收到红包，请在手机上查看',
  },
  'red packet in the rarer form': {
    content: { kind: 'redPacket', greeting: '恭喜', form: 'app' },
    fields: { MsgType: 49, AppMsgType: 2001, FileName: '微信红包' },
    xml: /<des><!\[CDATA\[收到红包，请在手机上查看\]\]><\/des>.*<type>2001<\/type>.*<receivertitle><!\[CDATA\[恭喜\]\]><\/receivertitle>.*<sceneid>1002<\/sceneid>/,
  },
  transfer: {
    content: { kind: 'transfer', amountFen: 880, memo: 'lunch ]]> x' },
    fields: { MsgType: 49, AppMsgType: 2000, FileName: '微信转账' },
    xml: /^<msg><appmsg appid="" sdkver=""><title><!\[CDATA\[微信转账\]\]><\/title><des><!\[CDATA\[收到转账8\.80元。如需收钱，请点此升级至最新版本\]\]><\/des>.*<type>2000<\/type>.*<feedesc><!\[CDATA\[￥8\.80\]\]><\/feedesc>.*<pay_memo><!\[CDATA\[lunch \]\]\]\]><!\[CDATA\[> x\]\]><\/pay_memo><\/wcpayinfo><\/appmsg><\/msg>$/,
  },
  quote: {
    content: {
      kind: 'quote',
      text: 'Agreed!',
      quotedId: '7000000000000000001',
      quotedSpeaker: 'wxid_a',
      quotedName: 'Zoe',
      quotedText: 'Lunch & tea?',
    },
    fields: { MsgType: 49, AppMsgType: 57, FileName: 'Agreed!' },
    xml: /<title>Agreed!<\/title>.*<refermsg><type>1<\/type><svrid>7000000000000000001<\/svrid><fromusr>FROM<\/fromusr><chatusr>wxid_a<\/chatusr><displayname>Zoe<\/displayname><content>Lunch &amp; tea\?<\/content><\/refermsg>/s,
  },
  'chat history': {
    content: { kind: 'chatHistory', title: 'T', items: [{ name: 'Zoe', text: 'hi & <ho>', at: 1_700_000_000_000 }] },
    fields: { MsgType: 49, AppMsgType: 0, FileName: 'T' },
    xml: /<type>19<\/type>.*<recorditem><!\[CDATA\[<recordinfo><title>T<\/title><desc>Zoe: hi &amp; &lt;ho&gt;<\/desc><datalist count="1"><dataitem datatype="1" dataid="1"><sourcename>Zoe<\/sourcename><sourcetime>2023-11-14 22:13<\/sourcetime><srcMsgCreateTime>1700000000<\/srcMsgCreateTime><datadesc>hi &amp; &lt;ho&gt;<\/datadesc><\/dataitem><\/datalist><\/recordinfo>\]\]><\/recorditem>/s,
  },
  'channel video': {
    content: { kind: 'channelVideo', author: 'Hills', description: 'Clouds', durationMs: 15_000 },
    fields: { MsgType: 49, AppMsgType: 51, FileName: 'Clouds' },
    xml: /<type>51<\/type>.*<finderFeed>.*<nickname>Hills<\/nickname>.*<desc>Clouds<\/desc>.*<videoPlayDuration>15<\/videoPlayDuration>/s,
  },
  unknown: {
    content: {
      kind: 'unknown',
      msgType: 50,
      appMsgType: 0,
      content: '<voipmsg type="a&amp;b"/>',
      fields: { Status: 9 },
    },
    fields: { MsgType: 50, Status: 9 },
    xml: '<voipmsg type="a&amp;b"/>',
  },
}

/** A message whose fields all have their default values. Each row lists the fields that differ. */
const AT_REST = {
  Status: 3,
  ImgStatus: 1,
  VoiceLength: 0,
  PlayLength: 0,
  FileName: '',
  FileSize: '',
  MediaId: '',
  Url: '',
  AppMsgType: 0,
  StatusNotifyCode: 0,
  StatusNotifyUserName: '',
  ForwardFlag: 0,
  AppInfo: { AppID: '', Type: 0 },
  HasProductId: 0,
  Ticket: '',
  ImgHeight: 0,
  ImgWidth: 0,
  SubMsgType: 0,
  OriContent: '',
  EncryFileName: '',
}

async function wireOf(said: Said): Promise<any> {
  const reply = await client.sync()
  expect(reply.text).toContain(`"NewMsgId":${said.id},`)
  return reply.json.AddMsgList.find((message: any) => message.MsgId === said.id)
}

function expectContent(row: Row, content: string, said: Said): void {
  const text = content.replaceAll(said.id, 'ID').replaceAll(said.speaker, 'SPEAKER').replaceAll(said.chatId, 'CHAT')
  if (typeof row.xml === 'string') expect(content).toBe(row.xml)
  else expect(text.replace(/<fromusr>(CHAT|wxid_a)</, '<fromusr>FROM<')).toMatch(row.xml)
  if (content.startsWith('<')) expect(xmlDefect(content)).toBeUndefined()
}

describe.each(Object.entries(ROWS))('%s', (_, row) => {
  test('is delivered when sent by a friend, by a group member or on the phone', async () => {
    const friend = sandbox.friend('林小满')
    const peer = await client.userName('林小满')
    const sent = friend.send(row.content)
    const direct = await wireOf(sent)
    const { RecommendInfo, ...rest } = direct
    expect(rest).toEqual({
      ...AT_REST,
      MsgId: sent.id,
      NewMsgId: Number(sent.id),
      FromUserName: peer,
      ToUserName: client.self,
      CreateTime: Math.trunc(clock.now() / 1000),
      Content: direct.Content,
      ...without(row.fields, 'RecommendInfo'),
    })
    expect(RecommendInfo).toEqual(row.fields.RecommendInfo ?? expect.objectContaining({ UserName: '', Ticket: '' }))
    expectContent(row, decoded(direct.Content), sent)

    const fromMember = sandbox.group('周末爬山队').member('林小满').send(row.content)
    const inGroup = await wireOf(fromMember)
    expect(inGroup.FromUserName).toMatch(/^@@/)
    expect(inGroup).toMatchObject({ ToUserName: client.self, ...without(row.fields, 'OriContent', 'RecommendInfo') })
    const isSystemLine = row.fields.MsgType === 10000
    const prefix = isSystemLine ? '' : `${peer}:<br/>`
    expect(inGroup.Content.startsWith(prefix)).toBe(true)
    expectContent(row, decoded(inGroup.Content.slice(prefix.length)), fromMember)

    const own = await wireOf(sandbox.owner.send('林小满', row.content))
    expect([own.FromUserName, own.ToUserName]).toEqual(isSystemLine ? [peer, client.self] : [client.self, peer])
    expect(own.MsgType).toBe(row.fields.MsgType)
    expect(own.Content).not.toContain(':<br/>@')
  })
})

function without(fields: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

test('sends a message of every kind with only the kind specified', async () => {
  const kinds = [...new Set(Object.values(ROWS).map((row) => row.content.kind))].filter((kind) => kind !== 'text')
  const friend = sandbox.friend('林小满')
  const said = kinds.map((kind) => friend.send({ kind } as Sendable))
  expect(said.map((view) => view.kind)).toEqual(kinds)
  expect((await client.sync()).json.AddMsgCount).toBe(kinds.length)
  const media = said.flatMap((view) => ('media' in view.content ? [[view.kind, view.content.media] as const] : []))
  expect(Object.fromEntries(media.map(([kind, { mime }]) => [kind, mime]))).toEqual({
    image: 'image/jpeg',
    voice: 'audio/mpeg',
    video: 'video/mp4',
    file: 'application/pdf',
    sticker: 'image/gif',
  })
})

test('delivers a friend request with its ticket and its sender', async () => {
  const said = sandbox.friend('许知远').requestFriend('我是 "知远" & co')
  const wire = await wireOf(said)
  expect(wire).toMatchObject({
    MsgType: 37,
    FromUserName: 'fmessage',
    Ticket: expect.stringMatching(/^v2_.*@stranger$/),
    RecommendInfo: { NickName: '许知远', Content: '我是 "知远" &amp; co', OpCode: 2, Ticket: wire.Ticket },
  })
  expect(decoded(wire.Content)).toContain(' content="我是 &quot;知远&quot; &amp; co" ')
  expect(said).toMatchObject({ kind: 'friendRequest', text: '我是 "知远" & co', content: { ticket: wire.Ticket } })
})

describe('recall', () => {
  const SYSMSG = (session: string, id: string, words: string) =>
    `<sysmsg type="revokemsg"><revokemsg><session>${session}</session><oldmsgid>${id.slice(-10)}</oldmsgid><msgid>${id}</msgid><newmsgid>${id}</newmsgid><replacemsg><![CDATA[${words}]]></replacemsg></revokemsg></sysmsg>`

  test.each(['image', 'file', 'sticker', 'transfer', 'location'] as const)(
    'works for kind %s when sent by a friend, a group member or the owner',
    async (kind) => {
      const friend = sandbox.friend('林小满').send({ kind })
      const member = sandbox.group('周末爬山队').member('马骁').send({ kind })
      const owner = sandbox.owner.send('filehelper', { kind })
      await client.sync()
      for (const said of [friend, member, owner]) said.recall()
      const [fromFriend, fromMember, fromOwner] = (await client.sync()).json.AddMsgList
      expect(fromFriend).toMatchObject({ MsgType: 10002, FromUserName: await client.userName('林小满') })
      expect(decoded(fromFriend.Content)).toBe(SYSMSG('wxid_linxiaoman00', friend.id, '"小满" 撤回了一条消息'))
      expect(fromMember.Content).toMatch(/^@[0-9a-f]{64}:<br\/>/)
      expect(decoded(fromMember.Content.replace(/^.*?<br\/>/, ''))).toBe(
        SYSMSG(member.chatId, member.id, '"老马" 撤回了一条消息'),
      )
      expect(fromOwner).toMatchObject({ FromUserName: client.self, ToUserName: 'filehelper' })
      expect(decoded(fromOwner.Content)).toBe(SYSMSG('filehelper', owner.id, '你撤回了一条消息'))
      expect(sandbox.friend('林小满').messages.at(-1)).toMatchObject({ kind, recalled: true })
      expect(() => friend.recall()).toThrow(/already recalled/)
    },
  )
})

test('shows the text that programs receive in the view of a message', () => {
  const friend = sandbox.friend('林小满')
  expect(friend.send({ kind: 'redPacket' }).sees).toBe('收到红包，请在手机上查看')
  expect(sandbox.owner.send('林小满', { kind: 'redPacket' }).sees).toBe('发出红包，请在手机上查看')
  expect(friend.send({ kind: 'transfer', amountFen: 5 }).sees).toBe('收到转账0.05元。如需收钱，请点此升级至最新版本')
  expect(friend.send({ kind: 'image' }).sees).toBeUndefined()
})

test('fills in a quote from the quoted message in the chat', async () => {
  const friend = sandbox.friend('林小满')
  const photo = friend.send({ kind: 'image' })
  const text = friend.say('看这张')
  expect(friend.send({ kind: 'quote', text: '好看' }).content).toMatchObject({
    quotedId: text.id,
    quotedText: '看这张',
  })
  const wire = await wireOf(friend.send({ kind: 'quote', text: '这张', quotedId: photo.id }))
  expect(decoded(wire.Content)).toContain(
    `<refermsg><type>3</type><svrid>${photo.id}</svrid><fromusr>wxid_linxiaoman00<`,
  )
  expect(() => friend.send({ kind: 'quote', quotedId: '1' })).toThrow(/Unknown quotedId "1"/)
})

/** Returns the entries of a quote as a strict parser reads them, unescaped once. */
function referOf(content: string): Record<string, string> {
  const refer = /<refermsg>(.*)<\/refermsg>/s.exec(content)?.[1] ?? ''
  const names = ['type', 'svrid', 'fromusr', 'chatusr', 'displayname', 'content']
  return Object.fromEntries(names.map((name) => [name, elementText(refer, name) ?? '']))
}

describe('a quote', () => {
  const app = (type: number) => new RegExp(`^<msg><appmsg .*<type>${type}</type>`, 's')

  test.each<[string, Sendable, number, string | RegExp]>([
    ['text', { kind: 'text', text: '去不去 & <b>？' }, 1, '去不去 & <b>？'],
    ['image', { kind: 'image' }, 3, /^<msg><img /],
    ['voice', { kind: 'voice' }, 34, /^<msg><voicemsg /],
    ['video', { kind: 'video' }, 43, /^<msg><videomsg /],
    ['sticker', { kind: 'sticker' }, 47, /^<msg><emoji /],
    ['location', { kind: 'location' }, 48, /^<msg><location /],
    ['card', { kind: 'card' }, 42, /^<msg .*username=/],
    ['file', { kind: 'file', name: 'a & b.bin' }, 49, app(6)],
    ['link', { kind: 'link', title: 'A & <B>' }, 49, app(5)],
    ['music', { kind: 'music' }, 49, app(3)],
    ['mini program', { kind: 'miniProgram' }, 49, app(33)],
    ['chat history', { kind: 'chatHistory' }, 49, app(19)],
    ['channel video', { kind: 'channelVideo' }, 49, app(51)],
    ['transfer', { kind: 'transfer' }, 49, app(2000)],
    ['red packet', { kind: 'redPacket' }, 49, app(2001)],
    ['unknown', { kind: 'unknown', msgType: 50, content: '<voipmsg type="a"/>' }, 50, '<voipmsg type="a"/>'],
  ])('contains the quoted content of kind %s', async (_, content, type, shown) => {
    const member = sandbox.group('周末爬山队').member('马骁')
    const quoted = member.send(content)
    const reply = sandbox.group('周末爬山队').member('林小满').send({ kind: 'quote', quotedId: quoted.id })
    const refer = referOf(decoded((await wireOf(reply)).Content))
    expect(refer).toMatchObject({ type: String(type), svrid: quoted.id })
    if (typeof shown === 'string') expect(refer.content).toBe(shown)
    else expect(refer.content).toMatch(shown)
    if (refer.content?.startsWith('<')) expect(xmlDefect(refer.content)).toBeUndefined()
    const again = member.send({ kind: 'quote', quotedId: reply.id })
    const nested = referOf(decoded((await wireOf(again)).Content))
    expect(nested.content).toMatch(app(57))
    expect(xmlDefect(nested.content ?? '')).toBeUndefined()
    expect(referOf(nested.content ?? '')).toMatchObject({ svrid: quoted.id, content: quoted.text })
  })

  test('names the group in fromusr and the member in chatusr, or outside a group the person in both', async () => {
    const group = sandbox.group('周末爬山队')
    const refer = async (said: Said) => referOf(decoded((await wireOf(said)).Content))
    const inRoom = group.member('马骁').say('几点？')
    expect(await refer(group.member('林小满').send({ kind: 'quote', quotedId: inRoom.id }))).toMatchObject({
      fromusr: group.id,
      chatusr: inRoom.speaker,
    })
    const friend = sandbox.friend('林小满')
    const own = sandbox.owner.say('林小满', '吃了吗')
    expect(await refer(friend.send({ kind: 'quote', quotedId: own.id }))).toMatchObject({
      fromusr: sandbox.owner.id,
      chatusr: sandbox.owner.id,
    })
    const received = friend.say('没')
    expect(await refer(sandbox.owner.send('林小满', { kind: 'quote', quotedId: received.id }))).toMatchObject({
      fromusr: friend.id,
      chatusr: friend.id,
    })
  })

  test.each([
    ['@@room', 'wxid_a'],
    ['1@chatroom', 'wxid_a'],
    ['wxid_a', '@@room'],
    ['wxid_a', ''],
  ])('from a program may contain fromusr "%s" and chatusr "%s"', async (from, chat) => {
    const xml = escapedXml('<msg><appmsg><title>A</title></appmsg></msg>')
    const refer = `<refermsg><svrid>7</svrid><fromusr>${from}</fromusr><chatusr>${chat}</chatusr><content>${xml}</content></refermsg>`
    const Content = `<appmsg appid='' sdkver=''><title>好</title><type>57</type>${refer}</appmsg>`
    await client.sendBy('webwxsendappmsg', 'filehelper', { Type: 57, Content }, { fun: 'async', f: 'json' })
    expect((await sandbox.official('filehelper').nextMessage()).content).toMatchObject({
      quotedSpeaker: 'wxid_a',
      quotedText: 'A',
    })
  })
})

const escapedXml = (xml: string) => xml.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

test('allows mentions only in text and quotes', () => {
  const member = sandbox.group('周末爬山队').member('马骁')
  const said = member.send({ kind: 'quote', text: '好' }, { at: 'owner' })
  expect(said).toMatchObject({ text: '@一舟\u2005好', mentionsOwner: true })
  expect(() => member.send({ kind: 'image' }, { at: 'owner' })).toThrow(/expected a text or quote message/)
})
