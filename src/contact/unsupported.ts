import { UnsupportedError } from '../errors.js'

type Kind = NonNullable<UnsupportedError['kind']>

/** Why a kind of contact does not support a method, and what to do instead. */
interface Refusal {
  problem: string
  advice: string
}

const PERSON_HAS_NO_MEMBERS = {
  problem: 'a person has no members',
  advice: 'Use a group instead.',
} as const satisfies Refusal

const OFFICIAL_ACCOUNT_HAS_NO_MEMBERS = {
  problem: 'an official account has no members',
  advice: 'Use a group instead.',
} as const satisfies Refusal

/** Messages cannot be sent to a member, only to the friend or the group. */
const MEMBER_HAS_NO_CONVERSATION = {
  problem: 'a group member has no conversation',
  advice: 'Send to the group, or to the friend returned by searchFriends({ userName }).',
} as const satisfies Refusal

/**
 * The methods that each kind of contact does not support. The types omit these methods. In JavaScript, calling one
 * of them fails with an `UnsupportedError` that contains its problem and advice.
 */
export const UNSUPPORTED = {
  user: {
    addMember: PERSON_HAS_NO_MEMBERS,
    deleteMember: PERSON_HAS_NO_MEMBERS,
    searchMember: PERSON_HAS_NO_MEMBERS,
  },
  massivePlatform: {
    update: {
      problem: 'an official account cannot be updated on its own',
      advice: 'Call getMps({ update: true }).',
    },
    setAlias: { problem: 'an official account has no remark', advice: 'Call setAlias() on a friend.' },
    setPinned: { problem: 'an official account cannot be pinned', advice: 'Pin a friend or a group.' },
    verify: {
      problem: 'an official account cannot send friend requests',
      advice: 'To follow it, call addFriend({ userName, status: 1 }).',
    },
    addMember: OFFICIAL_ACCOUNT_HAS_NO_MEMBERS,
    deleteMember: OFFICIAL_ACCOUNT_HAS_NO_MEMBERS,
    searchMember: OFFICIAL_ACCOUNT_HAS_NO_MEMBERS,
  },
  chatroom: {
    verify: {
      problem: 'a group cannot send friend requests',
      advice: 'Call verify() on the person who sent the request.',
    },
  },
  chatroomMember: {
    update: { problem: 'a group member is updated together with the group', advice: 'Call update(true) on the group.' },
    setAlias: { problem: 'a group member has no separate remark', advice: 'Call setAlias() on the friend.' },
    setPinned: { problem: 'a group member cannot be pinned', advice: 'Call setPinned() on the friend or the group.' },
    verify: { problem: 'a group member has no friend request to accept', advice: 'Call addFriend() with the member.' },
    addMember: { problem: 'a group member has no members', advice: 'Call addMember() on the group.' },
    searchMember: { problem: 'a group member has no members', advice: 'Call searchMember() on the group.' },
    send: MEMBER_HAS_NO_CONVERSATION,
    sendMsg: MEMBER_HAS_NO_CONVERSATION,
    sendRawMsg: MEMBER_HAS_NO_CONVERSATION,
    sendFile: MEMBER_HAS_NO_CONVERSATION,
    sendImage: MEMBER_HAS_NO_CONVERSATION,
    sendVideo: MEMBER_HAS_NO_CONVERSATION,
  },
} as const satisfies Record<Kind, Readonly<Record<string, Refusal>>>

/** Methods that return a value instead of a promise. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(['searchMember'])

/** Defines the methods that a kind does not support. Methods that return a promise reject; other methods throw. */
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
