import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'
import { hostileValue, type Place, places, random } from './places.ts'

type Node = DefaultTreeAdapterTypes.Node
const templates = createTemplates()
const valuesPerPlace = 120

/** What a page consists of, without the texts: elements with the names of their attributes, and comments. */
function shape(node: Node): string {
  if (node.nodeName === '#comment') return '<!---->'
  if (!('childNodes' in node)) return ''
  const names = 'attrs' in node ? node.attrs.map(({ name }) => name).join(' ') : ''
  return `<${node.nodeName} ${names}>${node.childNodes.map(shape).join('')}</>`
}

function addresses(node: Node): string[] {
  const own =
    'attrs' in node ? node.attrs.filter(({ name }) => /^(?:href|src|action|formaction|to)$/.test(name)) : []
  const below = 'childNodes' in node ? node.childNodes.flatMap(addresses) : []
  return [...own.map(({ value }) => value), ...below]
}

function schemeOf(address: string): string {
  try {
    return new URL(address, 'https://own.example/').protocol
  } catch {
    return 'none'
  }
}

function rendered({ source }: Place, x: string): string | null {
  try {
    return templates.renderString(source, { x, t: true })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_TEMPLATES_CONTEXT') return null
    throw error
  }
}

/** Places whose shape is a choice of the value: HTML made of it, or the name of an attribute. */
const free = new Set(['in links', 'sanitised', 'as an attribute', 'as the name of an attribute'])

it.each(places.map((place) => [place.name, place] as const))(
  'keeps hostile values in their place %s',
  (name, place) => {
    const next = random(name.length * 7919)
    const wanted = shape(parse(rendered(place, 'abc') ?? ''))
    for (let count = 0; count < valuesPerPlace; count++) {
      const x = hostileValue(next)
      const out = rendered(place, x)
      if (out === null) continue
      const page = parse(out)
      if (!free.has(name)) expect(shape(page), `${JSON.stringify(x)} gave ${out}`).toBe(wanted)
      else expect(shape(page), JSON.stringify(x)).not.toMatch(/<script|<[^>]* on(?!=)|<img|<svg/)
      for (const address of addresses(page)) {
        expect(['https:', 'http:', 'mailto:', 'tel:', 'none'], `${JSON.stringify(x)} gave ${out}`).toContain(
          schemeOf(address),
        )
      }
    }
  },
)
