import { describe, expect, test } from 'vitest'
import fc from '../../../../test/support/property.js'
import { parseLine } from './parse-line.js'
import { WORDINGS } from './wordings.js'

const joined = (inviter: string, ...members: string[]) => ({ kind: 'memberJoined', inviter, members })
const removed = (by: string, member: string) => ({ kind: 'memberRemoved', by, member })
const renamed = (by: string, topic: string) => ({ kind: 'topicChanged', by, topic })
const added = (nickName: string) => ({ kind: 'friendAdded', nickName })
const notFriend = (nickName: string) => ({ kind: 'notFriend', nickName })
const notice = { kind: 'notice' }

/** Quotation styles that each wording is tested with. */
const STYLES = ['""', '“”', '「」', '『』', '＂＂', ''].map(
  (pair) => (name: string) => pair.charAt(0) + name + pair.charAt(1),
)

/** Every wording, without quotation marks and the final period. `<A>` is quoted in each style in turn. */
const SENTENCES: [string, object][] = [
  ['收到红包，请在手机上查看', { kind: 'redPacket', direction: 'received' }],
  ['收到紅包，請在手機上查看', { kind: 'redPacket', direction: 'received' }],
  ['发出红包，请在手机上查看', { kind: 'redPacket', direction: 'sent' }],
  ['發出紅包，請在手機上查看', { kind: 'redPacket', direction: 'sent' }],
  ['Red packet received. View on phone', { kind: 'redPacket', direction: 'received' }],
  ['Red packet sent. View on phone', { kind: 'redPacket', direction: 'sent' }],

  ['你修改群名为<T>', renamed('', 'T')],
  ['<A>修改群名为<T>', renamed('A', 'T')],
  ['<A>修改群名為<T>', renamed('A', 'T')],
  ['<A>更改了群組名稱為<T>', renamed('A', 'T')],
  ['<A>将群聊名称修改为<T>', renamed('A', 'T')],
  ['你將群組名稱更改為<T>', renamed('', 'T')],
  ['You changed the group name to <T>', renamed('', 'T')],
  ["You've changed the group name to <T>", renamed('', 'T')],
  ['<A> changed the group name to <T>', renamed('A', 'T')],
  ['<A> changed the group chat name to <T>', renamed('A', 'T')],

  ['你邀请<B>加入了群聊', joined('', 'B')],
  ['您邀请<B>加入了群聊', joined('', 'B')],
  ['你邀請<B>加入了群組', joined('', 'B')],
  ['你邀请<B>加入了群聊，并分享了聊天记录', joined('', 'B')],
  ['<A>邀请<B>加入了群聊', joined('A', 'B')],
  ['<A>邀請<B>加入了群組聊天', joined('A', 'B')],
  ['<A>邀请你加入了群聊', joined('A', '')],
  ['<A>邀请你加入了群聊，群聊参与人还有：B、C', joined('A', '')],
  ['<A>邀請你加入了群組，群組成員還有：B、C', joined('A', '')],
  ['<A>邀请你和<B>加入了群聊', joined('A', '', 'B')],
  ['<A>邀請你與<B>加入了群組', joined('A', '', 'B')],
  ['You invited <B> to the group chat', joined('', 'B')],
  ["You've invited <B> to the group chat", joined('', 'B')],
  ['You’ve invited <B> to the group chat', joined('', 'B')],
  ['You have invited <B> to the group chat', joined('', 'B')],
  ['You invited <B> to join the group', joined('', 'B')],
  ['<A> invited <B> to the group chat', joined('A', 'B')],
  ['<A> has invited <B> to this group chat', joined('A', 'B')],
  ['<A> invited you to the group chat', joined('A', '')],
  ['<A> invited you to this group chat', joined('A', '')],
  ['<A> invited you to a group chat with B, C', joined('A', '')],
  ['<A> invited you and <B> to the group chat', joined('A', '', 'B')],

  ['<B>通过扫描你分享的二维码加入群聊', joined('', 'B')],
  ['<B>通过扫描<A>分享的二维码加入群聊', joined('A', 'B')],
  ['<B>通過掃描<A>分享的二維碼加入了群組', joined('A', 'B')],
  ['<B>通過掃描你分享的QR code加入群組', joined('', 'B')],
  ['<B>通过<A>的邀请二维码加入群聊', joined('A', 'B')],
  ['你通过扫描<A>分享的二维码加入群聊，群聊参与人还有：B、C', joined('A', '')],
  ['<B> joined group chat via the QR code you shared', joined('', 'B')],
  ['<B> joined the group chat via the QR code <A> shared', joined('A', 'B')],
  ['<B> joined the group chat via your shared QR Code', joined('', 'B')],
  ['<B> joined the group chat via the QR Code shared by <A>', joined('A', 'B')],
  ['<B> has joined the group chat via the QR code shared by you', joined('', 'B')],
  ["You've joined the group chat via the QR Code shared by <A>", joined('A', '')],

  ['你将<B>移出了群聊', removed('', 'B')],
  ['你將<B>移出群組', removed('', 'B')],
  ['你被<A>移出群聊', removed('A', '')],
  ['你被<A>移出了群組', removed('A', '')],
  ['You removed <B> from the group chat', removed('', 'B')],
  ["You've removed <B> from the group chat", removed('', 'B')],
  ['<A> removed <B> from the group chat', removed('A', 'B')],
  ['<A> removed you from the group chat', removed('A', '')],
  ['You were removed from the group chat by <A>', removed('A', '')],
  ["You've been removed from the group chat by <A>", removed('A', '')],
  ['You have been removed from the group by <A>', removed('A', '')],
  ['<B> was removed from the group chat by you', removed('', 'B')],

  ['你已添加了<B>，现在可以开始聊天了', added('B')],
  ['你已加<B>為朋友，現在可以聊天了', added('B')],
  ['<B>刚刚把你添加到通讯录，现在可以开始聊天了', added('B')],
  ['<B>剛剛把你加到通訊錄，現在可以開始聊天了', added('B')],
  ['你已通过了<B>的朋友验证请求，现在可以开始聊天了', added('B')],
  ['我通过了你的朋友验证请求，现在我们可以开始聊天了', added('')],
  ['我通過了你的朋友驗證請求，現在我們可以開始聊天了', added('')],
  ['You have added <B> as your WeChat contact. Start chatting!', added('B')],
  ["You've added <B> as your Weixin contact. Start chatting!", added('B')],
  ['<B> just added you to his/her contacts list. Send a message to him/her now!', added('B')],
  ["I've accepted your friend request. Now let's chat!", added('')],
  ["I have accepted your friend request. Now let's chat!", added('')],
  ['<B>开启了朋友验证，你还不是他（她）朋友。请先发送朋友验证请求，对方验证通过后，才能聊天', notFriend('B')],
  ['<B>開啟了朋友驗證，你還不是他（她）的朋友。請先傳送朋友驗證請求', notFriend('B')],
  ['<B> has enabled Friend Confirmation', notFriend('B')],
  ['<B> has enabled Friend Confirmation. Send a request first', notFriend('B')],
]

