import type { Half } from '../store/state.js'

export const HALVES = ['web', 'clawbot'] as const satisfies readonly Half[]

const PARAMETER = 'phone'

/** The half of the page at an address; the links in the QR codes of ClawBots begin with `/q/`. */
export function halfOf({ pathname, search }: { pathname: string; search: string }): Half {
  const isClawbot = pathname.startsWith('/q/') || new URLSearchParams(search).get(PARAMETER) === 'clawbot'
  return isClawbot ? 'clawbot' : 'web'
}

/** The command that starts a program against the sandbox at `url`. */
export function startCommand(half: Half, url: string): string {
  return `${half === 'clawbot' ? 'ITCHAT_TRANSPORT=ilink ' : ''}ITCHAT_BASE_URL=${url} node bot.js`
}

/** Path and query of a half of the page. */
export function addressOf(half: Half): string {
  return half === 'clawbot' ? `/?${PARAMETER}=clawbot` : '/'
}
