import stringWidth from 'string-width'
import type { DroppedView, LoginView, MessageView, Sandbox, StateView, WarningView } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { messageText } from './message-text.js'
import { strings } from './strings.js'
import { padTo, type Terminal, truncate } from './terminal.js'

const NAME_COLUMNS = 26
/** Width of the time, the sign and the gaps between columns. */
const FIXED_COLUMNS = 2 + 8 + 2 + 1 + 2 + 2

/** Prints a line for each login, message and warning in a sandbox. Replies include the program's reply time. */
export async function printSandboxLines(sandbox: Sandbox, terminal: Terminal): Promise<void> {
  const names = await chatNames(sandbox)
  sandbox.on('person', (person) => names.set(person.id, person.remark || person.name))
  sandbox.on('chat', (chat) => names.set(chat.id, chat.name))
  sandbox.on('message', (message) => terminal.write(messageLine(message, names, terminal)))
  sandbox.on('warning', (warning) => terminal.write(warningLine(warning, terminal)))
  let wasOnline = false
  let lastDroppedId = ''
  sandbox.on('clawbot', ({ login, binding, dropped }) => {
    const latest = dropped.at(-1)
    if (latest && latest.id !== lastDroppedId) terminal.write(droppedLine(latest, terminal))
    lastDroppedId = latest?.id ?? ''
    const isOnline = login.state === 'bound' && binding?.online === true
    if (isOnline && !wasOnline) printLogin('online', terminal)
    if (wasOnline && login.state === 'ended') printLogin('loggedOut', terminal)
    wasOnline = isOnline || (wasOnline && login.state === 'bound')
  })
  let lastState: LoginView['state'] = 'none'
  sandbox.on('login', ({ state }) => {
    if (state !== lastState) printLogin(state, terminal)
    lastState = state
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
  const isOutgoing = message.origin === 'bot'
  const chat = names.get(message.chatId) ?? message.chatId
  const speaker = message.speaker === message.chatId ? '' : (names.get(message.speaker) ?? '')
  const name = oneLine(isOutgoing || !speaker ? chat : `${chat} / ${speaker}`)
  const replyTime = message.replyMs === undefined || message.recalled ? '' : `${Math.round(message.replyMs)} ms`
  const available = terminal.columns && terminal.columns - FIXED_COLUMNS - NAME_COLUMNS - stringWidth(replyTime) - 1
  const fullText = messageText(message)
  const text = available === undefined ? fullText : truncate(fullText, Math.max(10, available))
  const time = new Date(message.at).toTimeString().slice(0, 8)
  const sign = terminal.style(terminal.sign(isOutgoing ? '→' : '←'), isOutgoing ? 'green' : 'cyan')
  const style = message.recalled ? 'dim' : message.mentionsOwner ? 'yellow' : undefined
  const styledText = style === undefined ? text : terminal.style(text, style)
  const parts = [
    `  ${terminal.style(time, 'dim')}`,
    sign,
    terminal.style(padTo(name, NAME_COLUMNS), 'cyan'),
    styledText,
  ]
  return `${parts.join('  ').trimEnd()}${replyTime ? ` ${terminal.style(replyTime, 'dim')}` : ''}`
}

function droppedLine({ reason, text }: DroppedView, terminal: Terminal): string {
  const sign = terminal.style(terminal.sign('!'), 'yellow')
  return `  ${sign} ${strings().notShown(reason)} ${oneLine(text)}`.trimEnd()
}

function warningLine(warning: WarningView, terminal: Terminal): string {
  const sign = terminal.style(terminal.sign('!'), 'yellow')
  const reference = terminal.style(`${warning.document ?? 'docs/protocol.md'} ${warning.section}`, 'dim')
  return `  ${sign} ${strings().warning} ${warning.endpoint}: ${warning.text} ${reference}`
}
