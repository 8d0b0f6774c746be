import { existsSync } from 'node:fs'
import { realpath, rm } from 'node:fs/promises'
import { oneLine } from '../../util/one-line.js'
import { type AccountOptions, stateFileOf } from '../account-options.js'
import { CommandError } from '../explain.js'
import { inLanguage } from '../language.js'
import { NotLoggedInError, withSavedLogin } from '../saved-login.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    loggedOut: '已退出登录',
    hadExpired: '登录早已失效',
    removed: (state: string) => `已删除 ${state}`,
    notRemoved: (state: string) => `${state} 无法删除，请手动删除。`,
  },
  en: {
    loggedOut: 'Logged out',
    hadExpired: 'The login had already expired',
    removed: (state: string) => `removed ${state}`,
    notRemoved: (state: string) => `${state} could not be removed. Remove it manually.`,
  },
}

/** `itchat logout`: ends the session on the server and removes the saved login. The other files of the account stay. */
export async function logOut(options: AccountOptions): Promise<void> {
  const strings = inLanguage(STRINGS)
  const state = stateFileOf(options)
  let hadExpired = false
  try {
    await withSavedLogin(options, ({ account }) => account.logout())
  } catch (error) {
    hadExpired = error instanceof NotLoggedInError && existsSync(state)
    if (!hadExpired) throw error
  }
  try {
    // A link must not keep the file that it points to.
    await rm(await realpath(state))
  } catch (cause) {
    throw new CommandError(strings.notRemoved(state), { cause })
  }
  const terminal = new Terminal(process.stderr)
  const sign = terminal.style(terminal.sign('✓'), 'green')
  const title = hadExpired ? strings.hadExpired : strings.loggedOut
  terminal.write(`${sign} ${title}   ${terminal.style(strings.removed(oneLine(state)), 'dim')}`)
}
