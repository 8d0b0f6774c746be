import type * as v from 'valibot'
import type { Core } from '../core.js'
import { CLAWBOT_ACTIONS } from '../ilink/clawbot-view.js'
import type { Fields } from '../read/fields.js'
import {
  ANY_BODY,
  CLAWBOT_BODY,
  DISPLAY_NAME_BODY,
  FRIEND_REQUEST_BODY,
  MEMBERS_BODY,
  NEW_PERSON_BODY,
  parseBody,
  RENAME_GROUP_BODY,
  RENAME_PERSON_BODY,
  SAY_BODY,
} from './bodies.js'
import { chatMessages, markRead, openChat, recall } from './chats.js'
import { actOnClawbot } from './clawbot.js'
import { details } from './details.js'
import { eventStream } from './events.js'
import { addFault, removeFaults } from './faults.js'
import { addMembers, removeMembers, rename as renameGroup, setDisplayName } from './groups.js'
import { json } from './guard.js'
import { answerMedia } from './media.js'
import { add as addPerson, rename as renamePerson, requestFriendship, unfriend } from './people.js'
import { actOnPhone } from './phone.js'
import { answerRequests } from './requests.js'
import { say } from './say.js'
import { stateView } from './state.js'
import { PHONE_ACTIONS } from './view.js'

const MIB = 1024 * 1024
const BODY_LIMIT_BYTES = MIB
/** Large enough for pictures and videos, which the page sends as base64. */
const SAY_LIMIT_BYTES = 48 * MIB

interface Call<Body> {
  readonly core: Core
  readonly request: Request
  readonly query: URLSearchParams
  /** The part of the path at `:id`, or `''`. */
  readonly id: string
  readonly body: Body
}

type Answer = Response | Promise<Response>

/** A row of the table. `handle` throws an `ApiRefusal` for an invalid body. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** The parts of the path after `/api/`. */
  readonly path: readonly string[]
  readonly limitBytes: number
  handle(call: Call<Fields>): Answer
}

const READ: readonly Route[] = [
  get('state', ({ core }) => json(stateView(core))),
  get('events', ({ core, request }) => eventStream(core, request)),
  get('chats/:id/messages', ({ core, id, query }) => chatMessages(core, id, query)),
  get('chats/:id/details', ({ core, id }) => details(core, id)),
  get('media/:id', ({ core, id, request }) => answerMedia(core, id, request, false)),
  get('media/:id/thumb', ({ core, id, request }) => answerMedia(core, id, request, true)),
  get('requests', ({ core, query }) => answerRequests(core, undefined, query)),
  get('requests/:id', ({ core, id, query }) => answerRequests(core, id, query)),
  get('faults', ({ core }) => json(core.faults.views)),
]

const ACT: readonly Route[] = [
  ...PHONE_ACTIONS.map((action) => post(`phone/${action}`, ANY_BODY, ({ core }) => actOnPhone(core, action))),
  ...CLAWBOT_ACTIONS.map((action) =>
    post(`clawbot/${action}`, CLAWBOT_BODY, ({ core, body }) => actOnClawbot(core, action, body)),
  ),
  post('chats/:id/messages', SAY_BODY, ({ core, id, body }) => say(core, id, body), SAY_LIMIT_BYTES),
  post('chats/:id/read', ANY_BODY, ({ core, id }) => markRead(core, id)),
  post('chats/:id/open', ANY_BODY, ({ core, id }) => openChat(core, id)),
  post('chats/:id/rename', RENAME_GROUP_BODY, ({ core, id, body }) => renameGroup(core, id, body)),
  post('chats/:id/add', MEMBERS_BODY, ({ core, id, body }) => addMembers(core, id, body)),
  post('chats/:id/remove', MEMBERS_BODY, ({ core, id, body }) => removeMembers(core, id, body)),
  post('chats/:id/display-name', DISPLAY_NAME_BODY, ({ core, id, body }) => setDisplayName(core, id, body)),
  post('messages/:id/recall', ANY_BODY, ({ core, id }) => recall(core, id)),
  post('people', NEW_PERSON_BODY, ({ core, body }) => addPerson(core, body)),
  post('people/:id/request', FRIEND_REQUEST_BODY, ({ core, id, body }) => requestFriendship(core, id, body)),
  post('people/:id/rename', RENAME_PERSON_BODY, ({ core, id, body }) => renamePerson(core, id, body)),
  post('people/:id/unfriend', ANY_BODY, ({ core, id }) => unfriend(core, id)),
  post('faults', ANY_BODY, ({ core, body }) => addFault(core, body)),
]

const REMOVE: readonly Route[] = [
  remove('faults', ({ core }) => removeFaults(core, undefined)),
  remove('faults/:id', ({ core, id }) => removeFaults(core, id)),
]

/** The control API, as described in `view.ts`. */
export const ROUTES: readonly Route[] = [...READ, ...ACT, ...REMOVE]

function get(path: string, handle: (call: Call<unknown>) => Answer): Route {
  return { method: 'GET', path: path.split('/'), limitBytes: 0, handle }
}

function remove(path: string, handle: (call: Call<unknown>) => Answer): Route {
  return { method: 'DELETE', path: path.split('/'), limitBytes: 0, handle }
}

function post<Schema extends Parameters<typeof parseBody>[0]>(
  path: string,
  schema: Schema,
  handle: (call: Call<v.InferOutput<Schema>>) => Answer,
  limitBytes = BODY_LIMIT_BYTES,
): Route {
  return {
    method: 'POST',
    path: path.split('/'),
    limitBytes,
    handle: (call) => handle({ ...call, body: parseBody(schema, call.body) }),
  }
}
