import { useEffect, useRef, useState } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { fileSize, shortName } from '../text/file-name.js'
import { isPicture, kindOf, MAX_BYTES, problemOf, type SentAs } from './file-rules.js'

export interface Chip {
  id: number
  kind: SentAs
  file: File
  /** Object URL of the image. */
  preview?: string
}

export interface Tray {
  chips: readonly Chip[]
  /** Why files were rejected, one line each. */
  problems: readonly string[]
  /** Adds files to be sent as `kind`, which by default depends on the file type. */
  add(files: Iterable<File>, kind?: SentAs): void
  remove(id: number): void
}

/** Files to be sent to one chat. */
export function useTray(): Tray {
  const strings = useStrings()
  const [chips, setChips] = useState<readonly Chip[]>([])
  const [problems, setProblems] = useState<readonly string[]>([])
  const nextId = useRef(1)
  const previewUrls = useRef(new Set<string>())
  useEffect(
    () => () => {
      for (const url of previewUrls.current) URL.revokeObjectURL(url)
    },
    [],
  )
  return {
    chips,
    problems,
    add(files, kind) {
      const found: string[] = []
      const accepted: Chip[] = []
      for (const file of files) {
        const fileProblem = problemOf(file)
        const name = shortName(file.name)
        if (fileProblem === 'isEmpty') found.push(strings.isEmpty(name))
        else if (fileProblem === 'tooLarge') found.push(strings.tooLarge(name, fileSize(MAX_BYTES)))
        else accepted.push(chipOf(file, kind))
      }
      setProblems(found)
      if (accepted.length > 0) setChips((before) => [...before, ...accepted])
    },
    remove(id) {
      setChips((before) => before.filter((chip) => chip.id !== id))
      setProblems([])
    },
  }

  function chipOf(file: File, override: SentAs | undefined): Chip {
    const kind = override ?? kindOf(file.type)
    const id = nextId.current++
    if (kind !== 'image' || !isPicture(file.type)) return { id, kind, file }
    const preview = URL.createObjectURL(file)
    previewUrls.current.add(preview)
    return { id, kind, file, preview }
  }
}
