/** B5, D4: values of the wrong kind. */
import assert from 'node:assert/strict'
import { each, fine, refused, type Sites, type Subject } from '../suite/case.ts'
import { Visitor } from '../suite/visitor.ts'
import type { Answer } from '../suite/wire.ts'

const polluting: Record<string, string> = {
  __proto__: '{"__proto__":{"polluted":"yes","isAdmin":true}}',
  '__proto__ within': '{"limits":{"__proto__":{"polluted":"yes","isAdmin":true}}}',
  '__proto__ in a list': '{"a":[{"__proto__":{"polluted":"yes"}}]}',
  '__proto__ with an escape': '{"__pro\\u0074o__":{"polluted":"yes","isAdmin":true}}',
  '__proto__ twice': '{"__proto__":{"__proto__":{"polluted":"yes"}}}',
  'the constructor’s prototype': '{"constructor":{"prototype":{"polluted":"yes","isAdmin":true}}}',
  'the constructor’s prototype within': '{"limits":{"constructor":{"prototype":{"polluted":"yes"}}}}',
  'the constructor with an escape': '{"c\\u006fnstructor":{"prototype":{"polluted":"yes"}}}',
  'the constructor itself': '{"constructor":{"polluted":"yes","name":"x"}}',
  'a function of every object': '{"valueOf":{"polluted":"yes","name":"x"}}',
  'a key of every object': '{"toString":{"constructor":{"prototype":{"polluted":"yes"}}}}',
  'a constructor of no object': '{"constructor":"x","prototype":{"polluted":"yes"}}',
}

