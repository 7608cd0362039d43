/** The files of a new app. */

/** What goes into them. */
export interface NewApp {
  readonly name: string
  readonly version: string
  readonly key: string
}

/** The files by path. @internal */
export function newAppFiles({ name, version, key }: NewApp): Readonly<Record<string, string>> {
  return {
    'package.json': manifest(name, version),
    'tsconfig.json': tsconfig,
    '.env': `DEWAR_SECRET_KEY=${key}\n`,
    '.gitignore': 'node_modules/\ninstance/\n.env\n',
    'app.ts': app,
    'templates/base.html': base,
    'templates/index.html': index,
    'static/style.css': style,
    'test/app.test.ts': test,
    'README.md': readme(name),
  }
}

function manifest(name: string, version: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: {
      dev: 'dewar run --debug --watch',
      start: 'dewar serve',
      test: 'node --test "test/**/*.test.ts"',
      check: 'tsc',
    },
    dependencies: { dewar: `^${version}` },
    devDependencies: { '@types/node': '>=22', esbuild: '>=0.25', typescript: '>=5.9' },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

const tsconfig = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024", "esnext.disposable", "esnext.decorators"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "noEmit": true
  },
  "include": ["app.ts", "test"]
}
`

const app = `import { createApp, flash, redirect, renderTemplate, request, session, urlFor } from 'dewar'

declare module 'dewar' {
  interface SessionData {
    name: string
  }
}

export const app = createApp({
  root: import.meta.dirname, // templates/ and static/ lie beside this file
  config: {
    TRUSTED_HOSTS: ['localhost', '127.0.0.1'], // add the name your visitors use
  },
})

export const index = app.get('/', () => renderTemplate('index.html', { name: session.get('name') }))

export const greet = app.post('/', { endpoint: 'greet' }, async () => {
  const form = await request.form()
  session.set('name', form.require('name'))
  flash('Nice to meet you.')
  return redirect(urlFor(index), { status: 303 })
})
`

const base = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{% block title %}{% endblock %}</title>
  <link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
</head>
<body>
  {% for message in get_flashed_messages() %}
  <p class="flash">{{ message }}</p>
  {% endfor %}
  {% block body %}{% endblock %}
</body>
</html>
`

const index = `{% extends "base.html" %}
{% block title %}Hello{% endblock %}
{% block body %}
  <h1>Hello, {{ name or 'stranger' }}.</h1>
  <form method="post">
    <label>What is your name? <input name="name" required></label>
    <button>Say hello</button>
  </form>
{% endblock %}
`

const style = `body {
  margin: 4rem auto;
  max-width: 40rem;
  padding: 0 1rem;
  font: 1.1rem / 1.6 system-ui, sans-serif;
}

.flash {
  padding: 0.5rem 1rem;
  border-radius: 0.5rem;
  background: #e7f3ea;
}
`

const test = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClient } from 'dewar/testing'
import { app } from '../app.ts'

const client = testClient(app, { defaults: { scheme: 'https' } })

test('greets a visitor by name', async () => {
  assert.match((await client.get('/')).text, /Hello, stranger/)

  const page = await client.post('/', { form: { name: 'Ada' }, followRedirects: true })

  assert.equal(page.status, 200)
  assert.match(page.text, /Hello, Ada/)
  assert.match(page.text, /Nice to meet you/)
})

test('refuses a form from another site', async () => {
  const response = await client.post('/', { form: { name: 'Mallory' }, csrf: false })

  assert.equal(response.status, 403)
})
`

function readme(name: string): string {
  return `# ${name}

\`\`\`sh
npm install
npm run dev     # http://127.0.0.1:5000 with error pages, starts anew at each change
npm test
npm start       # in production
\`\`\`

\`.env\` holds the secret key and stays out of git. Make another for production: \`npx dewar secret\`.
`
}
