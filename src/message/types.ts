/** The types that a handler can be registered for. */
export const TEXT = 'Text'
export const MAP = 'Map'
export const CARD = 'Card'
export const NOTE = 'Note'
export const SHARING = 'Sharing'
export const PICTURE = 'Picture'
export const RECORDING = 'Recording'
export const VOICE = RECORDING
export const ATTACHMENT = 'Attachment'
export const VIDEO = 'Video'
export const FRIENDS = 'Friends'
export const SYSTEM = 'System'
/** Any MsgType that does not map to another type. */
export const UNKNOWN = 'Unknown'

/** All types except `UNKNOWN`. */
export const INCOME_MSG = [
  TEXT,
  MAP,
  CARD,
  NOTE,
  SHARING,
  PICTURE,
  RECORDING,
  ATTACHMENT,
  VIDEO,
  FRIENDS,
  SYSTEM,
] as const
