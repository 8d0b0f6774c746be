import { useEffect, useRef, useState } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { fileSize, shortName } from '../text/file-name.js'
import { isPicture, kindOf, MAX_BYTES, problemOf, type SentAs } from './file-rules.js'

export interface Chip {
  id: number
  kind: SentAs
  file: File
  /** Address of a small picture. */
  preview?: string
}

export interface Tray {
  chips: readonly Chip[]
  /** Why something was not taken. */
  problem: string
  /** Takes files; `kind` says what they are sent as, else their type does. */
  add(files: Iterable<File>, kind?: SentAs): void
  remove(id: number): void
}

/** Files that wait to be sent in one chat. */
export function useTray(): Tray {
  const strings = useStrings()
  const [chips, setChips] = useState<readonly Chip[]>([])
  const [problem, setProblem] = useState('')
  const next = useRef(1)
  const made = useRef(new Set<string>())
  useEffect(
    () => () => {
      for (const url of made.current) URL.revokeObjectURL(url)
    },
    [],
  )
  return {
    chips,
    problem,
    add(files, kind) {
      const problems: string[] = []
      const taken: Chip[] = []
      for (const file of files) {
        const wrong = problemOf(file)
        const name = shortName(file.name)
        if (wrong === 'isEmpty') problems.push(strings.isEmpty(name))
        else if (wrong === 'tooLarge') problems.push(strings.tooLarge(name, fileSize(MAX_BYTES)))
        else taken.push(chipOf(file, kind))
      }
      setProblem(problems.join(' '))
      if (taken.length > 0) setChips((before) => [...before, ...taken])
    },
    remove(id) {
      setChips((before) => before.filter((chip) => chip.id !== id))
      setProblem('')
    },
  }

  function chipOf(file: File, wanted: SentAs | undefined): Chip {
    const kind = wanted ?? kindOf(file.type)
    const id = next.current++
    if (kind !== 'image' || !isPicture(file.type)) return { id, kind, file }
    const preview = URL.createObjectURL(file)
    made.current.add(preview)
    return { id, kind, file, preview }
  }
}
