import type { Core } from '../core.js'
import type { IlinkService } from '../ilink/service.js'
import { clawbotView } from '../ilink/view.js'
import type { Fields } from '../read/fields.js'
import type { Content } from '../world/message.js'
import { CLAWBOT_ACTIONS, CLAWBOT_KINDS, type ClawbotAction } from './clawbot-view.js'
import { failure, json } from './guard.js'
import { messageView } from './views.js'

const ACTIONS: Record<ClawbotAction, (service: IlinkService, body: Fields, core: Core) => unknown> = {
  scan: ({ qrCodes }) => qrCodes.scan(),
  confirm: (service) => service.confirm(),
  decline: ({ qrCodes }) => qrCodes.decline(),
  expire: ({ qrCodes }) => qrCodes.expire(),
  requireVerifyCode: ({ qrCodes }, { code }) => qrCodes.requireVerifyCode(isText(code) ? code : undefined),
  alreadyBound: ({ qrCodes }) => qrCodes.alreadyBound(),
  redirect: ({ qrCodes }, { host }, core) => qrCodes.redirect(isText(host) ? host : new URL(core.url).host),
  bindElsewhere: (service) => service.bindElsewhere(),
  expireToken: (service, { isRevivable }) => service.expireToken(isRevivable === true),
  openWindow: ({ limits }) => limits.open(),
  closeWindow: ({ limits }) => limits.close(),
  spendQuota: ({ limits }, { count }) => limits.spend(typeof count === 'number' && count > 0 ? count : undefined),
  throttle: ({ limits }) => limits.throttle(),
  shadow: ({ limits }, { isOn }) => {
    limits.isShadowed = isOn !== false
  },
}

/** Runs an action on the ClawBot part of the phone. Returns `undefined` for an unknown action. */
export function actOnClawbot(core: Core, action: string | undefined, body: Fields): Response | undefined {
  const known = CLAWBOT_ACTIONS.find((name) => name === action)
  if (known === undefined) return undefined
  ACTIONS[known](core.ilink, body, core)
  core.ilink.changed()
  return json(clawbotView(core.ilink, core.url))
}

/** Writes a message to the bot on behalf of the owner. */
export function writeToClawbot(core: Core, content: Content): Response {
  if (!CLAWBOT_KINDS.some((kind) => kind === content.kind)) {
    return failure(400, `Invalid kind: expected one of ${CLAWBOT_KINDS.join(', ')}.`)
  }
  const [shown] = core.ilink.write({ contents: [content] }).shown
  return shown ? json(messageView(core.world, shown)) : failure(400, 'Invalid message.')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
