import type { Page } from 'playwright-core'
import { browser } from './browser.js'

interface PageOptions {
  /** Default: `zh-CN`. */
  locale?: string
  /** In CSS pixels; the default is 1440 by 900. */
  width?: number
  height?: number
  /** Default: `light`. */
  colorScheme?: 'light' | 'dark'
  /** Whether the device has a touch screen and no mouse. */
  isTouch?: boolean
}

/** Opens a page in a separate profile; an uncaught error in the page makes the test fail. */
export async function openPage(url: string, options: PageOptions = {}): Promise<Page> {
  if (!browser) throw new Error('No browser is installed.')
  const { isTouch = false } = options
  const context = await browser.newContext({
    locale: options.locale ?? 'zh-CN',
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    hasTouch: isTouch,
    isMobile: isTouch,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => {
    throw error
  })
  await page.goto(url)
  return page
}
