import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { readBytes } from '../read/bytes.js'
import { type Fields, isObject } from '../read/fields.js'
import { recallByHand } from '../world/recall.js'
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
/** A picture or film the page sends comes as base64. */
const SAY_LIMIT_BYTES = 48 * MIB
const PAGE_LIMIT = 200
const PAGE_DEFAULT = 100

/** Answers `/api/…`; the caller has checked where the request comes from. */
export async function answerApi(core: Core, request: Request): Promise<Response> {
  const parts = new URL(request.url).pathname.split('/').slice(2).map(decode)
  const [topic, id, what] = parts
  const chat = topic === 'chats' && parts.length === 3 && id !== undefined
  const isMedia = topic === 'media' && id !== undefined
  if (request.method === 'GET') {
    if (parts.length === 1 && topic === 'state') return json(stateView(core))
    if (parts.length === 1 && topic === 'faults') return json(core.faults.views)
    if (parts.length === 1 && topic === 'events') return eventStream(core, request)
    if (chat && what === 'messages') return messages(core, id, new URL(request.url).searchParams)
    if (isMedia && parts.length === 2) return answerMedia(core, id, request, false)
    if (isMedia && parts.length === 3 && what === 'thumb') return answerMedia(core, id, request, true)
    return failure(404, 'there is nothing here')
  }
  const isFaults = topic === 'faults' && parts.length <= 2
  if (request.method === 'DELETE' && isFaults) return removeFaults(core, id)
  if (request.method !== 'POST') {
    const refused = failure(405, 'use GET to look, POST to act and DELETE for faults')
    refused.headers.set('Allow', isFaults ? 'GET, POST, DELETE' : 'GET, POST')
    return secured(refused)
  }
  const body = await readJson(request, chat && what === 'messages' ? SAY_LIMIT_BYTES : BODY_LIMIT_BYTES)
  if (body instanceof Response) return body
  try {
    if (topic === 'faults' && parts.length === 1) return addFault(core, body)
    if (topic === 'phone' && parts.length === 2 && isAction(id)) return act(core, id)
    if (chat && !exists(core, id)) return failure(404, `no chat ${id}`)
    if (chat && what === 'messages') return say(core, id, body)
    if (chat && what === 'read') return read(core, id)
    if (topic === 'messages' && parts.length === 3 && what === 'recall' && id) return recall(core, id)
    if (chat && what === 'open') return open(core, id)
    const acted = chat ? actInGroup(core, id, what, body) : undefined
    if (acted) return acted
    if (topic === 'people' && parts.length === 3 && id) {
      const done = actAsPerson(core, id, what, body)
      if (done) return done
    }
  } catch (error) {
    if (error instanceof SandboxError) return failure(409, error.message)
    throw error
  }
  return failure(404, 'there is nothing here')
}

function act(core: Core, action: PhoneAction): Response {
  if (action === 'logout') {
    if (!core.sessions.end(1100)) throw new SandboxError('nothing to log out: no program is logged in')
  } else {
    core.logins[action]()
  }
  return json(loginView(core.logins, core.sessions, core.url))
}

function recall(core: Core, id: string): Response {
  const message = core.world.findMessage(id)
  if (!message) return failure(404, `no message ${id}`)
  recallByHand(core.world, message)
  return json(messageView(core.world, message))
}

function read(core: Core, chatId: string): Response {
  core.world.markRead(chatId)
  return json(chatView(core.world, chatId))
}

function messages(core: Core, chatId: string, query: URLSearchParams): Response {
  if (!exists(core, chatId)) return failure(404, `no chat ${chatId}`)
  const limit = Number(query.get('limit') ?? PAGE_DEFAULT)
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) return failure(400, `limit is 1 to ${PAGE_LIMIT}`)
  const page = core.world.conversations.get(chatId)?.page(limit, query.get('before') ?? undefined) ?? []
  return json(page.map((message) => messageView(core.world, message)))
}

function exists(core: Core, chatId: string): boolean {
  return core.world.groups.has(chatId) || core.world.people.has(chatId)
}

function isAction(text: string | undefined): text is PhoneAction {
  return PHONE_ACTIONS.some((action) => action === text)
}

/** The body of a POST as an object; forms of other pages cannot send JSON, so nothing else is taken. */
async function readJson(request: Request, limitBytes: number): Promise<Fields | Response> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return failure(415, 'send Content-Type: application/json')
  }
  const bytes = await readBytes(request, limitBytes)
  if (bytes === undefined) return failure(413, `the body is larger than ${limitBytes / MIB} MiB`)
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Told below, like any other body that is no object.
  }
  return failure(400, 'the body is not a JSON object')
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
