import type * as v from 'valibot'
import type { Core } from '../core.js'
import { CLAWBOT_KINDS, type ClawbotAction } from '../ilink/clawbot-view.js'
import type { IlinkService } from '../ilink/service.js'
import { clawbotView } from '../ilink/view.js'
import { messageView } from '../views/views.js'
import type { Content } from '../world/message.js'
import type { CLAWBOT_BODY } from './bodies.js'
import { json } from './guard.js'
import { ApiRefusal } from './refusal.js'

type Body = v.InferOutput<typeof CLAWBOT_BODY>

const ACTIONS: Record<ClawbotAction, (service: IlinkService, body: Body, core: Core) => unknown> = {
  scan: ({ qrCodes }) => qrCodes.scan(),
  confirm: (service) => service.confirm(),
  decline: ({ qrCodes }) => qrCodes.decline(),
  expire: ({ qrCodes }) => qrCodes.expire(),
  requireVerifyCode: ({ qrCodes }, { code }) => qrCodes.requireVerifyCode(code || undefined),
  alreadyBound: ({ qrCodes }) => qrCodes.alreadyBound(),
  redirect: ({ qrCodes }, { host }, core) => qrCodes.redirect(host || new URL(core.url).host),
  bindElsewhere: (service) => service.bindElsewhere(),
  expireToken: (service, { isRevivable }) => service.expireToken(isRevivable === true),
  openWindow: (service) => service.adjustLimits('openWindow'),
  closeWindow: (service) => service.adjustLimits('closeWindow'),
  spendQuota: (service, { count }) => service.adjustLimits('spendQuota', count === undefined ? {} : { count }),
  throttle: (service) => service.adjustLimits('throttle'),
  shadow: (service, { isOn }) => service.adjustLimits('shadow', { isOn: isOn !== false }),
}

/** Runs an action on the ClawBot part of the phone. */
export function actOnClawbot(core: Core, action: ClawbotAction, body: Body): Response {
  ACTIONS[action](core.ilink, body, core)
  core.ilink.changed()
  return json(clawbotView(core.ilink, core.url))
}

/** Writes a message to the bot on behalf of the owner. */
export function writeToClawbot(core: Core, content: Content): Response {
  if (!CLAWBOT_KINDS.some((kind) => kind === content.kind)) {
    throw new ApiRefusal(400, `Invalid kind: expected one of ${CLAWBOT_KINDS.join(', ')}.`)
  }
  const [shown] = core.ilink.write({ contents: [content] }).shown
  if (!shown) throw new ApiRefusal(400, 'Invalid message.')
  return json(messageView(core.world, shown))
}
