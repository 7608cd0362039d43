import { describe, expect, test } from 'vitest'
import { type Overlap, Rule, RuleMap } from '../src/index.ts'

function reported(rules: readonly Rule[]): Overlap[] {
  const overlaps: Overlap[] = []
  new RuleMap({ onOverlap: (overlap) => overlaps.push(overlap) }).add(rules).freeze()
  return overlaps
}

describe('equal rules for different endpoints are refused', () => {
  test.each([
    ['the same text', '/a/<x>', '/a/<x>', true],
    ['another name for the variable', '/a/<x>', '/a/<y>', true],
    ['another name for the converter', '/a/<x>', '/a/<string:x>', true],
    ['other bounds', '/a/<int:x>', '/a/<int(max=5):x>', false],
    ['another text', '/a', '/b', false],
  ])('%s', (_, first, second, refused) => {
    const map = new RuleMap({ onOverlap: () => {} }).add([
      new Rule<string>(first, { endpoint: 'one' }),
      new Rule<string>(second, { endpoint: 'two' }),
    ])
    if (refused)
      expect(() => map.freeze()).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_DUPLICATE' }))
    else expect(map.freeze().frozen).toBe(true)
  })

  test('but not if they share no method', () => {
    const map = new RuleMap().add([
      new Rule('/a', { endpoint: 'one', methods: ['GET'] }),
      new Rule('/a', { endpoint: 'two', methods: ['POST'] }),
    ])
    expect(map.freeze().frozen).toBe(true)
  })
})

describe('overlaps', () => {
  test('are reported with an example where neither rule is narrower', () => {
    const [overlap] = reported([
      new Rule('/a/<x>/c', { endpoint: 'one' }),
      new Rule('/a/b/<y>', { endpoint: 'two' }),
    ])
    expect(overlap).toMatchObject({
      example: '/a/b/c',
      winner: { endpoint: 'two' },
      loser: { endpoint: 'one' },
    })
  })

  test('are not reported where the narrower rule answers, as is meant', () => {
    const rules = [
      new Rule('/posts/new', { endpoint: 'new' }),
      new Rule('/posts/<int:id>', { endpoint: 'show' }),
      new Rule('/posts/<slug>', { endpoint: 'slug' }),
      new Rule('/<path:rest>', { endpoint: 'rest' }),
    ]
    expect(reported(rules)).toEqual([])
    const map = new RuleMap().add(rules)
    expect(map.overlaps().overlaps.map(({ decidedBy }) => decidedBy)).not.toContain('weight')
    expect(map.overlaps().overlaps.length).toBeGreaterThan(0)
  })

  test('between two paths have an example both match', () => {
    const [overlap] = reported([
      new Rule('/<path:p>/edit', { endpoint: 'edit' }),
      new Rule('/files/<path:f>', { endpoint: 'file' }),
    ])
    expect(overlap?.example).toMatch(/^\/files\/.+\/edit$/)
  })

  test('of one endpoint are nobody’s concern', () => {
    expect(
      reported([new Rule('/a/<x>/c', { endpoint: 'e' }), new Rule('/a/b/<y>', { endpoint: 'e' })]),
    ).toEqual([])
  })
})
