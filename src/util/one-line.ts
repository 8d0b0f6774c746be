/**
 * Formats untrusted text as one line: line breaks are made visible, and control characters and direction marks are
 * replaced.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\r\n?|[\n\u2028\u2029]/g, '⏎')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�')
}
