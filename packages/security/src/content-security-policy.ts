/**
 * Content-Security-Policy as a value: parsed, checked, merged, written.
 *
 * Threat: markup that an attacker gets into a page runs script, loads style, posts forms or frames the page.
 * Construction: directives with their sources, checked at setup, so that a typo is an error and not a hole. The source
 * `'nonce'` stands for the nonce of the answer at hand; an answer without one allows the site's own files instead.
 * Defaults: in `defaults.ts`. When not to change: every `'unsafe-…'` keyword gives up what the policy is for.
 */
import type { CspDirectives } from './defaults.ts'
import { badCspDirective, badCspSource } from './errors.ts'

/*
 * CSP 3 §2.2:  policy = directive *( OWS ";" [ OWS directive ] )
 *              directive = name [ RWS value ] ;  name = 1*( ALPHA / DIGIT / "-" )
 *              value = *( RWS / VCHAR except ";" and "," )
 */
const knownDirectives: readonly string[] = [
  'default-src',
  'script-src',
  'script-src-elem',
  'script-src-attr',
  'style-src',
  'style-src-elem',
  'style-src-attr',
  'img-src',
  'font-src',
  'connect-src',
  'media-src',
  'object-src',
  'frame-src',
  'child-src',
  'worker-src',
  'manifest-src',
  'fenced-frame-src',
  'base-uri',
  'form-action',
  'frame-ancestors',
  'sandbox',
  'report-uri',
  'report-to',
  'require-trusted-types-for',
  'trusted-types',
  'upgrade-insecure-requests',
]

const keywords: readonly string[] = [
  'self',
  'none',
  'nonce',
  'strict-dynamic',
  'report-sample',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'wasm-unsafe-eval',
  'inline-speculation-rules',
  'script',
  'allow-duplicates',
]

/** Lists whose words are no keywords of source lists, so that `none` or `script` may be a plain word there. */
const plainLists: ReadonlySet<string> = new Set(['sandbox', 'report-to', 'trusted-types'])
const quotedSource = /^'(?:([a-z-]+)|(?:nonce-|sha(?:256|384|512)-)[\w+/-]+={0,2})'$/
const noncePlace = "'nonce'"

/** Writes a policy for one answer. */
export type CspWriter = (nonce?: string) => string

/**
 * An immutable policy.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { ContentSecurityPolicy } from '@dewar/security'
 *
 * const policy = new ContentSecurityPolicy({ 'default-src': ["'self'"], 'script-src': ["'nonce'"] })
 * const shop = policy.with({ 'img-src': ["'self'", 'https://cdn.example'] })
 * assert.equal(
 *   shop.serialize('r4nd0m'),
 *   "default-src 'self'; script-src 'nonce-r4nd0m'; img-src 'self' https://cdn.example",
 * )
 * ```
 * @see CSP 3; Werkzeug: `ContentSecurityPolicy`; Flask-Talisman: `content_security_policy`
 */
export class ContentSecurityPolicy {
  readonly #directives: ReadonlyMap<string, readonly string[]>

  /**
   * @param directives sources by directive, as lists or as text with blanks; an empty list means a directive without
   *   value, such as `upgrade-insecure-requests`
   * @throws {DewarError} `ERR_SECURITY_CSP_DIRECTIVE` for an unknown name (with the nearest known one),
   *   `ERR_SECURITY_CSP_SOURCE` for a source that cannot stand in a policy or a keyword without quotes
   */
  constructor(directives: CspDirectives = {}) {
    const checked = new Map<string, readonly string[]>()
    for (const [name, value] of Object.entries(directives)) {
      checked.set(checkDirective(name), checkSources(name, value))
    }
    this.#directives = checked
  }

  /**
   * Reads a policy as it stands in a header; of a directive given twice the first counts, as in browsers.
   *
   * @param text the policy
   * @throws {DewarError} as the constructor
   */
  static parse(text: string): ContentSecurityPolicy {
    const directives: Record<string, string> = Object.create(null)
    for (const part of text.split(';')) {
      const trimmed = part.trim()
      if (trimmed === '') continue
      const [name = ''] = trimmed.split(/\s/, 1)
      directives[name.toLowerCase()] ??= trimmed.slice(name.length)
    }
    return new ContentSecurityPolicy(directives)
  }

