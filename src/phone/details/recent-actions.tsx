import type { ActionView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { clockSeconds } from '../i18n/time.js'
import { type People, personName } from '../store/select.js'
import { plainName } from '../text/file-name.js'

/** What was done to a person or a group, and how the program received it. */
export function RecentActions({ actions }: { actions: readonly ActionView[] }) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  if (actions.length === 0) return null
  return (
    <>
      <h3>{strings.detailsActions}</h3>
      <ol class="details-actions-list">
        {actions.map((action) => (
          <li key={`${action.at} ${action.type}`}>
            <code>{clockSeconds(action.at)}</code> {describe(action, people, strings)}
            {action.wire && (
              <span class="quiet">
                {' → '}
                {action.wire}
              </span>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

function describe({ type, name = '', people: ids = [] }: ActionView, people: People, strings: Strings): string {
  const names = ids.map((id) => personName(people[id], id)).join(strings.comma)
  switch (type) {
    case 'open':
      return strings.didOpen
    case 'rename':
      return strings.didRename(plainName(name))
    case 'addMembers':
      return strings.didAdd(names)
    case 'removeMembers':
      return strings.didRemove(names)
    case 'joinByQr':
      return strings.didJoin(names)
    case 'displayName':
      return strings.didDisplayName(names, plainName(name))
    case 'addPerson':
      return strings.didCreate
    case 'unfriend':
      return strings.didUnfriend
    case 'requestFriend':
      return strings.didRequest
    case 'recall':
      return strings.didRecall
  }
}
