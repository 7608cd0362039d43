import { expect, test } from 'vitest'
import { Rule, RuleMap, rulesFromExpress } from '../src/index.ts'

test.each([
  ['parameters', '/users/:id/posts/:post', ['/users/<id>/posts/<post>']],
  ['wildcards', '/files/*rest', ['/files/<path:rest>']],
  ['optional groups', '/posts{/:year{/:month}}', ['/posts/<year>/<month>', '/posts/<year>', '/posts']],
  ['text between parameters', '/:from-:to', ['/<from>-<to>']],
])('%s of Express become rules', (_, path, rules) => {
  expect(rulesFromExpress(path)).toEqual(rules)
  for (const rule of rules) expect(() => new RuleMap().add(new Rule(rule, { endpoint: 'e' }))).not.toThrow()
})

test.each(['/:', '/a(b', `/a${'{/b}'.repeat(7)}`])('%s cannot be translated', (path) => {
  expect(() => rulesFromExpress(path)).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_EXPRESS_RULE' }))
})
