import type {
  AccountView,
  AddFaultRequest,
  ChatView,
  ClawbotAction,
  ClawbotActionRequest,
  ClawbotView,
  DetailsView,
  DisplayNameRequest,
  FaultView,
  JoinRequest,
  LoginView,
  MembersRequest,
  MessageView,
  NewAccountRequest,
  NewPersonRequest,
  PersonView,
  PhoneAction,
  RecordingView,
  RenameGroupRequest,
  RenamePersonRequest,
  RequestDetails,
  RequestFriendRequest,
  RequestView,
  SayRequest,
  SettingsRequest,
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

let selected = 1

/** Chooses the account to which all further requests apply. Replies that are still on their way are dropped. */
export function selectAccount(account: number): void {
  selected = account
}

export const api = {
  /** The state of an account that may not be selected yet. */
  state: (account: number) => json<StateView>(`/api/state?account=${account}`, {}, TIMEOUT_MS),
  addAccount: (request: NewAccountRequest = {}) => call<AccountView>('/api/accounts', request),

  messages(chatId: string, limit: number, before?: string) {
    const query = new URLSearchParams({ limit: String(limit), ...(before === undefined ? {} : { before }) })
    return call<MessageView[]>(`${chatPath(chatId)}/messages?${query}`)
  },

  details: (chatId: string) => call<DetailsView>(`${chatPath(chatId)}/details`),
  phone: (action: PhoneAction) => call<LoginView>(`/api/phone/${action}`, {}),
  clawbot: (action: ClawbotAction, request: ClawbotActionRequest) =>
    call<ClawbotView>(`/api/clawbot/${action}`, request),
  say: (chatId: string, request: SayRequest, signal?: AbortSignal) =>
    call<MessageView>(
      `${chatPath(chatId)}/messages`,
      request,
      'data' in request ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS,
      signal,
    ),
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
  joinByQr: (chatId: string, request: JoinRequest) => call<ChatView>(`${chatPath(chatId)}/join`, request),
  removeMembers: (chatId: string, request: MembersRequest) => call<ChatView>(`${chatPath(chatId)}/remove`, request),
  setDisplayName: (chatId: string, request: DisplayNameRequest) =>
    call<ChatView>(`${chatPath(chatId)}/display-name`, request),
  /** The requests that contain `text`, or all of them if it is empty. */
  requests: (text: string) => call<RequestView[]>(`/api/requests?${new URLSearchParams({ text })}`),
  request: (id: number) => call<RequestDetails>(`/api/requests/${id}`),
  addFault: (request: AddFaultRequest) => call<FaultView>('/api/faults', request),
  removeFault: (id: string) => send<FaultView[]>(`/api/faults/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  clearFaults: () => send<FaultView[]>('/api/faults', { method: 'DELETE' }),
  changeSettings: (request: SettingsRequest) => call<SettingsRequest>('/api/settings', request),
  startRecording: () => call<RecordingView>('/api/recording', {}),
  stopRecording: () => send<RecordingView>('/api/recording', { method: 'DELETE' }),
}

function personPath(personId: string): string {
  return `/api/people/${encodeURIComponent(personId)}`
}

function chatPath(chatId: string): string {
  return `/api/chats/${encodeURIComponent(chatId)}`
}

function call<Result>(
  path: string,
  body?: object,
  timeoutMs = TIMEOUT_MS,
  signal: AbortSignal | null = null,
): Promise<Result> {
  const post = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  }
  return send<Result>(path, post ?? {}, timeoutMs)
}

async function send<Result>(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Result> {
  const account = selected
  const result = await json<Result>(`${path}${path.includes('?') ? '&' : '?'}account=${account}`, init, timeoutMs)
  if (account !== selected) throw new ApiError(0, '')
  return result
}

async function json<Result>(path: string, init: RequestInit, timeoutMs: number): Promise<Result> {
  let response: Response
  let body: unknown
  try {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    response = await fetch(path, { ...init, cache: 'no-store', signal })
    body = await response.json()
  } catch {
    throw new ApiError(0, '')
  }
  if (!response.ok) throw new ApiError(response.status, errorOf(body) ?? `HTTP ${response.status}`)
  // The page and the sandbox come from the same build.
  return body as Result
}

/** Returns the message if `json` is an `ErrorView`. */
function errorOf(json: unknown): string | undefined {
  const isView = typeof json === 'object' && json !== null && 'error' in json
  return isView && typeof json.error === 'string' ? json.error : undefined
}
