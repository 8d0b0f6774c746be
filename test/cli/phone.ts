import { expect } from 'vitest'

async function post(url: string, body: object = {}): Promise<void> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(reply.status).toBe(200)
}

/** Performs the page's actions on a sandbox in another process. */
export const phoneOf = (url: string) => ({
  scan: () => post(`${url}/api/phone/scan`),
  confirm: () => post(`${url}/api/phone/confirm`),
  logout: () => post(`${url}/api/phone/logout`),
  /** Acts on the ClawBot part of the phone. */
  clawbot: (action: 'scan' | 'confirm') => post(`${url}/api/clawbot/${action}`),
  /** Sends text from the account's owner to the bot. */
  async sayToClawbot(text: string): Promise<void> {
    const { owner } = (await (await fetch(`${url}/api/state`)).json()) as { owner: string }
    await post(`${url}/api/chats/clawbot/messages`, { speaker: owner, text })
  },
  /** Sends a message to the account on behalf of one of its friends. */
  async say(friendName: string, text: string): Promise<void> {
    const state = (await (await fetch(`${url}/api/state`)).json()) as { people: { id: string; name: string }[] }
    const friend = state.people.find((person) => person.name === friendName)
    await post(`${url}/api/chats/${friend?.id}/messages`, { speaker: friend?.id, text })
  },
})
