import { afterEach, describe, expect, test, vi } from 'vitest'
import { serve } from '../../../../test/support/http-server.js'
import { systemClock } from '../../../util/clock.js'
import type { HttpClient } from '../../http/http-client.js'
import { webHttp } from './web-http.js'

const context = { clock: systemClock, mayAct: () => {} }

const get = (client: HttpClient, url: string) =>
  client.send({ endpoint: 'webwxinit', method: 'GET', url: new URL(url), timeoutMs: 10_000 })

describe('cookies', () => {
  test('are sent back to the server that set them until they are cleared', async () => {
    const { http: client, cookies } = webHttp(context)
    const sent: (string | undefined)[] = []
    const url = await serve((request, response) => {
      sent.push(request.headers.cookie)
      response.setHeader('set-cookie', ['wxuin=1; Path=/', 'wxsid=s; Path=/']).end()
    })
    await get(client, url)
    await get(client, url)
    expect(cookies.value(new URL(url), 'wxsid')).toBe('s')
    cookies.clear()
    expect(cookies.value(new URL(url), 'wxsid')).toBeUndefined()
    await get(client, url)
    expect(sent).toEqual([undefined, 'wxuin=1; wxsid=s', undefined])
    await client.close()
  })

  describe('expiry', () => {
    const DAY_MS = 86_400_000
    afterEach(() => void vi.restoreAllMocks())

    /**
     * Makes requests whose replies set these cookies in turn; resolves to the `Cookie` headers from the second request
     * on.
     */
    async function cookiesAfter(replies: string[][], between: (count: number) => void = () => {}) {
      const { http: client } = webHttp(context)
      const sent: (string | undefined)[] = []
      const url = await serve((request, response) => {
        sent.push(request.headers.cookie)
        response.setHeader('set-cookie', replies[sent.length - 1] ?? []).end()
      })
      for (let count = 0; count <= replies.length; count++) {
        await get(client, url)
        between(count)
      }
      await client.close()
      return sent.slice(1)
    }
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toUTCString()

    test.each([
      ['Expires', () => `wxsid=s; Path=/; Expires=${inHours(12)}`],
      ['Max-Age', () => 'wxsid=s; Path=/; Max-Age=43200'],
    ])('cookies with %s are kept when the clock is one day ahead during one request', async (_, cookie) => {
      const real = Date.now
      const sent = await cookiesAfter([[cookie()], [], []], (count) => {
        vi.spyOn(Date, 'now').mockImplementation(() => real() + (count === 0 ? DAY_MS : 0))
      })
      expect(sent).toEqual(['wxsid=s', 'wxsid=s', 'wxsid=s'])
    })

    test('cookies are accepted while the clock is ahead', async () => {
      const cookie = `wxsid=s; Path=/; Expires=${inHours(12)}`
      const real = Date.now
      vi.spyOn(Date, 'now').mockImplementation(() => real() + 30 * DAY_MS)
      expect(await cookiesAfter([[cookie]])).toEqual(['wxsid=s'])
    })

    test.each([
      ['Max-Age=0', () => 'wxsid=; Path=/; Max-Age=0'],
      ['a negative Max-Age', () => 'wxsid=x; Path=/; Max-Age=-1'],
      ['Expires to the Unix epoch', () => 'wxsid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
      ['Expires to an hour ago', () => `wxsid=x; Path=/; Expires=${inHours(-1)}`],
    ])('cookies are removed when the server sets %s', async (_, removal) => {
      expect(await cookiesAfter([['wxsid=s; Path=/', 'wxuin=1; Path=/'], [removal()]])).toEqual([
        'wxsid=s; wxuin=1',
        'wxuin=1',
      ])
    })

    test('cookies survive a restart after their expiry time', async () => {
      const { http: client, cookies } = webHttp(context)
      const url = await serve((_, response) => response.setHeader('set-cookie', 'wxsid=s; Path=/; Max-Age=60').end())
      await get(client, url)
      const next = webHttp(context)
      const real = Date.now
      vi.spyOn(Date, 'now').mockImplementation(() => real() + DAY_MS)
      next.cookies.restore(JSON.parse(JSON.stringify(cookies.save())))
      expect(next.cookies.value(new URL(url), 'wxsid')).toBe('s')
      await Promise.all([client.close(), next.http.close()])
    })
  })

  test('are not sent to another host', async () => {
    const { http: client } = webHttp(context)
    const sent: (string | undefined)[] = []
    const url = await serve((request, response) => {
      sent.push(request.headers.cookie)
      response.setHeader('set-cookie', 'wxuin=1; Path=/').end()
    })
    await get(client, url)
    await get(client, url.replace('127.0.0.1', 'localhost'))
    expect(sent).toEqual([undefined, undefined])
    await client.close()
  })
})
