import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatView, DetailsView } from '../../sandbox/control/view.js'
import { api } from '../api/api.js'
import { useStore } from '../hooks/use-store.js'

/** The details of a chat, with the names of the fields that the last change affected. */
interface ContactDetails {
  details: DetailsView | undefined
  changed: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** Loads how the program sees a chat, and again whenever the chat, its person or the login changes. */
export function useContactDetails(chat: ChatView | undefined): ContactDetails {
  const id = chat?.id
  const person = useStore((state) => (id === undefined ? undefined : state.people[id]))
  const loginState = useStore((state) => state.login.state)
  const worldId = useStore((state) => state.worldId)
  const [loaded, setLoaded] = useState<{ id: string; details: DetailsView; changed: ReadonlySet<string> }>()
  const latest = useRef(loaded)
  latest.current = loaded

  useEffect(() => {
    if (id === undefined) return
    let isCurrent = true
    api
      .details(id)
      .then((details) => {
        if (!isCurrent) return
        const before = latest.current?.id === id ? latest.current : undefined
        const changed = before ? changedFields(before.details, details) : NONE
        setLoaded({ id, details, changed: changed.size > 0 || !before ? changed : before.changed })
      })
      .catch(() => {
        // The next change loads them again; until then, the old ones stay.
      })
    return () => {
      isCurrent = false
    }
  }, [id, chat, person, loginState, worldId])

  return loaded?.id === id && loaded ? loaded : { details: undefined, changed: NONE }
}

/** Names of the fields whose values differ; none if they belong to different sessions. */
function changedFields(before: DetailsView, after: DetailsView): ReadonlySet<string> {
  const old = new Map(before.fields.map(({ name, value }) => [name, value]))
  const userName = after.fields.find(({ name }) => name === 'UserName')
  if (userName?.value !== old.get('UserName')) return NONE
  return new Set(after.fields.filter(({ name, value }) => old.get(name) !== value).map(({ name }) => name))
}
