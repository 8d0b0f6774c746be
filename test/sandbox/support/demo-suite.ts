import type { Sandbox } from 'itchat/sandbox'
import { expect } from 'vitest'

/** Goes through everything that the demo bot does, over the web protocol. Resolves once it has answered. */
export async function playDemoSuite(sandbox: Sandbox): Promise<void> {
  const { phone, owner, faults } = sandbox
  await phone.waiting()
  phone.scan()
  await scanReported(sandbox)
  phone.confirm()
  await sandbox.online()

  const xiaoman = sandbox.friend('小满')
  xiaoman.say('hello')
  await xiaoman.nextMessage()
  xiaoman.say('emoji 🌾, "quotes", \u202eright to left, \u001b[31mred')
  await xiaoman.nextMessage()
  const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  xiaoman.send({ kind: 'image', name: 'dot.png', bytes: picture })
  await xiaoman.nextMessage()
  for (const kind of ['image', 'voice', 'video', 'file', 'sticker', 'location', 'card', 'link', 'music'] as const) {
    xiaoman.send({ kind })
    await xiaoman.nextMessage()
  }
  for (const kind of ['miniProgram', 'channelVideo', 'transfer', 'redPacket', 'unknown'] as const) {
    xiaoman.send({ kind })
    await xiaoman.nextMessage()
  }
  // The times of the sample would differ in each recording.
  xiaoman.send({ kind: 'chatHistory', title: 'old times', items: [{ name: 'Ada', text: 'hi', at: 1_700_000_000_000 }] })
  await xiaoman.nextMessage()
  const said = xiaoman.say('to be quoted and recalled')
  await xiaoman.nextMessage()
  xiaoman.send({ kind: 'quote', text: 'quoting', quotedId: said.id })
  await xiaoman.nextMessage()
  said.recall()
  await xiaoman.nextMessage()

  const hikers = sandbox.group('周末爬山队 ⛰️')
  const oliver = hikers.member('Oliver')
  await fetched(sandbox, hikers.id, () => oliver.say('not answered'))
  oliver.say('are you there?', { at: 'owner' })
  await hikers.nextMessage()
  await fetched(sandbox, hikers.id, () => hikers.rename('夜爬队 🌙'))
  hikers.setDisplayName('Oliver', 'Olli')
  oliver.say('and now?', { at: 'owner' })
  await hikers.nextMessage()

  const stranger = sandbox.friend('许知远')
  stranger.requestFriend('we met in Suzhou')
  await stranger.nextMessage()
  stranger.say('thanks')
  await stranger.nextMessage()

  owner.say('filehelper', 'from the phone')
  await sandbox.official('filehelper').nextMessage()

  faults.add({ kind: 'status', status: 502, path: 'webwxsync', count: 1 })
  xiaoman.say('after a gateway error')
  await xiaoman.nextMessage()
  faults.add({ kind: 'dropReply', path: 'webwxsync', count: 1 })
  xiaoman.say('after a lost reply')
  await xiaoman.nextMessage()

  phone.logoutWeb()
  await phone.waiting()
  phone.confirm()
  await sandbox.online()
  xiaoman.say('after another login')
  await xiaoman.nextMessage()
  xiaoman.rename('林大满')
  xiaoman.say('with another name')
  await xiaoman.nextMessage()
  expect(sandbox.warnings).toEqual([])
}

/** Resolves once the program has polled after a scan. */
async function scanReported(sandbox: Sandbox): Promise<void> {
  const scanned = sandbox.requests.length
  await new Promise<void>((resolve) => {
    const remove = sandbox.on('request', () => {
      if (sandbox.requests.slice(scanned).every(({ endpoint }) => endpoint !== 'login')) return
      remove()
      resolve()
    })
  })
}

/** Resolves once the program has fetched the message that `act` adds to this chat. */
async function fetched(sandbox: Sandbox, chatId: string, act: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const remove = sandbox.on('delivered', (delivered) => {
      if (delivered.chatId !== chatId) return
      remove()
      resolve()
    })
    act()
  })
}

/** Makes the demo bot answer in English on every machine. */
export const ENGLISH = { ...new Intl.DateTimeFormat('en').resolvedOptions(), locale: 'en-US' }
