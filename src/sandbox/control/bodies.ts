import * as v from 'valibot'
import { SAYABLE_KINDS } from './view.js'

const ID_LIST = 'a list of person ids'
const COUNT = 'an integer from 1 to 500'

const text = v.string('a string')
const personId = v.string('a person id')
const by = v.optional(personId)
const boolean = v.optional(v.boolean('true or false'))

/** For actions that need no fields. Unknown fields are ignored. */
export const ANY_BODY = v.looseObject({})

export const NEW_ACCOUNT_BODY = v.object({ name: v.optional(text) })

export const NEW_PERSON_BODY = v.object({ name: text, isContact: boolean })

export const FRIEND_REQUEST_BODY = v.object({ greeting: v.optional(text, '') })

export const RENAME_PERSON_BODY = v.object({ name: text })

export const RENAME_GROUP_BODY = v.object({ topic: text, by })

export const MEMBERS_BODY = v.object({
  people: v.pipe(v.array(v.string(ID_LIST), ID_LIST), v.minLength(1, ID_LIST)),
  by,
})

export const JOIN_BODY = v.object({ person: personId, by })

export const SETTINGS_BODY = v.object({
  inviteStartCount: v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT), v.maxValue(500, COUNT)),
})

export const DISPLAY_NAME_BODY = v.object({ person: personId, name: text })

export const CLAWBOT_BODY = v.object({
  code: v.optional(text),
  host: v.optional(text),
  isRevivable: boolean,
  count: v.optional(v.pipe(v.number('a number'), v.gtValue(0, 'a number greater than 0'))),
  isOn: boolean,
})

/** The fields of each kind are checked against its sample. */
export const SAY_BODY = v.looseObject({
  speaker: personId,
  kind: v.optional(v.picklist(SAYABLE_KINDS, `one of ${SAYABLE_KINDS.join(', ')}`), 'text'),
  mentions: v.optional(v.array(v.string(ID_LIST), ID_LIST), []),
  data: v.optional(v.pipe(v.string('base64'), v.check(isBase64, 'base64'))),
})

function isBase64(data: string): boolean {
  if (data === '' || data.length % 4 !== 0) return false
  // Searching for an invalid character avoids storing a backtracking position for every character of the string.
  return !/[^A-Za-z0-9+/]/.test(data.replace(/={1,2}$/, ''))
}
