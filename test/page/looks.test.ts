import pMap from 'p-map'
import { afterAll, describe, test } from 'vitest'
import { lookAtAccounts } from '../looks/accounts.js'
import { lookAtChats, lookAtKinds, lookAtRows } from '../looks/chats.js'
import { lookAtBinding, lookAtClawbot } from '../looks/clawbot.js'
import { lookAtEnglish } from '../looks/english.js'
import { lookAtDetails, lookAtFaults, lookAtRequests } from '../looks/inspector.js'
import { lookAtBanners, lookAtLogin } from '../looks/login.js'
import { lookerFor, type Variant } from '../looks/look.js'
import { lookAtPeople } from '../looks/people.js'
import { browser, browserNote } from '../support/browser.js'

afterAll(() => browser?.close())

/** Where screenshots are written; without it, only one variant is checked, and nothing is written. */
const folder = process.env.LOOKS_FOLDER
const WINDOWS = [
  [1280, 800],
  [1000, 800],
  [390, 844],
] as const
const variants: Variant[] = folder
  ? WINDOWS.flatMap(([width, height]) =>
      (['light', 'dark'] as const).map((colorScheme) => ({ width, height, colorScheme })),
    )
  : [{ width: 1280, height: 800, colorScheme: 'light' }]

/** Each tour stops at many states, and axe examines the whole page in each of them. */
const TIMEOUT_MS = 180_000

/** The tours spend half of their time waiting, so several run at a time; the longest ones start first. */
const CONCURRENCY = 3
const TOURS = [
  lookAtPeople,
  lookAtRequests,
  lookAtBanners,
  lookAtChats,
  lookAtKinds,
  lookAtEnglish,
  lookAtClawbot,
  lookAtFaults,
  lookAtDetails,
  lookAtLogin,
  lookAtRows,
  lookAtAccounts,
  lookAtBinding,
] as const

describe.skipIf(!browser)(`every state of the page has no axe violation and no cut-off text${browserNote}`, () => {
  for (const variant of variants) {
    const looker = lookerFor(variant, folder)
    test(`${variant.width}×${variant.height}, ${variant.colorScheme}`, { timeout: TIMEOUT_MS }, async () => {
      await pMap(TOURS, (tour) => tour(looker), { concurrency: CONCURRENCY, stopOnError: false })
    })
  }
})
