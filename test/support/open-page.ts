import type { Page } from 'playwright-core'
import { browser } from './browser.js'

/** Opens a page in a separate profile; an uncaught error in the page makes the test fail. */
export async function openPage(
  url: string,
  options: { locale?: string; width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
  if (!browser) throw new Error('No browser is installed.')
  const context = await browser.newContext({
    locale: options.locale ?? 'zh-CN',
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1440, height: 900 },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => {
    throw error
  })
  await page.goto(url)
  return page
}
