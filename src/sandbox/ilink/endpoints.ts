import { CDN, ENDPOINTS, type EndpointName } from '../../transports/ilink/wire/endpoints.js'

/** Path of the media server in the sandbox. */
export const CDN_PATH = '/c2c'

/** A request that the iLink service answers: an endpoint of the API, or one of the media server. */
export type IlinkEndpoint = EndpointName | 'cdnUpload' | 'cdnDownload'

const PATHS: Readonly<Record<IlinkEndpoint, string>> = {
  get_bot_qrcode: ENDPOINTS.get_bot_qrcode.path,
  get_qrcode_status: ENDPOINTS.get_qrcode_status.path,
  notifystart: ENDPOINTS.notifystart.path,
  notifystop: ENDPOINTS.notifystop.path,
  getupdates: ENDPOINTS.getupdates.path,
  sendmessage: ENDPOINTS.sendmessage.path,
  getconfig: ENDPOINTS.getconfig.path,
  sendtyping: ENDPOINTS.sendtyping.path,
  getuploadurl: ENDPOINTS.getuploadurl.path,
  cdnUpload: CDN_PATH + CDN.upload,
  cdnDownload: CDN_PATH + CDN.download,
}

export const ILINK_ENDPOINTS = Object.keys(PATHS) as IlinkEndpoint[]

/** The endpoints that reply with JSON. */
export const ILINK_JSON_ENDPOINTS: readonly IlinkEndpoint[] = ILINK_ENDPOINTS.filter((name) => !isCdn(name))

export function isCdn(endpoint: IlinkEndpoint): endpoint is 'cdnUpload' | 'cdnDownload' {
  return endpoint === 'cdnUpload' || endpoint === 'cdnDownload'
}

/** Whether the path belongs to the iLink service, even if it is not an endpoint. */
export function isIlinkPath(path: string): boolean {
  return path.startsWith('/ilink/') || path.startsWith(`${CDN_PATH}/`)
}

/** Returns the endpoint for a path, or `undefined` for any other path. */
export function ilinkEndpointOf(path: string): IlinkEndpoint | undefined {
  return ILINK_ENDPOINTS.find((name) => PATHS[name] === path)
}
