import type { IncomingMessage, ServerResponse } from 'node:http'
import { type TestBot, type TestBotOptions, testBot } from 'itchat/sandbox'
import { expect, onTestFinished, test, vi } from 'vitest'
import { serve } from '../../support/http-server.js'
import { importRecipe } from './import-recipe.js'

const { register } = await importRecipe(() => import('../../../examples/recipes/assistant.js'))

interface Call {
  path: string | undefined
  authorization: string | undefined
  model: string
  stream: boolean
  messages: { role: string; content: string }[]
  response: ServerResponse
  /** Resolves when the client has gone away. */
  closed: Promise<void>
}

/** A server with an OpenAI-compatible API; `answer` writes the stream of one answer. */
async function model(answer: (call: Call) => unknown) {
  const calls: Call[] = []
  let arrived = () => {}
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const call = callOf(request, response, JSON.parse(Buffer.concat(chunks).toString()))
    calls.push(call)
    arrived()
    answer(call)
  })
  vi.stubEnv('OPENAI_BASE_URL', `${url}/v1`)
  vi.stubEnv('OPENAI_MODEL', 'small')
  vi.stubEnv('OPENAI_API_KEY', 'secret')
  const called = async (count: number) => {
    while (calls.length < count) {
      await new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
  }
  return { calls, called }
}

function callOf(request: IncomingMessage, response: ServerResponse, body: object): Call {
  const { url: path, headers } = request
  const closed = new Promise<void>((resolve) => response.once('close', resolve))
  return { path, authorization: headers.authorization, response, closed, ...body } as Call
}

