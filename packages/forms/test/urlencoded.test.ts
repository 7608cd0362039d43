import { expect, it } from 'vitest'
import { parseUrlencoded } from '../src/index.ts'

it.each<[string, [string, string][]]>([
  ['', []],
  ['&', []],
  ['a', [['a', '']]],
  ['=', [['', '']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=b;c=d', [['a', 'b;c=d']]],
  ['a+b=c+d', [['a b', 'c d']]],
  ['a=%2B%26%3D%25', [['a', '+&=%']]],
  ['%61%3D=b', [['a=', 'b']]],
  ['a=%C3%BC', [['a', 'ü']]],
  ['a=%C3', [['a', '%C3']]],
  ['a=%C3%28', [['a', '%C3(']]],
  ['a=%C3%BC%FF', [['a', 'ü%FF']]],
  ['a=%', [['a', '%']]],
  ['a=%4', [['a', '%4']]],
  ['a=%ED%A0%80', [['a', '%ED%A0%80']]],
  ['a=%C0%AE', [['a', '%C0%AE']]],
  ['a=%F4%90%80%80', [['a', '%F4%90%80%80']]],
  ['a=%F0%9F%8E%89', [['a', '🎉']]],
  ['a=%00', [['a', '\0']]],
  ['?a=1#b', [['?a', '1#b']]],
])('reads %j', (text, pairs) => {
  expect([...parseUrlencoded(text)]).toEqual(pairs)
})
