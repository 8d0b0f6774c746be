import stringWidth from 'string-width'
import type { LoginView, MessageView, Sandbox, StateView, WarningView } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { messageText } from './message-text.js'
import { strings } from './strings.js'
import { padTo, type Terminal, truncate } from './terminal.js'

const WHO_COLUMNS = 26
/** Time, sign and the gaps between the columns. */
const FIXED_COLUMNS = 2 + 8 + 2 + 1 + 2 + 2

/** Prints a line for what happens in a sandbox: who is online, who says what, how fast the program answers. */
export async function printSandboxLines(sandbox: Sandbox, terminal: Terminal): Promise<void> {
  const names = await chatNames(sandbox)
  sandbox.on('person', (person) => names.set(person.id, person.remark || person.name))
  sandbox.on('chat', (chat) => names.set(chat.id, chat.name))
  sandbox.on('message', (message) => terminal.write(messageLine(message, names, terminal)))
  sandbox.on('warning', (warning) => terminal.write(warningLine(warning, terminal)))
  let last: LoginView['state'] = 'none'
  sandbox.on('login', ({ state }) => {
    if (state !== last) printLogin(state, terminal)
    last = state
  })
}

async function chatNames(sandbox: Sandbox): Promise<Map<string, string>> {
  const reply = await sandbox.handle(new Request(`${sandbox.url}/api/state`))
  const state = (await reply.json()) as StateView
  return new Map([
    ...state.people.map((person): [string, string] => [person.id, person.remark || person.name]),
    ...state.chats.map((chat): [string, string] => [chat.id, chat.name]),
  ])
}

function printLogin(state: LoginView['state'], terminal: Terminal): void {
  if (state === 'online') {
    terminal.write()
    const sign = terminal.style(terminal.sign('●'), 'green')
    terminal.write(`  ${sign} ${strings().online}${terminal.style(strings().ctrlC, 'dim')}`)
    terminal.write()
  }
  if (state === 'loggedOut') terminal.write(`  ${terminal.style(terminal.sign('!'), 'yellow')} ${strings().loggedOut}`)
}

function messageLine(message: MessageView, names: ReadonlyMap<string, string>, terminal: Terminal): string {
  const isOut = message.origin === 'bot'
  const chat = names.get(message.chatId) ?? message.chatId
  const speaker = message.speaker === message.chatId ? '' : (names.get(message.speaker) ?? '')
  const who = oneLine(isOut || !speaker ? chat : `${chat} / ${speaker}`)
  const took = message.replyMs === undefined || message.recalled ? '' : `${Math.round(message.replyMs)} ms`
  const room = terminal.columns && terminal.columns - FIXED_COLUMNS - WHO_COLUMNS - stringWidth(took) - 1
  const whole = messageText(message)
  const text = room === undefined ? whole : truncate(whole, Math.max(10, room))
  const time = new Date(message.at).toTimeString().slice(0, 8)
  const sign = terminal.style(terminal.sign(isOut ? '→' : '←'), isOut ? 'green' : 'cyan')
  const shown = message.recalled ? 'dim' : message.mentionsOwner ? 'yellow' : undefined
  const strings = shown === undefined ? text : terminal.style(text, shown)
  const parts = [`  ${terminal.style(time, 'dim')}`, sign, terminal.style(padTo(who, WHO_COLUMNS), 'cyan'), strings]
  return `${parts.join('  ').trimEnd()}${took ? ` ${terminal.style(took, 'dim')}` : ''}`
}

function warningLine(warning: WarningView, terminal: Terminal): string {
  const sign = terminal.style(terminal.sign('!'), 'yellow')
  const where = terminal.style(`docs/protocol.md ${warning.section}`, 'dim')
  return `  ${sign} ${strings().warning} ${warning.endpoint}: ${warning.text} ${where}`
}
