import { UnsupportedError } from '../errors.js'

type Kind = NonNullable<UnsupportedError['kind']>

/** Why a kind of contact cannot do something, and what to do instead. */
interface Refusal {
  problem: string
  advice: string
}

const OF_A_PERSON = {
  problem: 'a person has no members',
  advice: 'Call it on a group.',
} as const satisfies Refusal

const OF_AN_ACCOUNT = {
  problem: 'an official account has no members',
  advice: 'Call it on a group.',
} as const satisfies Refusal

/** Members are written to as friends, or in the group. */
const WRITE = {
  problem: "a group's member has no conversation",
  advice: 'Write to the group, or to the friend that searchFriends({ userName }) finds.',
} as const satisfies Refusal

/**
 * What each kind cannot do, method by method. The types leave these methods out; a JavaScript program that calls one gets an
 * `UnsupportedError` made of this.
 */
export const UNSUPPORTED = {
  user: {
    addMember: OF_A_PERSON,
    deleteMember: OF_A_PERSON,
    searchMember: OF_A_PERSON,
  },
  massivePlatform: {
    update: {
      problem: 'an official account cannot be updated by itself',
      advice: 'Call getMps({ update: true }).',
    },
    setAlias: { problem: 'an official account has no remark', advice: 'Set the remark of a friend.' },
    setPinned: { problem: 'an official account cannot be pinned', advice: 'Pin a friend or a group.' },
    verify: {
      problem: 'an official account sends no friend requests',
      advice: 'Follow it with addFriend({ userName, status: 1 }).',
    },
    addMember: OF_AN_ACCOUNT,
    deleteMember: OF_AN_ACCOUNT,
    searchMember: OF_AN_ACCOUNT,
  },
  chatroom: {
    verify: { problem: 'a group sends no friend requests', advice: 'Call it on the person that sent one.' },
  },
  chatroomMember: {
    update: { problem: "a group's member is updated with its group", advice: 'Call update(true) of the group.' },
    setAlias: { problem: "a group's member has no remark of its own", advice: 'Call setAlias() of the friend.' },
    setPinned: { problem: "a group's member cannot be pinned", advice: 'Call setPinned() of the friend or the group.' },
    verify: { problem: "a group's member sends no friend requests", advice: 'Call addFriend() with the member.' },
    addMember: { problem: "a group's member has no members", advice: 'Call addMember() of the group.' },
    searchMember: { problem: "a group's member has no members", advice: 'Call searchMember() of the group.' },
    send: WRITE,
    sendMsg: WRITE,
    sendRawMsg: WRITE,
    sendFile: WRITE,
    sendImage: WRITE,
    sendVideo: WRITE,
  },
} as const satisfies Record<Kind, Readonly<Record<string, Refusal>>>

/** Methods that return a value, not a promise. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(['searchMember'])

/** Gives a class the methods of its row, which fail as its own methods do: by a rejection where those return a promise. */
export function refuseUnsupported(prototype: object, kind: Kind): void {
  const refusals: Readonly<Record<string, Refusal>> = UNSUPPORTED[kind]
  for (const [method, { problem, advice }] of Object.entries(refusals)) {
    const refuse = () => {
      throw new UnsupportedError(`${method}: ${problem}. ${advice}`, { kind, advice })
    }
    const value = SYNCHRONOUS.has(method) ? refuse : async () => refuse()
    Object.defineProperty(prototype, method, { value, configurable: true, writable: true })
  }
}
