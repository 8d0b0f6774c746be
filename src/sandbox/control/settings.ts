import type { Core } from '../core.js'
import { json } from './guard.js'
import type { SettingsRequest } from './view.js'

/** Changes an option of `startSandbox` while the sandbox is running. */
export function changeSettings({ settings }: Core, { inviteStartCount }: SettingsRequest): Response {
  settings.inviteStartCount = inviteStartCount
  return json({ inviteStartCount } satisfies SettingsRequest)
}
