import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface LockedPackage {
  link?: boolean
  optionalDependencies?: Record<string, string>
  resolved?: string
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>
}

/** Where npm looks for a dependency of a package: first in the package's own folder, then in the enclosing folders. */
function placesOf(path: string, name: string): string[] {
  const folders = path.split('/node_modules/')
  const inner = folders.map(
    (_, index) => `${folders.slice(0, folders.length - index).join('/node_modules/')}/node_modules/${name}`,
  )
  return [...inner, `node_modules/${name}`]
}

test('the lock file contains the optional packages for every platform, which npm ci requires', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !placesOf(path, name).some((place) => place in packages)),
  )
  expect(missing).toEqual([])
})

test('the lock file contains no download URLs', () => {
  const downloaded = Object.values(packages).filter(({ link }) => link !== true)
  expect(downloaded.flatMap(({ resolved }) => resolved ?? [])).toEqual([])
})

test('a linked package is a folder of this repository', () => {
  const linked = Object.values(packages).filter(({ link }) => link === true)
  expect(linked.length).toBeGreaterThan(0)
  for (const { resolved } of linked) expect(resolved !== undefined && resolved in packages, resolved).toBe(true)
  expect(linked.filter(({ resolved = '' }) => /^\.\.|^\/|:/.test(resolved))).toEqual([])
})
