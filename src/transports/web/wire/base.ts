/** Part of every JSON POST. @see docs/protocol.md §2.5 */
export interface BaseRequest {
  /** A number; some clients send a string, or `null` after a failed login. */
  Uin: number | string | null
  Sid: string
  Skey: string
  /** The letter `e` followed by 15 digits; omitted by one client. */
  DeviceID?: string
}

/** Part of every JSON reply. @see docs/protocol.md §2.5 */
interface BaseResponse {
  /** 0 means success; see `RET` for other values. */
  Ret: number
  ErrMsg: string
}

/** Common part of all JSON requests. @see docs/protocol.md §2.5 */
export interface BaseBody {
  BaseRequest: BaseRequest
}

/** Common part of all JSON replies. @see docs/protocol.md §2.5 */
export interface BaseReply {
  BaseResponse: BaseResponse
}
