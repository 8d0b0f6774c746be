import { describe, expect, test } from 'vitest'
import fc from '../../../../test/support/property.js'
import { parseLine } from './parse-line.js'
import { isSystemXml, readSystemXml } from './sysmsg.js'

const cdata = (text: string) => `<![CDATA[${text}]]>`
const sysmsg = (type: string, inner: string) => `<sysmsg type="${type}">\n${inner}\n</sysmsg>`
/** Returns `${id}`, a reference to a user in the XML. */
const person = (id: string) => `$\{${id}}`

const member = (nickname: string, id = 'wxid_x') =>
  `<member><username>${id}</username><nickname>${cdata(nickname)}</nickname></member>`
const link = (name: string, names: string[], { type = 'link_profile', more = '' } = {}) =>
  `<link name="${name}" type="${type}">${names.length > 0 ? `<memberlist>${names.map((name) => member(name)).join('')}</memberlist>` : ''}${more}</link>`
const template = (text: string, links: string, { type = 'tmpl_type_profile', plain = '' } = {}) =>
  `<content_template type="${type}"><plain>${cdata(plain)}</plain><template>${cdata(text)}</template><link_list>${links}</link_list></content_template>`
const templates = (...inner: string[]) => sysmsg('sysmsgtemplate', `<sysmsgtemplate>${inner.join('')}</sysmsgtemplate>`)

const note = (content: string) => {
  const { line } = readSystemXml(content) ?? {}
  return line ? parseLine(line.content, line.values) : { kind: 'notice' }
}
const joined = (inviter: string, ...members: string[]) => ({ kind: 'memberJoined', inviter, members })

