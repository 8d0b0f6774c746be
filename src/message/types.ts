// The types that a handler can be registered for.

/** Text: `msg.text`. */
export const TEXT = 'Text'
/** A location: `msg.location`. */
export const MAP = 'Map'
/** A contact card: `msg.card`. */
export const CARD = 'Card'
/** A notice, such as a recall, a transfer or a new group member: `msg.note`, discriminated by `kind`. */
export const NOTE = 'Note'
/** A link, mini program, music, quote or another shared item: `msg.sharing`, discriminated by `kind`. */
export const SHARING = 'Sharing'
/** A picture or sticker: `msg.download()` fetches it. */
export const PICTURE = 'Picture'
/** A voice message of `msg.voiceLength` milliseconds: `msg.download()` fetches it. */
export const RECORDING = 'Recording'
/** Another name of `RECORDING`. */
export const VOICE = RECORDING
/** A file of `msg.fileSize` bytes: `msg.download()` fetches it. */
export const ATTACHMENT = 'Attachment'
/** A video of `msg.playLength` seconds: `msg.download()` fetches it. */
export const VIDEO = 'Video'
/** A friend request: `msg.request`; `msg.user.verify()` accepts it. */
export const FRIENDS = 'Friends'
/** Contacts have changed: `msg.systemInfo` says which, and `msg.text` lists their UserNames. The `contacts` event reports the same with objects. */
export const SYSTEM = 'System'
/** A message of any other kind: `msg.msgType` and `msg.raw` say what it is. Only handlers for this type receive it. */
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
