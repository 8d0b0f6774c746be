import { type Fields, isObject } from '../read/fields.js'
import { MASK } from './mask-word.js'

/** Names of fields, parameters, attributes, elements and headers whose values are secret, in lower case. */
const SECRET_NAMES = [
  'skey',
  'sid',
  'wxsid',
  'wxuin',
  'pass_ticket',
  'webwx_data_ticket',
  'webwx_auth_ticket',
  'webwxuvid',
  'deviceid',
  'ticket',
  'verifyuserticket',
  'qrticket',
  'encryptusername',
  'aeskey',
  'aes_key',
  'cdnthumbaeskey',
  'signature',
  'token',
  'bot_token',
  'context_token',
  'typing_ticket',
  'local_token_list',
  'verify_code',
  'encrypt_query_param',
  'encrypted_query_param',
  'upload_param',
  'taskid',
  'x-encrypted-param',
] as const

const SECRETS: ReadonlySet<string> = new Set(SECRET_NAMES)
const NAMES = [...SECRET_NAMES].sort((a, b) => b.length - a.length).join('|')
/** In text, a quote may be escaped once or more, as in JSON inside JSON, or be written as an XML reference. */
const QUOTE = `(?:\\\\*["']|&quot;|&amp;quot;|&apos;)`

/** `"name": "value"`, and the rest of the text if it ends within the value. */
const JSON_PAIR = new RegExp(
  `(${QUOTE}(?:${NAMES})${QUOTE}\\s*:\\s*)(?:(${QUOTE})((?:(?!\\2)[\\s\\S]|(?<=\\\\)\\2)+)|([^\\s"'\\\\,}\\]{[][^,}\\]]*)|(\\[[^\\]]*)|(\\{[^}]*))`,
  'gi',
)
/** `name=value` in queries, forms and cookies, and `name="value"` in XML. */
const PAIR = new RegExp(
  `(?<![\\w-])((?:${NAMES})=)(?:(${QUOTE})((?:(?!\\2)[\\s\\S]|(?<=\\\\)\\2)+)|([^\\s&;"'<>\\\\]+))`,
  'gi',
)
/** `<name>value</name>`, also with references or CDATA. */
const ELEMENT = new RegExp(`((?:<|&lt;)(?:${NAMES})(?:>|&gt;)(?:<!\\[CDATA\\[|&lt;!\\[CDATA\\[)?)([^<&\\]]+)`, 'gi')

/** Masks the secrets of one sandbox: by the names of their fields, and by their values wherever these occur. */
export class Mask {
  readonly #values: readonly string[]

  /** `values` are the known secrets, in any order. Short ones are ignored because they occur by chance. */
  constructor(values: Iterable<string> = []) {
    const forms = [...values].filter((value) => value.length >= 8).flatMap(formsOf)
    this.#values = [...new Set(forms)].sort((a, b) => b.length - a.length)
  }

  /** Masks secrets in text of any format, which may be incomplete. */
  text(text: string): string {
    const byName = text
      .replace(JSON_PAIR, (_, head: string, quote = '') => head + quote + MASK)
      .replace(PAIR, (_, head: string, quote = '') => head + quote + MASK)
      .replace(ELEMENT, (_, head: string) => head + MASK)
    return this.#byValue(byName)
  }

  /** Masks secrets in a parsed JSON value. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((entry) => this.json(entry))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        isSecretField(name, value) ? masked(entry) : name === 'BaseRequest' ? maskedFields(entry) : this.json(entry),
      ]),
    )
  }

  /** Masks a URL or a part of one. */
  url(url: string): string {
    return this.text(url)
  }

  /** Masks a field of a form. */
  field(name: string, value: string): string {
    return SECRETS.has(name.toLowerCase()) && value !== '' ? MASK : this.text(value)
  }

  /** Masks the value of a header. Every cookie is secret. */
  header(name: string, value: string): string {
    switch (name.toLowerCase()) {
      case 'cookie':
        return value.replace(/=[^;]*/g, `=${MASK}`)
      case 'set-cookie':
        return this.text(value.replace(/=[^;]*/, `=${MASK}`))
      case 'authorization':
        return value.replace(/^(\w+\s+)?.*$/s, `$1${MASK}`)
      default:
        return this.field(name, value)
    }
  }

  #byValue(text: string): string {
    let result = text
    for (const value of this.#values) if (result.includes(value)) result = result.replaceAll(value, MASK)
    return result
  }
}

/** In contacts, `Signature` is a text about the person; elsewhere it authorizes an upload. */
function isSecretField(name: string, parent: Fields): boolean {
  const lower = name.toLowerCase()
  if (lower === 'signature' && ('NickName' in parent || 'UserName' in parent)) return false
  return SECRETS.has(lower)
}

/** Empty values are not secret, and whether one is empty matters when a request fails. */
function masked(value: unknown): unknown {
  if (value === null || value === '' || value === 0) return value
  return Array.isArray(value) && value.length === 0 ? value : MASK
}

function maskedFields(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return masked(value)
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, masked(entry)]))
}

/** A value as it is written in a URL, percent-encoded or decoded, and inside JSON. */
function formsOf(value: string): string[] {
  return [
    value,
    encodeURIComponent(value),
    decoded(value),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll('/', '\\/'),
  ]
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
