import { qrRows } from '../encode/picture.js'
import { CLAWBOT } from '../world/clawbot.js'
import type { Binding } from './binding.js'
import type { ClawbotBindingView, ClawbotLoginState, ClawbotLoginView, ClawbotView } from './clawbot-view.js'
import type { QrCode, QrState } from './qr-code.js'
import type { IlinkService } from './service.js'
import { qrLink } from './urls.js'

const DROPPED = 50

const STATES: Record<QrState, ClawbotLoginState> = {
  waiting: 'waiting',
  verifyCode: 'verifyCode',
  scanned: 'scanned',
  declined: 'declined',
  confirmed: 'bound',
  alreadyBound: 'bound',
  blocked: 'blocked',
  expired: 'expired',
}

export function clawbotView(service: IlinkService, url: string): ClawbotView {
  const { binding } = service
  return {
    chatId: CLAWBOT,
    login: loginView(service, url),
    ...(binding ? { binding: bindingView(binding, service.userId) } : {}),
    limits: service.limits.view(),
    dropped: service.dropped.slice(-DROPPED),
  }
}

/** The state of the login. A QR code that is open takes precedence over a binding. */
function loginView(service: IlinkService, url: string): ClawbotLoginView {
  const qr = service.qrCodes.latest
  if (!qr) return { state: 'none' }
  if (qr.isOpen) return openView(qr, url)
  const isLost = service.isBoundElsewhere || service.binding?.tokenState !== 'valid'
  if (service.binding && !isLost) return { state: 'bound' }
  // A code that has ended is of no use to anyone, but the page recognizes by its id whether it was replaced.
  if (qr.state === 'expired' || qr.state === 'blocked') return { state: qr.state, qrcode: qr.id }
  if (!service.binding) return { state: STATES[qr.state] }
  return { state: 'ended', endReason: service.isBoundElsewhere ? 'boundElsewhere' : 'tokenExpired' }
}

function openView(qr: QrCode, url: string): ClawbotLoginView {
  const link = qrLink(url, qr)
  const view: ClawbotLoginView = { state: STATES[qr.state], qrcode: qr.id, link, expiresAt: qr.expiresAt }
  if (qr.state === 'waiting') return { ...view, qr: qrRows(link).map((row) => row.map(Number).join('')) }
  if (qr.state !== 'verifyCode' || qr.verifyCode === undefined) return view
  return { ...view, verifyCode: qr.verifyCode, attemptsLeft: qr.attemptsLeft }
}

function bindingView(binding: Binding, userId: string): ClawbotBindingView {
  const { botId, boundAt, isTyping, notified } = binding
  return { botId, userId, boundAt, online: binding.isOnline, typing: isTyping, notified: { ...notified } }
}
