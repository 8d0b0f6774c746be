import type { MessageView, PersonView, SayRequest } from '../../sandbox/control/view.js'
import type { StringKey } from '../i18n/strings.js'
import type { MenuKind } from './menu-kinds.js'

/** What the fields of a form hold, by name. */
export type Values = Readonly<Record<string, string>>

/** What samples and choices are taken from. */
export interface FormPlace {
  speaker: string
  /** Everybody who can be recommended. */
  people: readonly PersonView[]
  /** Those who are no friends yet. */
  strangers: readonly PersonView[]
  /** What is quoted. */
  quoted?: MessageView | undefined
}

export interface Field {
  name: string
  word: StringKey
  input: 'text' | 'long' | 'number' | 'check' | 'choice' | 'person' | 'stranger' | 'quoted'
  /** A word, or the value itself. */
  sample?: StringKey | { value: string }
  choices?: readonly { value: string; word: StringKey }[]
  /** May be left empty. */
  optional?: true
}

interface Form {
  fields: readonly Field[]
  /** A medium can be chosen; these are the files that fit. */
  accept?: string
}

export const FORMS: Readonly<Record<MenuKind, Form>> = {
  image: { accept: 'image/*', fields: [] },
  voice: {
    accept: 'audio/*',
    fields: [{ name: 'seconds', word: 'fieldSeconds', input: 'number', optional: true }],
  },
  video: { accept: 'video/*', fields: [] },
  file: { accept: '', fields: [{ name: 'name', word: 'fieldName', input: 'text', sample: 'sampleFile' }] },
  sticker: { accept: 'image/*', fields: [{ name: 'fromStore', word: 'fieldFromStore', input: 'check' }] },
  location: {
    fields: [
      { name: 'placeName', word: 'fieldPlace', input: 'text', sample: 'samplePlace', optional: true },
      { name: 'label', word: 'fieldAddress', input: 'text', sample: 'sampleAddress', optional: true },
      { name: 'latitude', word: 'fieldLatitude', input: 'number', sample: { value: '39.990912' } },
      { name: 'longitude', word: 'fieldLongitude', input: 'number', sample: { value: '116.188622' } },
    ],
  },
  card: { fields: [{ name: 'person', word: 'fieldPerson', input: 'person' }] },
  link: {
    fields: [
      { name: 'title', word: 'fieldTitle', input: 'text', sample: 'sampleLinkTitle' },
      { name: 'description', word: 'fieldDescription', input: 'text', sample: 'sampleLinkText', optional: true },
      { name: 'url', word: 'fieldUrl', input: 'text', sample: { value: 'https://example.com/paths' } },
      { name: 'source', word: 'fieldSource', input: 'text', sample: 'sampleLinkSource', optional: true },
    ],
  },
  music: {
    fields: [
      { name: 'title', word: 'fieldTitle', input: 'text', sample: 'sampleSong' },
      { name: 'description', word: 'fieldArtist', input: 'text', sample: 'sampleArtist', optional: true },
      { name: 'url', word: 'fieldUrl', input: 'text', sample: { value: 'https://example.com/song' } },
      { name: 'appName', word: 'fieldApp', input: 'text', sample: 'sampleMusicApp', optional: true },
    ],
  },
  miniProgram: {
    fields: [
      { name: 'title', word: 'fieldTitle', input: 'text', sample: 'sampleMiniTitle' },
      { name: 'appName', word: 'fieldMini', input: 'text', sample: 'sampleMiniApp' },
      {
        name: 'pagePath',
        word: 'fieldPath',
        input: 'text',
        sample: { value: 'pages/ride/index.html?id=7' },
        optional: true,
      },
    ],
  },
  redPacket: {
    fields: [
      { name: 'greeting', word: 'fieldGreeting', input: 'text', sample: 'sampleGreeting' },
      {
        name: 'form',
        word: 'fieldForm',
        input: 'choice',
        sample: { value: 'line' },
        choices: [
          { value: 'line', word: 'formLine' },
          { value: 'app', word: 'formApp' },
        ],
      },
    ],
  },
  transfer: {
    fields: [
      { name: 'amount', word: 'fieldAmount', input: 'number', sample: { value: '66.00' } },
      { name: 'memo', word: 'fieldMemo', input: 'text', sample: 'sampleMemo', optional: true },
    ],
  },
  quote: {
    fields: [
      { name: 'text', word: 'fieldReply', input: 'text', sample: 'sampleReply' },
      { name: 'quotedId', word: 'fieldQuoted', input: 'quoted' },
    ],
  },
  friendRequest: {
    fields: [
      { name: 'person', word: 'fieldAsker', input: 'stranger' },
      { name: 'greeting', word: 'fieldVerify', input: 'text', sample: 'sampleVerify', optional: true },
    ],
  },
  unknown: {
    fields: [
      { name: 'msgType', word: 'fieldMsgType', input: 'number', sample: { value: '9999' } },
      { name: 'appMsgType', word: 'fieldAppMsgType', input: 'number', sample: { value: '0' } },
      {
        name: 'content',
        word: 'fieldContent',
        input: 'long',
        sample: { value: '<msg><appmsg><title>hello</title></appmsg></msg>' },
        optional: true,
      },
    ],
  },
}

