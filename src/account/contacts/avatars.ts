import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import { Chatroom } from '../../contact/contact.js'
import type { HeadImageFile, HeadImageTarget, OperationOptions } from '../../contact/operations.js'
import { FileError, ItchatError } from '../../errors.js'
import type { AvatarOwner } from '../../transport/contacts.js'
import { fileError } from '../../util/file-error.js'
import { PartFiles } from '../../util/part-files.js'
import { type PlacedFile, placeFile } from '../../util/place-file.js'
import { resolveBelow } from '../../util/resolve-below.js'
import { personOf, roomOf, userNameOf, wrong } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'
import { type ContactTransport, requirePart } from './require-part.js'

/** Far more than a picture of somebody has. */
const MAX_BYTES = 16 * 1024 * 1024

/** Written files that are remembered, to replace one's own. */
const MAX_REMEMBERED = 5_000

export interface AvatarsOptions {
  transport(): ContactTransport
  book: ContactBook
  /** Where relative paths lead. */
  folder(): string
}

/** Fetches pictures of people, groups and members. @see docs/protocol.md §4.3 */
export class Avatars {
  readonly #options: AvatarsOptions
  /** By the path that was asked for, and by that it got. */
  readonly #written = new Map<string, PlacedFile>()
  readonly #parts = new PartFiles()

  constructor(options: AvatarsOptions) {
    this.#options = options
  }

  async bytes(target: HeadImageTarget, options: OperationOptions = {}): Promise<Uint8Array> {
    const { signal } = options
    const contacts = requirePart(this.#options.transport(), 'contacts', 'avatars')
    signal?.throwIfAborted()
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    await contacts.receiveAvatar(
      this.#ownerOf(target),
      (chunk) => {
        sizeBytes += chunk.length
        if (sizeBytes > MAX_BYTES) throw new FileError('getHeadImg: this is larger than any picture.', { path: '' })
        chunks.push(chunk)
      },
      signal,
    )
    return Buffer.concat(chunks)
  }

  /**
   * Writes the picture. A relative path stays below the folder, and is never written over a file that was there before; an
   * absolute one is the program's own word.
   */
  async toFile(target: HeadImageTarget, path: string, options: OperationOptions = {}): Promise<HeadImageFile> {
    if (typeof path !== 'string' || path === '') throw wrong('picDir', 'no path of a file')
    const bytes = await this.bytes(target, options)
    try {
      const place = await resolveBelow(this.#options.folder(), path)
      const options = { parts: this.#parts, former: () => this.#written.get(place), overwrite: isAbsolute(path) }
      const placed = await placeFile(place, options, async (write) => {
        await write(bytes)
        return createHash('md5').update(bytes).digest('hex')
      })
      this.#remember(place, placed)
      const type = await fileTypeFromBuffer(bytes)
      return {
        ok: true,
        path: placed.path,
        sizeBytes: bytes.length,
        PostFix: type?.ext ?? '',
        ...(type ? { mime: type.mime } : {}),
      }
    } catch (cause) {
      if (cause instanceof ItchatError) throw cause
      throw fileError(`getHeadImg: ${JSON.stringify(path)} could not be written`, path, cause)
    }
  }

  #remember(place: string, placed: PlacedFile): void {
    for (const name of new Set([place, placed.path])) {
      this.#written.delete(name)
      this.#written.set(name, placed)
    }
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= MAX_REMEMBERED) break
      this.#written.delete(oldest)
    }
  }

  #ownerOf({ userName, chatroomUserName }: HeadImageTarget): AvatarOwner {
    const { book } = this.#options
    if (chatroomUserName !== undefined) {
      const room = roomOf(book, chatroomUserName, 'chatroomUserName')
      if (userName === undefined) return { chatroom: room.UserName }
      const member = room.member(userNameOf(userName, 'userName'))
      if (!member && room.memberList.length > 0) throw wrong('userName', 'somebody who is not in this group')
      return { userName: userNameOf(userName, 'userName'), group: { userName: room.UserName, fields: room } }
    }
    if (userName === undefined) return { userName: book.self.UserName }
    const name = userNameOf(userName, 'userName')
    const contact = book.get(name)
    if (contact instanceof Chatroom) throw wrong('userName', 'a group, not a person; name it as chatroomUserName')
    return { userName: contact ? name : personOf(book, name, 'userName') }
  }
}
