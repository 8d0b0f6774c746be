import type { FaultKind } from '../../sandbox/control/view.js'
import type { IconName } from '../parts/icon.js'
import type { Choice } from './choices.js'

const ICONS: Record<FaultKind, IconName> = {
  drop: 'gone',
  cut: 'scissors',
  delay: 'hourglass',
  slow: 'gauge',
  status: 'alert',
  garbage: 'fileUnknown',
  truncate: 'fileCut',
  wrongTypes: 'shapes',
  duplicate: 'twice',
  dropReply: 'mailLost',
  syncKeyReset: 'resetKey',
  expireQr: 'qr',
  ret: 'fault',
  duplicateNewId: 'twice',
  lostReply: 'mailLost',
  cursorStuck: 'resetKey',
  noContextToken: 'mailLost',
  idAsString: 'shapes',
  noKey: 'fileUnknown',
  rawKey: 'fileUnknown',
  hexKey: 'fileUnknown',
  keyMismatch: 'fileUnknown',
  gateway524: 'alert',
  raceTimeout: 'hourglass',
  pollLock: 'cancelled',
  emptyErrmsg: 'fileCut',
  errcodeOnly: 'shapes',
  missingRet: 'shapes',
  noHeader: 'fileCut',
  sendEmpty: 'fileCut',
  acceptedNotShown: 'gone',
  lateBatch: 'clock',
}

const RET_ICONS: Readonly<Record<number, IconName>> = {
  1100: 'phone',
  1101: 'laptop',
  1102: 'expired',
  1203: 'cancelled',
  1204: 'people',
  1205: 'clock',
  [-14]: 'expired',
  [-2]: 'clock',
  [-3]: 'people',
}

export function iconOf({ kind, value }: Choice): IconName {
  return (value === undefined ? undefined : RET_ICONS[value]) ?? ICONS[kind]
}
