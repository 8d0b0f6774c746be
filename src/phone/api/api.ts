import type {
  AddFaultRequest,
  ChatView,
  ClawbotAction,
  ClawbotActionRequest,
  ClawbotView,
  DetailsView,
  DisplayNameRequest,
  FaultView,
  LoginView,
  MembersRequest,
  MessageView,
  NewPersonRequest,
  PersonView,
  PhoneAction,
  RenameGroupRequest,
  RenamePersonRequest,
  RequestDetails,
  RequestFriendRequest,
  RequestView,
  SayRequest,
  StateView,
} from '../../sandbox/control/view.js'

const TIMEOUT_MS = 10_000
const UPLOAD_TIMEOUT_MS = 120_000

/** Thrown when the sandbox refuses a request or, with `status` 0, does not respond. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const api = {
  state: () => call<StateView>('/api/state'),

  messages(chatId: string, limit: number, before?: string) {
    const query = new URLSearchParams({ limit: String(limit), ...(before === undefined ? {} : { before }) })
    return call<MessageView[]>(`${chatPath(chatId)}/messages?${query}`)
  },

  details: (chatId: string) => call<DetailsView>(`${chatPath(chatId)}/details`),
  phone: (action: PhoneAction) => call<LoginView>(`/api/phone/${action}`, {}),
  clawbot: (action: ClawbotAction, request: ClawbotActionRequest) =>
    call<ClawbotView>(`/api/clawbot/${action}`, request),
  say: (chatId: string, request: SayRequest) =>
    call<MessageView>(`${chatPath(chatId)}/messages`, request, 'data' in request ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS),
  read: (chatId: string) => call<ChatView>(`${chatPath(chatId)}/read`, {}),
  recall: (messageId: string) => call<MessageView>(`/api/messages/${encodeURIComponent(messageId)}/recall`, {}),
  addPerson: (request: NewPersonRequest) => call<PersonView>('/api/people', request),
  requestFriend: (personId: string, request: RequestFriendRequest) =>
    call<MessageView>(`${personPath(personId)}/request`, request),
  renamePerson: (personId: string, request: RenamePersonRequest) =>
    call<PersonView>(`${personPath(personId)}/rename`, request),
  unfriend: (personId: string) => call<PersonView>(`${personPath(personId)}/unfriend`, {}),
  openOnPhone: (chatId: string) => call<ChatView>(`${chatPath(chatId)}/open`, {}),
  renameGroup: (chatId: string, request: RenameGroupRequest) => call<ChatView>(`${chatPath(chatId)}/rename`, request),
  addMembers: (chatId: string, request: MembersRequest) => call<ChatView>(`${chatPath(chatId)}/add`, request),
  removeMembers: (chatId: string, request: MembersRequest) => call<ChatView>(`${chatPath(chatId)}/remove`, request),
  setDisplayName: (chatId: string, request: DisplayNameRequest) =>
    call<ChatView>(`${chatPath(chatId)}/display-name`, request),
  /** The requests that contain `text`, or all of them if it is empty. */
  requests: (text: string) => call<RequestView[]>(`/api/requests?${new URLSearchParams({ text })}`),
  request: (id: number) => call<RequestDetails>(`/api/requests/${id}`),
  addFault: (request: AddFaultRequest) => call<FaultView>('/api/faults', request),
  removeFault: (id: string) => send<FaultView[]>(`/api/faults/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  clearFaults: () => send<FaultView[]>('/api/faults', { method: 'DELETE' }),
}

function personPath(personId: string): string {
  return `/api/people/${encodeURIComponent(personId)}`
}

function chatPath(chatId: string): string {
  return `/api/chats/${encodeURIComponent(chatId)}`
}

function call<Result>(path: string, body?: object, timeoutMs = TIMEOUT_MS): Promise<Result> {
  const post = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
  return send<Result>(path, post ?? {}, timeoutMs)
}

async function send<Result>(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Result> {
  let response: Response
  let json: unknown
  try {
    response = await fetch(path, { ...init, cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) })
    json = await response.json()
  } catch {
    throw new ApiError(0, '')
  }
  if (!response.ok) throw new ApiError(response.status, errorOf(json) ?? `HTTP ${response.status}`)
  // The page and the sandbox come from the same build.
  return json as Result
}

/** Returns the message if `json` is an `ErrorView`. */
function errorOf(json: unknown): string | undefined {
  const isView = typeof json === 'object' && json !== null && 'error' in json
  return isView && typeof json.error === 'string' ? json.error : undefined
}
