// The page of the sandbox in Chromium.
import chromiumPackage from '@sparticuz/chromium'
import { chromium } from 'playwright-core'

/** Events of the browser's tracing: one for each task of the main thread. */
const CATEGORIES = 'devtools.timeline,disabled-by-default-devtools.timeline,toplevel'

export async function start({ url }) {
  const browser = await chromium.launch({
    executablePath: await chromiumPackage.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(`${url}/?phone=web`)
  return {
    page,
    /** Durations of the tasks of the main thread during the work, in ms, shortest first. */
    async traced(work) {
      await browser.startTracing(page, { categories: CATEGORIES.split(',') })
      await work()
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
      const main = traceEvents.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      const renderers = traceEvents
        .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
        .map(({ pid, tid }) => `${pid} ${tid}`)
      if (!main) throw new Error('the trace contains no renderer')
      return traceEvents
        .filter(({ name, ph }) => ph === 'X' && /RunTask$/.test(name))
        .filter(({ pid, tid }) => renderers.includes(`${pid} ${tid}`))
        .map(({ dur = 0 }) => dur / 1_000)
        .sort((a, b) => a - b)
    },
    close: () => browser.close(),
  }
}