const ENDS = ['', '.', '。', '   ', '.   ', '。  ', '\n', ' .']

/** Wordings that are parsed only with quotation marks: without them, the line could be a different sentence. */
const NEVER_BARE: [string, object][] = [
  ['<A>将<B>移出了群聊', removed('A', 'B')],
  ['<B>被<A>移出了群聊', removed('A', 'B')],
  ['你邀请<B>加入群聊', joined('', 'B')],
  ['<A>邀請<B>加入群組', joined('A', 'B')],
]

const fill = (sentence: string, quote: (name: string) => string) =>
  sentence.replace(/<(\w)>/g, (_, name) => quote(name))

describe('the wording', () => {
  test.each(SENTENCES)('%s is parsed in every quotation style and with every ending', (sentence, note) => {
    for (const quote of STYLES)
      for (const end of ENDS) {
        const line = fill(sentence, quote) + end
        expect(parseLine(line), line).toEqual(note)
      }
  })

  test.each(NEVER_BARE)('%s is parsed only with quotation marks', (sentence, note) => {
    for (const quote of STYLES.slice(0, -1)) expect(parseLine(fill(sentence, quote))).toEqual(note)
    expect(parseLine(sentence.replace(/[<>]/g, ''))).toEqual(notice)
  })

  test.each(WORDINGS)('$line has a test sentence and cannot backtrack', ({ line, tail = '' }) => {
    const pattern = new RegExp(`^${line.replace(/\{\w+\}/g, '.*')}`, 'i')
    expect([...SENTENCES, ...NEVER_BARE].some(([sentence]) => pattern.test(sentence))).toBe(true)
    expect((line + tail).replace(/\{[a-z]+\}/g, '')).not.toMatch(/[*+{}]/)
    expect(line.match(/\{\w+\}/g)?.length ?? 0).toBeLessThanOrEqual(2)
  })
})

