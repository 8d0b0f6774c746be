// What the page of the sandbox costs, in the process that drives the browser.

const MESSAGES = 5_000

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** A conversation of 5,000 messages: opening it, and scrolling through it to the top. */
async function conversation({ start, ask }) {
  await ask('chatter', { from: 'friend 0', count: MESSAGES })
  // The page is served only under the sandbox's own address.
  const { page, traced, close } = await start({ url: await ask('pageUrl') })
  // Past the login screen: a program that stays logged in is part of the server.
  await ask('logIn')
  const row = page.getByRole('option', { name: /friend 0/ })
  await row.waitFor()
  const opening = await traced(async () => {
    await row.click()
    await page.getByRole('log').waitFor()
    await page.waitForTimeout(500)
  })
  const rows = await page.getByRole('log').locator('*').count()
  const box = await page.getByRole('log').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const scrolling = await traced(async () => {
    for (let step = 0; step < 200; step++) {
      await page.mouse.wheel(0, -600)
      await page.waitForTimeout(16)
    }
  })
  await close()
  return {
    'opening p99 ms': percentile(opening, 0.99),
    'opening longest ms': opening.at(-1),
    'scrolling p99 ms': percentile(scrolling, 0.99),
    'scrolling longest ms': scrolling.at(-1),
    elements: rows,
  }
}

export const PAGE_CASES = {
  page: {
    title: '(p) the page: a conversation of 5,000 messages, tasks of the main thread',
    world: { friends: 20, rooms: 1, members: 20 },
    contenders: ['page'],
    run: conversation,
  },
}
