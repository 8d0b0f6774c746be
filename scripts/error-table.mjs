// `node scripts/error-table.mjs`: generates docs/errors.md, the list of all error messages in
// the library and the sandbox, from the source.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '..')
const PAGE = join(ROOT, 'docs/errors.md')

/** Error classes, in the order in which the page lists them. */
const CLASSES = [
  ...[
    'ArgumentError',
    'StateError',
    'UnsupportedError',
    'LoginError',
    'LoggedOutError',
    'NetworkError',
    'ProtocolError',
  ],
  ...['ServerError', 'RefusedError', 'FileError', 'DirectiveError', 'InterruptedError'],
  ...['SandboxError', 'PortInUseError', 'NoMessageError', 'TranscriptError'],
]

/** Classes whose constructors build the message from its parts. */
const CLASSES_OF_THEIR_OWN = ['PortInUseError', 'NoMessageError', 'TranscriptError']

/** Functions that build an error from parts, each with the class and the message it produces. */
const BUILDERS = {
  invalidArgument: ([argument, parts]) => {
    const { expected, found, advice, at } = partsOf(parts)
    const end = advice === undefined ? '' : ` ${advice}`
    return ['ArgumentError', `Invalid ${at ?? textOf(argument)}: expected ${expected}, found ${found}.${end}`]
  },
  protocolError: ([endpoint, found], file) => {
    // The media of iLink has a builder with the whole message as its only argument.
    if (found === undefined) return ['ProtocolError', `download: ${textOf(endpoint)}`]
    const server = file.startsWith('src/transports/ilink/') ? 'an iLink server' : 'a WeChat server'
    return [
      'ProtocolError',
      `${textOf(endpoint)}: unexpected reply: ${textOf(found)}. Check that baseUrl is the address of ${server}.`,
    ]
  },
  fileError: ([failed]) => ['FileError', `${textOf(failed)} ({code}). {advice}`],
  attemptFile: ([path, what]) => ['FileError', `${textOf(path)} could not be ${textOf(what)} ({code}). {advice}`],
}

/** The page as Markdown. */
export function errorPage() {
  const rows = new Map(CLASSES.map((name) => [name, new Set()]))
  for (const file of sources()) {
    visit(parse(file), (node) => {
      for (const [name, message] of read(node)) rows.get(name)?.add(message)
    })
  }
  const sections = [...rows].flatMap(([name, messages]) =>
    messages.size === 0 ? [] : [`## ${name}`, '', ...[...messages].sort().map((text) => `- ${quote(text)}`), ''],
  )
  return [
    '# Error messages',
    '',
    'Every message says what was expected, what was found and, where possible, what to do. Names in braces stand for values.',
    'Messages about server errors end with advice that depends on the return code. This page is generated from the source: `node scripts/error-table.mjs`.',
    '',
    ...sections,
  ].join('\n')
}

const parsed = new Map()

function parse(file) {
  const text = () => readFileSync(join(ROOT, file), 'utf8')
  if (!parsed.has(file)) parsed.set(file, ts.createSourceFile(file, text(), ts.ScriptTarget.Latest, true))
  return parsed.get(file)
}