describe('a line from a phone', () => {
  test.each([
    ['You invited Linnea to the group chat.   ', joined('', 'Linnea')],
    ['You invited Linnea.K、Bao to the group chat.   ', joined('', 'Linnea.K', 'Bao')],
    ['"Bao" joined group chat via the QR code you shared.  ', joined('', 'Bao')],
    ['"Bao" joined the group chat via the QR Code shared by "Linnea".', joined('Linnea', 'Bao')],
    ['" Bao" joined the group chat via the QR Code shared by "Linnea".', joined('Linnea', 'Bao')],
    ['"Bao" joined the group chat via your shared QR Code.', joined('', 'Bao')],
    ['“Linnea”invited you to a group chat with Bao、Cleo', joined('Linnea', '')],
    ['" Bao"通过扫描"Linnea"分享的二维码加入群聊', joined('Linnea', 'Bao')],
    ['你邀请"Bao、Cleo"加入了群聊  ', joined('', 'Bao', 'Cleo')],
    ['位置共享已经结束', notice],
    ['"Linnea" 拍了拍我', notice],
    ['你已成为新群主', notice],
    ['"Linnea"想邀请1位朋友加入群聊', notice],
    ['群主已启用“群聊邀请确认”，群成员需群主确认才能邀请朋友加入群聊', notice],
    ['你通过扫描二维码加入群聊，群聊参与人还有：Bao、Cleo', notice],
    ['Bao was invited by Linnea to the group chat', notice],
    ['You were removed from the group chat', notice],
    ['由于"Linnea"邀请"Bao"加入了群聊', notice],
    ['', notice],
  ])('is parsed, or kept as a plain notice: %j', (line, note) => expect(parseLine(line)).toEqual(note))
})

describe('a list of names', () => {
  test.each([
    ['你邀请"A"、"B"加入了群聊  ', ['A', 'B']],
    ['你邀请“A”、“B”加入了群聊', ['A', 'B']],
    ['你邀請「A」、「B」和「C」加入了群組', ['A', 'B', 'C']],
    ['你邀请"A"和"B"加入了群聊', ['A', 'B']],
    ['你邀请A、B加入了群聊', ['A', 'B']],
    ['You invited A, B to the group chat', ['A', 'B']],
    ['You invited A and B to the group chat', ['A', 'B']],
    ['You invited A, B and C to the group chat', ['A', 'B', 'C']],
    ['You invited A, B, and C to the group chat', ['A', 'B', 'C']],
    ['You invited "A", "B" and "C" to the group chat', ['A', 'B', 'C']],
    ['You invited "A" and "B" to the group chat', ['A', 'B']],
    ['You invited "A、B" to the group chat', ['A', 'B']],
    ['You invited "A, B" to the group chat', ['A', 'B']],
    ['Zoe invited you, A and B to the group chat', ['', 'A', 'B']],
    ['Zoe invited you and A、B to the group chat', ['', 'A', 'B']],
    ['Zoe invited A and you to the group chat', ['A', '']],
    ['"Zoe"邀请你和"A、B"加入了群聊', ['', 'A', 'B']],
    ['"Zoe"邀请你、"A"、"B"加入了群聊', ['', 'A', 'B']],
    // A separator inside an individually quoted name belongs to the name.
    ['你邀请"A、B"、"C和D"加入了群聊', ['A、B', 'C和D']],
    ['You invited "Tom and Jerry", "Smith, J." to the group chat', ['Tom and Jerry', 'Smith, J.']],
    // Inside one pair of quotation marks, or without any, only the first kind of separator splits the list.
    ['你邀请"和平、A and B"加入了群聊', ['和平', 'A and B']],
    ['You invited "Tom and Jerry" to the group chat', ['Tom and Jerry']],
    ['You invited Smith, J.、Tom and Jerry to the group chat', ['Smith, J.', 'Tom and Jerry']],
    ['你邀请"A、"加入了群聊', ['A、']],
  ])('is read from %j', (line, members) => expect(parseLine(line)).toMatchObject({ kind: 'memberJoined', members }))

  test('is ambiguous when it consists of unquoted Chinese names joined by 和', () => {
    expect(parseLine('你邀请A和B加入了群聊')).toEqual(notice)
  })
})

