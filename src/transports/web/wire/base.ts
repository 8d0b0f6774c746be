/** Part of every JSON POST. @see docs/protocol.md §2.5 */
export interface BaseRequest {
  /** A number; some clients send a string, or `null` when their login failed. */
  Uin: number | string | null
  Sid: string
  Skey: string
  /** The letter `e` and 15 digits; absent in one client. */
  DeviceID?: string
}

/** Part of every JSON reply. @see docs/protocol.md §2.5 */
interface BaseResponse {
  /** 0 is success; see `RET` for the others. */
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
