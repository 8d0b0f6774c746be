import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const css = readFileSync(new URL('../../src/phone/css/tokens.css', import.meta.url), 'utf8')

/** Foreground, background, and the minimum contrast in the light theme and in the dark theme. */
const PAIRS: readonly [string, string, number, number][] = [
  ['ink', 'paper', 15.8, 11.8],
  ['ink', 's2', 13.4, 15.1],
  ['ink2', 's0', 7.3, 8],
  ['ink2', 's2', 6.4, 8.8],
  ['ink2', 's3', 5.8, 6.8],
  ['ink3', 'paper', 5.8, 5.5],
  ['ink3', 's1', 5.3, 6.8],
  ['ink3', 's2', 4.9, 7.1],
  ['ink3', 's3', 4.5, 5.5],
  ['ink3', 'jadebg', 5, 4.8],
  ['ownink', 'own', 11.2, 8.6],
  ['jade', 'paper', 6.1, 7.5],
  ['jade', 's0', 5.9, 8],
  ['jade', 's2', 5.1, 9.5],
  ['jade', 's3', 4.6, 7.4],
  ['jade', 'jadebg', 5.2, 6.5],
  ['white', 'btn', 5.1, 4.9],
  ['amber', 'amberbg', 5.6, 7.5],
  ['amber', 's2', 4.5, 4.5],
  ['amber', 'paper', 4.5, 4.5],
  ['red', 'redbg', 5.2, 7],
  ['red', 's2', 5.2, 8.9],
  ['red', 's1', 4.5, 4.5],
  ['blue', 'paper', 6.6, 6.9],
  ['blue', 'own', 5.2, 4.6],
  ['white', 'badge', 4.5, 4.5],
  ['white', 'packet', 4.7, 5.5],
  ['white', 'transfer', 4.7, 4.7],
  ['ink', 's0', 4.5, 4.5],
  ['ink', 'jadebg', 4.5, 4.5],
  ['ink2', 'jadebg', 4.5, 4.5],
  ['ink3', 's0', 4.5, 4.5],
  ['amber', 's0', 4.5, 4.5],
  ['amber', 'jadebg', 4.5, 4.5],
  ['blue', 's0', 4.5, 4.5],
  ['ring', 's2', 3.1, 7.7],
  ['ring', 'paper', 3.1, 3.1],
]

it.each(PAIRS)('%s is readable on %s', (front, back, light, dark) => {
  expect(contrast(colour(front, 0), colour(back, 0))).toBeGreaterThanOrEqual(light)
  expect(contrast(colour(front, 1), colour(back, 1))).toBeGreaterThanOrEqual(dark)
})

function colour(name: string, column: 0 | 1): string {
  if (name === 'white') return '#ffffff'
  const pair = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  if (!pair) throw new Error(`Unknown token: ${name}`)
  return pair[column + 1] as string
}

function contrast(front: string, back: string): number {
  const [dim, bright] = [luminance(front), luminance(back)].sort((a, b) => a - b) as [number, number]
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