describe('a name that contains punctuation or words of the sentence', () => {
  test.each([
    ['"Lin"nea"邀请"Bao"加入了群聊', joined('Lin"nea', 'Bao')],
    ['"Linnea"邀请"Ba"o"加入了群聊', joined('Linnea', 'Ba"o')],
    ['""Linnea""邀请""Bao""加入了群聊', joined('"Linnea"', '"Bao"')],
    ['"""邀请"""加入了群聊', joined('"', '"')],
    ['"邀请"邀请"Bao"加入了群聊', joined('邀请', 'Bao')],
    ['"加入了群聊"邀请"你邀请"加入了群聊', joined('加入了群聊', '你邀请')],
    ['"Linnea"邀请你和"Ba"o"加入了群聊', joined('Linnea', '', 'Ba"o')],
    ['"你和我"邀请"和"加入了群聊', joined('你和我', '和')],
    ['"Li"n"修改群名为“"”', renamed('Li"n', '"')],
    ['"Li”n"修改群名为“a”“b”', renamed('Li”n', 'a”“b')],
    ['你修改群名为“修改群名为”', renamed('', '修改群名为')],
    ['你修改群名为“”', renamed('', '')],
    ['你将"Ba"o"移出了群聊', removed('', 'Ba"o')],
    ['你将"将军"移出了群聊', removed('', '将军')],
    ['你被"Lin"nea"移出群聊', removed('Lin"nea', '')],
    ['"Ba"o"被"Lin"nea"移出群聊', removed('Lin"nea', 'Ba"o')],
    ['" Ba"o"通过扫描"Lin"nea"分享的二维码加入群聊', joined('Lin"nea', 'Ba"o')],
    ['"B" joined "o" joined the group chat via the QR Code shared by "L "by" x"', joined('L "by" x', 'B" joined "o')],
    ['Uninvited invited Bao to the group chat', joined('Uninvited', 'Bao')],
    ['You invited Ba"o to the group chat', joined('', 'Ba"o')],
    ['"$names$"邀请"\u0024{x}、$&"加入了群聊', joined('$names$', '\u0024{x}', '$&')],
    ['你已添加了「夏」小满，现在可以开始聊天了。', added('「夏」小满')],
    ['你已添加了a，现在可以开始聊天了。b，现在可以开始聊天了。', added('a，现在可以开始聊天了。b')],
    ['　刚刚把你添加到通讯录，现在可以开始聊天了。', notice],
    ['"　"邀请" "加入了群聊', joined('　', ' ')],
    // Ambiguous sentences are not parsed.
    ['"A"邀请"B"邀请"C"加入了群聊', notice],
    ['"A"邀请你和"B"邀请"C"加入了群聊', notice],
    ['A invited B invited C to the group chat', notice],
    // '' stands for this account, and a pronoun is never a name.
    ['""邀请"Bao"加入了群聊', notice],
    ['"你"邀请"Bao"加入了群聊', notice],
    ['"Linnea"邀请"You"加入了群聊', notice],
    ['你邀请"Bao、你"加入了群聊', notice],
    // A quotation mark is missing.
    ['你邀请"Bao加入了群聊', notice],
    ['Linnea"邀请"Bao"加入了群聊', notice],
    ['你将"A"、"B"移出了群聊', notice],
    ['"<a href="weixin://contacts/profile/x">Bao</a>"邀请"Cleo"加入了群聊', notice],
  ])('is parsed correctly or not at all: %j', (line, note) => expect(parseLine(line)).toEqual(note))
})

