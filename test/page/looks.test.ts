import { afterAll, describe, test } from 'vitest'
import { lookAtBinding, lookAtClawbot } from '../looks/clawbot.js'
import { lookerFor, type Variant } from '../looks/look.js'
import { lookAtBanners, lookAtChats, lookAtKinds, lookAtLogin, lookAtPeople } from '../looks/web.js'
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
const TOUR_TIMEOUT_MS = 60_000

const TOURS = [
  ['login', lookAtLogin],
  ['banners', lookAtBanners],
  ['chats', lookAtChats],
  ['kinds', lookAtKinds],
  ['people', lookAtPeople],
  ['binding', lookAtBinding],
  ['clawbot', lookAtClawbot],
] as const

describe.skipIf(!browser)(`every state of the page has no axe violation${browserNote}`, () => {
  for (const variant of variants) {
    const looker = lookerFor(variant, folder)
    const name = `${variant.width}×${variant.height}, ${variant.colorScheme}`
    test.each(TOURS)(`%s, ${name}`, { timeout: TOUR_TIMEOUT_MS }, (_, tour) => tour(looker))
  }
})
