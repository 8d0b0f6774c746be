/** The groups of endpoints by which the list of requests is filtered. */
export const ENDPOINT_GROUPS = ['login', 'sync', 'send', 'contacts', 'media'] as const

export type EndpointGroup = (typeof ENDPOINT_GROUPS)[number]

const GROUPS: Readonly<Record<string, EndpointGroup>> = {
  synccheck: 'sync',
  webwxsync: 'sync',
  getupdates: 'sync',
  webwxsendmsg: 'send',
  webwxsendmsgimg: 'send',
  webwxsendvideomsg: 'send',
  webwxsendemoticon: 'send',
  webwxsendappmsg: 'send',
  webwxrevokemsg: 'send',
  sendmessage: 'send',
  getconfig: 'send',
  sendtyping: 'send',
  webwxgetcontact: 'contacts',
  webwxbatchgetcontact: 'contacts',
  webwxgeticon: 'contacts',
  webwxgetheadimg: 'contacts',
  webwxverifyuser: 'contacts',
  webwxoplog: 'contacts',
  webwxcreatechatroom: 'contacts',
  webwxupdatechatroom: 'contacts',
  webwxsearchcontact: 'contacts',
  webwxuploadmedia: 'media',
  webwxcheckupload: 'media',
  webwxgetmsgimg: 'media',
  webwxgetvoice: 'media',
  webwxgetvideo: 'media',
  webwxgetmedia: 'media',
  webwxpreview: 'media',
  getuploadurl: 'media',
  cdnUpload: 'media',
  cdnDownload: 'media',
}

/** The group of an endpoint; those that are in no other group belong to the login. */
export function groupOf(endpoint: string): EndpointGroup {
  return GROUPS[endpoint] ?? 'login'
}
