import { errorCode } from './error-code.js'

const SECRET_NAMES =
  'skey|sid|wxsid|pass_ticket|passTicket|webwx_data_ticket|webwx_auth_ticket|webwxuvid|wxuin|uin|ticket|extspam|cookie|set-cookie|authorization'

const IN_QUERY = new RegExp(`\\b(${SECRET_NAMES})=[^&;\\s"'<]+`, 'gi')
const IN_JSON = new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|[\\d.]+)`, 'gi')
const IN_XML = new RegExp(`<(${SECRET_NAMES})>[^<]*`, 'gi')
const SESSION_KEY = /(?:@|%40)crypt_[0-9a-z_]+/gi

/** Replaces session secrets in a text that goes to an error or a log: query values, JSON values, XML elements. */
export function redact(text: string): string {
  return text
    .replace(IN_QUERY, '$1=***')
    .replace(IN_JSON, '$1"***"')
    .replace(IN_XML, '<$1>***')
    .replace(SESSION_KEY, '***')
}

/** An error chain is followed so far. */
const MAX_CAUSES = 4

/**
 * A library's error as the `cause` of one of ours: its name, code, redacted message, and its own cause. What else it carries is
 * left out: parsers and connections attach what they were given, such as headers with cookies and the bytes of a reply.
 */
export function redactCause(cause: unknown, depth = 1): Error | undefined {
  if (cause === undefined || cause === null || depth > MAX_CAUSES) return undefined
  const { name, message, code, cause: own } = fieldsOf(cause)
  const inner = redactCause(own, depth + 1)
  const shown = new Error(redact(message), inner ? { cause: inner } : {})
  Object.defineProperty(shown, 'name', { value: name, configurable: true, writable: true })
  // Where it was copied says nothing.
  shown.stack = `${name}: ${shown.message}`
  return code === undefined ? shown : Object.assign(shown, { code })
}

function fieldsOf(cause: unknown): { name: string; message: string; code: string | undefined; cause: unknown } {
  if (!(cause instanceof Error)) return { name: 'Error', message: String(cause), code: undefined, cause: undefined }
  const { name } = cause
  // A parser of JSON quotes what it read.
  const message = cause instanceof SyntaxError ? 'The text is malformed.' : cause.message
  return { name, message, code: errorCode(cause), cause: cause.cause }
}
