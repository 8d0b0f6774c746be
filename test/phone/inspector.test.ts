import { describe, expect, it, test } from 'vitest'
import { stringsOf } from '../../src/phone/i18n/strings.js'
import { curlOf, jsonOf, rawOf } from '../../src/phone/inspector/copies.js'
import { groupOf } from '../../src/phone/inspector/groups.js'
import { isFolded, type JsonNode, maskedCount, parseJson } from '../../src/phone/inspector/json-tree.js'
import { isIdle, shownRequests, wireRows } from '../../src/phone/inspector/rows.js'
import { summaryOf, tagOf } from '../../src/phone/inspector/summary.js'
import {
  INITIAL_WIRE,
  isJoined,
  joinedMessages,
  matches,
  reduceWire,
  type WireChange,
  type WireState,
} from '../../src/phone/inspector/wire-state.js'
import type { RequestDetails, RequestView } from '../../src/sandbox/control/view.js'

function request(id: number, more: Partial<RequestView> = {}): RequestView {
  return { id, endpoint: 'webwxsync', at: id * 1000, status: 200, result: '0', durationMs: 3, ...more }
}

function stateAfter(...changes: WireChange[]): WireState {
  return changes.reduce(reduceWire, INITIAL_WIRE)
}

const ids = (state: WireState) => shownRequests(state, 'web').map(({ id }) => id)
const idle = (id: number) => request(id, { endpoint: 'synccheck', result: '0/0' })

