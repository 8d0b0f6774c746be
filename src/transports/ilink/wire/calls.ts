import type { BaseReply } from './codes.js'
import type { WireMessage } from './message.js'
import type { UploadUrlRequest } from './upload.js'

/** The JSON body of each POST, without `base_info`. @see docs/ilink.md §2.5 */
export interface Bodies {
  get_bot_qrcode: {
    /** Tokens that this installation has, newest first; at most 10. */
    local_token_list?: string[]
  }
  getupdates: {
    /** The cursor; `''` at first. */
    get_updates_buf: string
  }
  sendmessage: { msg: WireMessage }
  getconfig: { ilink_user_id: string; context_token?: string }
  sendtyping: { ilink_user_id: string; typing_ticket: string; status: number }
  getuploadurl: UploadUrlRequest
}

/** The query of each request that has one. */
export interface Queries {
  get_bot_qrcode: { bot_type: string }
  get_qrcode_status: { qrcode: string; verify_code?: string }
}

/** The reply of each endpoint. @see docs/ilink.md §2.5 */
export interface Replies {
  get_bot_qrcode: BaseReply & {
    /** Identifies the QR code in status polls. */
    qrcode: string
    /** The URL that the QR code encodes. */
    qrcode_img_content: string
  }
  get_qrcode_status: BaseReply & {
    status: string
    /** With `scaned_but_redirect`: host of further status polls. */
    redirect_host?: string
    /** With `confirmed`. */
    bot_token?: string
    ilink_bot_id?: string
    ilink_user_id?: string
    /** With `confirmed`: base URL of all later requests. */
    baseurl?: string
  }
  notifystart: BaseReply
  notifystop: BaseReply
  getupdates: BaseReply & {
    msgs?: WireMessage[]
    /** The new cursor; empty or absent: the old one remains valid. */
    get_updates_buf?: string
    /** How long the server holds the next poll. */
    longpolling_timeout_ms?: number
  }
  sendmessage: BaseReply & { message_id?: number | string }
  getconfig: BaseReply & {
    /** base64. */
    typing_ticket?: string
  }
  sendtyping: BaseReply
  getuploadurl: BaseReply & {
    /** Complete URL for the upload; preferred. */
    upload_full_url?: string
    /** Parameter of an upload URL on the media server. */
    upload_param?: string
  }
}
