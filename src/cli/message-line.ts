import stringWidth from 'string-width'
import { oneLine } from '../util/one-line.js'
import { shownName } from './contact-record.js'
import { inLanguage } from './language.js'
import type { ListenKind, MessageRecord } from './message-record.js'
import { formatSize } from './sizes.js'
import { strings } from './strings.js'
import { type Style, shorten, type Terminal, truncate } from './terminal.js'

const STRINGS = {
  zh: { me: '我', atMe: '@我', atAll: '@所有人' },
  en: { me: 'me', atMe: '@me', atAll: '@all' },
}

const NAME_COLUMNS = 22
/** On a narrow terminal. */
const MIN_NAME_COLUMNS = 8
/** Columns that the speaker in a group gets when both names are long. */
const SPEAKER_COLUMNS = 9
const GAP = '  '
const TIME_COLUMNS = 8
/** Columns that the text gets before the name takes more than its minimum. */
const TEXT_COLUMNS = 16
const MIN_TEXT_COLUMNS = 10

/** Kinds whose text is shown without a label. */
const PLAIN: ReadonlySet<ListenKind> = new Set(['text', 'note', 'recall', 'quote'])

type Segment = readonly [text: string, ...styles: Style[]]

/** Formats a message as one line: time, who and what. On a terminal, the line is truncated to its width. */
export function messageLine(record: MessageRecord, terminal: Terminal): string {
  const time = new Date(record.at).toTimeString().slice(0, TIME_COLUMNS)
  const columns = (terminal.columns ?? Number.POSITIVE_INFINITY) - TIME_COLUMNS - 2 * GAP.length
  const nameColumns = Math.min(NAME_COLUMNS, Math.max(MIN_NAME_COLUMNS, columns - TEXT_COLUMNS))
  const name = nameSegments(record, nameColumns)
  const padding = ' '.repeat(Math.max(0, nameColumns - widthOf(name)))
  const content = fitSegments(contentSegments(record), Math.max(MIN_TEXT_COLUMNS, columns - nameColumns))
  return [terminal.style(time, 'dim'), paint(terminal, name) + padding, paint(terminal, content)].join(GAP)
}

function nameSegments({ chat, sender, kind }: MessageRecord, columns: number): Segment[] {
  const chatName = oneLine(shownName(chat))
  const speaker = oneLine(sender?.isSelf ? inLanguage(STRINGS).me : (sender?.name ?? ''))
  const hasSpeaker = speaker !== '' && kind !== 'recall' && (chat.kind === 'group' || sender?.isSelf === true)
  if (!hasSpeaker || chat.kind === 'self') return [[shorten(chatName, columns), 'cyan']]
  const separator = ' / '
  const both = columns - separator.length
  const speakerColumns = Math.max(Math.min(SPEAKER_COLUMNS, Math.floor(both / 2)), both - stringWidth(chatName))
  const shortSpeaker = shorten(speaker, speakerColumns)
  return [[shorten(chatName, both - stringWidth(shortSpeaker)), 'cyan'], [separator, 'dim'], [shortSpeaker]]
}

function contentSegments(record: MessageRecord): Segment[] {
  const { kind } = record
  const text = oneLine(record.text).trim()
  if (kind === 'recall') return [[text, 'dim']]
  const segments: Segment[] = []
  const { atMe, atAll } = inLanguage(STRINGS)
  if (isMention(record)) segments.push([record.mentionsAll ? atAll : atMe, 'yellow'])
  if (!PLAIN.has(kind) || text === '') {
    const label = [strings().kinds[kind], extent(record)].filter(Boolean).join(' ')
    segments.push([`[${label}]`, 'magenta'])
  }
  if (text !== '') segments.push(kind === 'note' ? [text, 'dim'] : [withoutMention(text, record)])
  const { file, quoted } = record
  if (file?.sizeBytes !== undefined) segments.push([formatSize(file.sizeBytes), 'dim'])
  if (quoted) segments.push([`« ${oneLine(`${quoted.sender}: ${quoted.text}`)}`, 'dim'])
  return segments
}

/** The length or amount next to the kind. */
function extent({ durationMs = 0, amount = '' }: MessageRecord): string {
  return durationMs > 0 ? `${Math.max(1, Math.round(durationMs / 1000))}″` : oneLine(amount)
}

function isMention({ mentionsMe, mentionsAll }: MessageRecord): boolean {
  return mentionsMe || mentionsAll
}

/** Removes a mention at the beginning, which the label `@me` repeats. */
function withoutMention(text: string, record: MessageRecord): string {
  // The phone ends each mention with this space.
  return isMention(record) ? text.replace(/^@[^\u2005]{1,64}\u2005\s*/, '') : text
}

function fitSegments(segments: readonly Segment[], columns: number): Segment[] {
  const fitted: Segment[] = []
  let left = columns
  for (const [text, ...styles] of segments) {
    const gap = fitted.length > 0 ? 1 : 0
    if (left - gap < 2) break
    const part = truncate(text, left - gap)
    fitted.push([(gap ? ' ' : '') + part, ...styles])
    left -= gap + stringWidth(part)
  }
  return fitted
}

function widthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, [text]) => sum + stringWidth(text), 0)
}

function paint(terminal: Terminal, segments: readonly Segment[]): string {
  return segments.map(([text, ...styles]) => (styles.length > 0 ? terminal.style(text, ...styles) : text)).join('')
}
