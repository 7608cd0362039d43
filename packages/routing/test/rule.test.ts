import { describe, expect, test } from 'vitest'
import { endpointPrefix, Rule, RuleMap, subdomain, submount } from '../src/index.ts'

const code = (name: string) => expect.objectContaining({ code: name })

describe('a rule is refused', () => {
  test.each([
    ['without a slash', 'posts', 'ERR_ROUTING_RULE_SYNTAX'],
    ['with an open placeholder', '/<id', 'ERR_ROUTING_RULE_SYNTAX'],
    ['with an empty placeholder', '/<>', 'ERR_ROUTING_RULE_SYNTAX'],
    ['with a negative argument', '/<int(min=-5):n>', 'ERR_ROUTING_RULE_SYNTAX'],
    ['with one variable twice', '/<a>/<a>', 'ERR_ROUTING_REPEATED_VARIABLE'],
    ["in Express's form", '/users/:id', 'ERR_ROUTING_EXPRESS_RULE'],
    ['with an unknown converter', '/<itn:id>', 'ERR_ROUTING_UNKNOWN_CONVERTER'],
    ['with an unknown argument', '/<int(maximum=5):id>', 'ERR_ROUTING_CONVERTER_ARGUMENT'],
    ['with an argument of another type', '/<int(max=five):id>', 'ERR_ROUTING_CONVERTER_ARGUMENT'],
    ['that is too long', `/${'a'.repeat(3000)}`, 'ERR_ROUTING_RULE_LIMIT'],
    ['with too many parts', '/a'.repeat(65), 'ERR_ROUTING_RULE_LIMIT'],
    ['with too many states', '/<string(maxlength=9999):a>-<b>', 'ERR_ROUTING_RULE_LIMIT'],
  ])('%s', (_, text, expected) => {
    expect(() => new RuleMap().add(new Rule<string>(text, { endpoint: 'e' }))).toThrow(code(expected))
  })

  test('with methods that are no list', () => {
    expect(() => new Rule('/', { endpoint: 'e', methods: 'GET' as never })).toThrow(
      code('ERR_ROUTING_METHODS'),
    )
  })

  test('with an option that is unknown, naming the nearest', () => {
    const options = { endpoint: 'e', strictSlash: false } as never
    expect(() => new Rule('/', options)).toThrow(
      expect.objectContaining({ fix: "Did you mean 'strictSlashes'?" }),
    )
  })
})

test("the Flask form of an Express rule stands in the error's fix", () => {
  expect(() => new Rule<string>('/users/:id/files/:name', { endpoint: 'e' })).toThrow(
    expect.objectContaining({ fix: expect.stringContaining("'/users/<id>/files/<name>'") }),
  )
})

test('the nearest converter stands in the fix', () => {
  expect(() => new RuleMap().add(new Rule<string>('/<itn:id>', { endpoint: 'e' }))).toThrow(
    expect.objectContaining({ fix: expect.stringContaining("Did you mean 'int'?") }),
  )
})

test('factories put rules below a path, on a subdomain and behind a prefix', () => {
  const shop = endpointPrefix('shop.', submount('/shop/<int:id>/', [new Rule('/', { endpoint: 'home' })]))
  const map = new RuleMap().add([shop, subdomain('api', new Rule('/', { endpoint: 'api' }))])
  expect(map.build('shop.home', { id: 1 })).toBe('/shop/1/')
  expect(map.match('GET', '/', { subdomain: 'api' })).toMatchObject({ rule: { endpoint: 'api' } })
})
