import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache')
const isBundled = process.platform === 'linux' && process.arch === 'x64'

/** Not the package's own: those switch off what protects a page, which would hide mistakes of ours. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Unpacks the browser once; a run that was cut off leaves nothing that looks finished. */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')) as {
    version: string
  }
  const target = join(CACHE, `chromium-${version}`)
  if (existsSync(target)) return target
  mkdirSync(CACHE, { recursive: true })
  const partial = mkdtempSync(join(CACHE, 'chromium-partial-'))
  execFileSync(process.execPath, [join(import.meta.dirname, 'extract-chromium.mjs')], {
    env: { ...process.env, TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  })
  try {
    renameSync(partial, target)
  } catch (error) {
    // Another run was faster.
    if (!existsSync(target)) throw error
    rmSync(partial, { recursive: true })
  }
  return target
}

async function launch(): Promise<Browser | undefined> {
  if (isBundled) {
    const folder = unpacked()
    return chromium.launch({
      executablePath: join(folder, 'chromium'),
      args: ARGS,
      env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023/lib') },
    })
  }
  for (const channel of ['chrome', 'msedge']) {
    try {
      return await chromium.launch({ channel, args: ARGS })
    } catch {
      // Not installed; the next one may be.
    }
  }
  return undefined
}

/** A real browser; `undefined` where there is none. */
export const browser = await launch()

/** Stands in the name of tests that need a browser. */
export const browserNote = browser
  ? ''
  : ' (skipped: no Chrome or Edge is installed, and the bundled browser is for Linux x64)'
