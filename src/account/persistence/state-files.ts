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
const OTHER_DOCUMENT = /"document"\s*:\s*"(?:identities|queue|aside)"/
const SECRETS = ['"skey"', '"sid"', '"cookies"', '"syncKey"'] as const
/** The beginning of a saved login. */
const LOGIN_START = '{"version":2,"document":"session"'
const LOGIN_DOCUMENT = /"document"\s*:\s*"session"/
const CHECKSUM = /"sha256"\s*:\s*"[0-9a-f]{64}"/
const BODY = /"(?:content|sealed)"\s*:/
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

/** What is known about the origin of a file. */
type Origin = 'login' | 'other' | 'unknown'

/**
 * Whether a file is a saved login, even if it is damaged: empty, truncated, partly overwritten. `unknown`: its content is
 * neither recognizable nor valid in any other way, as after severe damage.
 */
export function originOf(content: Uint8Array): Origin {
  // A crash may leave zeros in place of the content.
  const text = Buffer.from(content)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\0', '')
  if (text.trim() === '' || LOGIN_START.startsWith(text)) return 'login'
  if (OTHER_DOCUMENT.test(text)) return 'other'
  if (LOGIN_DOCUMENT.test(text) || (CHECKSUM.test(text) && BODY.test(text))) return 'login'
  if (SECRETS.every((key) => text.includes(key))) return 'login'
  try {
    JSON.parse(text)
    return 'other'
  } catch {
    return 'unknown'
  }
}

/** The checksum of an incomplete line cannot be verified. */
function isJournalLine(line: string, isComplete: boolean): boolean {
  const [, checksum = '', body = ''] = LINE.exec(line) ?? []
  if (body === '') return false
  return !isComplete || body.startsWith('{') || crc32(body.trimEnd()) === Number.parseInt(checksum, 16)
}
