import type { Core } from '../core.js'
import type { CapturedRequest } from '../inspector/capture.js'
import { decodeBody } from '../inspector/decode.js'
import { Mask } from '../inspector/mask.js'
import type { BodyView, RequestView } from '../inspector/request-view.js'
import { isRefusalId } from '../refused-sends.js'
import type { RefusedView } from '../views/view.js'
import { textOf as messageText } from '../world/describe.js'
import type { Message } from '../world/message.js'
import { failure, json } from './guard.js'
import type { CarriedMessage, RequestDetails } from './request-details.js'

/** `UserName`s of the web protocol, which differ between sessions. */
const USER_NAMES = /@@?[\da-f]{32,}/g
/** After so many requests, a search lets other work go on. */
const SEARCH_STEP = 20
const MESSAGES = 5

/** `GET /api/requests`. */
export function listRequests(core: Core, text = ''): Response | Promise<Response> {
  return text === '' ? json(core.traffic.requests) : search(core, text.toLowerCase())
}

/** `GET /api/requests/<id>`. */
export function requestDetails(core: Core, id: string): Response {
  const found = /^\d{1,15}$/.test(id) ? core.traffic.find(Number(id)) : undefined
  if (!found) return failure(404, `Unknown request id "${id}". Only the latest 2,000 requests are kept.`)
  return json(detailsOf(core, found.request, found.captured, maskOf(core)))
}

async function search(core: Core, text: string): Promise<Response> {
  const mask = maskOf(core)
  const found: RequestView[] = []
  for (const [index, request] of [...core.traffic.requests].entries()) {
    if (index % SEARCH_STEP === 0) await new Promise((resolve) => setImmediate(resolve))
    const captured = core.traffic.find(request.id)?.captured
    // Only what is shown is searched, so that a search cannot reveal a secret.
    if (captured && shownText(request, captured, mask).toLowerCase().includes(text)) found.push(request)
  }
  return json(found)
}

function shownText({ endpoint, status, result = '', reason = '' }: RequestView, captured: CapturedRequest, mask: Mask) {
  const { url, body, reply } = captured
  const texts = [endpoint, String(status ?? ''), result, reason, mask.text(url)]
  return [...texts, textOf(decodeBody(body, mask)), textOf(decodeBody(reply?.body, mask))].join('\n')
}

function textOf(body: BodyView): string {
  if ('text' in body) return body.text
  if (body.kind === 'binary') return body.md5 ?? ''
  return body.kind === 'form' ? body.parts.map((part) => `${part.name} ${part.text ?? part.fileName}`).join('\n') : ''
}

function detailsOf(core: Core, request: RequestView, captured: CapturedRequest, mask: Mask): RequestDetails {
  const { method, url, headers, body, reply } = captured
  const requestBody = decodeBody(body, mask)
  const replyBody = decodeBody(reply?.body, mask)
  const causedBy = causeOf(core, request, mask)
  const ids = request.messages ?? []
  const isShown = (id: string) => core.world.findMessage(id) !== undefined
  return {
    request,
    method,
    url: mask.text(url),
    requestHeaders: headersOf(headers, mask),
    requestBody,
    ...(reply ? { reply: { headers: headersOf(reply.headers, mask), body: replyBody } } : {}),
    names: namesIn(core, `${url} ${textOf(requestBody)} ${textOf(replyBody)}`),
    messages: ids.slice(-MESSAGES).flatMap((id) => {
      const message = core.world.findMessage(id)
      const refused = core.refused.find(id)
      if (refused && refused.messageId === undefined) return carriedRefusal(refused, mask)
      return message ? carried(message, mask) : []
    }),
    rawMessages: ids.filter((id) => !isShown(id) && !isRefusalId(id)).slice(-MESSAGES),
    ...(causedBy ? { causedBy } : {}),
  }
}

function headersOf(headers: Headers, mask: Mask): [string, string][] {
  return [...headers].map(([name, value]) => [name, mask.header(name, value)])
}

/** The message before the sent one, if the sent one is a reply. */
function causeOf(core: Core, { chatId, messages }: RequestView, mask: Mask): RequestDetails['causedBy'] {
  const conversation = core.world.conversations.get(chatId ?? '')
  const sent = conversation?.find(messages?.[0] ?? '')
  if (!conversation || sent?.replyMs === undefined) return undefined
  const before = conversation.messages.slice(0, conversation.messages.lastIndexOf(sent))
  const cause = before.findLast(({ origin }) => origin === 'person' || origin === 'phone')
  return cause && { message: carried(cause, mask), replyMs: sent.replyMs }
}

function namesIn(core: Core, text: string): Record<string, string> {
  const { world, sessions, ilink } = core
  const names: Record<string, string> = {}
  for (const userName of new Set(text.match(USER_NAMES))) {
    const id = sessions.find((session) => session.names.idOf(userName) !== undefined)?.names.idOf(userName) ?? ''
    const name = world.groups.get(id)?.topic ?? world.people.get(id)?.name
    if (name !== undefined) names[userName] = name
  }
  if (text.includes(ilink.userId)) names[ilink.userId] = world.owner.name
  return names
}

/** A poll that began before the scan may have the credentials of another account. */
function maskOf({ shared }: Core): Mask {
  const tickets = shared.attempts.all.map(({ ticket }) => ticket)
  return new Mask([...tickets, ...shared.cores.flatMap(({ secrets }) => secrets)])
}

/** A message may quote a secret as well. */
function carried({ id, chatId, content }: Message, mask: Mask): CarriedMessage {
  return { id, chatId, kind: content.kind, text: mask.text(messageText(content)) }
}

function carriedRefusal({ id, chatId, kind, text }: RefusedView, mask: Mask): CarriedMessage {
  return { id, chatId, kind, text: mask.text(text) }
}
