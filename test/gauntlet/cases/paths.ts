/** C3, C4: names of files that lead out of their folder. */
import assert from 'node:assert/strict'
import { each, fine, refused, type Subject } from '../suite/case.ts'

/** As they stand in the target, behind a folder's address. */
const climbing: Record<string, string> = {
  'dots as they are': '../private.txt',
  'dots, encoded': '%2e%2e/private.txt',
  'a slash, encoded': '..%2fprivate.txt',
  'all of it encoded': '%2e%2e%2fprivate.txt',
  'encoded twice': '%252e%252e%252fprivate.txt',
  backslashes: '..\\private.txt',
  'backslashes, encoded': '..%5cprivate.txt',
  'a slash in too many bytes': '..%c0%afprivate.txt',
  'dots in too many bytes': '%c0%ae%c0%ae/private.txt',
  'a slash of full width': '..%ef%bc%8fprivate.txt',
  'dots as %u': '%u002e%u002e/private.txt',
  'four dots': '....//private.txt',
  'dots and a semicolon': '..;/private.txt',
  'from within a folder': 'docs/../../private.txt',
  'from within a folder, encoded': 'docs%2f..%2f..%2fprivate.txt',
  'a folder whose name begins alike': '../files-old/old.txt',
  'such a folder, encoded': '..%2ffiles-old%2fold.txt',
  'a link out of the folder': 'link.txt',
  'such a link from within a folder': 'docs/../link.txt',
  'an absolute path': '/etc/passwd',
  'an absolute path, encoded': '%2fetc%2fpasswd',
  'an absolute path behind slashes': '//////etc/passwd',
  'an address of a file': 'file:///etc/passwd',
  'an address of a file, encoded': 'file%3a%2f%2f%2fetc%2fpasswd',
  'a drive': 'C:%5cwindows%5cwin.ini',
  'a share': '%5c%5cevil.example%5cshare',
  'a NUL behind the name': 'readme.txt%00.png',
  'a NUL alone': '%00',
  'a NUL before dots': 'docs%00/../../private.txt',
  'a stream': 'readme.txt::$DATA',
  'a device': 'NUL',
  'a device with an extension': 'con.txt',
  'the folder itself': '.',
  'a folder below': 'docs',
  'a folder below with a slash': 'docs/',
  'a hidden file': '.env',
  'a hidden folder': '.git/config',
  'a home': '~root/.bashrc',
  'a process’s files': '..%2f..%2f..%2f..%2fproc%2fself%2fenviron',
  'a line break': 'readme.txt%0a',
  'bytes that are no UTF-8': '%ff%fe',
  'half an escape': '%2',
  'a very long name': 'a'.repeat(5000),
  'a thousand folders': 'docs/../'.repeat(900),
}

/** The app's own files, reached through its static folder. */
const sources: Record<string, string> = {
  'the app': '../app.ts',
  'the app, encoded': '..%2fapp.ts',
  'the app, encoded twice': '..%252fapp.ts',
  'a template': '..%2ftemplates%2fbase.html',
  'a template by backslash': '..%5ctemplates%5cbase.html',
  'the manifest': '..%2f..%2f..%2f..%2fpackage.json',
}

