import { join } from 'node:path'
import type ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'
import { declarationsProgram, publicTypes } from '../support/public-types.js'

const DIST = join(import.meta.dirname, '../../dist').replaceAll('\\', '/')

const ITCHAT = {
  values: [
    'ATTACHMENT',
    'ArgumentError',
    'CARD',
    'Chatroom',
    'ChatroomMember',
    'Core',
    'DirectiveError',
    'FRIENDS',
    'FileError',
    'FileSessionStore',
    'INCOME_MSG',
    'InterruptedError',
    'Itchat',
    'ItchatError',
    'LoggedOutError',
    'LoginError',
    'MAP',
    'MassivePlatform',
    'MemorySessionStore',
    'NOTE',
    'NetworkError',
    'PICTURE',
    'ProtocolError',
    'RECORDING',
    'RefusedError',
    'SHARING',
    'SYSTEM',
    'ServerError',
    'StateError',
    'TEXT',
    'UNKNOWN',
    'UnsupportedError',
    'User',
    'VERSION',
    'VIDEO',
    'VOICE',
    'content',
    'default',
    'instanceList',
    'newInstance',
    'originInstance',
    'setLogging',
  ],
  types: [
    'AddFriendArguments',
    'AddFriendOptions',
    'AddMemberOptions',
    'AttachmentMessage',
    'AutoLoginOptions',
    'Card',
    'CardMessage',
    'Clock',
    'Contact',
    'ContactFields',
    'ContactReference',
    'ContactReferences',
    'CreateChatroomResult',
    'DefaultInstance',
    'Download',
    'DownloadOptions',
    'DownloadResult',
    'FetchOptions',
    'FileSessionStoreOptions',
    'FileSource',
    'FormerNames',
    'FriendQuery',
    'FriendRequest',
    'FriendsMessage',
    'Handler',
    'HeadImageFile',
    'HeadImageOptions',
    'HeadImageTarget',
    'HeldLock',
    'Identity',
    'IdentityEvidence',
    'IdentityTraits',
    'ItchatEvents',
    'ItchatOptions',
    'Journal',
    'JournalInput',
    'JournalMessage',
    'JournalOwner',
    'Location',
    'LogLevel',
    'Logger',
    'LoggingOptions',
    'LoginFailure',
    'LoginOptions',
    'LogoutReason',
    'MapMessage',
    'MediaReference',
    'MemberFields',
    'MemberNews',
    'MembersResult',
    'Message',
    'MessageFields',
    'MessageOf',
    'MessageType',
    'Middleware',
    'Note',
    'NoteKind',
    'NoteMessage',
    'OpenJournalOptions',
    'OperationOptions',
    'OperationResult',
    'PaceState',
    'PacingOptions',
    'PictureMessage',
    'QrCallbackInfo',
    'QrOptions',
    'Quoted',
    'RawMessage',
    'RecommendInfo',
    'RecordingMessage',
    'RefusalReason',
    'RegisterOptions',
    'ReloginNews',
    'Renaming',
    'Reply',
    'ReplyOptions',
    'RunOptions',
    'Seal',
    'SendAs',
    'SendFileOptions',
    'SendOptions',
    'SendOutcome',
    'SendResult',
    'SendableFile',
    'SentContent',
    'SentMessage',
    'SessionStore',
    'SetAside',
    'Sharing',
    'SharingKind',
    'SharingMessage',
    'State',
    'StoreLock',
    'StoredDocument',
    'SystemInfo',
    'SystemMessage',
    'TakenMessage',
    'TextMessage',
    'UnknownMessage',
    'Unlock',
    'UpdateChatroomOptions',
    'UpdateOptions',
    'UploadFileOptions',
    'UploadResult',
    'VideoMessage',
    'WriteOptions',
  ],
}

/** All of the main door, and the Python names. */
const COMPAT = {
  values: [...ITCHAT.values, 'new_instance', 'set_logging'].sort(),
  types: [
    ...ITCHAT.types,
    'PythonClass',
    'PythonDefaultInstance',
    'PythonItchat',
    'PythonNames',
    'WithPythonNames',
  ].sort(),
}

