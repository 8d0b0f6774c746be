import { useEffect, useState } from 'preact/hooks'
import type { RequestDetails, RequestView } from '../../sandbox/control/view.js'
import { ApiError, api } from '../api/api.js'

/** The details of a request; `'gone'` if the sandbox does not have them, and `undefined` while they are loading. */
export function useDetails({ id, status, messages }: RequestView): RequestDetails | 'gone' | undefined {
  const [details, setDetails] = useState<RequestDetails | 'gone'>()
  const joined = messages?.length
  // They are loaded again when the request ends, and when a message is joined to it.
  useEffect(() => {
    let isCurrent = true
    api.request(id).then(
      (loaded) => isCurrent && setDetails(loaded),
      (error: unknown) => {
        if (isCurrent && error instanceof ApiError && error.status === 404) setDetails('gone')
      },
    )
    return () => {
      isCurrent = false
    }
  }, [id, status, joined])
  return details
}