describe('the wording', () => {
  test.each([
    [
      'revokemsg',
      `<revokemsg><session>${cdata('x')}</session><msgid>1</msgid><replacemsg>${cdata('"A" 撤回了一条消息')}</replacemsg></revokemsg>`,
      '"A" 撤回了一条消息',
    ],
    [
      'revokemsg',
      '<revokemsg><msgid>1</msgid><replacemsg>"A" 撤回了一条消息</replacemsg></revokemsg>',
      '"A" 撤回了一条消息',
    ],
    ['revokemsg', '<revokemsg><msgid>1</msgid><replacemsg>\n  A &amp; B\n</replacemsg></revokemsg>', 'A & B'],
    ['revokemsg', `<revokemsg><replacemsg>${cdata('\\"A\\\\B\\" 撤回')}</replacemsg></revokemsg>`, '"A\\\\B" 撤回'],
    ['revokemsg', `<revokemsg><content>${cdata('你撤回了一条消息')}</content></revokemsg>`, '你撤回了一条消息'],
    ['revokemsg', '<revokemsg><msgid>1</msgid></revokemsg>', ''],
    [
      'editrevokecontent',
      `<editrevokecontent><link><scene>${cdata('x')}</scene><text>${cdata('重新编辑')}</text></link><text>${cdata('你撤回了一条消息')}</text></editrevokecontent>`,
      '你撤回了一条消息',
    ],
    [
      'pat',
      `<pat><fromusername>wxid_a</fromusername><patsuffix>${cdata('')}</patsuffix><template>${cdata(`"${person('wxid_a')}" 拍了拍我`)}</template></pat>`,
      '"…" 拍了拍我',
    ],
    [
      'delchatroommember',
      `<delchatroommember><link><text>${cdata('  撤销')}</text></link><plain>${cdata('')}</plain><text>${cdata('你邀请"A"加入了群聊  ')}</text></delchatroommember>`,
      '你邀请"A"加入了群聊  ',
    ],
    [
      'mmchatroombarannouncememt',
      `<mmchatroombarannouncememt><xmlcontent>${cdata('<x>1</x>')}</xmlcontent><content>${cdata('Dinner at 7')}</content></mmchatroombarannouncememt>`,
      'Dinner at 7',
    ],
    [
      'roomtoolstips',
      `<todo><todoid>${cdata('t1')}</todoid><title>${cdata('Buy milk')}</title><creator>wxid_a</creator><template>${cdata(`${person('wxid_a')}将你的消息设置为群待办`)}</template></todo>`,
      '…将你的消息设置为群待办',
    ],
    [
      'roomtoolstips',
      `<todo><todoid>${cdata('t1')}</todoid><title>${cdata('Buy milk')}</title><template></template></todo>`,
      'Buy milk',
    ],
    [
      'paymsg',
      '<paymsg><ack_key>k</ack_key><appmsgcontent>%E6%94%B6%3Ca%20href%3D%22x%22%3E%E6%AC%BE%3C%2Fa%3E</appmsgcontent></paymsg>',
      '收款',
    ],
    ['paymsg', `<paymsg><appmsgcontent>${cdata('100% off')}</appmsgcontent></paymsg>`, '100% off'],
    ['paymsg', '<paymsg><PayMsgType>16</PayMsgType></paymsg>', ''],
    [
      'NewXmlChatRoomAccessVerifyApplication',
      `<NewXmlChatRoomAccessVerifyApplication><RoomName>${cdata('41@chatroom')}</RoomName><link><text>${cdata('去确认')}</text></link><text>${cdata('"A"想邀请1位朋友加入群聊  ')}</text></NewXmlChatRoomAccessVerifyApplication>`,
      '"A"想邀请1位朋友加入群聊  ',
    ],
    [
      'ClientCheckConsistency',
      `<ClientCheckConsistency><clientcheck><fullpathfilename>${cdata('/system/lib x')}</fullpathfilename></clientcheck></ClientCheckConsistency>`,
      '',
    ],
    ['functionmsg', `<functionmsg><cgi>${cdata('/cgi-bin/x')}</cgi><businessid>1</businessid></functionmsg>`, ''],
    [
      'secmsg',
      `<secmsg><session>${cdata('wxid_a')}</session><sec_msg_node><share-tip-url>${cdata('https://e.com/a b')}</share-tip-url></sec_msg_node></secmsg>`,
      '',
    ],
    [
      'secmsg',
      `<secmsg><session>${cdata('wxid_a')}</session><sec_msg_node><text>${cdata('Beware of fraud')}</text></sec_msg_node></secmsg>`,
      'Beware of fraud',
    ],
    ['secmsg', '<secmsg><newmsgid>72</newmsgid><alert-words>请注意核实身份</alert-words></secmsg>', '请注意核实身份'],
    [
      'brandnew',
      `<brandnew><id>${cdata('k_1')}</id><nickname>${cdata('小满')}</nickname><tips>${cdata('Something new')}</tips></brandnew>`,
      'Something new',
    ],
    ['brandnew', `<brandnew><id>${cdata('k_1')}</id><nickname>${cdata('小满')}</nickname></brandnew>`, ''],
    ['constructor', '<text>words</text>', 'words'],
  ])('of type %s is found in %s', (type, inner, text) => expect(readSystemXml(sysmsg(type, inner))?.text).toBe(text))

  test('is found after a sender or a declaration and before other text', () => {
    const xml = sysmsg('delchatroommember', '<delchatroommember><plain>x</plain></delchatroommember>')
    for (const content of [`41@chatroom:\n${xml}`, `<?xml version="1.0"?>\n${xml}`, `${xml}\n\n`, `${xml}tail`])
      expect(readSystemXml(content)?.text).toBe('x')
  })

  test('is found without a type attribute', () => {
    expect(readSystemXml('<sysmsg><revokemsg><msgid>7</msgid></revokemsg></sysmsg>')?.recall?.recalledMsgId).toBe('7')
  })
})

describe('a user reference in the wording', () => {
  const pat = (text: string, more = '') =>
    sysmsg(
      'pat',
      `<pat><fromusername>wxid_a</fromusername><pattedusername>wxid_b</pattedusername>${more}<template>${cdata(text)}</template></pat>`,
    )

  test('is replaced by a known name, and only once', () => {
    const text = `"${person('wxid_a')}" 拍了拍 "${person('wxid_b')}"`
    const names: Record<string, string> = { wxid_a: person('wxid_b'), wxid_b: '$&' }
    expect(readSystemXml(pat(text), (id) => names[id] ?? '')?.text).toBe(`"${person('wxid_b')}" 拍了拍 "$&"`)
    expect(readSystemXml(pat(text), (id) => (id === 'wxid_b' ? 'Bao' : ''))?.text).toBe('"…" 拍了拍 "Bao"')
  })

  test('is left unchanged when the XML does not list the id', () => {
    const text = `"${person('wxid_a')}" 拍了拍我的${person('wxid_z')}`
    expect(readSystemXml(pat(text), () => 'A')?.text).toBe(`"A" 拍了拍我的${person('wxid_z')}`)
  })
})