const SANDBOX = {
  values: ['DEFAULT_PORT', 'DEFAULT_WORLD', 'NoMessageError', 'PortInUseError', 'SandboxError', 'startSandbox'],
  types: [
    'Article',
    'Chat',
    'ChatView',
    'Clock',
    'ContentMap',
    'ContentView',
    'EventMap',
    'EventView',
    'Fault',
    'FaultKind',
    'FaultMatch',
    'FaultSpec',
    'FaultView',
    'Faults',
    'Friend',
    'GroupChat',
    'GroupMember',
    'GroupSpec',
    'HistoryItem',
    'HistorySpec',
    'LoginRefusal',
    'LoginState',
    'LoginView',
    'MediaBytes',
    'MediaKind',
    'MediaView',
    'Medium',
    'MemberSpec',
    'MemberView',
    'Mention',
    'MessageKind',
    'MessageView',
    'NoMessageDetails',
    'OfficialSpec',
    'Owner',
    'PersonSpec',
    'PersonView',
    'Phone',
    'PollKind',
    'RawMessage',
    'RecommendInfo',
    'RequestView',
    'Said',
    'Sandbox',
    'SandboxOptions',
    'Sendable',
    'SentMessage',
    'SessionInfo',
    'StateView',
    'UploadView',
    'WaitOptions',
    'WarningView',
    'WorldSpec',
  ],
}

const DOORS = [
  { name: 'itchat', file: 'index.d.ts', pinned: ITCHAT, load: () => import('itchat') },
  { name: 'itchat/compat', file: 'compat/index.d.ts', pinned: COMPAT, load: () => import('itchat/compat') },
  { name: 'itchat/sandbox', file: 'sandbox/index.d.ts', pinned: SANDBOX, load: () => import('itchat/sandbox') },
]

/** One program for all doors. */
let built: ts.Program | undefined

function declarations(): ts.Program {
  needsBuild()
  built ??= declarationsProgram(DOORS.map(({ file }) => `${DIST}/${file}`))
  return built
}

describe.each(DOORS)('$name', ({ file, pinned, load }) => {
  test('exports these values', async () => {
    expect(Object.keys(await load()).sort()).toEqual(pinned.values)
  })

  test('exports these types, and every type that stands in a public signature', () => {
    const { values, types, unexported } = publicTypes(declarations(), `${DIST}/${file}`, (name) =>
      name.startsWith(DIST),
    )
    expect(unexported).toEqual([])
    expect(types).toEqual(pinned.types)
    expect(values).toEqual(pinned.values)
  })
})

describe('the check of signatures', () => {
  const CASES: [name: string, text: string, unexported: string[]][] = [
    ['a parameter', 'export function f(x: Hidden): void', ['Hidden in f']],
    ['a result', 'export function f(): Promise<Hidden[]>', ['Hidden in f']],
    ['a property', 'export interface A { x?: Hidden }', ['Hidden in A.x']],
    ['an inherited method', 'declare class B { f(x: Hidden): void } export class A extends B {}', ['Hidden in B.f']],
    ['a constructor', 'export class A { constructor(x: Hidden) }', ['Hidden in A.()']],
    ['a constant', 'export const x: { y: Hidden }', ['Hidden in x.y']],
    ['an alternative of an alias', 'export type A = string | Hidden', ['Hidden in A']],
    ['a table behind an alias', 'interface T { x: Hidden } export type A = T[keyof T]', ['Hidden in T.x']],
    ['what Omit leaves', 'interface T { x: Hidden; y: 1 } export type A = Omit<T, "y">', ['Hidden in A']],
    ['what Omit takes away', 'interface T { x: Hidden; y: 1 } export type A = Omit<T, "x">', []],
    ['a private member', 'export class A { private x: Hidden }', []],
    ['a member marked @internal', 'export class A {\n/** @internal */\nx: Hidden }', []],
    ['a constructor of a type', 'declare class A { constructor(x: Hidden) } export type { A }', []],
    ['another name for it', 'export function f(x: Hidden): void; export type { Hidden as Shown }', []],
  ]
  const texts = new Map(
    CASES.map(([, text], index) => [`/${index}.d.ts`, `interface Hidden { value: 1 }\n${text}\nexport {}`]),
  )
  let program: ts.Program | undefined

  test.each(CASES.map((one, index) => [...one, `/${index}.d.ts`] as const))('%s', (_name, _text, expected, file) => {
    program ??= declarationsProgram([...texts.keys()], texts)
    expect(publicTypes(program, file, (name) => name === file).unexported).toEqual(expected)
  })
})
