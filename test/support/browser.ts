import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache')
const isBundled = process.platform === 'linux' && process.arch === 'x64'

/** The arguments that the package provides are not used: they disable web security, which would hide bugs. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Unpacks the browser once. An interrupted run does not leave a folder that looks complete. */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')) as {
    version: string
  }
  const folder = join(CACHE, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const partial = mkdtempSync(join(CACHE, 'chromium-partial-'))
  execFileSync(process.execPath, [join(import.meta.dirname, 'extract-chromium.mjs')], {
    env: { ...process.env, TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  })
  try {
    renameSync(partial, folder)
  } catch (error) {
    // Another run finished first.
    if (!existsSync(folder)) throw error
    rmSync(partial, { recursive: true })
  }
  return folder
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
      // Not installed: try the next channel.
    }
  }
  return undefined
}

/** A real browser; `undefined` if none is installed. */
export const browser = await launch()

/** Appended to the names of tests that need a browser. */
export const browserNote = browser
  ? ''
  : ' (skipped: neither Chrome nor Edge is installed, and the bundled browser runs only on Linux x64)'
