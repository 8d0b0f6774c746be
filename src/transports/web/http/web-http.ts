import type { Dispatcher } from 'undici'
import type { TransportContext } from '../../../transport/transport.js'
import { HttpClient } from '../../http/http-client.js'
import { USER_AGENT } from '../wire/constants.js'
import { Cookies } from './cookies.js'

/** The HTTP client of one account with its cookies. */
export interface WebHttp {
  readonly http: HttpClient
  readonly cookies: Cookies
}

export function webHttp(
  { clock, mayAct }: Pick<TransportContext, 'clock' | 'mayAct'>,
  dispatcher?: Dispatcher,
): WebHttp {
  const cookies = new Cookies()
  const headers = (url: URL): Record<string, string> => {
    const cookie = cookies.header(url)
    return {
      'user-agent': USER_AGENT,
      accept: 'application/json, text/plain, */*',
      'accept-language': 'zh-CN,zh;q=0.9',
      ...(cookie ? { cookie } : {}),
    }
  }
  const onHeaders: Cookies['update'] = (url, received) => cookies.update(url, received)
  return { cookies, http: new HttpClient({ clock, mayAct, dispatcher, headers, onHeaders }) }
}
