import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { readBytes } from '../read/bytes.js'
import { type Fields, isObject } from '../read/fields.js'
import { CLAWBOT } from '../world/clawbot.js'
import { recallBySpeaker } from '../world/recall.js'
import { actOnClawbot } from './clawbot.js'
import { eventStream } from './events.js'
import { addFault, removeFaults } from './faults.js'
import { failure, json, secured } from './guard.js'
import { answerMedia } from './media.js'
import { actAsPerson, actInGroup, open } from './people.js'
import { say } from './say.js'
import { stateView } from './state.js'
import { PHONE_ACTIONS, type PhoneAction } from './view.js'
import { chatView, loginView, messageView } from './views.js'

const MIB = 1024 * 1024
const BODY_LIMIT_BYTES = MIB
/** Large enough for pictures and videos, which the page sends as base64. */
const SAY_LIMIT_BYTES = 48 * MIB
const PAGE_LIMIT = 200
const PAGE_DEFAULT = 100

/** Handles requests to `/api/…`. The caller has already checked where the request came from. */
export async function answerApi(core: Core, request: Request): Promise<Response> {
  const parts = new URL(request.url).pathname.split('/').slice(2).map(decode)
  const [resource, id, action] = parts
  const chat = resource === 'chats' && parts.length === 3 && id !== undefined
  const isMedia = resource === 'media' && id !== undefined
  if (request.method === 'GET') {
    if (parts.length === 1 && resource === 'state') return json(stateView(core))
    if (parts.length === 1 && resource === 'faults') return json(core.faults.views)
    if (parts.length === 1 && resource === 'events') return eventStream(core, request)
    if (chat && action === 'messages') return messages(core, id, new URL(request.url).searchParams)
    if (isMedia && parts.length === 2) return answerMedia(core, id, request, false)
    if (isMedia && parts.length === 3 && action === 'thumb') return answerMedia(core, id, request, true)
    return failure(404, 'Not found.')
  }
  const isFaults = resource === 'faults' && parts.length <= 2
  if (request.method === 'DELETE' && isFaults) return removeFaults(core, id)
  if (request.method !== 'POST') {
    const refused = failure(405, 'Method not allowed. Use GET to read, POST to act, or DELETE to remove faults.')
    refused.headers.set('Allow', isFaults ? 'GET, POST, DELETE' : 'GET, POST')
    return secured(refused)
  }
  const body = await readJson(request, chat && action === 'messages' ? SAY_LIMIT_BYTES : BODY_LIMIT_BYTES)
  if (body instanceof Response) return body
  try {
    if (resource === 'faults' && parts.length === 1) return addFault(core, body)
    if (resource === 'phone' && parts.length === 2 && isAction(id)) return actOnPhone(core, id)
    if (resource === 'clawbot' && parts.length === 2) {
      const done = actOnClawbot(core, id, body)
      if (done) return done
    }
    if (chat && !exists(core, id)) return failure(404, `Unknown chat id "${id}".`)
    if (chat && action === 'messages') return say(core, id, body)
    if (chat && action === 'read') return read(core, id)
    if (resource === 'messages' && parts.length === 3 && action === 'recall' && id) return recall(core, id)
    if (chat && action === 'open') return open(core, id)
    const acted = chat ? actInGroup(core, id, action, body) : undefined
    if (acted) return acted
    if (resource === 'people' && parts.length === 3 && id) {
      const done = actAsPerson(core, id, action, body)
      if (done) return done
    }
  } catch (error) {
    if (error instanceof SandboxError) return failure(409, error.message)
    throw error
  }
  return failure(404, 'Not found.')
}

function actOnPhone(core: Core, action: PhoneAction): Response {
  if (action === 'logout') {
    if (!core.sessions.end(1100)) throw new SandboxError('logout: no program is logged in. Log one in first.')
  } else {
    core.logins[action]()
  }
  return json(loginView(core.logins, core.sessions, core.url))
}

function recall(core: Core, id: string): Response {
  const message = core.world.findMessage(id)
  if (!message) return failure(404, `Unknown message id "${id}".`)
  recallBySpeaker(core.world, message)
  return json(messageView(core.world, message))
}

function read(core: Core, chatId: string): Response {
  core.world.markRead(chatId)
  return json(chatView(core.world, chatId))
}

function messages(core: Core, chatId: string, query: URLSearchParams): Response {
  if (!exists(core, chatId)) return failure(404, `Unknown chat id "${chatId}".`)
  const limit = Number(query.get('limit') ?? PAGE_DEFAULT)
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT)
    return failure(400, `Invalid limit: expected an integer from 1 to ${PAGE_LIMIT}.`)
  const page = core.world.conversations.get(chatId)?.page(limit, query.get('before') ?? undefined) ?? []
  return json(page.map((message) => messageView(core.world, message)))
}

function exists(core: Core, chatId: string): boolean {
  return chatId === CLAWBOT || core.world.groups.has(chatId) || core.world.people.has(chatId)
}

function isAction(text: string | undefined): text is PhoneAction {
  return PHONE_ACTIONS.some((known) => known === text)
}

/** Parses the body of a POST request. Only JSON is accepted, because forms on other sites cannot send it. */
async function readJson(request: Request, limitBytes: number): Promise<Fields | Response> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return failure(415, 'Invalid Content-Type: expected application/json.')
  }
  const bytes = await readBytes(request, limitBytes)
  if (bytes === undefined) return failure(413, `The body is larger than ${limitBytes / MIB} MiB.`)
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Handled below like any other invalid body.
  }
  return failure(400, 'Invalid body: expected a JSON object.')
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
