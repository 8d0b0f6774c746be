import { describe, expect, it } from 'vitest'
import { mayRecall } from '../../src/phone/chat/may-recall.js'
import { penaltyMs, refusalOf, windowOf } from '../../src/phone/clawbot/limits.js'
import { bindStageOf, bindSteps, isPending } from '../../src/phone/clawbot/stage.js'
import { type FORMS, fieldsOf, requestOf, sampleValues } from '../../src/phone/compose/forms.js'
import { menuKindsOf } from '../../src/phone/compose/menu-kinds.js'
import { addressOf, HALVES, halfOf } from '../../src/phone/frame/half.js'
import { type StringKey, stringsOf } from '../../src/phone/i18n/strings.js'
import { timeLeft } from '../../src/phone/i18n/time.js'
import { passesFilter } from '../../src/phone/list/filter.js'
import { isOfHalf, requestString } from '../../src/phone/login/request-strings.js'
import { reduce } from '../../src/phone/store/reduce.js'
import {
  chatOf,
  chatsOf,
  isHalfWaiting,
  isOwn,
  shownChat,
  speakerName,
  speakersOf,
} from '../../src/phone/store/select.js'
import type { Change, State } from '../../src/phone/store/state.js'
import { previewText, spokenText } from '../../src/phone/text/message-strings.js'
import { CLAWBOT_KINDS, type ClawbotBindingView, type ClawbotView } from '../../src/sandbox/control/view.js'
import { chat, clawbot, loaded, message } from './view-samples.js'

const strings = stringsOf('en')
const translate = (key: StringKey) => strings[key]
const claw = chat('clawbot', { kind: 'clawbot', name: 'ClawBot' })
const binding: ClawbotBindingView = {
  botId: 'cafe00000001@im.bot',
  userId: 'o9@im.wechat',
  boundAt: 0,
  online: true,
  typing: false,
  notified: { starts: 1, stops: 0 },
}
const all = (state: State, ...changes: Change[]) => changes.reduce(reduce, state)
const changed = (id: number, data: ClawbotView): Change => {
  return { type: 'events', events: [{ id, type: 'clawbot', data }] }
}

describe('the halves of the page', () => {
  it.each([
    ['/', '', 'web'],
    ['/', '?phone=clawbot', 'clawbot'],
    ['/', '?phone=web', 'web'],
    ['/l/Qx7', '', 'web'],
    ['/q/aB3dE6', '?qrcode=0f&bot_type=3', 'clawbot'],
  ])('at %s%s, %3$s is visible', (pathname, search, half) => {
    expect(halfOf({ pathname, search })).toBe(half)
  })

  it('have addresses that lead back to them', () => {
    for (const half of HALVES) {
      const { pathname, search } = new URL(addressOf(half, 1), 'http://localhost')
      expect(halfOf({ pathname, search })).toBe(half)
    }
  })

  it('have their own chats and screens', () => {
    const state = all(loaded({ chats: [chat('a'), claw] }), { type: 'open', chatId: 'a' })
    expect(chatsOf(state.chats, 'web').map(({ id }) => id)).toEqual(['a'])
    expect(chatsOf(state.chats, 'clawbot').map(({ id }) => id)).toEqual(['clawbot'])
    expect(passesFilter(claw, 'all')).toBe(false)
    const other = all(state, { type: 'half', half: 'clawbot' }, { type: 'screen', half: 'clawbot', screen: 'main' })
    expect(shownChat(other)).toBe('clawbot')
    expect(other.screens).toEqual({ web: 'login', clawbot: 'main' })
    expect(shownChat(reduce(other, { type: 'half', half: 'web' }))).toBe('a')
  })

  it('show which of them waits for the phone', () => {
    const login = { state: 'waitingForScan' } as const
    expect(HALVES.filter((half) => isHalfWaiting({ login, clawbot: clawbot() }, half))).toEqual(['web'])
    const waiting = clawbot({ login: { state: 'verifyCode' } })
    expect(HALVES.filter((half) => isHalfWaiting({ login: { state: 'online' }, clawbot: waiting }, half))).toEqual([
      'clawbot',
    ])
  })

  it('close the service panel, but not the fault panel, when Web WeChat becomes visible', () => {
    const inspectorAfter = (inspector: State['inspector']) =>
      all(loaded(), { type: 'half', half: 'clawbot' }, { type: 'inspector', inspector }, { type: 'half', half: 'web' })
        .inspector
    expect(inspectorAfter('service')).toBeUndefined()
    expect(inspectorAfter('faults')).toBe('faults')
  })

  it('list only their own requests', () => {
    const request = (endpoint: string, result?: string) => ({
      id: 1,
      endpoint,
      at: 0,
      status: 200,
      ...(result === undefined ? {} : { result }),
    })
    expect(isOfHalf(request('getupdates'), 'clawbot')).toBe(true)
    expect(isOfHalf(request('getupdates'), 'web')).toBe(false)
    expect(isOfHalf(request('synccheck'), 'web')).toBe(true)
    expect(requestString(request('get_qrcode_status', 'scaned_but_redirect'), false)).toBe('reqRedirect')
    expect(requestString(request('get_qrcode_status'), false)).toBe('reqStatus')
  })
})

