#!/usr/bin/env node
// Imported only where Node can: an older one would stop at the first thing it does not know, with a stack for an answer.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  const { main } = await import('dewar/cli')
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write(`Dewar needs Node 22.18 or newer; this is Node ${process.versions.node}.\n`)
  process.exitCode = 1
}
