import ts from 'typescript'

/** Whether a type appears in a signature, where its name is public, or only in the definition of another type. */
type Use = 'signature' | 'definition'

/** The names that an entry point exports, and the types that its signatures use although it does not export them. */
export interface PublicTypes {
  values: string[]
  types: string[]
  /** Each entry has the form `Name in Owner.member`. */
  unexported: string[]
}

/**
 * Reads the declarations of an entry point. Public signatures are the parameters, results and properties of its
 * exports, including inherited members, except private, protected and `@internal` ones.
 *
 * @param isOurs whether a file belongs to the library, not to another package
 * @param otherEntries entry points whose types may also appear in its signatures
 */
export function publicTypes(
  program: ts.Program,
  entry: string,
  isOurs: (file: string) => boolean,
  otherEntries: readonly string[] = [],
): PublicTypes {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(entry)
  const entryModule = file && checker.getSymbolAtLocation(file)
  if (!entryModule) throw new Error(`${entry} is not a module in the program.`)
  const exports = checker.getExportsOfModule(entryModule).map((symbol) => {
    const isTypeOnly = symbol.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration) ?? false
    const target = resolve(symbol)
    return { name: symbol.name, symbol: target, isValue: !isTypeOnly && (target.flags & ts.SymbolFlags.Value) !== 0 }
  })
  const elsewhere = otherEntries.flatMap((other) => {
    const source = program.getSourceFile(other)
    const symbol = source && checker.getSymbolAtLocation(source)
    return symbol ? checker.getExportsOfModule(symbol).map(resolve) : []
  })
  const exported = new Set([...exports.map(({ symbol }) => symbol), ...elsewhere])
  const values = new Set(exports.filter(({ isValue }) => isValue).map(({ symbol }) => symbol))
  const unexported = new Set<string>()
  const visited = new Set<ts.Node>()

  function resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  function declarationsOf(symbol: ts.Symbol): ts.Declaration[] {
    return (symbol.declarations ?? []).filter((node) => isOurs(node.getSourceFile().fileName))
  }

  function visitSymbol(symbol: ts.Symbol, path: string): void {
    for (const node of declarationsOf(symbol)) visitDeclaration(node, path)
  }

  function visitDeclaration(node: ts.Node, path: string): void {
    if (visited.has(node) || isHidden(node)) return
    visited.add(node)
    if (ts.isTypeAliasDeclaration(node)) visit(node.type, 'definition', path)
    else if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
      for (const { types } of node.heritageClauses ?? []) for (const base of types) visitBase(base, path)
      // Users cannot construct a class that is exported only as a type, so its constructor is skipped.
      const symbol = node.name && checker.getSymbolAtLocation(node.name)
      const isConstructible = symbol !== undefined && values.has(symbol)
      for (const member of node.members) {
        if (!ts.isConstructorDeclaration(member) || isConstructible) visitDeclaration(member, memberPath(path, member))
      }
    } else ts.forEachChild(node, (child) => visit(child, 'signature', path))
  }

  function visitBase(base: ts.ExpressionWithTypeArguments, path: string): void {
    visitReference(checker.getSymbolAtLocation(base.expression), base, 'definition', path)
  }

  function visitReference(found: ts.Symbol | undefined, node: ts.NodeWithTypeArguments, use: Use, path: string): void {
    const symbol = found && resolve(found)
    const [declaration] = symbol ? declarationsOf(symbol) : []
    const isUtility = symbol !== undefined && !declaration && (symbol.flags & ts.SymbolFlags.TypeAlias) !== 0
    if (isUtility && use === 'definition') {
      // Visits only the properties that `Omit` and similar types keep.
      for (const property of checker.getPropertiesOfType(checker.getTypeAtLocation(node))) visitSymbol(property, path)
      return
    }
    for (const argument of node.typeArguments ?? []) visit(argument, declaration ? use : 'signature', path)
    if (!symbol || !declaration || symbol.flags & ts.SymbolFlags.TypeParameter) return
    if (use === 'signature' && !exported.has(symbol)) unexported.add(`${symbol.name} in ${path}`)
    if (ts.isVariableDeclaration(declaration) && declaration.type) visit(declaration.type, 'definition', path)
    else visitSymbol(symbol, symbol.name)
  }

  function visit(node: ts.Node, use: Use, path: string): void {
    if (ts.isTypeReferenceNode(node)) {
      visitReference(checker.getSymbolAtLocation(node.typeName), node, use, path)
    } else if (ts.isImportTypeNode(node) && node.qualifier) {
      visitReference(checker.getSymbolAtLocation(node.qualifier), node, use, path)
    } else if (ts.isTypeQueryNode(node)) {
      const symbol = checker.getSymbolAtLocation(node.exprName)
      if (symbol) visitSymbol(resolve(symbol), path)
    } else if (ts.isIndexedAccessTypeNode(node)) {
      visit(node.objectType, 'definition', path)
    } else if (ts.isTypeOperatorNode(node) || ts.isTypeParameterDeclaration(node)) {
      ts.forEachChild(node, (child) => visit(child, 'definition', path))
    } else if (ts.isIntersectionTypeNode(node) || ts.isMappedTypeNode(node) || ts.isConstructorTypeNode(node)) {
      ts.forEachChild(node, (child) => visit(child, use, path))
    } else if (ts.isTypeElement(node)) {
      visitDeclaration(node, memberPath(path, node))
    } else if (!ts.isModifier(node)) {
      ts.forEachChild(node, (child) => visit(child, 'signature', path))
    }
  }

  for (const { name, symbol } of exports) visitSymbol(symbol, name)
  const namesOf = (areValues: boolean) => exports.filter(({ isValue }) => isValue === areValues).map(({ name }) => name)
  return { values: namesOf(true).sort(), types: namesOf(false).sort(), unexported: [...unexported].sort() }
}

function memberPath(path: string, member: ts.ClassElement | ts.TypeElement): string {
  return `${path}.${member.name?.getText() ?? '()'}`
}

/**
 * Creates a program for the library's declarations. Declarations of other packages are not read, because that would
 * take most of the time.
 *
 * @param texts in-memory files by path
 */
export function declarationsProgram(
  entries: readonly string[],
  texts: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    lib: ['lib.es2023.d.ts'],
    types: [],
    noEmit: true,
    strict: true,
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = (name) => texts.has(name) || fileExists(name)
  host.readFile = (name) => texts.get(name) ?? readFile(name)
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, importer, options, host, undefined, undefined, ts.ModuleKind.ESNext)
        : { resolvedModule: undefined },
    )
  return ts.createProgram(entries, options, host)
}

function isHidden(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
  const isPrivate = modifiers.some(
    ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword,
  )
  return isPrivate || ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal')
}
