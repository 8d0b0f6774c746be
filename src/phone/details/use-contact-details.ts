import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatView, DetailsView, DetailView } from '../../sandbox/control/view.js'
import { api } from '../api/api.js'
import { useStore } from '../hooks/use-store.js'

/** The details of a chat, with the keys of the fields that the last change affected. */
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

/** Identifies a field of a contact, or of a member of a group. */
export function fieldKey({ name }: DetailView, memberId = ''): string {
  return `${memberId} ${name}`
}

/** Keys of the fields whose values differ; none if they belong to different sessions. */
function changedFields(before: DetailsView, after: DetailsView): ReadonlySet<string> {
  const old = valuesOf(before)
  const now = valuesOf(after)
  const userName = fieldKey({ name: 'UserName', value: '' })
  if (now.get(userName) !== old.get(userName)) return NONE
  return new Set([...now].filter(([key, value]) => (old.get(key) ?? '') !== value).map(([key]) => key))
}

function valuesOf({ fields, members }: DetailsView): Map<string, string> {
  const lists = [{ id: '', fields }, ...members]
  return new Map(
    lists.flatMap((list) => list.fields.map((field): [string, string] => [fieldKey(field, list.id), field.value])),
  )
}
