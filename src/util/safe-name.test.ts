import { describe, expect, test } from 'vitest'
import { safeName } from './safe-name.js'

describe('safeName', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['/etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\Windows\\x.dll', 'x.dll'],
    ['..', 'file'],
    ['.', 'file'],
    ['', 'file'],
    ['a/', 'file'],
    ['a\0.txt', 'a.txt'],
    ['a\n\r\t\u001b[2Jb', 'a[2Jb'],
    ['%2e%2e%2fpasswd', '%2e%2e%2fpasswd'],
    ['a:stream.txt', 'a_stream.txt'],
    ['x. . .', 'x'],
    ['  x', 'x'],
    ['x\ud800.txt', 'x_.txt'],
    // Displayed right to left, this looks like a picture.
    ['cod\u202egnp.exe', 'codgnp.exe'],
    ['a\u061cb\u200e\u200f\u2066\u2069\u206a\u206f.txt', 'ab.txt'],
    ['so\u00adft\u200b\u2060\ufeff.txt', 'soft.txt'],
    ['tag\u{e0041}\u{e007f}.txt', 'tag.txt'],
  ])('turns %j into %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  test.each(['con', 'CON.txt', 'aux .txt', 'nul', 'Com1.log', 'lpt¹', 'CONIN$', 'conout$.txt'])(
    'prefixes the device name %j',
    (name) => expect(safeName(name)).toBe(`_${name}`),
  )

  test.each([
    '.npmrc',
    '.env',
    '.git',
    '.bashrc',
    'itchat.json',
    'itchat.json.journal',
    'package.json',
    'Package.JSON',
    'pacKage.json',
    'tsconfig.build.json',
    'vite.config.ts',
    'vitest.config.mts',
    'eslint.config.js',
    'any-tool.config.cjs',
    'karma.conf.js',
    'deno.json',
    'deno.jsonc',
    'deno.lock',
    'compose.yml',
    'compose.override.yaml',
    'docker-compose.yml',
    'docker-compose.prod.yaml',
    'setup.py',
    'setup.cfg',
    'tox.ini',
    'sitecustomize.py',
    'usercustomize.py',
    'conftest.py',
    'pyproject.toml',
    'Cargo.toml',
    'Gemfile',
    'Gemfile.lock',
    'Rakefile',
    'Makefile',
    'GNUmakefile',
    'Dockerfile.dev',
    'Jenkinsfile',
    'gulpfile.js',
    'justfile',
    'CMakeLists.txt',
    'build.gradle.kts',
    'pom.xml',
    'desktop.ini',
    'web.config',
    'node_modules',
    'nodemon.json',
    'NodeMon.JSON',
    'jest.config.json',
    'babel.config.json',
    'ecosystem.config.cjs',
    'gunicorn.conf.py',
    'tslint.json',
    'firebase.json',
    'vercel.json',
    'appsettings.Production.json',
    'CMakeUserPresets.json',
    'mcp.json',
    'import_map.json',
    'index.js',
    'index.mjs',
    'server.js',
    'babelrc.json',
    'requirements.txt',
    'requirements-dev.txt',
    'constraints.txt',
    'wsgi.py',
    'app.py',
    'evil.pth',
    'go.mod',
    'binding.gyp',
    'mix.exs',
    'config.ru',
    'Package.swift',
    'app.csproj',
    'main.tf',
    'terraform.tfvars',
    'application.yml',
    'application-prod.properties',
    'azure-pipelines.yml',
    'kustomization.yaml',
    'cpanfile',
    'Tiltfile',
    'Caddyfile',
    'Snakefile',
    'Modelfile',
    'mise.toml',
    'app.code-workspace',
    'CLAUDE.md',
    'claude.local.md',
    'AGENTS.md',
    'GEMINI.md',
    'SKILL.md',
    'git.exe',
    'npm.cmd',
    'python3.exe',
    'version.dll',
    '_netrc',
    '_vimrc',
    'autorun.inf',
    'Thumbs.db',
    'folder.htt',
    'itchat.pkl',
    'state.json.journal',
    'state.json.identities',
  ])('prefixes %j, which tools act on', (name) => {
    expect(safeName(name)).toBe(`_${name}`)
  })

  test.each([
    '报告 (最终版).pdf',
    'emoji 🌻⛰️.bin',
    'my package.json.txt',
    'profile.png',
    'makeup.jpg',
    'setup.exe',
    'data.json',
    'report.yaml',
    'notes.md',
    'agents meeting.md',
    'Cargo list.xlsx',
    'script.py',
    'main.c',
    'x.dll',
    'my git.exe.txt',
    'source.json',
    'march.toml.txt',
    'journal.pdf',
    'profile of me.docx',
    'config.txt',
    'auxiliary.txt',
    'console.log',
    'file',
    '没有扩展名',
  ])('leaves %j unchanged', (name) => expect(safeName(name)).toBe(name))

  test('shortens a name to 200 bytes including its extension, and the result is safe', () => {
    for (const name of ['长'.repeat(500), `${'x'.repeat(5_000)}.tar`, `.${'y'.repeat(300)}`, '👨‍👩‍👧'.repeat(100)]) {
      const safe = safeName(`${name}.pdf`)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
      expect(safe).toMatch(/\.pdf$/)
      expect(safeName(safe)).toBe(safe)
    }
  })

  test('is idempotent for any name', () => {
    const pieces = [
      '.',
      '..',
      '/',
      '\\',
      ' ',
      '\0',
      ':',
      'con',
      'aux',
      'package.json',
      '\u202e',
      '\ud800',
      'é',
      'e\u0301',
      '名',
    ]
    let state = 1
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return state
    }
    for (let n = 0; n < 5_000; n++) {
      const name = Array.from({ length: random() % 6 }, () => pieces[random() % pieces.length]).join('')
      const safe = safeName(name)
      expect(safeName(safe), JSON.stringify(name)).toBe(safe)
      expect(safe, JSON.stringify(name)).toMatch(/^[^./\\:\s\0][^/\\:\0]*$/)
    }
  })
})
