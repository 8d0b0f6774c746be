import { readFile } from 'node:fs/promises'
import { FileError, OtherServerError, ServerError } from '../../errors.js'
import { Itchat, type TransportFactory } from '../../index.js'
import { parseHolder } from '../../util/lock-file.js'
import { silentLogger } from '../../util/logger.js'
import { explain } from '../explain.js'
import { inLanguage } from '../language.js'
import { CommandStore } from '../saved-login.js'
import type { Finding } from './finding.js'
import { otherServer } from './state.js'

const STRINGS = {
  zh: {
    inUse: (holder: string) => `正在使用，没有检查${holder && `（${holder}）`}`,
    accepted: '服务器接受保存的登录状态',
    ended: '服务器不再接受保存的登录状态',
    logIn: '运行 npx itchat login，并扫描二维码',
    moveAway: '把状态文件移到别处，再运行 npx itchat login',
    refused1203: '1203  这个账号不能用网页版登录',
    otherAccount: '换一个账号，或用 npx itchat sandbox 先在本地试',
    noReply: (seconds: number) => `服务器在 ${seconds} 秒内没有响应`,
    retry: '检查上面各项，然后再运行一次',
  },
  en: {
    inUse: (holder: string) => `in use, not checked${holder && ` (${holder})`}`,
    accepted: 'the server accepts the saved login',
    ended: 'the server no longer accepts the saved login',
    logIn: 'run npx itchat login, and scan the QR code',
    moveAway: 'move the state file elsewhere, and run npx itchat login',
    refused1203: '1203  this account cannot log in to the web version',
    otherAccount: 'use another account, or try the program with npx itchat sandbox',
    noReply: (seconds: number) => `the server did not answer within ${seconds} s`,
    retry: 'see the lines above, then run this command again',
  },
}

/** Code of the web service for an account that may not use it. */
const BARRED = 1203

interface Verdict {
  is: 'accepted' | 'ended' | 'failed'
  error?: unknown
}

/** Asks the server about the saved login. Changes nothing, and skips a login that another program is using. */
export async function checkLogin(path: string, createTransport: TransportFactory, timeoutMs: number): Promise<Finding> {
  const strings = inLanguage(STRINGS)
  const store = new CommandStore(path)
  const stop = new AbortController()
  let verdict: Verdict | undefined
  const transport = observed(createTransport, (found, mayStop) => {
    verdict ??= found
    if (mayStop) stop.abort(new Error('The server has answered.'))
  })
  const account = new Itchat({ transport, logger: silentLogger })
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)])
  try {
    await account.autoLogin({ hotReload: true, sessionStore: store, resumeOnly: true, signal })
  } catch (error) {
    verdict ??= { is: 'failed', error }
  } finally {
    await account.close()
  }
  if (store.isInUse) return { check: 'login', status: 'skipped', finding: strings.inUse(await holderOf(path)) }
  return toFinding(verdict, path, timeoutMs)
}

/**
 * Wraps a transport to report what the server says. Web WeChat repeats what was not acknowledged, so the check can stop
 * at the answer; the iLink server does not, so the messages in the answer must first be written to the journal.
 */
function observed(create: TransportFactory, report: (verdict: Verdict, mayStop: boolean) => void): TransportFactory {
  return (context) => {
    const transport = create(context)
    const resume = transport.resume.bind(transport)
    transport.resume = async (saved, options) => {
      // The first failed attempt is reported; a program would try again.
      const onRetry = (error: Error) => report({ is: 'failed', error }, true)
      const delivery = await resume(saved, { ...options, onRetry })
      report({ is: delivery ? 'accepted' : 'ended' }, transport.name === 'web')
      options.signal?.throwIfAborted()
      return delivery
    }
    return transport
  }
}

function toFinding(verdict: Verdict | undefined, path: string, timeoutMs: number): Finding {
  const strings = inLanguage(STRINGS)
  if (verdict?.is === 'accepted') return { check: 'login', status: 'ok', finding: strings.accepted }
  if (verdict?.is === 'ended') return failed(strings.ended, strings.logIn)
  const error = verdict?.error
  if (error instanceof Error && error.name === 'TimeoutError')
    return failed(strings.noReply(timeoutMs / 1000), strings.retry)
  // The server of an encrypted login is only known now.
  if (error instanceof FileError && error.cause instanceof OtherServerError)
    return otherServer('login', path, error.cause.server)
  if (error instanceof ServerError && error.ret === BARRED) return failed(strings.refused1203, strings.otherAccount)
  return failed(explain(error), error instanceof FileError ? strings.moveAway : strings.retry)
}

function failed(finding: string, advice: string): Finding {
  return { check: 'login', status: 'failed', finding, advice }
}

async function holderOf(path: string): Promise<string> {
  const content = await readFile(`${path}.lock`, 'utf8').catch(() => '')
  return parseHolder(content).holder ?? ''
}
