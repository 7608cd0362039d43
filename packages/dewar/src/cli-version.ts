import { createRequire } from 'node:module'

/** Dewar's version and Node's, for a report of an error. @internal */
export function version(): string {
  return `Dewar ${packageVersion()}\nNode ${process.versions.node}`
}

/** The version in package.json. @internal */
export function packageVersion(): string {
  const manifest: { readonly version: string } = createRequire(import.meta.url)('../package.json')
  return manifest.version
}
