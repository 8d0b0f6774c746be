import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openPage } from '../support/open-page.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Rules that are best practices rather than WCAG criteria are included, because the page has no reason to break them. */
/** The smallest target for a finger. */
const TARGET_PX = 44

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental']

/** A window and theme in which every state of the page is checked. */
export interface Variant {
  width: number
  height: number
  colorScheme: 'light' | 'dark'
  /** Default: `zh-CN`. */
  locale?: string
}

/** Opens pages in one variant, and checks and photographs their states. */
export interface Looker {
  variant: Variant
  open(url: string): Promise<Page>
  /** Checks the state with axe and, if a folder is set, takes a screenshot. */
  look(page: Page, name: string): Promise<void>
}

/** Screenshots are written to `folder`, if there is one. */
export function lookerFor(variant: Variant, folder: string | undefined): Looker {
  const { width, height, colorScheme, locale = 'zh-CN' } = variant
  const isTouch = width < 600
  const prefix = `${width}-${colorScheme}${locale === 'zh-CN' ? '' : '-en'}`
  if (folder) mkdirSync(join(folder, prefix), { recursive: true })
  return {
    variant,
    async open(url) {
      const page = await openPage(url, { width, height, colorScheme, locale, isTouch })
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
          iframes: false,
          preload: false,
          // A separator that resizes a panel is a control.
          rules: { 'focus-order-semantics': { enabled: false } },
        })
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary.slice(0, 300)))
      })()`)
      expect.soft(found, `${prefix}/${name}`).toEqual([])
      if (!isTouch) return
      const small = await page.evaluate<string[]>(`(${smallTargets})(${TARGET_PX})`)
      expect.soft(small, `${prefix}/${name}: targets for a finger`).toEqual([])
    },
  }
}

/** Runs in the page: the controls that are smaller than a fingertip, except links within a text. */
var smallTargets = `(px) => [...document.querySelectorAll('button, a[href], input, select, textarea, [role=option]')]
  .filter((element) => element.checkVisibility() && !element.closest('article, .unseen, p') && !element.matches('.skip, [type=file]'))
  .map((element) => [element.closest('label') ?? element, element.outerHTML])
  .map(([element, html]) => [element.getBoundingClientRect(), html])
  .filter(([{ width, height }]) => width > 1 && (Math.round(width) < px || Math.round(height) < px))
  .map(([{ width, height }, html]) => Math.round(width) + '×' + Math.round(height) + ' ' + html.slice(0, 120))`
