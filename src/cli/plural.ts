/** Formats a count with an English noun, such as `1 group` or `3 groups`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
