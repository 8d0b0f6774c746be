import type { Note } from '../../../message/payload.js'

/** A parsed notice, without its wording. */
export type ParsedNotice = Note extends infer N ? (N extends { kind: string } ? Omit<N, 'text'> : never) : never

/** The variable parts of a wording. `''` stands for this account. */
export interface Slots {
  /** The user who acted. */
  by: string
  /** The affected member. */
  member: string
  members: string[]
  /** The other user of a chat. */
  name: string
  topic: string
}

/**
 * Which names are accepted without quotation marks.
 *
 * - `anything`: any name; for lines with a single name that phones never quote
 * - `words`: any name that is not part of a clause; for lines in which phones do not quote names
 * - `plain`: only a name without quotation marks or sentence punctuation; for lines in which phones quote names
 * - `never`: no name
 */
export type Bare = 'anything' | 'words' | 'plain' | 'never'

export interface Wording {
  /**
   * A regular expression with at most two slots in braces. It contains no `*`, `+` or `{n}` quantifiers, to prevent
   * backtracking.
   */
  line: string
  /** Default `plain`. */
  bare?: Bare
  /** A regular expression for the text that may follow. By default, only a period may follow. */
  tail?: string
  notice(slots: Partial<Slots>): ParsedNotice
}

/** The server inserts a space before the name of the user who scanned a code. */
const joined = ({
  by = '',
  member = '',
  members = [member.replace(/^ (?=.)/s, '')],
}: Partial<Slots>): ParsedNotice => ({
  kind: 'memberJoined',
  inviter: by,
  members,
})
const removed = ({ by = '', member = '' }: Partial<Slots>): ParsedNotice => ({ kind: 'memberRemoved', by, member })
const renamed = ({ by = '', topic = '' }: Partial<Slots>): ParsedNotice => ({ kind: 'topicChanged', by, topic })
const added = ({ name = '' }: Partial<Slots>): ParsedNotice => ({ kind: 'friendAdded', nickName: name })
const notFriend = ({ name = '' }: Partial<Slots>): ParsedNotice => ({ kind: 'notFriend', nickName: name })
const redPacket = (direction: 'received' | 'sent') => (): ParsedNotice => ({ kind: 'redPacket', direction })

const GROUP_ZH = '(?:群聊|群[组組]聊天|群[组組]|聊天室)'
const GROUP_EN = '(?:the |a |this )?group(?: chat)?'
const NAME_OF_GROUP_ZH = '(?:群聊?名(?:[称稱])?|群[组組]名[称稱])'
const TO_ZH = '[为為成]'
const QR_ZH = '(?:二[维維][码碼]|QR ?[Cc]ode)'
const CHAT_NOW_ZH = '，[现現]在(?:我[们們])?可以(?:[开開]始)?聊天了'

/** The start of a clause about the other members of the group or about shared history. */
const TAIL_ZH = '[,，](?:群|[并並]分享)'
const TAIL_EN = ' with |[,.]? (?:Other|Group) |,? and shared '
/** The start of advice or of a link. */
const ANY_TAIL = '[\\s,.;!，。；！（(<]'

/** @see docs/protocol.md §10.17 */
export const WORDINGS: readonly Wording[] = [
  { line: '收到[红紅]包，[请請]在手[机機]上查看', notice: redPacket('received') },
  { line: '[发發]出[红紅]包，[请請]在手[机機]上查看', notice: redPacket('sent') },
  { line: 'Red packet received', tail: ANY_TAIL, notice: redPacket('received') },
  { line: 'Red packet sent', tail: ANY_TAIL, notice: redPacket('sent') },

  { line: `{by}(?:修改|更改)了?${NAME_OF_GROUP_ZH}${TO_ZH}{topic}`, notice: renamed },
  { line: `{by}[将將把]${NAME_OF_GROUP_ZH}(?:修改|更改|改)${TO_ZH}{topic}`, notice: renamed },
  { line: '{by}changed the group(?: chat)? name to{topic}', notice: renamed },

  { line: `{by}邀[请請]{members}加入了${GROUP_ZH}`, tail: TAIL_ZH, notice: joined },
  { line: `{by}邀[请請]{members}加入${GROUP_ZH}`, bare: 'never', notice: joined },
  {
    line: `{by}(?:has |have )?invited{members}to (?:join )?${GROUP_EN}`,
    bare: 'words',
    tail: TAIL_EN,
    notice: joined,
  },
  { line: `{member}通[过過][扫掃]描{by}分享的${QR_ZH}加入了?${GROUP_ZH}`, tail: TAIL_ZH, notice: joined },
  { line: `{member}通[过過]{by}的邀[请請]${QR_ZH}加入了?${GROUP_ZH}`, tail: TAIL_ZH, notice: joined },
  { line: `{member}(?:has |have )?joined ${GROUP_EN} via the QR ?[Cc]ode shared by{by}`, notice: joined },
  { line: `{member}(?:has |have )?joined ${GROUP_EN} via the QR ?[Cc]ode{by}shared`, notice: joined },
  { line: `{member}(?:has |have )?joined ${GROUP_EN} via your shared QR ?[Cc]ode`, notice: joined },

  { line: `[你您]已?[将將把]{member}(?:移出|移除出|[请請]出)了?${GROUP_ZH}`, notice: removed },
  { line: `{by}已?[将將把]{member}(?:移出|移除出|[请請]出)了?${GROUP_ZH}`, bare: 'never', notice: removed },
  { line: `[你您]已?被{by}(?:移出|移除出|[请請]出)了?${GROUP_ZH}`, notice: removed },
  { line: `{member}已?被{by}(?:移出|移除出|[请請]出)了?${GROUP_ZH}`, bare: 'never', notice: removed },
  { line: `{by}(?:has |have )?removed{member}from ${GROUP_EN}`, notice: removed },
  {
    line: `{member}(?:was |were |been |has been |have been )removed from ${GROUP_EN} by{by}`,
    notice: removed,
  },

  { line: `[你您]已添加了?{name}${CHAT_NOW_ZH}`, bare: 'anything', notice: added },
  { line: `[你您]已(?:新增|添加|加){name}[为為](?:朋友|好友)${CHAT_NOW_ZH}`, bare: 'anything', notice: added },
  { line: `{name}[刚剛][刚剛]把你(?:添加|新增|加)到通[讯訊][录錄]${CHAT_NOW_ZH}`, bare: 'anything', notice: added },
  {
    line: `[你您]?已[经經]?通[过過]了?{name}的朋友[验驗][证證][请請]求${CHAT_NOW_ZH}`,
    bare: 'anything',
    notice: added,
  },
  { line: '我通[过過]了你的朋友[验驗][证證][请請]求', tail: ANY_TAIL, notice: added },
  {
    line: "You(?:['’]ve| have)? added{name}as your (?:WeChat|Weixin) (?:contact|friend)",
    bare: 'anything',
    tail: ANY_TAIL,
    notice: added,
  },
  {
    line: '{name}(?:has )?just added you to (?:his/her|his|her|their) contacts(?: list)?',
    bare: 'anything',
    tail: ANY_TAIL,
    notice: added,
  },
  { line: "I(?:['’]ve| have) accepted your friend request", tail: ANY_TAIL, notice: added },

  {
    line: '{name}[开開][启啟]了朋友[验驗][证證]，你[还還]不是[他她](?:[（(/]她[）)]?)?的?(?:朋友|好友)',
    bare: 'anything',
    tail: ANY_TAIL,
    notice: notFriend,
  },
  { line: '{name}(?:has )?enabled [Ff]riend [Cc]onfirmation', bare: 'anything', tail: ANY_TAIL, notice: notFriend },
]
