import { useEffect, useId, useState } from 'preact/hooks'
import { api } from '../api/api.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'

/** The largest group. */
const MAX_MEMBERS = 500

/** The group size above which programs must invite new members instead of adding them. */
export function InviteSetting({ count }: { count: number }) {
  const strings = useStrings()
  const id = useId()
  const up = useStore((state) => state.link.up)
  const [saved, setSaved] = useState(count)
  const [typed, setTyped] = useState<string>()
  const { run, busy, error, clearError } = useAction(async (inviteStartCount: number) => {
    setSaved((await api.changeSettings({ inviteStartCount })).inviteStartCount)
    setTyped(undefined)
  })
  useEffect(() => setSaved(count), [count])
  const value = typed ?? String(saved)
  const isChanged = value !== '' && Number(value) !== saved
  return (
    <form
      class="details-setting"
      onSubmit={(event) => {
        event.preventDefault()
        if (up && !busy && isChanged) void run(Number(value))
      }}
    >
      <label for={id}>{strings.inviteAbove}</label>
      <input
        id={id}
        type="number"
        min={1}
        max={MAX_MEMBERS}
        step={1}
        required
        value={value}
        aria-describedby={`${id}-note`}
        onInput={(event) => {
          clearError()
          setTyped(event.currentTarget.value)
        }}
      />
      {isChanged && (
        <button type="submit" class="button small" disabled={!up || busy}>
          {strings.save}
        </button>
      )}
      <p id={`${id}-note`} class="quiet">
        {strings.inviteAboveTells}
      </p>
      {error && (
        <p class="problem" role="alert">
          {strings.failed(error)}
        </p>
      )}
    </form>
  )
}
