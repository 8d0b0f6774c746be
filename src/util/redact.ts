import { errorCode } from './error-code.js'

const SECRET_NAMES =
  'skey|sid|wxsid|pass_ticket|passTicket|webwx_data_ticket|webwx_auth_ticket|webwxuvid|wxuin|uin|ticket|extspam|cookie|set-cookie|authorization|bot_token|context_token|typing_ticket|encrypted_query_param|encrypt_query_param|filekey|aeskey|aes_key'

const IN_QUERY = new RegExp(`\\b(${SECRET_NAMES})=[^&;\\s"'<]+`, 'gi')
const IN_JSON = new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|[\\d.]+)`, 'gi')
const IN_XML = new RegExp(`<(${SECRET_NAMES})>[^<]*`, 'gi')
const SESSION_KEY = /(?:@|%40)crypt_[0-9a-z_]+/gi
const BOT_TOKEN = /@im\.bot:[^\s"'&<]+/gi

/** Replaces session secrets in text for errors and logs: query values, JSON values, XML elements. */
export function redact(text: string): string {
  return text
    .replace(IN_QUERY, '$1=***')
    .replace(IN_JSON, '$1"***"')
    .replace(IN_XML, '<$1>***')
    .replace(SESSION_KEY, '***')
    .replace(BOT_TOKEN, '@im.bot:***')
}

/** Maximum length of the chain of causes that is kept. */
const MAX_CAUSES = 4

/**
 * Redacts an error from another library for use as a `cause`: keeps its name, code, redacted message and own cause.
 * Other properties are dropped: parsers and connections attach their input, such as headers with cookies and the bytes
 * of a reply.
 */
export function redactCause(cause: unknown, depth = 1): Error | undefined {
  if (cause === undefined || cause === null || depth > MAX_CAUSES) return undefined
  const { name, message, code, cause: own } = fieldsOf(cause)
  const inner = redactCause(own, depth + 1)
  const redacted = new Error(redact(message), inner ? { cause: inner } : {})
  Object.defineProperty(redacted, 'name', { value: name, configurable: true, writable: true })
  // The stack of the copy is meaningless.
  redacted.stack = `${name}: ${redacted.message}`
  return code === undefined ? redacted : Object.assign(redacted, { code })
}

function fieldsOf(cause: unknown): { name: string; message: string; code: string | undefined; cause: unknown } {
  if (!(cause instanceof Error)) return { name: 'Error', message: String(cause), code: undefined, cause: undefined }
  const { name } = cause
  // JSON parsers quote their input in the message.
  const message = cause instanceof SyntaxError ? 'The text is malformed.' : cause.message
  return { name, message, code: errorCode(cause), cause: cause.cause }
}
