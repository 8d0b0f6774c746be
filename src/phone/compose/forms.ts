import type { MessageView, PersonView, SayRequest } from '../../sandbox/control/view.js'
import type { StringKey } from '../i18n/strings.js'
import type { Half } from '../store/state.js'
import type { MenuKind } from './menu-kinds.js'

/** Values of a form's fields, by name. */
export type Values = Readonly<Record<string, string>>

/** Context for the samples and choices in a form. */
export interface FormPlace {
  speaker: string
  /** Contacts that can be recommended. */
  people: readonly PersonView[]
  /** People who are not yet friends. */
  strangers: readonly PersonView[]
  /** The quoted message. */
  quoted?: MessageView | undefined
  /** The selected part of the quoted message. */
  selected?: string | undefined
  /** Whether the message is sent to the ClawBot. */
  isClawbot?: boolean
}

export interface Field {
  name: string
  labelKey: StringKey
  input: 'text' | 'long' | 'number' | 'check' | 'choice' | 'person' | 'stranger' | 'quoted' | 'part'
  /** Key of a string, or the value itself. */
  sample?: StringKey | { value: string }
  choices?: readonly { value: string; labelKey: StringKey }[]
  /** Whether the field may be left empty. */
  optional?: true
  /** The only half of the page that has the field; absent for both. */
  half?: Half
}

interface Form {
  fields: readonly Field[]
  /** Types of media file that can be chosen, in the format of the `accept` attribute. */
  accept?: string
}

export const FORMS: Readonly<Record<MenuKind, Form>> = {
  image: { accept: 'image/*', fields: [] },
  voice: {
    accept: 'audio/*',
    fields: [
      { name: 'seconds', labelKey: 'fieldSeconds', input: 'number', optional: true },
      {
        name: 'transcript',
        labelKey: 'fieldTranscript',
        input: 'text',
        sample: 'sampleTranscript',
        optional: true,
        half: 'clawbot',
      },
    ],
  },
  video: { accept: 'video/*', fields: [] },
  file: { accept: '', fields: [{ name: 'name', labelKey: 'fieldName', input: 'text', sample: 'sampleFile' }] },
  sticker: { accept: 'image/*', fields: [{ name: 'fromStore', labelKey: 'fieldFromStore', input: 'check' }] },
  location: {
    fields: [
      { name: 'placeName', labelKey: 'fieldPlace', input: 'text', sample: 'samplePlace', optional: true },
      { name: 'label', labelKey: 'fieldAddress', input: 'text', sample: 'sampleAddress', optional: true },
      { name: 'latitude', labelKey: 'fieldLatitude', input: 'number', sample: { value: '39.990912' } },
      { name: 'longitude', labelKey: 'fieldLongitude', input: 'number', sample: { value: '116.188622' } },
    ],
  },
  card: { fields: [{ name: 'person', labelKey: 'fieldPerson', input: 'person' }] },
  link: {
    fields: [
      { name: 'title', labelKey: 'fieldTitle', input: 'text', sample: 'sampleLinkTitle' },
      { name: 'description', labelKey: 'fieldDescription', input: 'text', sample: 'sampleLinkText', optional: true },
      { name: 'url', labelKey: 'fieldUrl', input: 'text', sample: { value: 'https://example.com/paths' } },
      { name: 'source', labelKey: 'fieldSource', input: 'text', sample: 'sampleLinkSource', optional: true },
    ],
  },
  music: {
    fields: [
      { name: 'title', labelKey: 'fieldTitle', input: 'text', sample: 'sampleSong' },
      { name: 'description', labelKey: 'fieldArtist', input: 'text', sample: 'sampleArtist', optional: true },
      { name: 'url', labelKey: 'fieldUrl', input: 'text', sample: { value: 'https://example.com/song' } },
      { name: 'appName', labelKey: 'fieldApp', input: 'text', sample: 'sampleMusicApp', optional: true },
    ],
  },
  miniProgram: {
    fields: [
      { name: 'title', labelKey: 'fieldTitle', input: 'text', sample: 'sampleMiniTitle' },
      { name: 'appName', labelKey: 'fieldMini', input: 'text', sample: 'sampleMiniApp' },
      {
        name: 'pagePath',
        labelKey: 'fieldPath',
        input: 'text',
        sample: { value: 'pages/ride/index.html?id=7' },
        optional: true,
      },
    ],
  },
  redPacket: {
    fields: [
      { name: 'greeting', labelKey: 'fieldGreeting', input: 'text', sample: 'sampleGreeting' },
      {
        name: 'form',
        labelKey: 'fieldForm',
        input: 'choice',
        sample: { value: 'line' },
        choices: [
          { value: 'line', labelKey: 'formLine' },
          { value: 'app', labelKey: 'formApp' },
        ],
      },
    ],
  },
  transfer: {
    fields: [
      { name: 'amount', labelKey: 'fieldAmount', input: 'number', sample: { value: '66.00' } },
      { name: 'memo', labelKey: 'fieldMemo', input: 'text', sample: 'sampleMemo', optional: true },
    ],
  },
  quote: {
    fields: [
      { name: 'text', labelKey: 'fieldReply', input: 'text', sample: 'sampleReply' },
      { name: 'quotedId', labelKey: 'fieldQuoted', input: 'quoted' },
      { name: 'quotedText', labelKey: 'fieldQuotedPart', input: 'part', optional: true, half: 'clawbot' },
    ],
  },
  friendRequest: {
    fields: [
      { name: 'person', labelKey: 'fieldAsker', input: 'stranger' },
      { name: 'greeting', labelKey: 'fieldVerify', input: 'text', sample: 'sampleVerify', optional: true },
    ],
  },
  unknown: {
    fields: [
      { name: 'msgType', labelKey: 'fieldItemType', input: 'number', sample: { value: '42' }, half: 'clawbot' },
      { name: 'msgType', labelKey: 'fieldMsgType', input: 'number', sample: { value: '9999' }, half: 'web' },
      { name: 'appMsgType', labelKey: 'fieldAppMsgType', input: 'number', sample: { value: '0' }, half: 'web' },
      {
        name: 'content',
        labelKey: 'fieldContent',
        input: 'long',
        sample: { value: '<msg><appmsg><title>hello</title></appmsg></msg>' },
        optional: true,
        half: 'web',
      },
    ],
  },
}

