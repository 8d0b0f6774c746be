import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { Chatroom } from '../../contact/contact.js'
import type { HeadImageFile, HeadImageTarget, OperationOptions } from '../../contact/operations.js'
import { FileError } from '../../errors.js'
import type { AvatarOwner } from '../../transport/contacts.js'
import { requireMember } from '../../transport/require-feature.js'
import type { Transport } from '../../transport/transport.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { FileWriter } from '../outbox/file-writer.js'
import { notAMember, personOf, roomOf, userNameOf } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'

/** Maximum size of an avatar; much larger than any real one. */
const MAX_BYTES = 16 * 1024 * 1024

interface AvatarsOptions {
  transport(): Pick<Transport, 'name' | 'features' | 'contacts'>
  book: ContactBook
  /** The base folder for relative paths. */
  folder(): string
}

/** Fetches the avatars of users, groups and group members. @see docs/protocol.md §4.3 */
export class Avatars {
  readonly #options: AvatarsOptions
  readonly #writer: FileWriter<undefined>

  constructor(options: AvatarsOptions) {
    this.#options = options
    this.#writer = new FileWriter('getHeadImg', options.folder)
  }

  async bytes(target: HeadImageTarget, options: OperationOptions = {}): Promise<Uint8Array> {
    const { signal } = options
    const contacts = requireMember(this.#options.transport(), 'contacts', 'avatars')
    signal?.throwIfAborted()
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    await contacts.receiveAvatar(
      this.#ownerOf(target),
      (chunk) => {
        sizeBytes += chunk.length
        if (sizeBytes > MAX_BYTES) throw new FileError('getHeadImg: the avatar exceeds 16 MiB.', { path: '' })
        chunks.push(chunk)
      },
      signal,
    )
    return Buffer.concat(chunks)
  }

  /**
   * Writes the avatar to a file. With a relative path, the file must be below the base folder, and an existing file is
   * never overwritten. With an absolute path, the file may be anywhere, and an existing file is overwritten.
   */
  async toFile(target: HeadImageTarget, path: string, options: OperationOptions = {}): Promise<HeadImageFile> {
    if (typeof path !== 'string' || path === '') {
      throw invalidArgument('picDir', { expected: 'a file path', found: describeValue(path) })
    }
    const bytes = await this.bytes(target, options)
    const replacing = { of: undefined, replaces: () => true, overwrite: isAbsolute(path) }
    const written = await this.#writer.write(path, replacing, async (write) => {
      await write(bytes)
      return { md5: createHash('md5').update(bytes).digest('hex') }
    })
    return {
      ok: true,
      path: written.path,
      sizeBytes: bytes.length,
      PostFix: written.type?.ext ?? '',
      ...(written.type ? { mime: written.type.mime } : {}),
    }
  }

  #ownerOf({ userName, chatroomUserName }: HeadImageTarget): AvatarOwner {
    const { book } = this.#options
    if (chatroomUserName !== undefined) {
      const room = roomOf(book, chatroomUserName, 'chatroomUserName')
      if (userName === undefined) return { chatroom: room.UserName }
      const member = room.member(userNameOf(userName, 'userName'))
      if (!member && room.memberList.length > 0) throw notAMember('userName')
      return { userName: userNameOf(userName, 'userName'), group: { userName: room.UserName, fields: room } }
    }
    if (userName === undefined) return { userName: book.self.UserName }
    const name = userNameOf(userName, 'userName')
    const contact = book.get(name)
    if (contact instanceof Chatroom) {
      const advice = 'Pass the group as chatroomUserName.'
      throw invalidArgument('userName', { expected: 'a person', found: 'a group', advice })
    }
    return { userName: contact ? name : personOf(book, name, 'userName') }
  }
}