describe('the list of requests', () => {
  it('adds and replaces requests by id, and keeps the latest 2,000', () => {
    const pending = request(2)
    delete pending.status
    const state = stateAfter(
      { type: 'requests', requests: [request(1), pending] },
      { type: 'requests', requests: [request(2, { status: 502 })] },
    )
    expect(state.requests.map(({ id, status }) => [id, status])).toEqual([
      [1, 200],
      [2, 502],
    ])
    const many = Array.from({ length: 2100 }, (_, index) => request(index + 1))
    const full = stateAfter({ type: 'requests', requests: many })
    expect([full.requests.length, full.requests[0]?.id]).toEqual([2000, 101])
  })

  it('puts older requests before newer ones, and does not bring back a pending one that has ended', () => {
    const pending = request(2)
    delete pending.status
    const state = stateAfter(
      { type: 'requests', requests: [request(2), request(4)] },
      { type: 'listed', requests: [request(1), pending, request(3)] },
    )
    expect(state.requests.map(({ id, status }) => [id, status])).toEqual([1, 2, 3, 4].map((id) => [id, 200]))
    expect(
      stateAfter({ type: 'requests', requests: [pending] }, { type: 'listed', requests: [request(2)] }).requests,
    ).toEqual([request(2)])
  })

  it('shows only the requests of one half', () => {
    const state = stateAfter({ type: 'requests', requests: [request(1), request(2, { endpoint: 'getupdates' })] })
    expect(ids(state)).toEqual([1])
    expect(shownRequests(state, 'clawbot').map(({ id }) => id)).toEqual([2])
  })

  it('is paused and resumed without losing requests', () => {
    const paused = stateAfter(
      { type: 'requests', requests: [request(1)] },
      { type: 'pause' },
      { type: 'requests', requests: [request(2)] },
    )
    expect(ids(paused)).toEqual([1])
    expect(ids(reduceWire(paused, { type: 'pause' }))).toEqual([1, 2])
  })

  it('is cleared, and starts anew with the sandbox', () => {
    const first: WireChange = { type: 'requests', requests: [request(1), request(2)] }
    expect(ids(stateAfter(first, { type: 'clear' }, { type: 'requests', requests: [request(3)] }))).toEqual([3])
    const state = stateAfter(first, { type: 'filter', filter: 'sync' }, { type: 'restarted', at: 5 })
    expect(state.filter).toBe('sync')
    expect(wireRows(state, [])).toMatchObject([{ kind: 'break', reason: 'restart', at: 5 }])
    const lost = stateAfter(
      first,
      { type: 'lost', at: 7 },
      { type: 'lost', at: 8 },
      { type: 'requests', requests: [request(3)] },
    )
    expect(wireRows(lost, lost.requests).map((row) => row.kind)).toEqual(['request', 'request', 'break', 'request'])
  })

  it('folds consecutive polls that brought nothing, until they are unfolded', () => {
    const state = stateAfter({ type: 'requests', requests: [idle(1), idle(2), idle(3), request(4), idle(5)] })
    expect(wireRows(state, state.requests)).toMatchObject([
      { kind: 'idle', requests: [{ id: 1 }, { id: 2 }, { id: 3 }], isUnfolded: false },
      { kind: 'request', request: { id: 4 } },
      { kind: 'request', request: { id: 5 } },
    ])
    const unfolded = reduceWire(state, { type: 'unfold', id: 1 })
    expect(wireRows(unfolded, state.requests)).toHaveLength(6)
    expect(wireRows(reduceWire(unfolded, { type: 'unfold', id: 1 }), state.requests)).toHaveLength(3)
  })

  test.each<[Partial<RequestView>, boolean]>([
    [{ endpoint: 'synccheck', result: '0/0' }, true],
    [{ endpoint: 'login', result: '408' }, true],
    [{ endpoint: 'getupdates', result: '0' }, true],
    [{ endpoint: 'synccheck', result: '0/2' }, false],
    [{ endpoint: 'getupdates', result: '0', messages: ['1'] }, false],
    [{ endpoint: 'synccheck', result: '0/0', faults: ['delay'] }, false],
    [{ endpoint: 'synccheck', result: '0/0', status: 502 }, false],
    [{ endpoint: 'webwxsync', result: '0' }, false],
  ])('%j is an idle poll: %s', (more, expected) => {
    expect(isIdle(request(1, more))).toBe(expected)
  })

  test.each<[WireState['filter'], number[]]>([
    ['all', [1, 2, 3, 4, 5]],
    ['sync', [1, 5]],
    ['send', [2]],
    ['login', [3]],
    ['media', [4]],
    ['contacts', []],
    ['problems', [2, 4, 5]],
    ['warnings', [3]],
  ])('the filter %s lists %j', (filter, expected) => {
    const warning = { endpoint: 'jslogin', section: '§3.1', text: 'appid' }
    const requests = [
      request(1),
      request(2, { endpoint: 'webwxsendmsg', result: '1205', reason: 'too many' }),
      request(3, { endpoint: 'jslogin', warnings: [warning] }),
      request(4, { endpoint: 'webwxgetmsgimg', status: 403 }),
      request(5, { faults: ['delay'] }),
    ]
    expect(ids(stateAfter({ type: 'requests', requests }, { type: 'filter', filter }))).toEqual(expected)
  })

  it('finds text in what the page knows, and what the sandbox has found for the same text', () => {
    const requests = [request(1), request(2, { endpoint: 'webwxsendmsg', reason: 'Too many' }), request(3)]
    const state = stateAfter({ type: 'requests', requests }, { type: 'text', text: 'too MANY' })
    expect(ids(state)).toEqual([2])
    expect(ids(reduceWire(state, { type: 'found', text: 'too MANY', ids: [3] }))).toEqual([2, 3])
    expect(ids(reduceWire(state, { type: 'found', text: 'older text', ids: [3] }))).toEqual([2])
    expect(matches({ ...INITIAL_WIRE, text: '1205' }, request(1, { result: '1205' }))).toBe(true)
  })

  it('joins a message to its requests, and a request to its messages', () => {
    const requests = [request(1), request(2, { messages: ['a', 'b'] }), request(3, { messages: ['b'] })]
    const byMessage = stateAfter({ type: 'requests', requests }, { type: 'join', joined: { kind: 'message', id: 'b' } })
    expect(requests.filter((one) => isJoined(byMessage, one)).map(({ id }) => id)).toEqual([2, 3])
    expect(joinedMessages(byMessage)).toEqual(['b'])
    const byRequest = stateAfter({ type: 'requests', requests }, { type: 'open', id: 2 })
    expect(requests.filter((one) => isJoined(byRequest, one)).map(({ id }) => id)).toEqual([2])
    expect(joinedMessages(byRequest)).toEqual(['a', 'b'])
    expect(joinedMessages(reduceWire(byRequest, { type: 'open', id: undefined }))).toEqual([])
  })
})

describe('a row', () => {
  const en = stringsOf('en')
  const pending = (endpoint: string) => {
    const open = request(1, { endpoint })
    delete open.status
    delete open.result
    return open
  }

  test.each<[RequestView, string, string, string]>([
    [pending('synccheck'), 'waiting…', 'poll', 'plain'],
    [pending('webwxinit'), 'open', 'open', 'plain'],
    [request(1, { endpoint: 'synccheck', result: '0/0' }), 'idle', '0/0', 'good'],
    [request(1, { endpoint: 'synccheck', result: '0/2', messages: ['1'] }), 'new messages', '0/2', 'good'],
    [request(1, { messages: ['1', '2'] }), '2 messages', '200', 'good'],
    [request(1, { endpoint: 'webwxsendmsg', chatId: 'a' }), '→ Ann', '200', 'good'],
    [request(1, { endpoint: 'webwxgetmsgimg', replyBytes: 88_000 }), '86 KB', '200', 'good'],
    [request(1, { result: '1205', reason: 'x' }), 'fetch messages', '1205', 'warn'],
    [request(1, { result: '1', reason: 'x' }), 'fetch messages', '1', 'warn'],
    [request(1, { status: 502, result: '' }), 'fetch messages', '502', 'bad'],
    [request(1, { status: 0 }), 'reset', '×', 'bad'],
  ])('%j', (shown, summary, text, tone) => {
    expect(summaryOf(shown, en, shown.chatId ? 'Ann' : undefined)).toBe(summary)
    expect(tagOf(shown, en)).toEqual({ text, tone })
  })

  it('belongs to a group', () => {
    expect(['jslogin', 'notifystart', 'getupdates', 'sendmessage', 'cdnUpload'].map(groupOf)).toEqual([
      'login',
      'login',
      'sync',
      'send',
      'media',
    ])
  })
})

