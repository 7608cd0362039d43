/** `npm run docs`: writes the generated pages of `docs/`; `npm run check` compares them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedPages } from './generated-pages.ts'
import { root } from './workspace.ts'

for (const [page, render] of Object.entries(generatedPages)) {
  writeFileSync(join(root, page), await render(root))
  console.log(`wrote ${page}`)
}