export const paths: Subject = {
  name: 'names of files',
  attacks: [
    ...each('C4', '/files does not give', climbing, async (name, { direct }) => {
      const answer = await direct.send(`/files/${name}`)
      // Slashes that are one too many may be sent on to an address of this site, which gives nothing either.
      if (answer.status === 308) assert.match(answer.get('location') ?? '', /^\/(?![/\\])/)
      else refused(answer)
    }),
    ...each('C4', '/read does not give', climbing, async (name, { direct }) =>
      refused(await direct.send(`/read?name=${name}`)),
    ),
    ...each('C4', '/uploads does not give', climbing, async (name, { direct }) => {
      const answer = await direct.send(`/uploads/${name}`)
      if (answer.status !== 308) refused(answer)
    }),
    ...each('C4', '/static does not give', sources, async (name, { direct }) =>
      refused(await direct.send(`/static/${name}`)),
    ),
    ...each(
      'C3',
      'a converter refuses',
      {
        'letters for a number': '/items/seven',
        'a negative number': '/items/-7',
        'a fraction': '/items/7.5',
        'an exponent': '/items/1e3',
        'a number in another script': '/items/%D9%A7',
        'a number beyond all bounds': '/items/99999999999999999999',
        'a number and more': '/items/7abc',
        'a number and a NUL': '/items/7%00',
        'a number with a blank': '/items/%207',
        'no UUID': '/keys/123',
        'a UUID with letters beyond f': '/keys/zzzzzzzz-e89b-42d3-a456-426614174000',
        'a UUID and more': '/keys/123e4567-e89b-42d3-a456-426614174000x',
        'dots in a path': '/paths/a/%2e%2e/b',
        'dots and slashes in a path': '/paths/a%2f..%2f..%2fb',
        'a backslash in a path': '/paths/a%5c..%5cb',
        'a NUL in a path': '/paths/a%00b',
      },
      async (path, { direct }) => refused(await direct.send(path)),
    ),
  ],
  honest: [
    ...each(
      'C4',
      'a file of the folder',
      {
        'by path': ['/files/readme.txt', 'read me'],
        'by query': ['/read?name=readme.txt', 'read me'],
        'in a folder': ['/files/docs/guide.txt', 'the guide'],
        'in a folder, by query': ['/read?name=docs/guide.txt', 'the guide'],
        'in a folder, encoded': ['/read?name=docs%2Fguide.txt', 'the guide'],
        'with an accent and a blank': ['/files/na%C3%AFve%20plan.txt', 'a plan'],
        'with an accent and a blank, by query': ['/read?name=na%C3%AFve+plan.txt', 'a plan'],
        static: ['/static/hello.txt', 'hello from static'],
      },
      async ([path = '', text = ''], { direct }) => {
        const answer = await direct.send(path)
        fine(answer)
        assert.equal(answer.text, text)
        assert.match(answer.get('content-type') ?? '', /^text\/plain/)
      },
    ),
    {
      row: 'C4',
      what: 'a static file by version and in parts',
      async run({ direct }) {
        const whole = await direct.send('/static/hello.txt')
        const etag = whole.get('etag') ?? ''
        fine(await direct.send('/static/hello.txt', { fields: { 'If-None-Match': etag } }), 304)
        const modified = whole.get('last-modified') ?? ''
        fine(await direct.send('/static/hello.txt', { fields: { 'If-Modified-Since': modified } }), 304)
        const part = await direct.send('/static/hello.txt', { fields: { Range: 'bytes=0-4' } })
        fine(part, 206)
        assert.equal(part.text, 'hello')
        assert.equal(part.get('content-range'), `bytes 0-4/${whole.body.length}`)
        assert.match((await direct.send('/static/app.css')).get('content-type') ?? '', /^text\/css/)
      },
    },
    ...each(
      'C3',
      'an argument is converted',
      {
        'a number': ['/items/7', '{"id":7,"next":8}'],
        zero: ['/items/0', '{"id":0,"next":1}'],
        'a UUID': [
          '/keys/123e4567-e89b-42d3-a456-426614174000',
          '{"id":"123e4567-e89b-42d3-a456-426614174000"}',
        ],
        'a path with a blank': ['/paths/a/b%20c', '{"rest":"a/b c"}'],
        'a path with dots in its names': ['/paths/v1..2/x.y', '{"rest":"v1..2/x.y"}'],
        'a path with an accent': ['/paths/na%C3%AFve', '{"rest":"naïve"}'],
      },
      async ([path = '', json = ''], { direct }) => assert.equal((await direct.send(path)).text.trim(), json),
    ),
  ],
}
