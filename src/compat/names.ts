/**
 * The Python names used in the tutorials, mapped to the names in this library. Names that are the same in both are
 * omitted.
 */
export const PYTHON_NAMES = {
  add_friend: 'addFriend',
  add_member_into_chatroom: 'addMemberIntoChatroom',
  auto_login: 'autoLogin',
  check_login: 'checkLogin',
  configured_reply: 'configuredReply',
  create_chatroom: 'createChatroom',
  delete_member_from_chatroom: 'deleteMemberFromChatroom',
  dump_login_status: 'dumpLoginStatus',
  get_chatrooms: 'getChatrooms',
  get_contact: 'getContact',
  get_friends: 'getFriends',
  get_head_img: 'getHeadImg',
  get_mps: 'getMps',
  get_msg: 'getMsg',
  get_QR: 'getQR',
  get_QRuuid: 'getQRuuid',
  load_login_status: 'loadLoginStatus',
  msg_register: 'msgRegister',
  msg_unregister: 'msgUnregister',
  new_instance: 'newInstance',
  search_chatrooms: 'searchChatrooms',
  search_dict_list: 'searchDictList',
  search_friends: 'searchFriends',
  search_mps: 'searchMps',
  send_file: 'sendFile',
  send_image: 'sendImage',
  send_img: 'sendImg',
  send_msg: 'sendMsg',
  send_raw_msg: 'sendRawMsg',
  send_video: 'sendVideo',
  set_alias: 'setAlias',
  set_chatroom_name: 'setChatroomName',
  set_logging: 'setLogging',
  set_pinned: 'setPinned',
  show_mobile_login: 'showMobileLogin',
  start_receiving: 'startReceiving',
  submit_verify_code: 'submitVerifyCode',
  update_chatroom: 'updateChatroom',
  update_friend: 'updateFriend',
  upload_file: 'uploadFile',
  web_init: 'webInit',
} as const satisfies Record<string, string>

type Table = typeof PYTHON_NAMES

/** The Python names of the members of `T`. */
export type PythonNames<T> = {
  readonly [K in keyof Table as Table[K] extends keyof T ? K : never]: T[Table[K] & keyof T]
}

/** `T` with its Python names in addition to its own. */
export type WithPythonNames<T> = T & PythonNames<T>
