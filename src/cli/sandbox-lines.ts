import stringWidth from 'string-width'
import type { Account, DroppedView, LoginView, MessageView, Sandbox, StateView, WarningView } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { messageText } from './message-text.js'
import { strings } from './strings.js'
import { padTo, type Terminal, truncate } from './terminal.js'

const NAME_COLUMNS = 26
/** On a narrow terminal. */
const MIN_NAME_COLUMNS = 8
/** Columns that the text gets before the name takes more than its minimum. */
const TEXT_COLUMNS = 16
const MIN_TEXT_COLUMNS = 8
/** Width of the time, the sign and the gaps between columns. */
const FIXED_COLUMNS = 2 + 8 + 2 + 1 + 2 + 2

/**
 * Prints a line for each login, message and warning in a sandbox. Replies include the program's reply time. With several
 * accounts, the lines name the account.
 */
export async function printSandboxLines(sandbox: Sandbox, terminal: Terminal): Promise<void> {
  const printed = new Set<Account>()
  const printAll = async () => {
    const added = sandbox.accounts.filter((account) => !printed.has(account))
    for (const account of added) printed.add(account)
    await Promise.all(added.map((account) => printAccountLines(sandbox, account, terminal)))
  }
  sandbox.on('accounts', () => void printAll())
  await printAll()
}

async function printAccountLines(sandbox: Sandbox, account: Account, terminal: Terminal): Promise<void> {
  const names = new Map<string, string>()
  const label = () => (sandbox.accounts.length > 1 ? `${oneLine(account.owner.name)} · ` : '')
  account.on('person', (person) => names.set(person.id, person.remark || person.name))
  account.on('chat', (chat) => names.set(chat.id, chat.name))
  account.on('message', (message) => terminal.write(messageLine(message, names, terminal, label())))
  account.on('warning', (warning) => terminal.write(warningLine(warning, terminal, label())))
  let wasOnline = false
  let lastDroppedId = ''
  account.on('clawbot', ({ login, binding, dropped }) => {
    const latest = dropped.at(-1)
    if (latest && latest.id !== lastDroppedId) terminal.write(droppedLine(latest, terminal, label()))
    lastDroppedId = latest?.id ?? ''
    const isOnline = login.state === 'bound' && binding?.online === true
    if (isOnline && !wasOnline) printLogin('online', terminal, label())
    if (wasOnline && login.state === 'ended') printLogin('loggedOut', terminal, label())
    wasOnline = isOnline || (wasOnline && login.state === 'bound')
  })
  let lastState: LoginView['state'] = 'none'
  account.on('login', ({ state }) => {
    if (state !== lastState) printLogin(state, terminal, label())
    lastState = state
  })
  const reply = await sandbox.handle(new Request(`${sandbox.url}/api/state?account=${account.number}`))
  const { people, chats } = (await reply.json()) as StateView
  for (const { id, remark, name } of people) names.set(id, remark || name)
  for (const { id, name } of chats) names.set(id, name)
}

function printLogin(state: LoginView['state'], terminal: Terminal, label: string): void {
  if (state === 'online') {
    terminal.write()
    const sign = terminal.style(terminal.sign('●'), 'green')
    terminal.write(`  ${sign} ${label}${strings().online}${terminal.style(strings().ctrlC, 'dim')}`)
    terminal.write()
  }
  if (state === 'loggedOut')
    terminal.write(`  ${terminal.style(terminal.sign('!'), 'yellow')} ${label}${strings().loggedOut}`)
}

function messageLine(
  message: MessageView,
  names: ReadonlyMap<string, string>,
  terminal: Terminal,
  label: string,
): string {
  const isOutgoing = message.origin === 'bot'
  const chat = names.get(message.chatId) ?? message.chatId
  const speaker = message.speaker === message.chatId ? '' : (names.get(message.speaker) ?? '')
  const name = oneLine(`${label}${isOutgoing || !speaker ? chat : `${chat} / ${speaker}`}`)
  const replyTime = message.replyMs === undefined || message.recalled ? '' : `${Math.round(message.replyMs)} ms`
  const columns = (terminal.columns ?? Number.POSITIVE_INFINITY) - FIXED_COLUMNS - stringWidth(replyTime) - 1
  const nameColumns = Math.min(NAME_COLUMNS, Math.max(MIN_NAME_COLUMNS, columns - TEXT_COLUMNS))
  const fullText = messageText(message)
  const text = truncate(fullText, Math.max(MIN_TEXT_COLUMNS, columns - nameColumns))
  const time = new Date(message.at).toTimeString().slice(0, 8)
  const sign = terminal.style(terminal.sign(isOutgoing ? '→' : '←'), isOutgoing ? 'green' : 'cyan')
  const style = message.recalled ? 'dim' : message.mentionsOwner ? 'yellow' : undefined
  const styledText = style === undefined ? text : terminal.style(text, style)
  const parts = [`  ${terminal.style(time, 'dim')}`, sign, terminal.style(padTo(name, nameColumns), 'cyan'), styledText]
  return `${parts.join('  ').trimEnd()}${replyTime ? ` ${terminal.style(replyTime, 'dim')}` : ''}`
}

function droppedLine({ reason, text }: DroppedView, terminal: Terminal, label: string): string {
  const sign = terminal.style(terminal.sign('!'), 'yellow')
  return `  ${sign} ${label}${strings().notShown(reason)} ${oneLine(text)}`.trimEnd()
}

function warningLine(warning: WarningView, terminal: Terminal, label: string): string {
  const sign = terminal.style(terminal.sign('!'), 'yellow')
  const reference = terminal.style(`${warning.document ?? 'docs/protocol.md'} ${warning.section}`, 'dim')
  return `  ${sign} ${label}${strings().warning} ${warning.endpoint}: ${warning.text} ${reference}`
}
