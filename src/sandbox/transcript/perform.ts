import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import type { ArmedFault } from '../faults/fault.js'
import type { RawMessage } from '../raw-message.js'
import type { Fields } from '../read/fields.js'
import { completeContent } from '../samples/complete.js'
import type { ClawbotActionName, PhoneActionName } from '../world/action.js'
import { CLAWBOT } from '../world/clawbot.js'
import { findGroup } from '../world/find.js'
import { addToGroup, joinByQr, removeFromGroup, renameGroup, setGroupDisplayName } from '../world/group-rules.js'
import type { Content, Message } from '../world/message.js'
import { addPerson, openOnPhone, renamePerson, unfriend } from '../world/person-rules.js'
import { recallBySpeaker } from '../world/recall.js'
import { postNotice, speak } from '../world/speak.js'
import type { RecordedContent } from './content-schema.js'
import type { LineOf, TranscriptLine } from './schema.js'

/** A line that people, the phone or a test caused. */
export type ActionLine = Exclude<TranscriptLine, { type: OtherLine }>

/** A line that the program caused, or the end of the recording. */
type OtherLine = 'online' | 'offline' | 'fetched' | 'sent' | 'sentRecall' | 'end'

/** Repeats recorded actions in a sandbox. */
export class Performer {
  readonly #core: Core
  readonly #raw: (fields: RawMessage) => void
  /** Messages by their number in the transcript. */
  readonly messages = new Map<number, Message>()
  /** The MD5 of each sample that replaces a recorded medium, by the recorded MD5. */
  readonly replacedMd5 = new Map<string, string>()
  readonly #faults = new Map<string, ArmedFault>()

  constructor(core: Core, raw: (fields: RawMessage) => void) {
    this.#core = core
    this.#raw = raw
  }

  /** Throws a `SandboxError` if the action is impossible, for example because the program is not logged in. */
  perform(line: ActionLine): void {
    const core = this.#core
    const { world } = core
    switch (line.type) {
      case 'say': {
        const content = this.#content(line.chat, line.speaker, line.content)
        this.messages.set(line.n, speak(world, line.chat, line.speaker, content, line.mentions))
        return
      }
      case 'notice':
        if (!world.groups.has(line.chat) && !world.people.has(line.chat)) findGroup(world.groups.values(), line.chat)
        this.messages.set(line.n, postNotice(world, line.chat, line.text))
        return
      case 'requestFriend':
        this.messages.set(line.n, world.requestFriendship(this.#person(line.person), line.greeting))
        return
      case 'recall': {
        const message = this.messages.get(line.ref)
        if (!message) throw new SandboxError(`Message ${line.ref} was not sent.`)
        recallBySpeaker(world, message)
        return
      }
      case 'rename':
        if (world.people.has(line.id)) renamePerson(world, this.#person(line.id), line.name)
        else renameGroup(world, findGroup(world.groups.values(), line.id), line.name, line.by)
        return
      case 'addMembers':
      case 'removeMembers': {
        const change = line.type === 'addMembers' ? addToGroup : removeFromGroup
        const people = line.people.map((id) => this.#person(id))
        change(world, findGroup(world.groups.values(), line.chat), people, line.by)
        return
      }
      case 'joinByQr':
        joinByQr(world, findGroup(world.groups.values(), line.chat), this.#person(line.person), line.by)
        return
      case 'displayName':
        setGroupDisplayName(world, findGroup(world.groups.values(), line.chat), line.person, line.name)
        return
      case 'addPerson':
        addPerson(world, line.name, line.isContact, line.id)
        return
      case 'unfriend':
        unfriend(world, this.#person(line.person))
        return
      case 'open':
        openOnPhone(world, line.chat, core.sessions.live !== undefined)
        return
      case 'phone':
        this.#actOnPhone(line.action, line.message)
        return
      case 'endSession':
        if (!core.sessions.end(line.code)) throw new SandboxError('No program is logged in.')
        return
      case 'raw':
        // The fields of a raw message may have any type, in order to test how programs cope.
        this.#raw(line.fields as RawMessage)
        return
      case 'clawbot':
        this.#actOnClawbot(line.action, line)
        return
      case 'write':
        this.#write(line)
        return
      case 'fault':
        this.#faults.set(line.id, core.faults.addUnchecked(line.fault))
        return
      case 'removeFault':
        this.#faults.get(line.id)?.remove()
        return
    }
  }

  #person(id: string) {
    const person = this.#core.world.people.get(id)
    if (!person) throw new SandboxError(`Unknown person "${id}".`)
    return person
  }

  #actOnPhone(action: PhoneActionName, message = ''): void {
    const { logins, settings } = this.#core
    if (action === 'refuse') this.#core.refuseNext = message
    else if (!(settings.autoLogin && (action === 'scan' || action === 'confirm'))) logins[action]()
  }

  #actOnClawbot(action: ClawbotActionName, { code, count, isOn }: LineOf<'clawbot'>): void {
    const { ilink, settings, url } = this.#core
    switch (action) {
      case 'scan':
        if (!settings.autoLogin) ilink.qrCodes.scan()
        return
      case 'confirm':
        if (!settings.autoLogin) ilink.confirm()
        return
      case 'requireVerifyCode':
        ilink.qrCodes.requireVerifyCode(code)
        return
      case 'redirect':
        // Always to the sandbox itself: a transcript must not send a program and its token to another host.
        ilink.qrCodes.redirect(new URL(url).host)
        return
      case 'decline':
      case 'expire':
      case 'alreadyBound':
        ilink.qrCodes[action]()
        return
      case 'bindElsewhere':
        ilink.bindElsewhere()
        return
      case 'expireToken':
      case 'expireRevivableToken':
        ilink.expireToken(action === 'expireRevivableToken')
        return
      case 'showLate':
        ilink.flush()
        return
      default:
        ilink.adjustLimits(action, {
          ...(count === undefined ? {} : { count }),
          ...(isOn === undefined ? {} : { isOn }),
        })
    }
  }

  #write({ messages, items, raw }: LineOf<'write'>): void {
    const { ilink, world } = this.#core
    // Fails before samples are stored.
    void ilink.bound
    const contents = messages.map(({ content }) => this.#content(CLAWBOT, world.owner.id, content))
    const { shown } = ilink.write({
      contents,
      ...(items === undefined ? {} : { items: items.map((item) => ({ item })) }),
      ...(raw === undefined ? {} : { raw }),
    })
    messages.forEach(({ n }, index) => {
      const message = shown[index]
      if (message) this.messages.set(n, message)
    })
  }

  #content(chatId: string, speaker: string, recorded: RecordedContent): Content {
    const place = { core: this.#core, chatId, speaker }
    if ('media' in recorded) {
      const { media, ...others } = recorded
      const { data, md5, sizeBytes: _sizeBytes, ...details } = media
      const bytes = data === undefined ? {} : { bytes: Buffer.from(data, 'base64') }
      const content = completeContent(place, { ...others, ...details, ...bytes })
      if (data === undefined && 'media' in content) this.replacedMd5.set(md5, content.media.md5)
      return content
    }
    if (recorded.kind === 'quote') {
      const { quoted, ...others } = recorded
      const id = quoted === undefined ? undefined : this.messages.get(quoted)?.id
      const fields: Fields = id === undefined ? others : { ...others, quotedId: id }
      return completeContent(place, { ...fields, kind: recorded.kind })
    }
    return completeContent(place, recorded)
  }
}
