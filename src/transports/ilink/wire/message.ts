/** `message_type` of a message. @see docs/ilink.md §4.1 */
export const MESSAGE_TYPE = { user: 1, bot: 2 } as const

/** `message_state` of a complete message. */
export const MESSAGE_FINISHED = 2

/** `type` of an item. @see docs/ilink.md §4.2 */
export const ITEM_TYPE = {
  text: 1,
  image: 2,
  voice: 3,
  file: 4,
  video: 5,
  toolCallStart: 11,
  toolCallResult: 12,
} as const

/** A 64-bit id: a JSON number or a string. */
type LongId = number | string

/** Reference to a file on the media server. @see docs/ilink.md §6 */
export interface WireMedia {
  encrypt_query_param?: string
  /** base64 of 32 hex digits, or of 16 bytes. */
  aes_key?: string
  /** 0: only the file id is encrypted; 1: the whole reference. */
  encrypt_type?: number
  /** Complete URL, in received messages only. */
  full_url?: string
}

/** The quoted part of a message. `start` and `end` are excerpts, the indexes count their occurrences from 0. */
interface WirePartialText {
  start?: string
  end?: string
  startindex?: number
  endindex?: number
  /** MD5 of the quoted part, in hex. */
  quotemd5?: string
}

/** A quote. Older apps send `message_item`, newer ones only `svr_id`. */
interface WireQuote {
  title?: string
  message_item?: WireItem
  svr_id?: LongId
  partial_text?: WirePartialText
}

export interface WireItem {
  type?: number
  create_time_ms?: number
  update_time_ms?: number
  is_completed?: boolean
  msg_id?: LongId
  ref_msg?: WireQuote
  text_item?: { text?: string }
  image_item?: {
    media?: WireMedia
    thumb_media?: WireMedia
    /** Key of `media` as 32 hex digits, in received messages only. */
    aeskey?: string
    url?: string
    /** Sizes of the encrypted files, in bytes. */
    mid_size?: number
    hd_size?: number
    thumb_size?: number
    thumb_width?: number
    thumb_height?: number
  }
  voice_item?: {
    media?: WireMedia
    encode_type?: number
    bits_per_sample?: number
    /** Hz. */
    sample_rate?: number
    /** Milliseconds. */
    playtime?: number
    /** The server's transcript. */
    text?: string
    size?: number
  }
  file_item?: {
    media?: WireMedia
    file_name?: string
    /** MD5 of the file, in hex. */
    md5?: string
    /** Size of the file in bytes, in decimal digits. */
    len?: string
  }
  video_item?: {
    media?: WireMedia
    /** Size of the encrypted file, in bytes. */
    video_size?: number
    play_length?: number
    video_md5?: string
    thumb_media?: WireMedia
    thumb_size?: number
    thumb_width?: number
    thumb_height?: number
  }
  tool_call_start_item?: { tool_name?: string; tool_call_id?: string }
  tool_call_result_item?: { tool_name?: string; tool_call_id?: string; status?: string }
}

export interface WireMessage {
  seq?: number
  message_id?: LongId
  from_user_id?: string
  to_user_id?: string
  client_id?: string
  create_time_ms?: number
  update_time_ms?: number
  delete_time_ms?: number
  session_id?: string
  group_id?: string
  message_type?: number
  message_state?: number
  item_list?: WireItem[]
  context_token?: string
  run_id?: string
}

/** `status` of the typing indicator. */
export const TYPING = { on: 1, off: 2 } as const
