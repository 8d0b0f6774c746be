/** Values that cannot be converted to text or written in a URL, or that have another type than any field. */
export const ODD_VALUES: readonly (readonly [title: string, value: unknown])[] = [
  ['an object without conversion', { toString: 1, valueOf: 1 }],
  ['half a surrogate pair', '\ud800'],
  ['a list', [['x']]],
  ['null', null],
  ['a number', 1.5],
  ['true', true],
  ['the name of a prototype', '__proto__'],
]
