import assert from 'node:assert/strict'
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