/** What a form holds before anybody touches it: sent like that, it is a good message. */
export function sampleValues(kind: MenuKind, place: FormPlace, word: (key: StringKey) => string): Values {
  return Object.fromEntries(FORMS[kind].fields.map((field) => [field.name, sampleOf(field, place, word)]))
}

function sampleOf(field: Field, place: FormPlace, word: (key: StringKey) => string): string {
  if (field.input === 'person') return place.people.find((one) => one.id !== place.speaker)?.id ?? ''
  if (field.input === 'stranger') return place.strangers[0]?.id ?? ''
  if (field.input === 'quoted') return place.quoted?.id ?? ''
  const { sample } = field
  if (sample === undefined) return ''
  return typeof sample === 'string' ? word(sample) : sample.value
}

/** What is said when a form is sent; its medium comes on top. */
export function requestOf(kind: Exclude<MenuKind, 'friendRequest'>, values: Values, place: FormPlace): SayRequest {
  const { speaker } = place
  const text = (name: string) => values[name] ?? ''
  switch (kind) {
    case 'image':
    case 'video':
      return { kind, speaker }
    case 'voice': {
      const seconds = Number(text('seconds'))
      return { kind, speaker, ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}) }
    }
    case 'file':
      return { kind, speaker, name: text('name') }
    case 'sticker':
      return { kind, speaker, fromStore: text('fromStore') === 'true' }
    case 'location':
      return {
        kind,
        speaker,
        placeName: text('placeName'),
        label: text('label'),
        latitude: Number(text('latitude')),
        longitude: Number(text('longitude')),
      }
    case 'card': {
      const person = place.people.find((one) => one.id === text('person'))
      if (!person) return { kind, speaker }
      return {
        kind,
        speaker,
        id: person.id,
        name: person.name,
        alias: person.alias,
        isOfficial: person.kind === 'official',
      }
    }
    case 'link':
      return {
        kind,
        speaker,
        title: text('title'),
        description: text('description'),
        url: text('url'),
        source: text('source'),
      }
    case 'music':
      return {
        kind,
        speaker,
        title: text('title'),
        description: text('description'),
        url: text('url'),
        appName: text('appName'),
      }
    case 'miniProgram':
      return { kind, speaker, title: text('title'), appName: text('appName'), pagePath: text('pagePath') }
    case 'redPacket':
      return { kind, speaker, greeting: text('greeting'), form: text('form') === 'app' ? 'app' : 'line' }
    case 'transfer':
      return { kind, speaker, amountFen: Math.round(Number(text('amount')) * 100), memo: text('memo') }
    case 'quote':
      return { kind, speaker, text: text('text'), ...(text('quotedId') ? { quotedId: text('quotedId') } : {}) }
    case 'unknown':
      return {
        kind,
        speaker,
        msgType: Number(text('msgType')),
        appMsgType: Number(text('appMsgType')),
        content: text('content'),
      }
  }
}
