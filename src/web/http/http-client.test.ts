import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/http-server.js'
import { ProtocolError } from '../../errors.js'
import { systemClock } from '../../util/clock.js'
import { HttpClient } from './http-client.js'

const MIB = 1024 * 1024

const get = (client: HttpClient, url: string) =>
  client.send({ endpoint: 'webwxinit', method: 'GET', url: new URL(url), timeoutMs: 10_000 })

describe('a large reply', () => {
  test('of 64 MiB is read', async () => {
    const client = new HttpClient({ clock: systemClock })
    const url = await serve((_, response) => {
      const piece = Buffer.alloc(MIB, ' ')
      for (let i = 0; i < 64; i++) response.write(piece)
      response.end()
    })
    expect((await get(client, url)).text.length).toBe(64 * MIB)
    await client.close()
  })

  test('larger ones are refused as soon as they are, and the line is closed', async () => {
    const client = new HttpClient({ clock: systemClock })
    let written = 0
    let closed: Promise<unknown> | undefined
    const url = await serve(async (_, response) => {
      closed = once(response, 'close')
      const piece = Buffer.alloc(MIB, ' ')
      while (!response.destroyed) {
        written++
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed])
      }
    })
    await expect(get(client, url)).rejects.toThrow(ProtocolError)
    await closed
    expect(written).toBeLessThan(96)
    await client.close()
  })
})

describe('cookies', () => {
  test('go back to the server that set them, until they are forgotten', async () => {
    const client = new HttpClient({ clock: systemClock })
    const sent: (string | undefined)[] = []
    const url = await serve((request, response) => {
      sent.push(request.headers.cookie)
      response.setHeader('set-cookie', ['wxuin=1; Path=/', 'wxsid=s; Path=/']).end()
    })
    await get(client, url)
    await get(client, url)
    expect(client.cookie(new URL(url), 'wxsid')).toBe('s')
    client.clearCookies()
    expect(client.cookie(new URL(url), 'wxsid')).toBeUndefined()
    await get(client, url)
    expect(sent).toEqual([undefined, 'wxuin=1; wxsid=s', undefined])
    await client.close()
  })

  test('do not go to another host', async () => {
    const client = new HttpClient({ clock: systemClock })
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
