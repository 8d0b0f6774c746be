import type { BodyView, RequestDetails } from '../../sandbox/control/view.js'

/** Headers that curl sets itself. */
const OWN_HEADERS = ['host', 'connection', 'content-length', 'accept-encoding']

/** The request as a curl command, in which secrets are masked. */
export function curlOf({ method, url, requestHeaders, requestBody }: RequestDetails): string {
  const isForm = requestBody.kind === 'form'
  const isMultipart =
    isForm && requestHeaders.some(([name, value]) => name === 'content-type' && /^multipart/i.test(value))
  const headers = requestHeaders.filter(
    ([name]) => !OWN_HEADERS.includes(name) && !(isMultipart && name === 'content-type'),
  )
  return [
    `curl ${quoted(url)}`,
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...dataOf(requestBody, isMultipart),
  ].join(' \\\n  ')
}

function dataOf(body: BodyView, isMultipart: boolean): string[] {
  if ('text' in body) return [`--data-raw ${quoted(body.text)}`]
  if (body.kind === 'binary') return ['--data-binary @file']
  if (body.kind !== 'form') return []
  return body.parts.map(({ name, text, fileName }) =>
    isMultipart
      ? `-F ${quoted(text === undefined ? `${name}=@${fileName}` : `${name}=${text}`)}`
      : `--data-urlencode ${quoted(`${name}=${text}`)}`,
  )
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** The request and its reply as JSON. Bodies that are JSON are part of it, except those with long integers. */
export function jsonOf(details: RequestDetails): string {
  const { reply, requestBody } = details
  return JSON.stringify(
    { ...details, requestBody: plain(requestBody), ...(reply ? { reply: { ...reply, body: plain(reply.body) } } : {}) },
    null,
    2,
  )
}

/** A body that is JSON as its value; texts with long integers stay texts, because numbers would lose digits. */
function plain(body: BodyView): unknown {
  if (body.kind !== 'json' || body.isCut || /\d{16}/.test(body.text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) return body
  try {
    return JSON.parse(body.text)
  } catch {
    return body
  }
}

/** The request and its reply as text, in the form of HTTP. */
export function rawOf({ request, method, url, requestHeaders, requestBody, reply }: RequestDetails): string {
  const { pathname, search } = new URL(url)
  const sent = [`${method} ${pathname}${search}`, ...linesOf(requestHeaders), '', rawBody(requestBody)]
  if (!reply) return sent.join('\n').trimEnd()
  return [...sent, '', `HTTP ${request.status}`, ...linesOf(reply.headers), '', rawBody(reply.body)]
    .join('\n')
    .trimEnd()
}

function linesOf(headers: readonly (readonly [string, string])[]): string[] {
  return headers.map(([name, value]) => `${name}: ${value}`)
}

function rawBody(body: BodyView): string {
  switch (body.kind) {
    case 'none':
      return ''
    case 'json':
    case 'text':
      return body.isCut ? `${body.text}…` : body.text
    case 'form':
      return body.parts.map((part) => `${part.name}=${part.text ?? describe(part)}`).join('\n')
    case 'binary':
      return describe(body)
    case 'dropped':
      return `<${body.sizeBytes} bytes>`
  }
}

function describe({ sizeBytes, md5, fileName }: { sizeBytes: number; md5?: string; fileName?: string }): string {
  return `<${[fileName, `${sizeBytes} bytes`, md5 && `md5 ${md5}`].filter(Boolean).join(', ')}>`
}
