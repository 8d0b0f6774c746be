import { checkText, type Said, type Sendable } from '../sandbox/actors/chat.js'
import type { Clawbot, ClawbotSendable } from '../sandbox/actors/clawbot.js'
import type { Friend } from '../sandbox/actors/friend.js'
import type { GroupChat, GroupMember, Mention } from '../sandbox/actors/group-chat.js'
import type { MessageView } from '../sandbox/control/view.js'
import { type ChatContext, TestChat } from './test-chat.js'

/** A person who talks to the bot. */
export class TestPerson extends TestChat<Friend> {
  /** Sends text to the bot. */
  say(text: string): Said {
    return this.chat.say(text)
  }

  /** Sends a message of any kind to the bot. Omitted fields are filled in from a sample. */
  send(content: Sendable): Said {
    return this.chat.send(content)
  }
}

/** The owner of the account, who talks to a bot over iLink. */
export class TestOwner extends TestChat<Clawbot> {
  /** Sends text to the bot. */
  say(text: string): MessageView {
    return this.chat.say(text)
  }

  /** Sends a message of any kind to the bot. Omitted fields are filled in from a sample. */
  send(content: ClawbotSendable): MessageView {
    return this.chat.send(content)
  }
}

/** A group that the bot is in. */
export class TestRoom extends TestChat<GroupChat> {
  readonly #botName: string

  constructor(chat: GroupChat, context: ChatContext, botName: string) {
    super(chat, context)
    this.#botName = botName
  }

  /** Finds a member by display name, name, remark, alias or id. The error for an unknown name lists similar names. */
  as(name: string): TestMember {
    return new TestMember(this.chat.member(name), this.#botName)
  }

  /** The same as `as`. */
  member(name: string): TestMember {
    return this.as(name)
  }

  /** Posts a system notice. */
  say(notice: string): Said {
    return this.chat.say(notice)
  }
}

/** A member of a group, who talks in it. */
export class TestMember {
  /** The member in the sandbox. */
  readonly member: GroupMember
  readonly #botName: string

  constructor(member: GroupMember, botName: string) {
    this.member = member
    this.#botName = botName
  }

  /**
   * Sends text to the group. `@bot`, or `@` and the name of the account, mentions the account; `at` mentions other
   * members.
   */
  say(text: string, options: { at?: Mention | readonly Mention[] } = {}): Said {
    return this.send({ kind: 'text', text: checkText(text) }, options)
  }

  /** Sends a message of any kind to the group. Omitted fields are filled in from a sample. */
  send(content: Sendable, { at = [] }: { at?: Mention | readonly Mention[] } = {}): Said {
    const hasText = content.kind === 'text' || content.kind === 'quote'
    if (!hasText || typeof content.text !== 'string') return this.member.send(content, { at })
    const { text, isMention } = withBotName(content.text, this.#botName)
    return this.member.send({ ...content, text }, { at: isMention ? ['owner', ...[at].flat()] : at })
  }
}

/** Replaces `@bot` by `@` and the name of the account, and returns whether the text mentions the account. */
function withBotName(text: string, botName: string): { text: string; isMention: boolean } {
  for (const name of [botName, 'bot']) {
    const start = text.indexOf(`@${name}`)
    const rest = text.slice(start + 1 + name.length)
    const isWholeName = !/^[\p{L}\p{N}_]/u.test(rest)
    if (start >= 0 && isWholeName) return { text: `${text.slice(0, start)}@${botName}${rest}`, isMention: true }
  }
  return { text, isMention: false }
}