  /** The names of the directives, in order. */
  get names(): readonly string[] {
    return [...this.#directives.keys()]
  }

  /**
   * The sources of a directive.
   *
   * @param name such as `script-src`
   * @returns the sources, or `undefined` if the policy does not have the directive
   */
  get(name: string): readonly string[] | undefined {
    return this.#directives.get(name)
  }

  /**
   * The same policy with some directives replaced.
   *
   * @param directives new sources by directive; `null` takes the directive away
   * @throws {DewarError} as the constructor
   */
  with(directives: Readonly<Record<string, string | readonly string[] | null>>): ContentSecurityPolicy {
    const merged: Record<string, string | readonly string[]> = Object.fromEntries(this.#directives)
    for (const [name, value] of Object.entries(directives)) {
      if (value === null) delete merged[checkDirective(name)]
      else merged[name] = value
    }
    return new ContentSecurityPolicy(merged)
  }

  /**
   * The same policy with more sources. A directive that is not there starts from `default-src`, which it would take the
   * place of; `'none'` gives way.
   *
   * @param directives further sources by directive
   * @throws {DewarError} as the constructor
   */
  extend(directives: CspDirectives): ContentSecurityPolicy {
    const merged: Record<string, string | readonly string[]> = Object.fromEntries(this.#directives)
    for (const [name, value] of Object.entries(directives)) {
      const before = this.#directives.get(name) ?? this.#fallback(name)
      merged[name] = [...new Set([...before.filter((source) => source !== "'none'"), ...words(value)])]
    }
    return new ContentSecurityPolicy(merged)
  }

  /**
   * Prepares the text once, so that each answer costs a concatenation.
   *
   * @returns a function of the answer's nonce
   */
  compile(): CspWriter {
    const withoutNonce = this.#write((sources) => withOwnFiles(sources))
    const parts = this.#write((sources) => sources).split(noncePlace)
    if (parts.length === 1) return () => withoutNonce
    const [first = '', ...rest] = parts
    return (nonce) => {
      if (nonce === undefined) return withoutNonce
      let text = first
      for (const part of rest) text += `'nonce-${nonce}'${part}`
      return text
    }
  }

  /**
   * The policy as a header's value.
   *
   * @param nonce the nonce of the answer; without one, `'nonce'` becomes `'self'`
   */
  serialize(nonce?: string): string {
    return this.compile()(nonce)
  }

  /** The policy for an answer without nonce. */
  toString(): string {
    return this.serialize()
  }

  #fallback(name: string): readonly string[] {
    return name.endsWith('-src') ? (this.#directives.get('default-src') ?? []) : []
  }

  #write(sourcesOf: (sources: readonly string[]) => readonly string[]): string {
    return [...this.#directives].map(([name, sources]) => [name, ...sourcesOf(sources)].join(' ')).join('; ')
  }
}

function withOwnFiles(sources: readonly string[]): readonly string[] {
  if (!sources.includes(noncePlace)) return sources
  const others = sources.filter((source) => source !== noncePlace && source !== "'self'")
  return ["'self'", ...others]
}

function checkDirective(name: string): string {
  if (!knownDirectives.includes(name)) throw badCspDirective(name, knownDirectives)
  return name
}

function words(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value
}

function checkSources(directive: string, value: string | readonly string[]): readonly string[] {
  const sources = words(value)
  for (const source of sources) checkSource(directive, source)
  if (sources.length > 1 && sources.includes("'none'")) {
    throw badCspSource(directive, "'none'", "Leave out the other sources, or 'none'.")
  }
  return Object.freeze([...sources])
}

function checkSource(directive: string, source: string): void {
  if (!/^[\x21-\x7e]+$/.test(source) || /[;,]/.test(source)) {
    throw badCspSource(directive, source, 'Write printable ASCII without blanks, commas and semicolons.')
  }
  if (source.startsWith("'")) {
    const keyword = quotedSource.exec(source)
    if (keyword === null || (keyword[1] !== undefined && !keywords.includes(keyword[1]))) {
      throw badCspSource(
        directive,
        source,
        `Known keywords: ${keywords.map((word) => `'${word}'`).join(' ')}.`,
      )
    }
  } else if (keywords.includes(source) && !plainLists.has(directive)) {
    throw badCspSource(directive, source, `Keywords need quotes inside the string: "'${source}'".`)
  }
}
