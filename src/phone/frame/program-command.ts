import type { Half } from '../store/state.js'
import { startCommand } from './half.js'

/** The command that starts a program against this sandbox. */
export function programCommand(half: Half): string {
  return startCommand(half, programUrl(), navigator)
}

/** The base URL for programs. It differs from the page's own origin on a device other than the sandbox's. */
function programUrl(): string {
  return document.documentElement.dataset.programUrl ?? location.origin
}