describe('JSON', () => {
  const entries = (node: JsonNode | undefined) => (node?.kind === 'list' ? node.entries : [])

  it('keeps all digits of integers, and texts that look like them', () => {
    const node = parseJson(
      '{"id":7031234567890123456789,"text":"7031234567890123456789","n":-1.5e3,"ok":true,"no":null}',
    )
    expect(entries(node).map(({ value }) => value)).toEqual([
      { kind: 'number', text: '7031234567890123456789' },
      { kind: 'string', text: '7031234567890123456789' },
      { kind: 'number', text: '-1500' },
      { kind: 'word', text: 'true' },
      { kind: 'word', text: 'null' },
    ])
    expect(parseJson('{"cut')).toBeUndefined()
  })

  it('counts the masked values of a list that contains nothing else', () => {
    const [base, other] = entries(
      parseJson('{"a":{"x":"***masked***","y":"***masked***"},"b":{"x":"***masked***","y":1}}'),
    )
    expect([base && maskedCount(base.value), other && maskedCount(other.value)]).toEqual([2, 0])
  })

  it('folds long and empty lists, but never the whole text', () => {
    const folded = (text: string, depth: number) => isFolded(parseJson(text) ?? { kind: 'masked' }, depth)
    expect(folded('[1,2,3,4,5,6]', 1)).toBe(true)
    expect(folded('[1,2,3,4,5,6]', 0)).toBe(false)
    expect(folded('{"msg":[{"text":"hi"}]}', 1)).toBe(false)
    expect(folded('{"a":"","b":0,"c":{"d":""}}', 2)).toBe(true)
  })
})

describe('copies', () => {
  const details: RequestDetails = {
    request: request(1, { endpoint: 'webwxsendmsg' }),
    method: 'POST',
    url: 'http://127.0.0.1:1/cgi-bin/x?skey=***masked***',
    requestHeaders: [
      ['host', '127.0.0.1:1'],
      ['cookie', 'wxsid=***masked***'],
      ['content-type', 'application/json'],
    ],
    requestBody: { kind: 'json', text: `{"a":"it's"}`, sizeBytes: 12 },
    reply: {
      headers: [['content-type', 'text/plain']],
      body: { kind: 'json', text: '{"id":12345678901234567890}', sizeBytes: 27 },
    },
    names: {},
    messages: [],
    rawMessages: [],
  }

  it('as curl, quoted for a shell', () => {
    expect(curlOf(details)).toBe(
      [
        "curl 'http://127.0.0.1:1/cgi-bin/x?skey=***masked***'",
        '-X POST',
        "-H 'cookie: wxsid=***masked***'",
        "-H 'content-type: application/json'",
        `--data-raw '{"a":"it'\\''s"}'`,
      ].join(' \\\n  '),
    )
    const upload = curlOf({
      ...details,
      requestHeaders: [['content-type', 'multipart/form-data; boundary=x']],
      requestBody: {
        kind: 'form',
        sizeBytes: 9,
        parts: [
          { name: 'size', sizeBytes: 1, text: '5' },
          { name: 'filename', sizeBytes: 5, fileName: 'a.bin', md5: 'm' },
        ],
      },
    })
    expect(upload).toContain("-F 'size=5' \\\n  -F 'filename=@a.bin'")
    expect(upload).not.toContain('boundary')
  })

  it('as JSON, with the bodies as values unless their integers would lose digits', () => {
    expect(JSON.parse(jsonOf(details))).toMatchObject({
      requestBody: { a: "it's" },
      reply: { body: { kind: 'json', text: '{"id":12345678901234567890}' } },
    })
  })

  it('as text in the form of HTTP', () => {
    expect(rawOf(details)).toBe(
      [
        'POST /cgi-bin/x?skey=***masked***',
        'host: 127.0.0.1:1',
        'cookie: wxsid=***masked***',
        'content-type: application/json',
        '',
        `{"a":"it's"}`,
        '',
        'HTTP 200',
        'content-type: text/plain',
        '',
        '{"id":12345678901234567890}',
      ].join('\n'),
    )
  })
})