describe('any name, in any wording', () => {
  const FRAGMENTS = [
    ...[
      '"',
      '“',
      '”',
      '「',
      '」',
      '和',
      '与',
      '邀请',
      '加入了群聊',
      '，群',
      '你',
      '你和',
      '移出群聊',
      '将',
      '被',
      '通过扫描',
      '的邀请二维码',
    ],
    ...[
      '修改群名为',
      '分享的二维码',
      '，现在可以开始聊天了',
      ' invited ',
      'invited',
      'to the group chat',
      ' with ',
      'joined',
      'you',
      'You',
    ],
    ...[
      'by ',
      ' has',
      ' removed ',
      'from the group',
      'changed the group name to',
      'shared',
      ' shared by ',
      '$names$',
      '$&',
      '。',
      '.',
    ],
    ...['，', '\ufdd0', '<b>', ' ', '\n'],
  ]
  const LIST_SEPARATORS = /、|, | and |["”」』＂](?:[、，和及与與,&]| (?:&|and|和) ).*["“「『＂]/s
  const letters = fc.string({
    unit: fc.constantFrom('a', 'Z', '小', '满', '😀', '-', 'ü', '7'),
    minLength: 1,
    maxLength: 6,
  })
  const oddNames = fc
    .array(fc.oneof(letters, fc.constantFrom(...FRAGMENTS)), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''))
  /**
   * Whether an unquoted name cannot be distinguished from the sentence, because of its words or its first or last
   * character.
   */
  const isAmbiguous = (name: string) =>
    /^[\s"“”「」『』＂]|[\s"“”「」『』＂.。]$|[\n和与你您将被邀修分的]|[a-z]{2}/i.test(name)

  const cases = fc.record({
    sentence: fc.constantFrom(...SENTENCES, ...NEVER_BARE),
    quote: fc.constantFrom(...STYLES),
    end: fc.constantFrom(...ENDS),
  })
  const withNames = (note: object, names: Record<string, string>) =>
    JSON.parse(JSON.stringify(note), (_, value) => (typeof value === 'string' ? (names[value] ?? value) : value))

  const lineOf = (sentence: string, quote: (name: string) => string, names: Record<string, string>) =>
    sentence.replace(/<(\w)>/g, (_, name: string) => quote(names[name] ?? ''))

  test('is parsed correctly if it contains no words or punctuation of a sentence', () => {
    fc.assert(
      fc.property(cases, letters, letters, ({ sentence: [sentence, note], quote, end }, A, B) => {
        fc.pre(quote('') !== '' || !NEVER_BARE.some(([other]) => other === sentence))
        const names = { A, B, T: B }
        expect(parseLine(lineOf(sentence, quote, names) + end)).toEqual(withNames(note, names))
      }),
      { seed: 20_260_103, numRuns: 600 },
    )
  })

  test('is parsed correctly or not at all', () => {
    let parsedCount = 0
    fc.assert(
      fc.property(cases, oddNames, oddNames, ({ sentence: [sentence, note], quote, end }, A, B) => {
        fc.pre(
          ![A, B].some(
            (name) => LIST_SEPARATORS.test(name) || name.startsWith(' ') || (quote('') === '' && isAmbiguous(name)),
          ),
        )
        const names = { A, B, T: B }
        const read = parseLine(lineOf(sentence, quote, names) + end)
        if (read.kind === 'notice') return
        parsedCount++
        expect(read).toEqual(withNames(note, names))
      }),
      { seed: 20_260_104, numRuns: 2_000 },
    )
    expect(parsedCount).toBeGreaterThan(1_000)
  })

  test('never yields the wrong kind, even if it repeats words of a sentence', () => {
    for (const words of [
      '邀请',
      ' invited ',
      '将',
      '移出群聊',
      'to the group chat with ',
      '"、"',
      '"邀请"',
      '修改群名为',
    ])
      for (const line of [
        words.repeat(100),
        `你邀请"${words.repeat(100)}"加入了群聊`,
        `You invited ${words.repeat(60)} to the group chat`,
      ])
        expect(['notice', 'memberJoined']).toContain(parseLine(line).kind)
    expect(parseLine(`你邀请"${'a'.repeat(2_000)}"加入了群聊`)).toEqual(notice)
  })
})
