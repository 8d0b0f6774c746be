import type { WireProfile } from '../../transports/web/wire/sync.js'
import type { Session } from '../session/session.js'
import type { World } from '../world/world.js'
import { encodeUser } from './contact.js'

const PROFILE_CHANGED = 190

/** Encodes the account's profile after a change. @see docs/protocol.md §9.7 */
export function encodeProfile(world: World, session: Session): WireProfile {
  const { HeadImgUrl, NickName, Sex, Signature, UserName } = encodeUser(world, session)
  return {
    ...EMPTY_PROFILE,
    BitFlag: PROFILE_CHANGED,
    UserName: { Buff: UserName },
    NickName: { Buff: NickName },
    Sex,
    HeadImgUrl,
    Signature,
  }
}

/** The `Profile` in a reply when it has not changed. */
export const EMPTY_PROFILE: WireProfile = {
  BitFlag: 0,
  UserName: { Buff: '' },
  NickName: { Buff: '' },
  BindUin: 0,
  BindEmail: { Buff: '' },
  BindMobile: { Buff: '' },
  Status: 0,
  Sex: 0,
  PersonalCard: 0,
  Alias: '',
  HeadImgUpdateFlag: 0,
  HeadImgUrl: '',
  Signature: '',
}