describe('a binding', () => {
  it.each([
    [{ login: { state: 'waiting' } }, 'waiting'],
    [{ login: { state: 'bound' }, binding }, 'online'],
    [{ login: { state: 'bound' }, binding: { ...binding, online: false } }, 'bound'],
    [{ login: { state: 'bound' } }, 'alreadyBound'],
    [{ login: { state: 'ended' }, binding }, 'ended'],
  ] as const)('%j is at the stage %s', (view, stage) => {
    expect(bindStageOf(view)).toBe(stage)
  })

  it('has a step for the code only while the code is needed', () => {
    expect(bindSteps('waiting')).toEqual({
      labelKeys: ['step1', 'step2', 'bindStepBound', 'bindStepOnline'],
      step: 1,
    })
    expect(bindSteps('verifyCode')).toMatchObject({ step: 2 })
    expect(bindSteps('verifyCode').labelKeys).toContain('bindStepCode')
    expect(bindSteps('online').step).toBe(4)
    expect(bindSteps('expired').step).toBe(0)
    expect(isPending('verifyCode')).toBe(true)
    expect(isPending('declined')).toBe(false)
  })

  it('keeps its QR code after the scan, until another one is requested', () => {
    const state = all(
      loaded(),
      changed(1, clawbot({ login: { state: 'waiting', qrcode: 'q1', qr: ['1'] } })),
      changed(2, clawbot({ login: { state: 'scanned', qrcode: 'q1' } })),
    )
    expect(state.clawbot.login).toEqual({ state: 'scanned', qrcode: 'q1', qr: ['1'] })
    const next = reduce(state, changed(3, clawbot({ login: { state: 'expired', qrcode: 'q2' } })))
    expect(next.clawbot.login.qr).toBeUndefined()
  })
})

describe('the limits', () => {
  const limits = { quota: 10, quotaLeft: 3, isShadowed: false, windowUntil: 1000 }

  it.each([
    [{}, 999, undefined],
    [{}, 1000, 'windowClosed'],
    [{ quotaLeft: 0 }, 999, 'quota'],
    [{ quotaLeft: 0, penaltyUntil: 1500 }, 999, 'throttled'],
    [{ penaltyUntil: 500 }, 999, undefined],
  ])('%j at %d ms refuse the next message for the reason %s', (more, now, reason) => {
    expect(refusalOf({ ...limits, ...more }, now)).toBe(reason)
  })

  it('refuse every message before the first one from the owner', () => {
    const { windowUntil: _, ...none } = limits
    expect(windowOf(none, 0)).toBe('none')
    expect(refusalOf(none, 0)).toBe('needsMessage')
    expect(penaltyMs({ ...limits, penaltyUntil: 1500 }, 1200)).toBe(300)
  })

  it('show the remaining time in two units', () => {
    expect(timeLeft(24 * 3_600_000, 'zh')).toBe('24 小时')
    expect(timeLeft(3_725_000, 'en')).toBe('1 h 2 min')
    expect(timeLeft(3_605_000, 'en')).toBe('1 h')
    expect(timeLeft(61_000, 'zh')).toBe('1 分 1 秒')
    expect(timeLeft(-1, 'en')).toBe('0 s')
  })
})