/** The fields of a form in the half of the page in which it is shown. */
export function fieldsOf(kind: MenuKind, { isClawbot = false }: Pick<FormPlace, 'isClawbot'>): Field[] {
  const hidden: Half = isClawbot ? 'web' : 'clawbot'
  return FORMS[kind].fields.filter((field) => field.half !== hidden)
}

/** Returns the initial values of a form, which produce a valid message if they are submitted unchanged. */
export function sampleValues(kind: MenuKind, place: FormPlace, translate: (key: StringKey) => string): Values {
  return Object.fromEntries(fieldsOf(kind, place).map((field) => [field.name, sampleOf(field, place, translate)]))
}

function sampleOf(field: Field, place: FormPlace, translate: (key: StringKey) => string): string {
  if (field.input === 'person') return place.people.find(({ id }) => id !== place.speaker)?.id ?? ''
  if (field.input === 'stranger') return place.strangers[0]?.id ?? ''
  if (field.input === 'quoted') return place.quoted?.id ?? ''
  if (field.input === 'part') return place.selected ?? ''
  const { sample } = field
  if (sample === undefined) return ''
  return typeof sample === 'string' ? translate(sample) : sample.value
}

/** Returns the request for a submitted form, without its media file. */
export function requestOf(kind: Exclude<MenuKind, 'friendRequest'>, values: Values, place: FormPlace): SayRequest {
  const { speaker } = place
  const text = (name: string) => values[name] ?? ''
  const optional = (name: string) => (text(name) ? { [name]: text(name) } : {})
  switch (kind) {
    case 'image':
    case 'video':
      return { kind, speaker }
    case 'voice': {
      const seconds = Number(text('seconds'))
      return {
        kind,
        speaker,
        ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
        ...optional('transcript'),
      }
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
      const person = place.people.find(({ id }) => id === text('person'))
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
      return { kind, speaker, text: text('text'), ...optional('quotedId'), ...optional('quotedText') }
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
