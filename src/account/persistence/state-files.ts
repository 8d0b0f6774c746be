import { crc32 } from 'node:zlib'

/** Number of leading bytes that determine whether a file is a state file. */
export const STATE_HEAD_BYTES = 64 * 1024

/** Names of this library's state, lock, temporary and quarantined files, and of the state files of Python's itchat. */
const NAMES: readonly RegExp[] = [
  /^itchat\.(?:json|pkl)/i,
  /\.(?:identities|journal|queue)(?:[.-][\w.-]+)?$/i,
  /\.\d{4}-\d\d-\d\d(?:-\d+)?\.aside$/i,
  /\.(?:json|pkl)\.lock$/i,
  /\.[0-9a-f]{12}\.tmp$/i,
]

/** A document, with its keys in any order. */
const DOCUMENT = /^\s*\{[\s\S]*?"document"\s*:\s*"(?:session|identities|queue|aside)"/
const SECRETS = ['"skey"', '"sid"', '"cookies"', '"syncKey"'] as const
/** A journal line: a checksum, and a record that may be sealed. */
const LINE = /^([0-9a-f]{8}) (\{".*|[A-Za-z0-9+/]{56,}={0,2})\r?$/
/** An unencrypted dead letter. */
const ASIDE = /^\s*\{"id":"[^"]{0,64}","sent":\{/

/**
 * Whether a file is a saved login, a list of known contacts, a journal, or a copy of one of these, from any run or
 * process and under any name.
 *
 * @param head first 64 KiB of the file
 */
export function isStateFile(name: string, head: Uint8Array): boolean {
  if (NAMES.some((names) => names.test(name))) return true
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  if (DOCUMENT.test(text) || ASIDE.test(text)) return true
  if (SECRETS.every((key) => text.includes(key))) return true
  const isComplete = head.length < STATE_HEAD_BYTES
  const lines = text.split('\n')
  return lines.some((line, n) => isJournalLine(line, isComplete || n < lines.length - 1))
}

/** The checksum of an incomplete line cannot be verified. */
function isJournalLine(line: string, isComplete: boolean): boolean {
  const [, checksum = '', body = ''] = LINE.exec(line) ?? []
  if (body === '') return false
  return !isComplete || body.startsWith('{') || crc32(body.trimEnd()) === Number.parseInt(checksum, 16)
}
