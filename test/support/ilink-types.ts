import { ATTACHMENT, PICTURE, RECORDING, TEXT, UNKNOWN, VIDEO } from 'itchat'

/** The types of messages that iLink delivers. */
export const TYPES = [TEXT, PICTURE, RECORDING, ATTACHMENT, VIDEO, UNKNOWN] as const
