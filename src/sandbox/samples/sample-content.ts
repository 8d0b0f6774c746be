import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import type { Fields } from '../read/fields.js'
import type { MessageKind } from '../world/content.js'
import { textOf } from '../world/describe.js'
import type { ContentOf, Message } from '../world/message.js'
import type { Person } from '../world/person.js'

const MINUTE_MS = 60_000

/** The chat and the speaker of a message. */
export interface Place {
  core: Core
  chatId: string
  /** Person id. */
  speaker: string
}

/** The content of a message of one kind, without its medium. */
type Plain<K extends MessageKind> = Omit<ContentOf<K>, 'kind' | 'media'>

/** Returns sample content for a message kind. `input` may select the person or message to which the sample refers. */
export function sampleOf(place: Place, kind: MessageKind, input: Readonly<Fields>): Fields {
  const sample = SAMPLES[kind]
  if (!sample) throw new SandboxError(`Unknown message kind "${kind}".`)
  return sample(place, input)
}

const SAMPLES: {
  [K in MessageKind]: (place: Place, input: Readonly<Fields>) => Plain<K>
} = {
  text: () => ({ text: '你好' }),
  image: () => ({}),
  voice: () => ({}),
  video: () => ({}),
  file: () => ({}),
  sticker: () => ({ fromStore: false }),
  location: () => ({
    latitude: 30.242_865,
    longitude: 120.149_27,
    label: '杭州市西湖区南山路',
    placeName: '西湖',
    scale: 16,
  }),
  card: sampleCard,
  link: () => ({
    title: '风是怎样搬动一座沙丘的',
    description: '每年三十米，一粒一粒地走。',
    url: 'https://example.com/dunes?from=timeline&lang=zh_CN',
    thumbUrl: '',
    source: '沙丘日报',
    articles: [],
  }),
  music: () => ({
    title: '山行',
    description: '沙丘乐队',
    url: 'https://example.com/music/walk?id=1&from=share',
    dataUrl: 'https://example.com/music/walk.mp3',
    appName: '沙丘音乐',
  }),
  miniProgram: () => ({
    title: '今天中午吃什么',
    appName: '午饭转盘',
    appId: 'wx0123456789abcdef',
    pagePath: 'pages/index/index.html?round=1',
    iconUrl: '',
  }),
  redPacket: () => ({ greeting: '恭喜发财，大吉大利', form: 'line' }),
  transfer: () => ({ amountFen: 880, memo: '午饭' }),
  quote: sampleQuote,
  friendRequest: () => ({ greeting: '', ticket: '' }),
  chatHistory: ({ core, chatId }) => sampleHistory(core, chatId),
  channelVideo: () => ({
    author: '山野电台',
    description: '凌晨四点的云海',
    url: 'https://example.com/channels/clouds',
    coverUrl: '',
    durationMs: 15_000,
  }),
  note: () => ({ text: '以上是打招呼的内容' }),
  unknown: () => ({
    msgType: 9999,
    appMsgType: 0,
    content: '<sysmsg type="sample"><text>something new</text></sysmsg>',
    fields: {},
  }),
}

/** Recommends the person with the given id, even if unknown, or by default a friend who is not in the chat. */
function sampleCard(place: Place, input: Readonly<Fields>): Plain<'card'> {
  const { people, owner } = place.core.world
  const requestedId = input.id
  if (typeof requestedId === 'string' && !people.has(requestedId)) {
    return { id: requestedId, name: '', alias: '', isOfficial: requestedId.startsWith('gh_') }
  }
  const person = typeof requestedId === 'string' ? people.get(requestedId) : findOutsider(place, [...people.values()])
  const { id, name, alias, kind } = person ?? owner
  return { id, name, alias, isOfficial: kind === 'official' }
}

function findOutsider({ core, chatId, speaker }: Place, people: Person[]): Person | undefined {
  return people.find(
    (person) =>
      person.kind === 'person' && person !== core.world.owner && person.id !== chatId && person.id !== speaker,
  )
}

/** Quotes the requested message or, by default, the latest message in the chat that has a speaker. */
function sampleQuote({ core, chatId }: Place, input: Readonly<Fields>): Plain<'quote'> {
  const conversation = core.world.conversations.get(chatId)
  const { quotedId } = input
  const found = typeof quotedId === 'string' ? conversation?.find(quotedId) : undefined
  if (found) return { text: '好', ...quotedFields(core, found) }
  if (typeof quotedId === 'string' && input.quotedText === undefined) {
    throw new SandboxError(`Unknown quotedId "${quotedId}": expected the id of a message in this chat.`)
  }
  const latest = conversation?.messages.findLast((message) => message.speaker !== '')
  return {
    text: '好',
    ...(latest
      ? quotedFields(core, latest)
      : { quotedId: core.world.newMessageId(), quotedSpeaker: '', quotedName: '', quotedText: '' }),
  }
}

function quotedFields({ world }: Core, message: Message) {
  const group = world.groups.get(message.chatId)
  const quotedName = group ? world.nameIn(group, message.speaker) : (world.people.get(message.speaker)?.name ?? '')
  return {
    quotedId: message.id,
    quotedSpeaker: message.speaker,
    quotedName,
    quotedText: textOf(message.content),
  }
}

function sampleHistory({ clock, world }: Core, chatId: string): Plain<'chatHistory'> {
  const now = clock.now()
  const name = world.people.get(chatId)?.name ?? '林小满'
  return {
    title: `${name}和${world.owner.name}的聊天记录`,
    items: [
      { name, text: '周六去爬山吗？', at: now - 20 * MINUTE_MS },
      { name: world.owner.name, text: '去，几点？', at: now - 19 * MINUTE_MS },
      { name, text: '七点半，老地方', at: now - 18 * MINUTE_MS },
    ],
  }
}
