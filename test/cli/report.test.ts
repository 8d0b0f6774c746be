import { execFileSync } from 'node:child_process'
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PersonSpec, SandboxOptions } from 'itchat/sandbox'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { listContacts } from '../../src/cli/actions/contacts.js'
import { lookerFor } from '../looks/look.js'
import { sandboxFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'
import { emptyFolder, loggedInFolder } from './command.js'

afterAll(() => browser?.close())

const HOSTILE = [
  '</script><script>document.title = "changed"</script>',
  '<!--<script>',
  '<img src="http://127.0.0.1:1/a.png" onerror="document.title = 1">',
  '"><svg onload=alert(1)>',
  "{{constructor.constructor('alert(1)')()}}",
  '\u202eevil\u0007',
  '$& $1 $` $<name>',
]

/** A folder with a saved login, and a function that runs `itchat contacts --report` in this process. */
async function scene(world: SandboxOptions['world'], language: 'zh' | 'en' = 'en') {
  const folder = await loggedInFolder(await sandboxFor({ ...(world === undefined ? {} : { world }) }))
  vi.stubEnv('ITCHAT_BASE_URL', folder.env.ITCHAT_BASE_URL)
  vi.stubEnv('ITCHAT_LANG', language)
  vi.stubEnv('NO_COLOR', '1')
  vi.stubEnv('LC_ALL', 'C.UTF-8')
  const path = join(folder.cwd, 'contacts.html')
  return {
    ...folder,
    path,
    async report({ kind, ...options }: { kind?: 'friends' | 'groups'; search?: string; force?: boolean } = {}) {
      removeSignalListenersAfterwards()
      let line = ''
      const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        line += text
        return true
      })
      try {
        await listContacts(kind, { state: folder.state, report: path, ...options })
      } finally {
        spy.mockRestore()
      }
      return { line, page: readFileSync(path, 'utf8') }
    },
  }
}

/** A command is a process of its own, and never removes its listeners. */
function removeSignalListenersAfterwards() {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const before = process.listeners(signal)
    onTestFinished(() => {
      const added = process.listeners(signal).filter((listener) => !before.includes(listener))
      for (const listener of added) process.off(signal, listener)
    })
  }
}

/** The tables of numbers below the plots, by heading; the names of the rows with their numbers. */
function numbersIn(page: string): Map<string, string[]> {
  const figures = [...page.matchAll(/<figure>\s*<h2>(.*?)<\/h2>(.*?)<\/figure>/gs)]
  return new Map(
    figures.map(([, title = '', rest = '']) => [
      title,
      [...rest.matchAll(/<th scope="row">(.*?)<\/th><td>(.*?)<\/td>/g)].map(([, label, count]) => `${label} ${count}`),
    ]),
  )
}

/** Opens a report, and records the requests and the errors of the page. */
async function openReport(path: string, options: Parameters<typeof openPage>[1] = {}) {
  const page = await openPage('about:blank', { locale: 'en-US', ...options })
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  const url = pathToFileURL(path).href
  await page.goto(url)
  return { page, requests, complaints, url }
}

const namesIn = (page: Page) => page.locator('#table tbody th').allTextContents()

const people = (count: number): PersonSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `Friend ${index % 4_900}`,
    remark: `Remark ${index}`,
    sex: index % 7 === 0 ? 0 : index % 2 === 0 ? 1 : 2,
    province: `Province ${index % 30}`,
    city: index % 3 === 0 ? '' : `City ${index % 200}`,
  }))