describe('templates', () => {
  const invited = '"$username$"邀请"$names$"加入了群聊'
  const both = (inviter: string, ...names: string[]) => link('username', [inviter]) + link('names', names)

  test('are rendered and parsed', () => {
    const content = templates(template(invited, both('Linnea', 'Bao', 'Cleo')))
    expect(readSystemXml(content)?.text).toBe('"Linnea"邀请"Bao、Cleo"加入了群聊')
    expect(note(content)).toEqual(joined('Linnea', 'Bao', 'Cleo'))
  })

  test.each([
    'tmpl_type_profile',
    'tmpl_type_profilewithrevoke',
    'tmpl_type_profilewithrevokeqrcode',
    'tmpl_type_succeed_contact',
    'new_tmpl_type_succeed_contact',
    'tmpl_type_jump_chat',
    'tmpl_type_wxappnotifywithview',
    'tmpl_type_brandnew',
  ])('of type %s are parsed', (type) => {
    expect(note(templates(template(invited, both('Linnea', 'Bao'), { type })))).toEqual(joined('Linnea', 'Bao'))
  })

  test.each([
    [
      '"$adder$"通过扫描"$from$"分享的二维码加入群聊',
      link('adder', ['Bao']) + link('from', ['Linnea']),
      joined('Linnea', 'Bao'),
    ],
    [
      '" $adder$"通过扫描你分享的二维码加入群聊  $revoke$',
      link('adder', ['Bao']) + link('revoke', [], { type: 'link_revoke_qrcode', more: '<title>Undo</title>' }),
      joined('', 'Bao'),
    ],
    [
      '你邀请"$names$"加入了群聊  $revoke$',
      link('names', ['Bao', 'Cleo']) + link('revoke', [], { type: 'link_revoke', more: '<title>撤销</title>' }),
      joined('', 'Bao', 'Cleo'),
    ],
    [
      '"$username$"邀请你加入了群聊，群聊参与人还有：$others$',
      link('username', ['Linnea']) + link('others', [], { type: 'link_plain', more: '<plain>Bao、Cleo</plain>' }),
      joined('Linnea', ''),
    ],
    [
      '"$username$"邀请你加入了群聊，并分享了$history$',
      link('username', ['Linnea']) + link('history', [], { type: 'link_history', more: '<title>聊天记录</title>' }),
      joined('Linnea', ''),
    ],
    ['"$username$"邀请你和"$names$"加入了群聊', both('Linnea', 'Bao'), joined('Linnea', '', 'Bao')],
    ['$username$ invited $names$ to the group chat', both('Linnea', 'Bao', 'Cleo'), joined('Linnea', 'Bao', 'Cleo')],
    [
      '$username$ invited you and $names$ to the group chat',
      both('Linnea', 'Bao', 'Cleo'),
      joined('Linnea', '', 'Bao', 'Cleo'),
    ],
    ['你将"$kickoutname$"移出了群聊', link('kickoutname', ['Bao']), { kind: 'memberRemoved', by: '', member: 'Bao' }],
    [
      '"$username$"修改群名为“$remark$”',
      link('username', ['Linnea']) + link('remark', [], { type: 'link_plain', more: '<plain>a“b”</plain>' }),
      { kind: 'topicChanged', by: 'Linnea', topic: 'a“b”' },
    ],
    ['群主"$identity$"已解散该群聊', link('identity', ['Linnea']), { kind: 'notice' }],
    // Two names where one is expected.
    ['你将"$kickoutname$"移出了群聊', link('kickoutname', ['Bao', 'Cleo']), { kind: 'notice' }],
  ])('are parsed: %s', (text, links, read) => expect(note(templates(template(text, links)))).toEqual(read))

  test('support a custom separator, links without members, links of an unknown type and hidden links', () => {
    const separated = link('names', ['Bao', 'Cleo'], { more: `<separator>${cdata(', ')}</separator>` })
    expect(readSystemXml(templates(template('$names$!', separated)))?.text).toBe('Bao, Cleo!')
    const empty = link('names', [], { more: '<plain>Bao</plain>' })
    expect(readSystemXml(templates(template('$names$!', empty)))?.text).toBe('Bao!')
    expect(note(templates(template('你邀请"$names$"加入了群聊', empty)))).toEqual(joined('', 'Bao'))
    const unknown = link('names', ['Cleo'], { type: 'link_brandnew', more: '<plain>Bao</plain>' })
    expect(readSystemXml(templates(template('$names$!', unknown)))?.text).toBe('Bao!')
    const hidden = '<link name="names" type="link_plain" hidden="1"><plain>Bao</plain></link>'
    expect(readSystemXml(templates(template('$names$!', hidden)))?.text).toBe('!')
  })

  test('fall back to plain when the template is empty or refers to a missing link', () => {
    const plain = '你邀请"Bao"加入了群聊'
    for (const text of ['', '你邀请"$names$"加入了群聊']) {
      const content = templates(template(text, '', { plain }))
      expect(readSystemXml(content)?.text).toBe(plain)
      expect(note(content)).toEqual(joined('', 'Bao'))
    }
    const whole = templates(template('你邀请"$names$"加入了群聊', link('names', ['Cleo']), { plain }))
    expect(readSystemXml(whole)?.text).toBe('你邀请"Cleo"加入了群聊')
  })

  test('never treat a placeholder without a link as a name', () => {
    const content = templates(template('你邀请"$names$"加入了群聊', ''))
    expect(readSystemXml(content)?.text).toBe('你邀请"$names$"加入了群聊')
    expect(note(content)).toEqual({ kind: 'notice' })
  })

  test('treat a $ that does not start a name as text', () => {
    const content = templates(template('$5 and $names$ $ $', link('names', ['Bao'])))
    expect(readSystemXml(content)?.text).toBe('$5 and Bao $ $')
    expect(readSystemXml(templates(template('$a$names$', link('names', ['Bao']))))?.text).toBe('$a$names$')
  })

  test('are concatenated', () => {
    const content = templates(template('A ', ''), template('$names$', link('names', ['B'])))
    expect(readSystemXml(content)?.text).toBe('A B')
  })

  test('preserve any name', () => {
    const names = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(
          '$names$',
          person('wxid_a'),
          '$&',
          '、',
          '"',
          '邀请',
          '"邀请"',
          ' and ',
          '加入了群聊',
          '\ufdd0',
          '&amp;',
          '<b>',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    const nickname = names
      .map((parts) => parts.join('').replace(/[\0-\x1f\ufffe\uffff]|\]\]>/g, ''))
      .filter(
        (name) =>
          name.trim() !== '' &&
          !/^\s*(?:[你您]|you(?:['’]ve| have)?)\s*$/i.test(name) &&
          !/<(?:a |img |_wc_|!\[)/.test(name),
      )
    fc.assert(
      fc.property(nickname, fc.array(nickname, { minLength: 1, maxLength: 4 }), (inviter, members) => {
        const content = templates(template(invited, both(inviter, ...members)))
        expect(readSystemXml(content)?.text).toBe(`"${inviter}"邀请"${members.join('、')}"加入了群聊`)
        expect(note(content)).toEqual(joined(inviter, ...members))
      }),
      { seed: 20_260_102, numRuns: 200 },
    )
  })
})

describe('text written by users is not parsed as a server line', () => {
  const line = '你被"Zoe"移出群聊'

  test.each([
    ['mmchatroombarannouncememt', `<mmchatroombarannouncememt><content>${line}</content></mmchatroombarannouncememt>`],
    ['roomtoolstips', `<todo><title>${line}</title></todo>`],
    ['pat', `<pat><template>${line}</template></pat>`],
    ['secmsg', `<secmsg><content>${line}</content></secmsg>`],
    ['brandnew', `<brandnew><content>${line}</content></brandnew>`],
  ])('in %s', (type, inner) => {
    const content = sysmsg(type, inner)
    expect(readSystemXml(content)?.text).toBe(line)
    expect(note(content)).toEqual({ kind: 'notice' })
  })
})

test('parses the wording of an unknown type in elements that only the server writes', () => {
  for (const name of ['plain', 'text', 'template'])
    expect(note(sysmsg('brandnew', `<brandnew><${name}>你邀请"Bao"加入了群聊</${name}></brandnew>`))).toEqual(
      joined('', 'Bao'),
    )
})

test('a plain line does not count as system XML when a name in it is system XML', () => {
  const xml = sysmsg('revokemsg', '<revokemsg><msgid>7</msgid></revokemsg>')
  for (const content of [xml, `41@chatroom:\n${xml}`, `\n ${xml}`]) expect(isSystemXml(content)).toBe(true)
  for (const content of [`"${xml}"邀请"Bao"加入了群聊`, `a:${xml} invited Bao to the group chat`, '<sysmsgs/>'])
    expect(isSystemXml(content)).toBe(false)
})

test('does not throw for any document', () => {
  const many = `<sysmsg type="x">${'<a/>'.repeat(200_000)}</sysmsg>`
  expect(readSystemXml(many)?.text).toBe('')
  for (const content of ['', '<sysmsg', '<sysmsg/>', '<sysmsg type="sysmsgtemplate"/>', '<sysmsg type="pat"/>', '<x/>'])
    expect(readSystemXml(content)?.text ?? '').toBe('')
})
