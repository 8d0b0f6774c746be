import type { Sandbox } from 'itchat/sandbox'

/** A person on their phone who talks to a program, over one transport. */
export interface Peer {
  say(text: string): void
  sendFile(name: string, bytes: Uint8Array): void
  /** The text of the next message from the program. */
  read(): Promise<string>
  /** Number of messages from the program that have not been read. */
  readonly unread: number
}

type Conversation = Pick<Sandbox['clawbot'], 'nextMessage' | 'unread'>

function peer(conversation: Conversation, say: Peer['say'], sendFile: Peer['sendFile']): Peer {
  return {
    say,
    sendFile,
    read: async () => (await conversation.nextMessage()).text,
    get unread() {
      return conversation.unread.length
    },
  }
}

/** For each transport: when a program is ready to receive, a person who writes to it, and its owner. */
export const TRANSPORTS = {
  web: {
    online: (sandbox: Sandbox) => sandbox.online(),
    person: (sandbox: Sandbox) => {
      const friend = sandbox.friend('小满')
      return peer(
        friend,
        (text) => void friend.say(text),
        (name, bytes) => void friend.send({ kind: 'file', name, bytes }),
      )
    },
    owner: (sandbox: Sandbox) =>
      peer(
        sandbox.official('filehelper'),
        (text) => void sandbox.owner.say('filehelper', text),
        (name, bytes) => void sandbox.owner.send('filehelper', { kind: 'file', name, bytes }),
      ),
  },
  ilink: {
    online: (sandbox: Sandbox) => sandbox.clawbot.online(),
    person: (sandbox: Sandbox) => ownerOf(sandbox),
    owner: (sandbox: Sandbox) => ownerOf(sandbox),
  },
} as const

export type TransportName = keyof typeof TRANSPORTS

export const TRANSPORT_NAMES: readonly TransportName[] = ['web', 'ilink']

/** On iLink, the owner is the only person. */
function ownerOf({ clawbot }: Sandbox): Peer {
  return peer(
    clawbot,
    (text) => void clawbot.say(text),
    (name, bytes) => void clawbot.send({ kind: 'file', name, bytes }),
  )
}
