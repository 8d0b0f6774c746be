import type { Sandbox } from '../sandbox/index.js'

/** The address of the page that shows the phone for the protocol in use. */
export function pageUrl({ url }: Sandbox, isIlink: boolean): string {
  return isIlink ? `${url}/?phone=clawbot` : url
}
