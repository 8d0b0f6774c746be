import { describe, expect, it } from 'vitest'
import { mayRecall } from '../../src/phone/chat/may-recall.js'
import { stringsOf } from '../../src/phone/i18n/strings.js'
import { barsOf } from '../../src/phone/kinds/bars.js'
import { fitBox } from '../../src/phone/kinds/fit.js'
import { hasPendingRequest, strangersOf } from '../../src/phone/list/strangers.js'
import { reduce } from '../../src/phone/store/reduce.js'
import type { State } from '../../src/phone/store/state.js'
import { fileSign, fileSize, plainName, shortName } from '../../src/phone/text/file-name.js'
import { previewText, spokenText } from '../../src/phone/text/message-strings.js'
import { ownMedia, safeLink } from '../../src/phone/text/safe-link.js'
import type { ContentView, EventView, MediaView, MessageKind, MessageView } from '../../src/sandbox/control/view.js'
import { chat, loaded, message, person } from './view-samples.js'

const zh = stringsOf('zh')
const en = stringsOf('en')

const media = (more: Partial<MediaView> = {}): MediaView => {
  return { url: '/api/media/1', mime: 'application/octet-stream', sizeBytes: 1, name: '', ...more }
}

function of<K extends MessageKind>(kind: K, content: ContentView<K>, text = ''): MessageView {
  return { ...message('1'), kind, content, text } as MessageView
}

const voice = of('voice', { media: media({ durationMs: 5600 }) })
const transfer = of('transfer', { amountFen: 6600, memo: '午饭' }, '午饭')
const quote = of(
  'quote',
  { text: 'Count me in', quotedId: '0', quotedSpeaker: 'a', quotedName: '林小满', quotedText: '去不去？' },
  'Count me in',
)

describe('message text', () => {
  it.each([
    [of('image', { media: media() }), '[图片]', '图片'],
    [voice, '[语音] 6″', '语音 6 秒，未播放'],
    [of('video', { media: media({ durationMs: 14_000 }) }), '[视频]', '视频 14 秒'],
    [of('file', { media: media({ name: 'a.pdf' }) }, 'a.pdf'), '[文件] a.pdf', '文件 a.pdf'],
    [of('redPacket', { greeting: '恭喜\n发财', form: 'line' }, '恭喜\n发财'), '[红包] 恭喜 发财', '红包 恭喜 发财'],
    [transfer, '[转账] ¥66.00 午饭', '转账 ¥66.00 午饭'],
    [quote, 'Count me in', 'Count me in，引用 林小满: 去不去？'],
    [
      of('unknown', { msgType: 49, appMsgType: 2003, content: '', fields: {} }),
      '[原始消息] MsgType 49 / 2003',
      '原始消息 MsgType 49 / 2003',
    ],
    [of('note', { text: '以上是打招呼的内容' }, '以上是打招呼的内容'), '以上是打招呼的内容', '以上是打招呼的内容'],
  ])('has a preview and a spoken form (case %#)', (view, preview, spoken) => {
    expect(previewText(view, zh)).toBe(preview)
    expect(spokenText(view, zh, false)).toBe(spoken)
  })

  it('is translated to English, and omits "not played" once the message has been played', () => {
    expect(spokenText(voice, en, true)).toBe('Voice 6 seconds')
    expect(previewText(transfer, en)).toBe('[Transfer] ¥66.00 午饭')
  })
})

describe('files', () => {
  it('keep their extension when their name is shortened', () => {
    const short = shortName('一个名字非常非常长的文件，长到一行根本放不下（最终版）v3.xlsx')
    expect(short).toMatch(/^一个名字.*…版）v3\.xlsx$/)
    expect(shortName('a.pdf')).toBe('a.pdf')
    expect(shortName('👨‍👩‍👧'.repeat(30), 10).length).toBeLessThan(40)
  })

  it('are shown without the bidirectional control characters in their name', () => {
    expect(plainName('invoice\u202efdp.exe\r\n')).toBe('invoice fdp.exe')
  })

  it.each([
    ['行程.xlsx', 'XLS'],
    ['a.tar.GZ', 'GZ'],
    ['a.jpeg', 'JPEG'],
    ['a.<b>', ''],
    ['Makefile', ''],
  ])('named %s are labeled %j', (name, sign) => {
    expect(fileSign(name)).toBe(sign)
  })

  it.each([
    [601, '601 B'],
    [38_912, '38 KB'],
    [1_258_291, '1.2 MB'],
    [327_155_712, '312 MB'],
    [1_048_575, '1.0 MB'],
  ])('of %d bytes are shown with the size %s', (bytes, size) => {
    expect(fileSize(bytes)).toBe(size)
  })
})

