/** Goes into every JSON POST. @see docs/protocol.md §2.5 */
export interface BaseRequest {
  /** A number; some clients send a string, `null` when their login failed. */
  Uin: number | string | null
  Sid: string
  Skey: string
  /** The letter `e` and 15 digits; absent in one client. */
  DeviceID?: string
}

/** Comes with every JSON reply. @see docs/protocol.md §2.5 */
interface BaseResponse {
  /** 0 is success; the others stand in `RET`. */
  Ret: number
  ErrMsg: string
}

/** The least any JSON request holds. @see docs/protocol.md §2.5 */
export interface BaseBody {
  BaseRequest: BaseRequest
}

/** The least any JSON reply holds. @see docs/protocol.md §2.5 */
export interface BaseReply {
  BaseResponse: BaseResponse
}
