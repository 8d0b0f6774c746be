import { request } from 'node:http'
import type { Socket } from 'node:net'
import { startSandbox } from 'itchat/sandbox'
import type { Page, Request, Route } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { serve } from '../support/http-server.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

/** A server that forwards to the one at `target`, and can break all its connections and refuse new ones. */
async function relayTo(target: string) {
  const sockets = new Set<Socket>()
  let isCut = false
  const url = await serve((incoming, reply) => {
    sockets.add(incoming.socket)
    if (isCut) return void incoming.socket.destroy()
    const { origin, ...headers } = incoming.headers
    const outgoing = request(
      new URL(incoming.url ?? '', target),
      { method: incoming.method, headers: { ...headers, host: new URL(target).host } },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(reply)
      },
    )
    outgoing.on('error', () => reply.destroy())
    reply.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
  return {
    url,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    restore() {
      isCut = false
    },
  }
}

/** The first message in view and its distance from the top of the log. */
function place(page: Page): Promise<unknown> {
  return page.getByRole('log').evaluate((log: any) => {
    const { top } = log.getBoundingClientRect()
    const shown = [...log.querySelectorAll('article')].find((line: any) => line.getBoundingClientRect().top >= top)
    return [shown.textContent, Math.round(shown.getBoundingClientRect().top - top)]
  })
}

const isStream = (request: Request) => new URL(request.url()).pathname === '/api/events'

describe.skipIf(!browser)(`the phone page without its sandbox${browserNote}`, () => {
  test('counts down to each attempt, reconnects on request, and keeps the chat, the place in it and the draft', async () => {
    const sandbox = await sandboxFor()
    const friend = sandbox.friend('小满')
    for (let n = 0; n < 60; n++) friend.say(`第 ${n} 句`)
    const relay = await relayTo(sandbox.url)
    const page = await openPage(relay.url)
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByRole('option', { name: /^小满/ }).click()
    const log = page.getByRole('log')
    await log.getByText('新消息').waitFor()
    const field = page.getByRole('textbox', { name: '说点什么' })
    await field.fill('写到一半')
    await log.evaluate((element: any) => element.scrollBy(0, 500))
    await page.getByRole('button', { name: '回到最新' }).waitFor()
    const before = await place(page)

    relay.cut()
    const banner = page.locator('.banner.red')
    // The first attempt, after a second, is made without a banner.
    let attempt = Number(/第 (\d+) 次/.exec((await banner.textContent()) ?? '')?.[1])
    await page.clock.pauseAt(Date.now() + 60_000)
    for (let n = 0; n < 4; n++) {
      attempt++
      const seconds = [1, 2, 4, 8][attempt - 1] ?? 15
      await banner.getByText(`${seconds} 秒后第 ${attempt} 次重连`).waitFor()
      await page.clock.runFor(seconds * 1000)
    }
    expect(await field.isDisabled()).toBe(true)
    expect(await place(page)).toEqual(before)
    // The last attempt has failed, so that only the button can reconnect.
    await banner.getByText(`15 秒后第 ${attempt + 1} 次重连`).waitFor()

    friend.say('断开时说的')
    relay.restore()
    await page.clock.resume()
    await page.getByRole('button', { name: '立即重连' }).click()
    await banner.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '回到最新 · 1' }).waitFor()
    expect(await place(page)).toEqual(before)
    expect(await field.inputValue()).toBe('写到一半')
    await field.press('Enter')
    await log.getByText('写到一半').waitFor()
    expect(await log.getByText('断开时说的').count()).toBe(1)
  })

  test('keeps the chat and the draft when another sandbox has taken its place', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url)
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByRole('option', { name: /^小满/ }).click()
    const field = page.getByRole('textbox', { name: '说点什么' })
    await field.fill('写到一半')
    sandbox.friend('小满').say('旧沙盒里的话')
    await page.getByRole('log').getByText('旧沙盒里的话').waitFor()
    await sandbox.close()
    await page.getByText('与沙盒的连接已断开').waitFor()
    await using again = await startSandbox({ port: Number(new URL(sandbox.url).port) })
    // The page also reconnects by itself, which may remove the button first.
    await page.evaluate(
      `[...document.querySelectorAll('button')].find((button) => button.textContent === '立即重连')?.click()`,
    )
    await page.locator('.banner.red').waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1, name: '小满' }).waitFor()
    await page.getByRole('log').getByText('旧沙盒里的话').waitFor({ state: 'detached' })
    expect(await field.inputValue()).toBe('写到一半')
    await field.press('Enter')
    await page.getByRole('log').getByText('写到一半').waitFor()
    expect(again.friend('小满').messages.at(-1)?.text).toBe('写到一半')
  })

  test('makes one attempt at a time when another one is requested', async () => {
    const sandbox = await sandboxFor()
    const relay = await relayTo(sandbox.url)
    const page = await openPage(relay.url)
    await page.getByRole('heading', { name: '还没有程序连接' }).waitFor()
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    const attempts: Route[] = []
    await page.route('**/api/state*', (route) => void attempts.push(route))
    const count = () => attempts.length
    const banner = page.locator('.banner.red')

    const ended = page.waitForEvent('requestfailed', isStream)
    relay.cut()
    await ended
    await page.clock.runFor(1_000)
    await expect.poll(count).toBe(1)
    await attempts[0]?.abort()
    await banner.getByText('2 秒后第 2 次重连').waitFor()
    await page.clock.runFor(2_000)
    await expect.poll(count).toBe(2)
    await page.getByRole('button', { name: '立即重连' }).click()
    await expect.poll(count).toBe(3)
    await attempts[1]?.abort()
    await attempts[2]?.abort()
    await banner.getByText(/第 3 次重连/).waitFor()
    // By then, a second series of attempts would have continued, and the fourth attempt has not timed out yet.
    await page.clock.runFor(9_000)
    await expect.poll(count).toBe(4)
  })

  test('keeps the event stream of a page in the background open only now and then', async () => {
    const sandbox = await sandboxFor()
    const page = await openPage(sandbox.url)
    await page.getByRole('heading', { name: '还没有程序连接' }).waitFor()
    await page.clock.install()
    const setHidden = (isHidden: boolean) =>
      page.evaluate(`(() => {
        Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })()`)
    const nextEnd = () => page.waitForEvent('requestfailed', isStream)
    const nextStream = () => page.waitForRequest(isStream)

    const ended = nextEnd()
    await setHidden(true)
    await page.clock.fastForward(5_000)
    await ended
    sandbox.friend('顾南星').say('在吗')
    expect(await page.title()).toBe('itchat 沙盒')
    const again = nextStream()
    const endedAgain = nextEnd()
    await page.clock.fastForward(15_000)
    await again
    await expect.poll(() => page.title()).toBe('(1) itchat 沙盒')
    await endedAgain

    sandbox.friend('顾南星').say('在吗？')
    const shown = nextStream()
    await setHidden(false)
    await shown
    await expect.poll(() => page.title()).toBe('(2) itchat 沙盒')
  })
})