it('links only to http(s) URLs, and loads only media from the sandbox', () => {
  expect(safeLink('https://example.com/a b')).toBe('https://example.com/a%20b')
  for (const url of ['javascript:alert(1)', ' data:text/html,x', '/api/state', 'file:///etc/passwd', '']) {
    expect(safeLink(url)).toBeUndefined()
  }
  expect(ownMedia('/api/media/701/thumb')).toBe('/api/media/701/thumb')
  expect(ownMedia('/api/media/701/thumb?account=2')).toBe('/api/media/701/thumb?account=2')
  for (const url of [
    'https://example.com/a.png',
    '//example.com/x',
    '/api/media/../state',
    '/api/media/1?x',
    '/api/media/1?account=2&x',
    undefined,
  ]) {
    expect(ownMedia(url)).toBeUndefined()
  }
})

it('computes the display size of an image before it has loaded', () => {
  expect(fitBox({ width: 1280, height: 960 })).toEqual({ width: 210, height: 158 })
  expect(fitBox({ width: 100, height: 5000 })).toEqual({ width: 48, height: 280 })
  expect(fitBox({ width: 90, height: 60 })).toEqual({ width: 90, height: 60 })
  expect(fitBox({})).toEqual({ width: 210, height: 158 })
  expect(barsOf('7')).toEqual(barsOf('7'))
})

it('lets a speaker recall a message for two minutes', () => {
  const recent = message('1')
  expect(mayRecall(recent, recent.at + 119_000)).toBe('yes')
  expect(mayRecall(recent, recent.at + 121_000)).toBe('late')
  expect(mayRecall({ ...recent, recalled: true }, recent.at)).toBe('no')
  expect(mayRecall(of('note', { text: 'x' }), 0)).toBe('yes')
  expect(mayRecall({ ...of('note', { text: 'x' }), origin: 'system', speaker: '' }, 0)).toBe('no')
  expect(mayRecall(of('friendRequest', { greeting: '', ticket: '' }), 0)).toBe('no')
})

describe('uploads by the bot', () => {
  const upload = { name: 'a.zip', receivedBytes: 1, totalBytes: 4, chatId: 'a' }
  const event = (id: number, type: 'upload' | 'message', data: object): EventView => ({ id, type, data }) as EventView
  const applied = (...events: EventView[]): State => reduce(loaded(), { type: 'events', events })

  it('show their progress, and disappear when the message arrives', () => {
    const half = applied(event(1, 'upload', upload), event(2, 'upload', { ...upload, receivedBytes: 2 }))
    expect(Object.values(half.uploads)).toEqual([{ ...upload, receivedBytes: 2 }])
    const file = { ...of('file', { media: media({ name: 'a.zip' }) }), origin: 'bot' }
    expect(reduce(half, { type: 'events', events: [event(3, 'message', file)] }).uploads).toEqual({})
  })

  it('remain when another message is sent in the meantime', () => {
    const other = { ...of('image', { media: media({ name: 'b.png' }) }), origin: 'bot' }
    expect(Object.keys(applied(event(1, 'upload', upload), event(2, 'message', other)).uploads)).toHaveLength(1)
    expect(Object.keys(applied(event(1, 'upload', upload), event(2, 'message', message('9'))).uploads)).toHaveLength(1)
  })
})

it('remembers played voice messages, most recent first', () => {
  const state = ['1', '2', '1'].reduce<State>((before, id) => reduce(before, { type: 'played', id }), loaded())
  expect(state.played).toEqual(['2', '1'])
})

it('distinguishes strangers, friends and pending friend requests', () => {
  const people = {
    me: person('me', '我', { isContact: false }),
    a: person('a', 'A'),
    s: person('s', 'S', { isContact: false }),
  }
  expect(strangersOf({ people, owner: 'me' }).map(({ id }) => id)).toEqual(['s'])
  const requested = chat('s', { last: of('friendRequest', { greeting: 'hi', ticket: '' }) })
  expect(hasPendingRequest({ chats: [requested], people }, 's')).toBe(true)
  expect(hasPendingRequest({ chats: [requested], people: { s: person('s', 'S') } }, 's')).toBe(false)
})