describe('the chat with the bot', () => {
  it('exists before its first message, and only the owner can write', () => {
    expect(chatOf(loaded(), 'clawbot')).toMatchObject({ kind: 'clawbot', name: 'ClawBot', unread: 0 })
    expect(speakersOf(claw, 'me')).toEqual(['me'])
    expect(speakerName(claw, 'clawbot', {})).toBe('ClawBot')
  })

  it('has the owner on the right and the bot on the left', () => {
    expect(isOwn({ origin: 'phone' }, claw)).toBe(true)
    expect(isOwn({ origin: 'bot' }, claw)).toBe(false)
    expect(isOwn({ origin: 'bot' }, chat('a'))).toBe(true)
  })

  it('has the new messages line above the first unread message from the bot', () => {
    const bot = (id: string) => message(id, { chatId: 'clawbot', speaker: 'clawbot', origin: 'bot' })
    const mine = message('2', { chatId: 'clawbot', speaker: 'me', origin: 'phone' })
    const messages = [bot('1'), mine, bot('3'), bot('4')]
    const state = all(
      loaded({ chats: [{ ...claw, unread: 2 }] }),
      { type: 'half', half: 'clawbot' },
      { type: 'thread', chatId: 'clawbot', messages, complete: true, place: 'latest' },
    )
    expect(state.threads.clawbot?.newFrom).toBe('3')
    expect(reduce(state, { type: 'half', half: 'web' }).threads.clawbot?.newFrom).toBeUndefined()
  })

  it('does not offer to recall messages, which the service does not report', () => {
    expect(mayRecall(message('1', { chatId: 'clawbot', origin: 'phone', speaker: 'me' }), 0)).toBe('no')
  })

  it('describes voice messages by their transcript and unknown items by their type', () => {
    const media = { url: '/api/media/1', mime: 'audio/mpeg', sizeBytes: 1, name: '', durationMs: 2000 }
    const voice = message('1', {
      chatId: 'clawbot',
      kind: 'voice',
      content: { media, transcript: 'see you' },
      text: '',
    })
    expect(spokenText(voice, strings, true)).toBe('Voice 2 seconds, see you')
    const content = { msgType: 42, appMsgType: 0, content: '', fields: {} }
    const item = message('2', { chatId: 'clawbot', kind: 'unknown', content, text: '' })
    expect(previewText(item, strings)).toBe('[Raw] type 42')
  })
})

describe('messages to the bot', () => {
  const place = { speaker: 'me', people: [], strangers: [], isClawbot: true }

  it('are of the kinds that the service knows', () => {
    expect(['text', ...menuKindsOf(claw)].sort()).toEqual([...CLAWBOT_KINDS].sort())
    expect(menuKindsOf(chat('a'))).toHaveLength(15)
  })

  it.each(menuKindsOf(claw))('have a form for %s with a valid sample', (kind) => {
    if (kind === 'friendRequest') throw new Error('The bot cannot receive friend requests.')
    const values = sampleValues(kind, { ...place, quoted: message('7') }, translate)
    for (const { name, optional } of fieldsOf(kind, place)) if (!optional) expect(values[name], name).not.toBe('')
    expect(requestOf(kind, values, place)).toMatchObject({ kind, speaker: 'me' })
  })

  it('have a transcript and quote a part, which messages in Web WeChat do not', () => {
    const names = (kind: keyof typeof FORMS, isClawbot: boolean) =>
      fieldsOf(kind, { isClawbot }).map(({ name }) => name)
    expect(names('voice', true)).toEqual(['seconds', 'transcript'])
    expect(names('voice', false)).toEqual(['seconds'])
    const voice = requestOf('voice', sampleValues('voice', place, translate), place)
    expect(voice).toEqual({ kind: 'voice', speaker: 'me', transcript: expect.stringMatching(/^Saturday/) })
    const quoting = { ...place, quoted: message('7'), selected: 'text' }
    const quote = requestOf('quote', sampleValues('quote', quoting, translate), quoting)
    expect(quote).toEqual({ kind: 'quote', speaker: 'me', text: 'Count me in', quotedId: '7', quotedText: 'text' })
    expect(requestOf('unknown', sampleValues('unknown', place, translate), place)).toMatchObject({ msgType: 42 })
  })
})