describe('itchat contacts --report', () => {
  test('writes a page about the English world, which only its owner can read', async () => {
    const { report, path, cwd } = await scene('en')
    const { line, page } = await report()
    expect(line).toBe(
      `✓ Report written to ${path}   12 friends · 3 groups · 2 official accounts · nothing left this machine\n`,
    )
    expect(page).toMatch(/<html lang="en">/)
    expect(page).toMatch(/<title>Contacts of Alex Carter · \d{4}-\d\d-\d\d<\/title>/)
    expect(numbersIn(page).get('Kinds')).toEqual(['Friends 12', 'Groups 3', 'Official accounts 2'])
    expect([...numbersIn(page).keys()]).toEqual([
      'Kinds',
      'Sex of friends',
      'Groups by size',
      'Provinces of friends',
      'Cities of friends',
      'Names shared by several friends',
    ])
    expect(page).toContain('No two friends have the same name.')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('writes a page about the Chinese world', async () => {
    const { report, path } = await scene('zh', 'zh')
    const { line, page } = await report()
    expect(line).toBe(`✓ 报告已写入 ${path}   12 位好友 · 3 个群 · 2 个公众号 · 数据没有离开本机\n`)
    expect(page).toMatch(/<html lang="zh-CN">/)
    expect(page).toMatch(/<h1>陈一舟的联系人<\/h1>/)
    expect(numbersIn(page).get('好友的性别')).toEqual(['女 7', '男 5', '未填写 0'])
    expect(numbersIn(page).get('好友的省份')?.[0]).toBe('浙江 5')
  })

  test('counts shared names and the sizes of groups, and names the rest of the places in a note', async () => {
    const places = Array.from({ length: 14 }, (_, index) => ({ name: `Person ${index}`, province: `Place ${index}` }))
    const { report } = await scene({
      friends: [
        { name: 'anna', remark: 'Anna from work', province: 'Place 3' },
        { name: 'ＡＮＮＡ', alias: 'anna_b' },
        { name: 'anna' },
        ...places,
      ],
      groups: [
        { topic: 'Small', members: ['Person 1'] },
        { topic: 'Large', members: places.map(({ name }) => name) },
      ],
    })
    const { page } = await report()
    expect(numbersIn(page).get('Names shared by several friends')).toEqual(['anna 3'])
    expect(page).toContain('<td>Anna from work, anna_b</td>')
    expect(page).toContain('1 name shared by 3 friends.')
    expect(numbersIn(page).get('Groups by size')).toEqual(['1–5 1', '6–10 0', '11–20 1'])
    expect(page).toContain('Largest group: Large, 15 members.')
    expect(numbersIn(page).get('Provinces of friends')).toHaveLength(12)
    expect(numbersIn(page).get('Provinces of friends')?.[0]).toBe('Place 3 2')
    expect(page).toContain('2 more values with 2 in total.')
  })

  test('covers the same contacts as the list', async () => {
    const { report } = await scene('en')
    const { line, page } = await report({ kind: 'groups' })
    expect(line).toContain('   3 groups · nothing')
    expect([...numbersIn(page).keys()]).toEqual(['Kinds', 'Groups by size'])
  })

  test('writes nothing if no contact matches', async () => {
    const { report, path } = await scene('en')
    await expect(report({ search: 'no such person' })).rejects.toThrow('No contact matches')
    expect(existsSync(path)).toBe(false)
  })

  test.skipIf(process.platform === 'win32')('replaces no pipe, and keeps a link', async () => {
    const { report, path, cwd } = await scene({ friends: ['Anna'] })
    execFileSync('mkfifo', [path])
    for (const force of [false, true])
      await expect(report({ force })).rejects.toThrow(/is not a regular file, so no report was written/)
    expect(statSync(path).isFIFO()).toBe(true)
    rmSync(path)
    symlinkSync('missing.html', path)
    await report({ force: true })
    expect(readlinkSync(path)).toBe('missing.html')
    expect(readFileSync(join(cwd, 'missing.html'), 'utf8')).toContain('<html')
  })

  test('replaces a file only with --force', async () => {
    const { report, path } = await scene('en')
    writeFileSync(path, 'mine', { mode: 0o644 })
    await expect(report()).rejects.toThrow(/already exists.* Choose another name, or replace it with --force\.$/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    await report({ force: true })
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.skipIf(process.platform === 'win32')('does not replace a link, not even one to a missing file', async () => {
    const { report, path } = await scene('en')
    symlinkSync('missing.html', path)
    await expect(report()).rejects.toThrow(/already exists/)
    expect(readlinkSync(path)).toBe('missing.html')
  })

  test('names of strangers become neither markup nor scripts', async () => {
    const { report } = await scene({
      friends: HOSTILE.flatMap((name) => [{ name, city: name, signature: name }, { name }]),
    })
    const { page } = await report()
    const tags = [...page.matchAll(/<([a-z!]+)/gi)].map(([, tag]) => tag?.toLowerCase())
    expect(tags.filter((tag) => tag === 'script')).toHaveLength(2)
    expect(tags).not.toContain('img')
    expect(page).not.toMatch(/<!--/)
    expect(page).not.toMatch(/[\u202e\u0007]/)
    expect(page).not.toContain(HOSTILE[3])
  })

  test('the built command writes the same page, and refuses contradictory options', async () => {
    const { run, cwd, report, path } = await scene('en')
    expect((await run(['contacts', '--report', 'built.html', '--lang', 'en'])).stderr).toMatch(
      /^✓ Report written to built\.html {3}12 friends/,
    )
    expect(readFileSync(join(cwd, 'built.html'), 'utf8')).toBe((await report()).page)
    expect(path).toBe(join(cwd, 'contacts.html'))
    const empty = emptyFolder({ url: 'http://127.0.0.1:1' })
    for (const args of [['--report', 'a.html', '--json'], ['--report', 'a.html', '--csv'], ['--force']]) {
      expect((await empty.run(['contacts', ...args])).code, args.join(' ')).toBe(2)
    }
  })
})

describe.skipIf(!browser)(`a report in a browser${browserNote}`, () => {
  test('draws every plot, makes no request, and has no axe violation, in light and dark, wide and narrow', async () => {
    for (const language of ['en', 'zh'] as const) {
      const { report, path } = await scene(language, language)
      await report()
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const looker = lookerFor({ width, height: 800, colorScheme }, process.env.LOOKS_FOLDER)
        const { page, requests, complaints, url } = await openReport(path, { width, height: 800, colorScheme })
        await looker.look(page, `report-${language}`)
        expect(await page.locator('figure').count()).toBe(6)
        // No two friends have the same name, and in the English world, places are cities.
        expect(await page.getByRole('img').count()).toBe(language === 'en' ? 4 : 5)
        for (const plot of await page.getByRole('img').all()) {
          const sizes = await plot
            .locator('rect')
            .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width))
          expect(Math.max(...sizes)).toBeGreaterThan(100)
          expect(await plot.getAttribute('aria-label')).toMatch(/: .+ \d/)
        }
        expect(await page.locator('#table tbody tr').count()).toBe(17)
        expect({ requests, complaints }).toEqual({ requests: [url], complaints: [] })
      }
    }
  })

  test('the table of 5,000 friends is sorted, searched and paged with the keyboard', async () => {
    const { report, path } = await scene({ friends: people(5_000), groups: [{ topic: 'Club', members: ['Friend 1'] }] })
    const { line, page: source } = await report()
    expect(line).toContain('5000 friends · 1 group')
    expect(source).toContain('100 names shared by 200 friends.')
    const { page, requests, complaints, url } = await openReport(path)
    expect(await page.getByRole('img').count()).toBe(6)
    const range = page.getByRole('status')
    expect(await range.textContent()).toBe('1–100 of 5001')
    expect(await page.locator('#table tbody tr').count()).toBe(100)

    const heading = page.getByRole('columnheader', { name: 'Members' })
    await heading.getByRole('button').focus()
    await page.keyboard.press('Enter')
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    expect((await namesIn(page))[0]).toBe('Club')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Space')
    expect(await heading.getAttribute('aria-sort')).toBeNull()
    const name = page.getByRole('columnheader', { name: 'Name' })
    await name.getByRole('button').focus()
    await page.keyboard.press('Enter')
    expect((await namesIn(page)).slice(0, 3)).toEqual(['Club', 'Friend 0', 'Friend 0'])
    await page.keyboard.press('Enter')
    expect((await namesIn(page))[0]).toBe('Friend 4899')

    await page.getByRole('button', { name: 'Next' }).focus()
    await page.keyboard.press('Enter')
    expect(await range.textContent()).toBe('101–200 of 5001')
    await page.getByRole('searchbox', { name: 'Search' }).focus()
    await page.keyboard.type('ＲＥＭＡＲＫ 4999')
    expect(await range.textContent()).toBe('1–1 of 1')
    await page.keyboard.type('x')
    expect(await range.textContent()).toBe('No contact matches')
    expect({ requests, complaints }).toEqual({ requests: [url], complaints: [] })
  })

  test('names of strangers are shown verbatim, and the policy of the page blocks every request', async () => {
    const { report, path } = await scene({ friends: HOSTILE.map((name) => ({ name, signature: name })) })
    await report()
    const { page, requests, complaints, url } = await openReport(path)
    expect((await namesIn(page)).sort()).toEqual([...HOSTILE.slice(0, 5), '�evil�', HOSTILE[6]].sort())
    expect(await page.title()).toMatch(/^Contacts of /)
    expect({ requests, complaints }).toEqual({ requests: [url], complaints: [] })
    const blocked = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
      document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:1/a.png' }))
    })`)
    expect(blocked).toBe('img-src')
  })
})