const noJson: Record<string, string> = {
  nothing: '',
  'half of it': '{"a":',
  'two of it': '{"a":1}{"b":2}',
  'a comma too many': '{"a":1,}',
  'single quotes': "{'a':1}",
  'a comment': '{"a":1/*x*/}',
  'no number': '{"a":NaN}',
  'a number with a plus': '{"a":+1}',
  'a number with a zero before it': '{"a":01}',
  'the same key twice': '{"a":1,"a":2}',
  'the same key twice, with an escape': '{"a":1,"\\u0061":2}',
  'bytes that are no UTF-8': '{"a":"\xff"}',
  'a mark of byte order and more': '\ufeff\ufeff{}',
  'a line break in a text': '{"a":"\n"}',
  'a thousand levels': `${'['.repeat(1000)}${']'.repeat(1000)}`,
  'a hundred thousand levels': `${'[{"a":'.repeat(100_000)}`,
  'levels of objects': `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
}

const noSignup: Record<string, string> = {
  'an age of letters': '{"age":"30","email":"a@b.example"}',
  'an age below zero': '{"age":-1,"email":"a@b.example"}',
  'an age above all': '{"age":151,"email":"a@b.example"}',
  'an age with a fraction': '{"age":30.5,"email":"a@b.example"}',
  'an age that is a list': '{"age":[30],"email":"a@b.example"}',
  'an age that is an object': '{"age":{"$gt":0},"email":"a@b.example"}',
  'an age that is true': '{"age":true,"email":"a@b.example"}',
  'an age that is nothing': '{"age":null,"email":"a@b.example"}',
  'an age beyond all numbers': '{"age":1e400,"email":"a@b.example"}',
  'no age': '{"email":"a@b.example"}',
  'no address': '{"age":30}',
  'an address without an @': '{"age":30,"email":"ab.example"}',
  'an address with two': '{"age":30,"email":"a@@b"}',
  'an address that is a list': '{"age":30,"email":["a@b.example"]}',
  'an address that is an object': '{"age":30,"email":{"toString":"a@b"}}',
  'a list': '[{"age":30,"email":"a@b.example"}]',
  'a text': '"age"',
  nothing: 'null',
  'a number': '30',
}

async function postJson(
  { proxied }: Sites,
  path: string,
  body: string | Buffer,
  type = 'application/json',
): Promise<Answer> {
  const visitor = new Visitor(proxied)
  return visitor.post(path, body, {
    'Content-Type': type,
    'X-CSRF-Token': await visitor.token(),
    ...visitor.sameOrigin(),
  })
}

async function isClean(sites: Sites): Promise<void> {
  const answer = JSON.parse((await postJson(sites, '/api/merge', '{"a":1}')).text)
  assert.deepEqual([answer.polluted, answer.isAdmin], [null, null])
}

const args = async ({ direct }: Sites, query: string) =>
  JSON.parse((await direct.send(`/args?${query}`)).text)

export const values: Subject = {
  name: 'values of the wrong kind',
  attacks: [
    ...each('B5', 'a merge does not pollute by', polluting, async (body, sites) => {
      const answer = await postJson(sites, '/api/merge', body)
      if (answer.status === 200) {
        const { polluted, isAdmin } = JSON.parse(answer.text)
        assert.deepEqual([polluted, isAdmin], [null, null])
      } else refused(answer)
      await isClean(sites)
    }),
    ...each('B5', 'an echo does not pollute by', polluting, async (body, sites) => {
      const answer = await postJson(sites, '/api/echo', body)
      if (answer.status !== 200) refused(answer)
      await isClean(sites)
    }),
    ...each('B5', 'a signup does not pollute by', polluting, async (body, sites) => {
      refused(await postJson(sites, '/api/signup', body))
      await isClean(sites)
    }),
    ...each('B3', 'no JSON', noJson, async (body, sites) => {
      const bytes = body.includes('\xff') ? Buffer.from(body, 'latin1') : body
      refused(await postJson(sites, '/api/echo', bytes))
      refused(await postJson(sites, '/hook', bytes))
    }),
    ...each(
      'B5',
      'a merge with what is no object',
      { nothing: 'null', 'a text': '"x"', 'a number': '5', 'a list': '[1]', true: 'true' },
      async (body, sites) => {
        const answer = await postJson(sites, '/api/merge', body)
        assert(answer.status < 500, `${answer.status}`)
        await isClean(sites)
      },
    ),
    ...each('D4', 'no signup', noSignup, async (body, sites) => {
      const answer = await postJson(sites, '/api/signup', body)
      refused(answer)
      assert([400, 422].includes(answer.status))
    }),
    {
      row: 'D4',
      what: 'a signup brings no further fields in',
      async run(sites) {
        const answer = await postJson(sites, '/api/signup', '{"age":30,"email":"a@b.example","role":"admin"}')
        if (answer.status === 200)
          assert.deepEqual(JSON.parse(answer.text), { age: 30, email: 'a@b.example' })
        else refused(answer)
      },
    },
    ...each(
      'H1',
      'JSON under the type',
      {
        'text/plain': 'text/plain',
        urlencoded: 'application/x-www-form-urlencoded',
        none: '',
        'another charset': 'application/json; charset=utf-7',
      },
      async (type, sites) => {
        const answer = await postJson(sites, '/api/echo', '{"a":1}', type)
        if (answer.status === 200) assert.deepEqual(JSON.parse(answer.text), { a: 1 })
        else refused(answer)
      },
    ),
    ...each(
      'B5',
      'a query parameter stays a text',
      {
        brackets: ['q[]=1', null, []],
        'a key in brackets': ['q[a]=1', null, []],
        'an operator': ['q[$ne]=1', null, []],
        twice: ['q=1&q=2', '1', ['1', '2']],
        __proto__: ['__proto__[q]=1', null, []],
        'the constructor': ['constructor[prototype][q]=1', null, []],
        'a dot': ['q.a=1', null, []],
        'a number': ['q=5', '5', ['5']],
        JSON: ['q={"a":1}', '{"a":1}', ['{"a":1}']],
        'half an escape': ['q=%', '%', ['%']],
        'a NUL': ['q=a%00b', 'a\0b', ['a\0b']],
      } as Record<string, [string, string | null, string[]]>,
      async ([query, first, all], sites) => {
        const found = await args(sites, query)
        assert.deepEqual(found, { q: first, type: first === null ? 'null' : 'string', all })
      },
    ),
    ...each(
      'B5',
      'names of a form are names',
      {
        __proto__: '__proto__=1&a=2',
        'the constructor': 'constructor=1&prototype=2',
        brackets: 'a[__proto__][x]=1&b=2',
      },
      async (body, { direct }) => {
        const answer = await direct.send('/hook', {
          method: 'POST',
          body,
          fields: { 'Content-Type': 'application/x-www-form-urlencoded' },
        })
        assert.deepEqual(JSON.parse(answer.text), { kind: 'form', length: 2 })
      },
    ),
  ],
  honest: [
    ...each(
      'B5',
      'an echo of',
      {
        'an object': { a: 1, b: [true, null, 'x'], c: { d: 1.5e-7 } },
        'odd texts': ["O'Brien & Söhne", '<3', '{{ braces }}', '🍵', '', '\u2028', '</script>'],
        'odd keys': { '': 1, 'a b': 2, toString: 3, prototype: 4, hasOwnProperty: 5 },
        'an empty object': {},
        'an empty list': [],
        'a text': 'x',
        nothing: null,
        'a hundred and ninety levels': nested(190),
        'a hundred kilobytes': { text: 'ü'.repeat(50_000) },
      } as Record<string, unknown>,
      async (value, sites) => {
        const answer = await postJson(sites, '/api/echo', JSON.stringify(value))
        fine(answer)
        assert.deepEqual(JSON.parse(answer.text), value)
        assert.match(answer.get('content-type') ?? '', /^application\/json/)
      },
    ),
    ...each(
      'D4',
      'a signup of',
      {
        somebody: [30, 'a@b.example'],
        'a baby': [0, "o'brien+x@müller.example"],
        'the oldest': [150, 'a@localhost'],
      } as Record<string, [number, string]>,
      async ([age, email], sites) => {
        const answer = await postJson(sites, '/api/signup', JSON.stringify({ age, email }))
        fine(answer)
        assert.deepEqual(JSON.parse(answer.text), { age, email })
      },
    ),
    {
      row: 'B5',
      what: 'a merge of honest settings',
      async run(sites) {
        const body = '{"theme":"dark","limits":{"rows":20,"columns":3},"tags":["a"]}'
        const { settings } = JSON.parse((await postJson(sites, '/api/merge', body)).text)
        assert.deepEqual(settings, { theme: 'dark', limits: { rows: 20, columns: 3 }, tags: ['a'] })
      },
    },
    ...each(
      'B5',
      'a query parameter of',
      {
        'a name': "O'Brien & Söhne",
        'a heart': '<3',
        braces: '{{ braces }}',
        'an emoji': '🍵',
        nothing: '',
        'plus and per cent': 'a+b 100%',
      },
      async (text, sites) => {
        assert.deepEqual(await args(sites, `q=${encodeURIComponent(text)}`), {
          q: text,
          type: 'string',
          all: [text],
        })
      },
    ),
    ...each(
      'D4',
      'the hook counts',
      {
        'keys of JSON': ['application/json', '{"a":1,"b":[1,2]}', 'json', 2],
        'items of JSON': ['application/json', '[1,2,3]', 'json', 3],
        'keys of JSON of a vendor': ['application/vnd.x+json', '{"a":1}', 'json', 1],
        fields: ['application/x-www-form-urlencoded', 'a=1&b=&c=%F0%9F%8D%B5', 'form', 3],
        'fields of multipart': [
          'multipart/form-data; boundary=b',
          '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name="b"\r\n\r\n2\r\n--b--\r\n',
          'form',
          2,
        ],
        bytes: ['application/octet-stream', 'hello', 'data', 5],
        'a text': ['text/plain', 'ü', 'data', 2],
      } as Record<string, [string, string, string, number]>,
      async ([type, body, kind, length], { direct }) => {
        const answer = await direct.send('/hook', { method: 'POST', body, fields: { 'Content-Type': type } })
        assert.deepEqual(JSON.parse(answer.text), { kind, length })
      },
    ),
  ],
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}
