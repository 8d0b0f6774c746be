import type { ChatView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { AddMember } from './add-member.js'
import { DisplayNameForm } from './display-name-form.js'
import { GroupNameForm } from './group-name-form.js'
import { MemberRows } from './member-rows.js'
import { Modal } from './modal.js'

interface Props {
  chat: ChatView
  /** The part that receives initial focus. */
  first: 'name' | 'members'
  onClose(): void
}

/** Dialog for a group's name, its members and their nicknames. */
export function GroupDialog({ chat, first, onClose }: Props) {
  const strings = useStrings()
  return (
    <Modal title={strings.groupDetails(chat.name)} onClose={onClose}>
      <div class="people-form">
        <GroupNameForm chat={chat} first={first === 'name'} />
        <DisplayNameForm chat={chat} />
        <AddMember chat={chat} first={first === 'members'} />
        <MemberRows chat={chat} />
      </div>
    </Modal>
  )
}
