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
