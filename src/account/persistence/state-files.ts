import { crc32 } from 'node:zlib'

/** The beginning of a file that its kind is read from. */
export const STATE_HEAD_BYTES = 64 * 1024

/** Names of what this library keeps, its locks, half-written copies and files set aside; and of what Python's itchat keeps. */
const NAMES: readonly RegExp[] = [
  /^itchat\.(?:json|pkl)/i,
  /\.(?:identities|journal)(?:[.-][\w.-]+)?$/i,
  /\.\d{4}-\d\d-\d\d(?:-\d+)?\.aside$/i,
  /\.(?:json|pkl)\.lock$/i,
  /\.[0-9a-f]{12}\.tmp$/i,
]

/** Documents, whatever the order of their keys. */
const DOCUMENT = /^\s*\{[\s\S]*?"document"\s*:\s*"(?:session|identities|aside)"/
const SECRETS = ['"skey"', '"sid"', '"cookies"', '"syncKey"'] as const
/** A line of a journal: a checksum, and a record that may be sealed. */
const LINE = /^([0-9a-f]{8}) (\{".*|[A-Za-z0-9+/]{56,}={0,2})\r?$/
/** A message set aside, readable. */
const ASIDE = /^\s*\{"id":"[^"]{0,64}","sent":\{/

/**
 * Whether a file is login state, a list of known contacts, a journal, or a copy of one: of whatever run and process, under whatever
 * name.
 *
 * @param head its first 64 KiB
 */
export function isStateFile(name: string, head: Uint8Array): boolean {
  if (NAMES.some((names) => names.test(name))) return true
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  if (DOCUMENT.test(text) || ASIDE.test(text)) return true
  if (SECRETS.every((key) => text.includes(key))) return true
  const isWhole = head.length < STATE_HEAD_BYTES
  const lines = text.split('\n')
  return lines.some((line, n) => isJournalLine(line, isWhole || n < lines.length - 1))
}

/** A line that is not whole has no checksum that could be compared. */
function isJournalLine(line: string, isWhole: boolean): boolean {
  const [, checksum = '', body = ''] = LINE.exec(line) ?? []
  if (body === '') return false
  return !isWhole || body.startsWith('{') || crc32(body.trimEnd()) === Number.parseInt(checksum, 16)
}
