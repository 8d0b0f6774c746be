import { Itchat, type ItchatOptions } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { onTestFinished } from 'vitest'
import { type IlinkOptions, ilink } from '../../src/transports/ilink/index.js'
import { quiet } from './bot.js'

/** Creates a bot over iLink for a sandbox and closes it when the test ends. Errors are collected in `errors`. */
export function ilinkBot(sandbox: Pick<Sandbox, 'url'>, options: ItchatOptions = {}, transport: IlinkOptions = {}) {
  const bot = new Itchat({
    transport: ilink({ baseUrl: sandbox.url, ...transport }),
    logger: quiet,
    ...options,
  })
  const errors: unknown[] = []
  bot.on('error', ({ error }) => errors.push(error))
  onTestFinished(() => bot.close())
  return { bot, errors }
}
