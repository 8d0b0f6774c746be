import type { ContentView, PersonView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { CardFoot } from './card-foot.js'

/** A recommended contact. */
export function CardBody({ content }: { content: ContentView<'card'> }) {
  const strings = useStrings()
  const { id, name, alias, isOfficial } = content
  return (
    <div class="card person">
      <PersonRow
        id={id}
        name={name}
        kind={isOfficial ? 'official' : 'person'}
        more={alias && strings.wechatId(alias)}
      />
      <CardFoot icon="card">{isOfficial ? strings.officialCard : strings.personalCard}</CardFoot>
    </div>
  )
}

/** A friend request. */
export function RequestBody({ speaker, content }: { speaker: string; content: ContentView<'friendRequest'> }) {
  const strings = useStrings()
  const person = useStore((state) => state.people[speaker])
  const accepted = person?.isContact ?? false
  return (
    <div class="card person">
      <PersonRow id={speaker} name={person?.name ?? speaker} kind="person" more={content.greeting} />
      <CardFoot icon={accepted ? 'check' : 'wait'}>
        {accepted ? strings.requestAccepted : strings.requestWaits}
      </CardFoot>
    </div>
  )
}

function PersonRow({ id, name, kind, more }: { id: string; name: string; kind: PersonView['kind']; more: string }) {
  const person: PersonView = { id, kind, name, remark: '', alias: '', pinyin: '', isContact: false }
  return (
    <span class="somebody">
      <Avatar person={person} size={44} />
      <span class="somebody-text">
        <span class="card-name">{name}</span>
        {more && <span class="card-more">{more}</span>}
      </span>
    </span>
  )
}
