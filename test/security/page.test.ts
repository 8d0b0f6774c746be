import { afterAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const SCRIPTS = [
  '<img src=x onerror="window.hacked=1">',
  '<script>window.hacked=1</script>',
  '"><svg onload=window.hacked=1>',
  '</title><iframe srcdoc="<script>parent.hacked=1</script>">',
  "'-window.hacked--'",
  '{{constructor.constructor("window.hacked=1")()}}',
]

describe.skipIf(!browser)(`the phone page${browserNote}`, () => {
  test('renders all input as text: names, topics, messages, files, links, locations', async () => {
    const sandbox = await sandboxFor({ floodLimit: false })
    const bot = botFor(sandbox)
    await bot.login()
    const to = bot.searchFriends({ name: '小满' })[0]?.UserName
    const group = sandbox.group('周末爬山队')
    const friend = sandbox.friend('小满')
    const scriptAt = (n: number) => SCRIPTS[n % SCRIPTS.length] ?? ''
    const page = await openPage(sandbox.url)
    const requested: string[] = []
    page.on('request', (request) => requested.push(request.url()))
    page.on('dialog', () => requested.push('a dialog'))
    const expectNoScript = async () => {
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(await page.locator('img[src="x"], iframe, svg[onload], [onerror], [onmouseover]').count()).toBe(0)
      const links = await page.evaluate<string[]>(
        "[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))",
      )
      for (const link of links) expect(link).toMatch(/^(?:https?:|\/api\/media\/|\/(?:\?phone=\w+)?$|#)/)
    }
    await page.getByRole('option', { name: /^小满/ }).click()
    const log = page.getByRole('log')
    // The log renders only visible messages, so only a few are checked at a time.
    const checkThrough = async (end: string) => {
      friend.say(end)
      await log.getByText(end).waitFor()
      await expectNoScript()
    }
    for (const [n, script] of SCRIPTS.entries()) {
      friend.say(script)
      friend.send({ kind: 'link', title: script, description: scriptAt(n + 1), url: 'javascript:window.hacked=1' })
      friend.send({ kind: 'link', title: `data ${n}`, url: `data:text/html,${script}` })
      await checkThrough(`links ${n}`)
      friend.send({ kind: 'file', name: `${script}.html`, bytes: Buffer.from(script) })
      friend.send({ kind: 'music', title: script, url: 'javascript:window.hacked=1' })
      friend.send({ kind: 'location', label: script, placeName: scriptAt(n + 2) })
      await checkThrough(`media ${n}`)
      friend.say(`javascript:window.hacked=1 https://example.com/"onmouseover="window.hacked=1 ${script}`)
      await bot.sendMsg(script, to)
      await bot.sendFile(Buffer.from(script), to, { name: `${script}.svg` })
      await checkThrough(`texts ${n}`)
    }
    sandbox.raw({
      from: friend.id,
      MsgType: 49,
      AppMsgType: 5,
      Content: SCRIPTS.join(''),
      Url: 'javascript:window.hacked=1',
    })
    await checkThrough('raw')
    friend.rename(SCRIPTS[0] ?? '')
    group.setDisplayName('陈一舟', SCRIPTS[1] ?? '')
    group.rename(SCRIPTS[2] ?? '')
    group.member('陈一舟').say('hello')
    await page.getByRole('option').filter({ hasText: 'svg onload' }).click()
    await page.getByRole('log').getByText('hello').last().waitFor()
    await expectNoScript()
    expect(requested.filter((url) => !url.startsWith(sandbox.url) && !url.startsWith('data:'))).toEqual([])
  })

  test('shows bidi marks, control characters and very long texts without harm to what is around them', async () => {
    const sandbox = await sandboxFor({ floodLimit: false })
    const bot = botFor(sandbox)
    await bot.login()
    const page = await openPage(sandbox.url)
    const friend = sandbox.friend('小满')
    const override = '\u202e'
    const name = `abc${override}txt.exe`
    const letters = 'x'.repeat(10_000)
    const marks = `a${'\u0301'.repeat(5000)}`
    await page.getByRole('option', { name: /^小满/ }).click()
    const log = page.getByRole('log')
    friend.rename(name)
    sandbox.group('周末爬山队').rename(`${override}${'g'.repeat(99)}`)
    for (const text of [
      letters,
      marks,
      `1\u00002\u001b[31m3\u00074\u2028 5`,
      `${override}ltr`,
      '\u2067rtl\u2066',
      '\n'.repeat(300),
    ]) {
      friend.say(text)
    }
    friend.send({ kind: 'file', name: `${'f'.repeat(300)}${override}gpj.exe`, bytes: Buffer.from('x') })
    friend.send({ kind: 'link', title: letters, description: letters, url: `https://example.com/${letters}` })
    friend.say('the end')
    await log.getByText('the end').waitFor()
    // Nothing is wider than the window, and an override ends where its name or text ends.
    const measured = await page.evaluate<{ overflow: number; leaking: string[] }>(`({
      overflow: Math.max(
        document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll('.log, .rows')].map((box) => box.scrollWidth - box.clientWidth)),
      leaking: [...document.querySelectorAll('.row-name, .row-preview, .chat-title h1, .bubble p, .file-name')]
        .filter((element) => /[\\u202a-\\u202e\\u2066-\\u2069]/.test(element.textContent))
        .filter((element) => !/isolate|plaintext/.test(getComputedStyle(element).unicodeBidi)
          && getComputedStyle(element).display === 'inline')
        .map((element) => element.outerHTML.slice(0, 200)),
    })`)
    expect(measured).toEqual({ overflow: 0, leaking: [] })
    const end = await log.getByText('the end').boundingBox()
    expect(end?.width).toBeLessThan(300)
    expect(sandbox.lastError).toBeUndefined()
  })

  test('cannot be accessed by a page from another site in the same browser', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    await fetch(`${sandbox.url}/jslogin?appid=x`)
    const page = await openPage(sandbox.url)
    const other = await page.context().newPage()
    await other.route('http://evil.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><body>hello' }),
    )
    await other.goto('http://evil.example/')
    // Passed as a string, because it runs in the page, whose globals are not declared in this project.
    const results = await other.evaluate(`(async () => {
      const attempt = (path, init) =>
        fetch('${sandbox.url}' + path, init).then((reply) => reply.type + ' ' + reply.status, () => 'refused')
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
      const framed = await new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.onload = () => {
          let content = 'nothing'
          try {
            content = frame.contentDocument.body.innerText || 'nothing'
          } catch {}
          resolve(content)
        }
        frame.src = '${sandbox.url}'
        document.body.append(frame)
      })
      const blind = { ...post, mode: 'no-cors', headers: {} }
      await attempt('/api/phone/scan', blind)
      await attempt('/api/phone/confirm', blind)
      return [
        await attempt('/api/state'),
        await attempt('/api/phone/scan', post),
        await attempt('/api/phone/confirm', post),
        framed,
      ]
    })()`)
    expect(results).toEqual(['refused', 'refused', 'refused', 'nothing'])
    expect(sandbox.phone.login.state).toBe('waitingForScan')
  })
})