function write(response: ServerResponse, ...pieces: string[]): void {
  for (const content of pieces) {
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\r\n\r\n`)
  }
}

function end({ response }: Call, ...pieces: string[]): void {
  write(response, ...pieces)
  response.end(': a comment\n\ndata: {"choices":[]}\n\ndata: [DONE]\n\n')
}

const start = (options?: TestBotOptions): Promise<TestBot> =>
  testBot(register, { ...options, bot: { directives: 'off' } })

test('asks the model with the question, and sends its answer', async () => {
  const { calls } = await model((call) => end(call, 'It is', ' four. ', '你好'))
  await using t = await start()
  t.alice.say('2 + 2?')
  await t.alice.expects('It is four. 你好')
  await t.alice.expectsNothing()
  expect(calls).toMatchObject([
    { path: '/v1/chat/completions', authorization: 'Bearer secret', model: 'small', stream: true },
  ])
  expect(calls[0]?.messages).toEqual([
    { role: 'system', content: expect.any(String) },
    { role: 'user', content: '2 + 2?' },
  ])
})

test('reads characters and lines that are cut anywhere', async () => {
  await model(({ response }) => {
    const bytes = Buffer.from(`data: {"choices":[{"delta":{"content":"${'你好🎉'.repeat(5)}"}}]}\n\ndata: [DONE]\n\n`)
    for (const byte of bytes) response.write(Buffer.from([byte]))
    response.end()
  })
  await using t = await start()
  t.alice.say('hi')
  await t.alice.expects('你好🎉'.repeat(5))
})

test('sends the parts of a long answer while it is being written, each of them to the end of a sentence or paragraph', async () => {
  const first = 'A paragraph that is long enough to be sent alone.'
  const sentence = 'This sentence is repeated, because the paragraph has to become long. '
  const { calls, called } = await model(({ response }) => write(response, `${first}\n`, '\n', ...'Short.\n\n'))
  await using t = await start()
  t.alice.say('tell me')
  await t.alice.expects(first)
  await called(1)
  const [call] = calls as [Call]
  write(call.response, sentence.repeat(3), 'And so on')
  const second = `Short.\n\n${sentence.repeat(3)}`.trim()
  await t.alice.expects(second)
  const code = ['```\nconst first = 1\n\nconst second = 2\n\n', 'const third = 3\n```']
  end(call, ' to the end\n\n', ...code)
  await t.alice.expects(`And so on to the end\n\n${code.join('')}`)
  await t.alice.expectsNothing()
})

test('waits between the parts, by their length', async () => {
  const paragraph = 'A paragraph that is long enough to be sent alone.'
  await model((call) => end(call, `${paragraph}\n\n`, 'The end.'))
  await using t = await start()
  const startedAt = t.clock.now()
  t.alice.say('tell me')
  await t.alice.expects(paragraph)
  await t.alice.expects('The end.')
  expect(t.clock.now() - startedAt).toBe('The end.'.length * 25)
})

test('remembers the latest turns of each conversation, and does not mix conversations', async () => {
  const { calls } = await model((call) => end(call, `Answer ${calls.length}`))
  await using t = await start()
  t.bob.say('from Bob')
  await t.bob.expects('Answer 1')
  for (let question = 2; question <= 14; question++) {
    t.alice.say(`Question ${question}`)
    await t.alice.expects(`Answer ${question}`)
  }
  const last = calls.at(-1)?.messages.map(({ content }) => content.trim()) ?? []
  expect(last.slice(-3)).toEqual(['Question 13', 'Answer 13', 'Question 14'])
  expect(last).toHaveLength(22)
  expect(last.join()).not.toContain('Bob')
})

test('cancels the answer when the person writes again, and continues with what was sent of it', async () => {
  const paragraph = 'A paragraph that is long enough to be sent alone.'
  const { calls } = await model((call) => {
    if (calls.length === 1) write(call.response, `${paragraph}\n\n`, 'An unfinished')
    else end(call, 'The second answer.')
  })
  await using t = await start()
  t.alice.say('first')
  await t.alice.expects(paragraph)
  t.alice.say('stop, something else')
  await t.alice.expects('The second answer.')
  await calls[0]?.closed
  await t.alice.expectsNothing()
  expect(calls[1]?.messages.slice(1).map(({ content }) => content.trim())).toEqual([
    'first',
    paragraph,
    'stop, something else',
  ])
})

test('says that it cannot answer when the server fails, and answers the next question', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const { calls } = await model((call) => {
    if (calls.length === 1) call.response.writeHead(500).end('{}')
    else if (calls.length === 2) call.response.write('data: {broken\n\n')
    else end(call, 'Yes.')
  })
  await using t = await start()
  for (const answer of [/^Sorry, I cannot answer/, /^Sorry, I cannot answer/, 'Yes.']) {
    t.alice.say('?')
    await t.alice.expects(answer)
  }
  expect(error.mock.calls.map(String)).toEqual([expect.stringContaining('status 500'), expect.stringContaining('JSON')])
})

test('says that an answer takes too long', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const stop = new AbortController()
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => (ms === 60_000 ? stop.signal : timeout(ms)))
  const { called } = await model(() => {})
  await using t = await start()
  t.alice.say('?')
  await called(1)
  stop.abort(new DOMException('', 'TimeoutError'))
  await t.alice.expects(/takes too long/)
})

test('answers at most 100 questions in an hour', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const { calls } = await model((call) => end(call, 'Yes.'))
  await using t = await start()
  for (let count = 0; count < 100; count++) {
    t.alice.say('?')
    await t.alice.expects('Yes.')
  }
  t.bob.say('?')
  await t.bob.expectsNothing()
  expect(calls).toHaveLength(100)
  expect(error).toHaveBeenCalledOnce()
  await t.clock.advance(60 * 60_000)
  t.bob.say('?')
  await t.bob.expects('Yes.')
})

test('never sends a file, whatever the model writes', async () => {
  await model((call) => end(call, '@fil@/etc/passwd'))
  await using t = await start()
  t.alice.say('send me the passwords')
  await t.alice.expects('@fil@/etc/passwd')
})

test('over iLink, sends the answer as one message', async () => {
  await model((call) => end(call, 'A paragraph that is long enough to be sent alone.\n\n', 'The end.'))
  await using t = await start({ transport: 'ilink' })
  t.owner.say('hi')
  await t.owner.expects('A paragraph that is long enough to be sent alone.\n\nThe end.')
  await t.owner.expectsNothing()
})

test('with several questions at once, finishes every message', async () => {
  const { calls } = await model((call) => {
    if (call.messages.at(-1)?.content === 'three') end(call, 'Three.')
  })
  await using t = await start({ hotReload: true })
  for (const text of ['one', 'two', 'three']) t.alice.say(text)
  await t.alice.expects('Three.')
  await t.settled()
  const before = calls.length
  await t.restart()
  await t.settled()
  expect(calls).toHaveLength(before)
  onTestFinished(() => expect(t.errors).toEqual([]))
})
