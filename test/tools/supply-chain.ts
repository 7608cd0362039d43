/**
 * `npm run sbom`: what the packages are made of, as CycloneDX, in `sbom.cdx.json`. `npm run audit`: published weaknesses of
 * the dependencies; skipped with a word where the registry does not answer.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** What a call of pnpm came to. */
export interface Outcome {
  readonly status: number
  readonly out: string
}

/** Runs the pinned pnpm. */
export function pnpm(args: readonly string[]): Outcome {
  const manifest: { readonly engines: { readonly pnpm: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const command = ['--yes', `pnpm@${manifest.engines.pnpm}`, ...args]
  const { status, stdout, stderr } = spawnSync('npx', command, {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 2 ** 26,
  })
  return { status: status ?? 1, out: `${stdout}${status === 0 ? '' : stderr}` }
}

/** The bill of materials of what is published, from the lockfile alone. */
export function billOfMaterials(): Outcome {
  return pnpm([
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-spec-version',
    '1.6',
    '--prod',
    '--lockfile-only',
  ])
}

/** Reads what an audit says: weaknesses fail, a registry that says nothing does not. */
export function judgeAudit({ status, out }: Outcome): { readonly failed: boolean; readonly message: string } {
  if (status === 0) return { failed: false, message: 'No published weakness in what the packages depend on.' }
  if (/advisories|vulnerabilit/i.test(out) && !/ERR_PNPM_AUDIT|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN/.test(out))
    return { failed: true, message: out }
  const reason = /ERR_PNPM_\w+|E[A-Z]{4,}/.exec(out)?.[0] ?? 'no answer'
  return { failed: false, message: `The audit is skipped: the registry gives none here (${reason}).` }
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv[2] === 'sbom') {
    const { status, out } = billOfMaterials()
    if (status !== 0) throw new Error(out)
    writeFileSync(join(root, 'sbom.cdx.json'), out)
    console.log(`wrote sbom.cdx.json: ${JSON.parse(out).components.length} components`)
  } else {
    const { failed, message } = judgeAudit(pnpm(['audit', '--prod']))
    console.log(message)
    process.exitCode = failed ? 1 : 0
  }
}
