/** The blog as it would be deployed passes `dewar check --deploy`. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createBlog } from '../app.ts'

it('passes the check before a release, once it knows its host', async () => {
  vi.stubEnv('DEWAR_TRUSTED_HOSTS', '["blog.example"]')
  onTestFinished(() => void vi.unstubAllEnvs())
  const blog = createBlog({ dataDir: mkdtempSync(join(tmpdir(), 'blog-')), secretKey: generateKey() })
  onTestFinished(blog.close)

  const { status, output } = await blog.app.testCliRunner().invoke('check', '--deploy', '--offline')

  expect(output).toContain('0 errors, 0 warnings')
  expect(output).toContain('auth touches identity, session, cookies, store.')
  expect(status).toBe(0)
})

it('is told what is missing, else', async () => {
  const blog = createBlog({ dataDir: mkdtempSync(join(tmpdir(), 'blog-')), secretKey: generateKey() })
  onTestFinished(blog.close)

  const { status, output } = await blog.app.testCliRunner().invoke('check', '--deploy', '--offline')

  expect(output).toContain('hosts-missing')
  expect(status).toBe(1)
})
