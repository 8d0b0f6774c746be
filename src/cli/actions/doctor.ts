import { type TransportFactory, web } from '../../index.js'
import { ilink } from '../../transports/ilink/index.js'
import { type AccountOptions, stateFileOf } from '../account-options.js'
import type { Finding } from '../doctor/finding.js'
import { checkLogin } from '../doctor/login.js'
import { checkNode, checkProxy, checkTerminal } from '../doctor/machine.js'
import { printReport } from '../doctor/report.js'
import { checkServer, isLocal } from '../doctor/server.js'
import { checkFolder, checkState } from '../doctor/state.js'
import { UsageError } from '../explain.js'
import { inLanguage } from '../language.js'
import { printJson } from '../output.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    badTransport: (value: string) => `ITCHAT_TRANSPORT 的值 ${value} 无效：可用的值为 web、ilink`,
    notChecked: '没有检查：请先解决上面的问题',
  },
  en: {
    badTransport: (value: string) => `Invalid ITCHAT_TRANSPORT ${value}: expected web or ilink.`,
    notChecked: 'not checked: solve the problems above first',
  },
}

/** The default server of each transport. */
export const SERVERS = { web: 'https://login.weixin.qq.com', ilink: 'https://ilinkai.weixin.qq.com' } as const

const FACTORIES: Readonly<Record<keyof typeof SERVERS, () => TransportFactory>> = { web, ilink }

/** Timeout for each check. */
const TIMEOUT_MS = 5_000

interface DoctorOptions extends AccountOptions {
  json?: true
}

/** Checks what a bot needs, and prints a line for each check. The exit code is 1 if one of them failed. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const findings = await examine(options)
  if (options.json) for (const finding of findings) printJson(finding)
  else printReport(new Terminal(process.stdout), findings)
  process.exitCode = findings.some(({ status }) => status === 'failed') ? 1 : 0
}

/** @param timeoutMs timeout for each check */
export async function examine(options: DoctorOptions, timeoutMs = TIMEOUT_MS): Promise<Finding[]> {
  const name = transportName(options)
  const path = stateFileOf(options)
  const address = process.env.ITCHAT_BASE_URL || SERVERS[name]
  const [server, state, folder] = await Promise.all([
    checkServer(address, timeoutMs),
    checkState(path, name, address),
    checkFolder(path),
  ])
  const findings = [
    checkNode(),
    checkTerminal(options.json ? process.stderr : process.stdout),
    ...checkProxy(isLocal(address)),
    ...server.findings,
    folder,
    state.finding,
  ]
  if (!state.hasLogin) return findings
  if (server.isReachable) return [...findings, await checkLogin(path, FACTORIES[name](), timeoutMs)]
  return [...findings, { check: 'login', status: 'skipped', finding: inLanguage(STRINGS).notChecked }]
}

function transportName({ transport = process.env.ITCHAT_TRANSPORT || 'web' }: { transport?: string }) {
  if (transport === 'web' || transport === 'ilink') return transport
  throw new UsageError(inLanguage(STRINGS).badTransport(JSON.stringify(transport)))
}
