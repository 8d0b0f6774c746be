import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { CLAWBOT_ACTIONS } from '../ilink/clawbot-view.js'
import { Hono, methodNotAllowed } from '../vendor/hono.js'
import { addAccount } from './accounts.js'
import * as bodies from './bodies.js'
import { chatMessages, markRead, openChat, recall } from './chats.js'
import { actOnClawbot } from './clawbot.js'
import type { ControlEnv } from './control-env.js'
import { details } from './details.js'
import { eventStream } from './events.js'
import { addFault, removeFaults } from './faults.js'
import * as groups from './groups.js'
import { failure, json } from './guard.js'
import { jsonBody } from './json-body.js'
import { answerMedia } from './media.js'
import * as people from './people.js'
import { actOnPhone } from './phone.js'
import { downloadRecording, startRecording, stopRecording } from './recording.js'
import { ApiRefusal } from './refusal.js'
import { listRequests, requestDetails } from './requests.js'
import { say } from './say.js'
import { changeSettings } from './settings.js'
import { stateView } from './state.js'
import { PHONE_ACTIONS } from './view.js'

/** Large enough for pictures and videos, which the page sends as base64. */
const SAY_LIMIT_BYTES = 48 * 1024 * 1024

const API = makeApi()

/** Handles requests to `/api/…`. The caller has already checked where the request came from. */
export function answerApi(core: Core, request: Request): Response | Promise<Response> {
  return API.fetch(request, { core })
}

/** The control API, as described in `view.ts`. */
function makeApi(): Hono<ControlEnv> {
  const api = new Hono<ControlEnv>().basePath('/api')
  api.use(methodNotAllowed({ app: api, onMethodNotAllowed: ({ req }, methods) => refuseMethod(req.method, methods) }))
  api.notFound(() => failure(404, 'Not found.'))
  api.onError((error) => {
    if (error instanceof ApiRefusal) return failure(error.status, error.message)
    if (error instanceof SandboxError) return failure(409, error.message)
    throw error
  })
  addReads(api)
  addActions(api)
  return api
}

function refuseMethod(method: string, methods: string[]): Response {
  if (method === 'GET') return failure(404, 'Not found.')
  const allowed = methods.filter((name) => name !== 'HEAD').join(', ')
  const refused = failure(405, `Method not allowed. Use ${allowed}.`)
  refused.headers.set('Allow', allowed)
  return refused
}

function addReads(api: Hono<ControlEnv>): void {
  api.get('/state', (c) => json(stateView(c.env.core)))
  api.get('/events', eventStream)
  api.get('/accounts', (c) => json(c.env.core.shared.views))
  api.get('/chats/:id/messages', (c) => chatMessages(c.env.core, c.req.param('id'), c.req.query()))
  api.get('/chats/:id/details', (c) => details(c.env.core, c.req.param('id')))
  api.get('/media/:id', (c) => answerMedia(c.env.core, c.req.param('id'), c.req.raw, false))
  api.get('/media/:id/thumb', (c) => answerMedia(c.env.core, c.req.param('id'), c.req.raw, true))
  api.get('/requests', (c) => listRequests(c.env.core, c.req.query('text')))
  api.get('/requests/:id', (c) => requestDetails(c.env.core, c.req.param('id')))
  api.get('/faults', (c) => json(c.env.core.faults.views))
  api.get('/recording', (c) => downloadRecording(c.env.core))
}

function addActions(api: Hono<ControlEnv>): void {
  const anyBody = jsonBody(bodies.ANY_BODY)
  const members = jsonBody(bodies.MEMBERS_BODY)
  for (const action of PHONE_ACTIONS) api.post(`/phone/${action}`, anyBody, (c) => actOnPhone(c.env.core, action))
  for (const action of CLAWBOT_ACTIONS) {
    api.post(`/clawbot/${action}`, jsonBody(bodies.CLAWBOT_BODY), (c) =>
      actOnClawbot(c.env.core, action, c.req.valid('json')),
    )
  }
  api.post('/chats/:id/messages', jsonBody(bodies.SAY_BODY, SAY_LIMIT_BYTES), (c) =>
    say(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/chats/:id/read', anyBody, (c) => markRead(c.env.core, c.req.param('id')))
  api.post('/chats/:id/open', anyBody, (c) => openChat(c.env.core, c.req.param('id')))
  api.post('/chats/:id/rename', jsonBody(bodies.RENAME_GROUP_BODY), (c) =>
    groups.rename(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/chats/:id/add', members, (c) => groups.addMembers(c.env.core, c.req.param('id'), c.req.valid('json')))
  api.post('/chats/:id/join', jsonBody(bodies.JOIN_BODY), (c) =>
    groups.join(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/chats/:id/remove', members, (c) =>
    groups.removeMembers(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/chats/:id/display-name', jsonBody(bodies.DISPLAY_NAME_BODY), (c) =>
    groups.setDisplayName(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/messages/:id/recall', anyBody, (c) => recall(c.env.core, c.req.param('id')))
  api.post('/accounts', jsonBody(bodies.NEW_ACCOUNT_BODY), (c) => addAccount(c.env.core, c.req.valid('json')))
  api.post('/people', jsonBody(bodies.NEW_PERSON_BODY), (c) => people.add(c.env.core, c.req.valid('json')))
  api.post('/people/:id/request', jsonBody(bodies.FRIEND_REQUEST_BODY), (c) =>
    people.requestFriendship(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/people/:id/rename', jsonBody(bodies.RENAME_PERSON_BODY), (c) =>
    people.rename(c.env.core, c.req.param('id'), c.req.valid('json')),
  )
  api.post('/people/:id/unfriend', anyBody, (c) => people.unfriend(c.env.core, c.req.param('id')))
  api.post('/faults', anyBody, (c) => addFault(c.env.core, c.req.valid('json')))
  api.post('/settings', jsonBody(bodies.SETTINGS_BODY), (c) => changeSettings(c.env.core, c.req.valid('json')))
  api.post('/recording', anyBody, (c) => startRecording(c.env.core))
  api.delete('/recording', (c) => stopRecording(c.env.core))
  api.delete('/faults', (c) => removeFaults(c.env.core, undefined))
  api.delete('/faults/:id', (c) => removeFaults(c.env.core, c.req.param('id')))
}
