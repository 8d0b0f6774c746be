/** Query of `webwxgetmsgimg`. @see docs/protocol.md §7 */
export interface GetImageQuery {
  MsgID: string
  skey: string
  /** `slave` for the thumbnail, `big` for the large picture or original sticker. */
  type?: 'slave' | 'big'
}

/** Query of `webwxgetvoice` and `webwxgetvideo`; the latter requires `Range: bytes=0-`. @see docs/protocol.md §7 */
export interface GetVoiceOrVideoQuery {
  msgid: string
  skey: string
}

/** Query of `webwxgetmedia`. @see docs/protocol.md §7 */
export interface GetMediaQuery {
  sender: string
  mediaid: string
  encryfilename: string
  fromuser: string
  pass_ticket: string
  webwx_data_ticket: string
}
