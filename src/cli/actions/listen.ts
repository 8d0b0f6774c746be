import { oneLine } from '../../util/one-line.js'
import type { AccountOptions } from '../account-options.js'
import { CommandError } from '../explain.js'
import { inLanguage } from '../language.js'
import { messageLine } from '../message-line.js'
import { messageRecord } from '../message-record.js'
import { toJson } from '../output.js'
import { withSavedLogin } from '../saved-login.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    online: '在线',
    hint: '从现在起，每条消息一行；--json 供程序读取',
    ended: '登录已结束。请运行 npx itchat login 重新登录。',
  },
  en: {
    online: 'Online',
    hint: 'one line per message from now on; --json for programs',
    ended: 'The session has ended. Run npx itchat login to log in again.',
  },
}

interface ListenOptions extends AccountOptions {
  json?: boolean
}

/** `itchat listen`: prints each message until Ctrl-C is pressed. */
export async function listen({ json = false, ...options }: ListenOptions): Promise<void> {
  await withSavedLogin(options, async ({ account, terminal, logger, signal }) => {
    const output = new Terminal(process.stdout)
    account.use(async (message) => {
      if (message.type === 'System') return
      const record = messageRecord(message, account.searchFriends())
      // The message counts as handled once the line has been written.
      await output.written(json ? toJson(record) : messageLine(record, output))
    })
    // From now on: outages and their ends.
    logger.hasInfo = true
    if (!json) {
      const { online, hint } = inLanguage(STRINGS)
      const name = oneLine(account.searchFriends().NickName)
      const sign = terminal.style(terminal.sign('●'), 'green')
      terminal.write([`${sign} ${online}`, name, terminal.style(hint, 'dim')].filter(Boolean).join('   '))
    }
    await account.run({ signal })
    if (!signal.aborted) throw new CommandError(inLanguage(STRINGS).ended)
  })
}
