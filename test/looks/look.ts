import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Itchat } from 'itchat'
import type { Sandbox, SandboxOptions } from 'itchat/sandbox'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { openPage } from '../support/open-page.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Rules that are best practices rather than WCAG criteria are included, because the page has no reason to break them. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental']

/** The smallest target for a finger. */
const TARGET_PX = 44

const NARROW_PX = 600
const WIDE_PX = 1200

/** A window and theme in which every state of the page is checked. */
export interface Variant {
  width: number
  height: number
  colorScheme: 'light' | 'dark'
}

/** Opens pages in one variant, and checks and photographs their states. */
export interface Looker {
  /** Whether the window shows one column at a time, as on a phone. */
  isNarrow: boolean
  /** Whether the inspector is beside the chat, and open. */
  isWide: boolean
  open(url: string, options?: { locale?: string }): Promise<Page>
  /**
   * Checks the state with axe, that no control or heading is cut off, and in a narrow window the size of the targets. If
   * a folder is set, takes a screenshot.
   */
  look(page: Page, name: string): Promise<void>
}

/** Screenshots are written to `folder`, if there is one. */
export function lookerFor(variant: Variant, folder: string | undefined): Looker {
  const { width, height, colorScheme } = variant
  const isNarrow = width < NARROW_PX
  const prefix = `${width}-${colorScheme}`
  if (folder) mkdirSync(join(folder, prefix), { recursive: true })
  return {
    isNarrow,
    isWide: width >= WIDE_PX,
    async open(url, { locale = 'zh-CN' } = {}) {
      const page = await openPage(url, { width, height, colorScheme, locale, isTouch: isNarrow })
      await page.emulateMedia({ reducedMotion: 'reduce' })
      return page
    },
    async look(page, name) {
      if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE)
      if (folder) await page.screenshot({ path: join(folder, prefix, `${name}.png`), animations: 'disabled' })
      const found = await page.evaluate<string[]>(`(async () => {
        const { violations } = await axe.run(document, {
          runOnly: ${JSON.stringify(TAGS)},
          resultTypes: ['violations'],
          selectors: false,
          iframes: false,
          preload: false,
          // A separator that resizes a panel is a control.
          rules: { 'focus-order-semantics': { enabled: false } },
        })
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary.slice(0, 300)))
      })()`)
      expect.soft(found, `${prefix}/${name}`).toEqual([])
      const cut = await page.evaluate<string[]>(`(${cutOff})()`)
      expect.soft(cut, `${prefix}/${name}: cut off`).toEqual([])
      if (!isNarrow) return
      const small = await page.evaluate<string[]>(`(${smallTargets})(${TARGET_PX})`)
      expect.soft(small, `${prefix}/${name}: targets for a finger`).toEqual([])
    },
  }
}

/** A sandbox and a bot that is online. */
export async function onlineBot(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; bot: Itchat }> {
  const sandbox = await sandboxFor(options)
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  return { sandbox, bot }
}

/**
 * Runs in the page: a page that scrolls sideways, and controls and headings whose text does not fit and does not end with
 * an ellipsis.
 */
var cutOff = `() => {
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []
  const range = document.createRange()
  for (const element of document.querySelectorAll('button, h1, h2, h3, legend, label, dt, .tag, .banner p')) {
    if (!element.checkVisibility() || element.closest('.unseen, .skip')) continue
    const { right, bottom } = element.getBoundingClientRect()
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement
      const style = getComputedStyle(parent)
      // A badge may stick out of its button, and some words are only for screen readers.
      const isApart = style.position === 'absolute' || style.clipPath !== 'none' || parent.closest('.unseen, small, .avatar')
      if (style.textOverflow === 'ellipsis' || isApart) continue
      range.selectNodeContents(texts.currentNode)
      const text = range.getBoundingClientRect()
      if (text.width > 0 && (text.right > right + 1 || text.bottom > bottom + 1)) found.push(element.outerHTML.slice(0, 160))
    }
  }
  return found
}`

/** Runs in the page: the controls that are smaller than a fingertip, except those within a text. */
var smallTargets = `(px) => [...document.querySelectorAll('button, a[href], input, select, textarea, [role=option]')]
  .filter((element) => element.checkVisibility() && !element.closest('article, .unseen, p, .wire-code') && !element.matches('.skip, [type=file]'))
  .map((element) => [element.closest('label') ?? element, element.outerHTML])
  .map(([element, html]) => [element.getBoundingClientRect(), html])
  .filter(([{ width, height }]) => width > 1 && (Math.round(width) < px || Math.round(height) < px))
  .map(([{ width, height }, html]) => Math.round(width) + '×' + Math.round(height) + ' ' + html.slice(0, 120))`
