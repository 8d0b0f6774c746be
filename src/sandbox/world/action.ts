import type { Message } from './message.js'

/** What a person, the owner on the phone, or a test did. Consequences, such as the notice about a new topic, are not actions. */
export type Action =
  | { readonly type: 'say' | 'notice' | 'requestFriend' | 'recall'; readonly message: Message }
  /** `id` is a person or a group, whose topic `by` changed. */
  | { readonly type: 'rename'; readonly id: string; readonly name: string; readonly by?: string }
  | {
      readonly type: 'addMembers' | 'removeMembers'
      readonly chat: string
      readonly people: string[]
      readonly by: string
    }
  /** `by` shared the QR code of the group. */
  | { readonly type: 'joinByQr'; readonly chat: string; readonly person: string; readonly by: string }
  | { readonly type: 'displayName'; readonly chat: string; readonly person: string; readonly name: string }
  | { readonly type: 'addPerson'; readonly id: string; readonly name: string; readonly isContact: boolean }
  | { readonly type: 'unfriend'; readonly person: string }
  | { readonly type: 'open'; readonly chat: string }
  /** On the phone of the web protocol. `message` belongs to `refuse`. */
  | { readonly type: 'phone'; readonly action: PhoneActionName; readonly message?: string }
  | { readonly type: 'endSession'; readonly code: 1100 | 1101 | 1102 }
  | { readonly type: 'raw'; readonly fields: object }
  /** On the ClawBot part of the phone. */
  | {
      readonly type: 'clawbot'
      readonly action: ClawbotActionName
      readonly code?: string
      readonly count?: number
      readonly isOn?: boolean
    }
  /** The owner wrote one message to the bot. `items` and `raw` are wire fields. */
  | {
      readonly type: 'write'
      readonly shown: readonly Message[]
      readonly items?: readonly object[]
      readonly raw?: object
    }
  /** `fault` is the fault as the control API shows it. */
  | { readonly type: 'fault'; readonly id: string; readonly fault: object; readonly path: string | RegExp | undefined }
  | { readonly type: 'removeFault'; readonly id: string }

export const PHONE_ACTION_NAMES = ['scan', 'confirm', 'cancel', 'expire', 'refuse'] as const

export type PhoneActionName = (typeof PHONE_ACTION_NAMES)[number]

export const CLAWBOT_ACTION_NAMES = [
  'scan',
  'confirm',
  'decline',
  'expire',
  'requireVerifyCode',
  'alreadyBound',
  'redirect',
  'bindElsewhere',
  'expireToken',
  'expireRevivableToken',
  'openWindow',
  'closeWindow',
  'spendQuota',
  'throttle',
  'shadow',
  'showLate',
] as const

export type ClawbotActionName = (typeof CLAWBOT_ACTION_NAMES)[number]
