import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { journalContract } from '../../../test/support/journal-contract.js'
import { MemoryJournalStore } from '../../../test/support/memory-journal.js'
import { FileJournal } from './file-journal.js'
import { JournalFile } from './journal-file.js'

journalContract('FileJournal', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
  return {
    async reopen() {
      const journal = await FileJournal.open(new JournalFile(path))
      onTestFinished(() => journal.close())
      return journal
    },
  }
})

journalContract('MemoryJournal', () => {
  const store = new MemoryJournalStore()
  return { reopen: () => store.openJournal() }
})
