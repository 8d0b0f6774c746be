import type { Half } from '../store/state.js'

export const HALVES = ['web', 'clawbot'] as const satisfies readonly Half[]

const PARAMETER = 'phone'
const ACCOUNT = 'account'

/** The half of the page at an address; the links in the QR codes of ClawBots begin with `/q/`. */
export function halfOf({ pathname, search }: { pathname: string; search: string }): Half {
  const isClawbot = pathname.startsWith('/q/') || new URLSearchParams(search).get(PARAMETER) === 'clawbot'
  return isClawbot ? 'clawbot' : 'web'
}

/** The command that starts a program against the sandbox at `url`, for PowerShell on Windows and for POSIX shells elsewhere. */
export function startCommand(half: Half, url: string, { userAgent }: { userAgent: string }): string {
  const isWindows = userAgent.includes('Windows')
  const variables = { ...(half === 'clawbot' ? { ITCHAT_TRANSPORT: 'ilink' } : {}), ITCHAT_BASE_URL: url }
  const set = Object.entries(variables).map(([name, value]) =>
    isWindows ? `$env:${name} = '${value}'; ` : `${name}=${value} `,
  )
  return `${set.join('')}npx tsx bot.ts`
}

/** The number of the account at an address; an invalid one counts as the first account. */
export function accountOf({ search }: { search: string }): number {
  const given = new URLSearchParams(search).get(ACCOUNT) ?? ''
  return /^[1-9]\d{0,3}$/.test(given) ? Number(given) : 1
}

/** Path and query of a half of the page for an account. */
export function addressOf(half: Half, account: number): string {
  const query = new URLSearchParams()
  if (half === 'clawbot') query.set(PARAMETER, 'clawbot')
  if (account !== 1) query.set(ACCOUNT, String(account))
  return query.size > 0 ? `/?${query}` : '/'
}