function sources() {
  const files = execFileSync('git', ['ls-files', 'src'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  return files.filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|^src\/(?:phone|cli)\//.test(file))
}

function visit(node, look) {
  look(node)
  ts.forEachChild(node, (child) => visit(child, look))
}

/** Messages that are assembled elsewhere from constants in these files. */
const TABLES = {
  'src/account/session/session-table.ts': (node) =>
    ts.isVariableDeclaration(node) && ts.isStringLiteral(node.initializer ?? node)
      ? ['StateError', `{call}: ${node.initializer.text}`]
      : undefined,
  'src/contact/unsupported.ts': (node) => {
    if (!ts.isObjectLiteralExpression(node)) return undefined
    const { problem, advice } = partsOf(node)
    return problem === undefined ? undefined : ['UnsupportedError', `{method}: ${problem}. ${advice}`]
  },
}
const FROM_TABLES = ['{call}: {refusal}', '{method}: {problem}. {advice}']

/** Returns the error classes and messages that a node creates. */
function read(node) {
  const row = TABLES[node.getSourceFile().fileName]?.(node)
  if (row) return [row]
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    const name = classOf(node)
    return CLASSES_OF_THEIR_OWN.includes(name) ? [[name, textOf(node.arguments[0])]] : []
  }
  if (ts.isNewExpression(node) && CLASSES.includes(node.expression.getText()) && node.arguments?.length) {
    if (isInBuilder(node) || CLASSES_OF_THEIR_OWN.includes(node.expression.getText())) return []
    return messagesOf(node.arguments[0])
      .filter((text) => !FROM_TABLES.includes(text))
      .map((text) => [node.expression.getText(), text])
  }
  if (!ts.isCallExpression(node) || isInBuilder(node)) return []
  const built = BUILDERS[node.expression.getText()]?.([...node.arguments], node.getSourceFile().fileName)
  return built ? [built] : []
}

/**
 * Returns the text of a message. If the message is a parameter or option of the enclosing function, returns the strings
 * that callers in the same folder pass.
 */
function messagesOf(node) {
  if (!ts.isIdentifier(node) || constantOf(node)) return [textOf(node)]
  const passed = []
  for (const file of sources().filter((name) => dirname(name) === dirname(node.getSourceFile().fileName))) {
    visit(parse(file), (other) => {
      if (ts.isVariableDeclaration(other) && other.name.getText() === node.text && other.initializer) {
        passed.push(textOf(other.initializer))
      }
      const isCall = ts.isCallExpression(other) && other.expression.getText() === functionOf(node)
      if (isCall && ts.isStringLiteralLike(other.arguments[0] ?? other)) passed.push(other.arguments[0].text)
    })
  }
  return passed.length > 0 ? passed : [textOf(node)]
}

function functionOf(node) {
  for (let at = node.parent; at; at = at.parent) if (ts.isFunctionDeclaration(at)) return at.name?.text
  return undefined
}

function classOf(node) {
  for (let at = node.parent; at; at = at.parent) if (ts.isClassDeclaration(at)) return at.name?.text
  return undefined
}

function isInBuilder(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isFunctionDeclaration(at) && Object.hasOwn(BUILDERS, at.name?.text ?? '')) return true
  }
  return false
}

function partsOf(object) {
  return Object.fromEntries(
    object.properties
      .filter(({ name }) => name)
      .map((property) => {
        const value = ts.isShorthandPropertyAssignment(property) ? property.name : property.initializer
        return [property.name.getText(), textOf(value)]
      }),
  )
}

/** Returns the text of an expression, in which values become names in braces, and conditionals become two alternatives separated by a bar. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => textOf(span.expression) + span.literal.text).join('')
  }
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression)
  if (ts.isConditionalExpression(node)) return `[${textOf(node.whenTrue)} | ${textOf(node.whenFalse)}]`
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return textOf(node.left) + textOf(node.right)
  }
  const constant = ts.isIdentifier(node) ? constantOf(node) : undefined
  return constant === undefined ? `{${nameOf(node)}}` : textOf(constant)
}

/** Returns the initializer of a constant that is declared in the same file, if it is a string. */
function constantOf(name) {
  let found
  visit(name.getSourceFile(), (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== name.text || !node.initializer) return
    if (!(node.parent.flags & ts.NodeFlags.Const)) return
    const { initializer } = node
    const isText =
      ts.isStringLiteralLike(initializer) ||
      ts.isTemplateExpression(initializer) ||
      ts.isConditionalExpression(initializer)
    const scope = node.parent.parent.parent
    if (isText && name.pos >= scope.pos && name.end <= scope.end) found = initializer
  })
  return found
}

function nameOf(node) {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node)) return node.name.text.replace(/^#/, '')
  if (ts.isCallExpression(node)) {
    const callee = nameOf(node.expression)
    const known = /^(?:stringify|describeValue|String|describe|redact|join|slice|round)$/.test(callee)
    return known && node.arguments[0]
      ? nameOf(callee === 'join' ? node.expression.expression : node.arguments[0])
      : callee
  }
  if (ts.isElementAccessExpression(node)) return nameOf(node.expression)
  if (ts.isBinaryExpression(node)) return nameOf(node.left)
  return 'value'
}

const quote = (text) => text.replaceAll('<', '\\<').replaceAll('_', '\\_')

if (process.argv[1] === import.meta.filename) writeFileSync(PAGE, errorPage())
