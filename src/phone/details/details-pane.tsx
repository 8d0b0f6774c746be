import type { ChatView, DetailView } from '../../sandbox/control/view.js'
import { openChat } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar, ChatAvatar } from '../parts/avatar.js'
import { GroupNameForm } from '../people/group-name-form.js'
import { personName } from '../store/select.js'
import { plainName } from '../text/file-name.js'
import { DetailsActions } from './details-actions.js'
import { InviteSetting } from './invite-setting.js'
import { RecentActions } from './recent-actions.js'
import { fieldKey, useContactDetails } from './use-contact-details.js'

/** A person or group as the program sees it: the fields on the wire, and the members or the shared groups. */
export function DetailsPane({ chat }: { chat: ChatView | undefined }) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const { details, changed } = useContactDetails(chat)
  if (!chat) return <p class="details-note">{strings.detailsNobody}</p>
  return (
    <div class="details">
      <div class="details-who">
        <ChatAvatar chat={chat} people={people} size={52} />
        <strong>{chat.name}</strong>
      </div>
      {chat.kind === 'group' && <GroupNameForm key={chat.id} chat={chat} first={false} />}
      <DetailsActions chat={chat} />
      {details?.inviteStartCount !== undefined && <InviteSetting count={details.inviteStartCount} />}
      {details && !details.isOnline && <p class="details-note">{strings.detailsOffline}</p>}
      {details?.isOnline && !details.isKnown && <p class="details-note">{strings.detailsUnknown}</p>}
      {details?.isOnline && (
        <>
          <h3>{strings.detailsFields}</h3>
          <dl class="details-fields">
            {details.fields.map((field) => (
              <Field key={field.name} field={field} isChanged={changed.has(fieldKey(field))} />
            ))}
          </dl>
        </>
      )}
      {details && details.members.length > 0 && (
        <>
          <h3>{strings.detailsMembers(details.members.length)}</h3>
          <ul class="details-members">
            {details.members.map((member) => (
              <Member key={member.id} id={member.id} fields={member.fields} changed={changed} />
            ))}
          </ul>
        </>
      )}
      {chat.kind !== 'group' && <SharedGroups id={chat.id} />}
      {details && <RecentActions actions={details.actions} />}
    </div>
  )
}

function Field({ field: { name, value }, isChanged }: { field: DetailView; isChanged: boolean }) {
  const strings = useStrings()
  const isHidden = name === 'Uin' && value === '0'
  const note = name === 'UserName' ? strings.detailsSession : isHidden ? strings.detailsHidden : ''
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value === '' ? (
          <span class="quiet">{strings.detailsEmpty}</span>
        ) : (
          <code class={isChanged ? 'changed' : undefined}>{value}</code>
        )}
        {isChanged ? <span class="tag">{strings.detailsChanged}</span> : note && <span class="quiet">{note}</span>}
      </dd>
    </div>
  )
}

interface MemberProps {
  id: string
  fields: readonly DetailView[]
  changed: ReadonlySet<string>
}

function Member({ id, fields, changed }: MemberProps) {
  const strings = useStrings()
  const person = useStore((state) => state.people[id])
  return (
    <li>
      {person && <Avatar person={person} size={34} />}
      <span class="row-text">
        {fields.map((field) => {
          const { name, value } = field
          const isChanged = changed.has(fieldKey(field, id))
          if (value === '' && !isChanged) return null
          return (
            <span key={name} class="details-member">
              <span class="quiet">{name}</span>{' '}
              {value === '' ? (
                <span class="quiet">{strings.detailsEmpty}</span>
              ) : (
                <code class={isChanged ? 'changed' : undefined}>{value}</code>
              )}
              {isChanged && <span class="tag">{strings.detailsChanged}</span>}
            </span>
          )
        })}
      </span>
    </li>
  )
}

function SharedGroups({ id }: { id: string }) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const chats = useStore((state) => state.chats)
  const groups = chats.filter(({ members = [] }) => members.some((member) => member.id === id))
  if (groups.length === 0) return null
  return (
    <>
      <h3>{strings.detailsGroups(groups.length)}</h3>
      <ul class="details-members">
        {groups.map((group) => {
          const nickname = group.members?.find((member) => member.id === id)?.displayName
          return (
            <li key={group.id}>
              <button type="button" class="menu-row" onClick={() => openChat(group.id)}>
                <ChatAvatar chat={group} people={people} size={34} />
                <span class="row-text">
                  <span class="row-name">{group.name}</span>
                  <span class="row-preview">
                    {strings.roomNameIs(nickname ? plainName(nickname) : personName(people[id], id))}
                  </span>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
