/** `for`: the code of a loop. */
import type { Node } from './ast.ts'
import { describe, quote } from './code-expressions.ts'
import { bind } from './compile-assign.ts'
import type { Compiler } from './compiler.ts'
import { Scope, usesName } from './scope.ts'

/** Where a loop takes its items from, and what runs it again for `loop(…)`. */
interface LoopSource {
  list: string
  depth: string
  recursion: string | null
}

/** Writes a loop. */
export function compileFor(node: Node<'For'>, scope: Scope, compiler: Compiler): void {
  const { writer } = compiler
  writer.at(node)
  const items = `rt.items(${writer.printed(node.arr, scope)},${quote(describe(node.arr))})`
  const list = writer.fresh('a')
  if (!node.recursive) {
    writer.line(`const ${list}=${items};`)
    loopCode(node, scope, { list, depth: '0', recursion: null }, compiler)
  } else {
    const [recursion, depth] = [writer.fresh('r'), writer.fresh('d')]
    const code = compiler.innerFunction(`${list},${depth}`, scope, 'any', (inner) => {
      loopCode(node, inner, { list, depth, recursion }, compiler)
    })
    writer.line(`const ${recursion}=${code};`)
    writer.output(`${writer.wait}${recursion}(${items},0)`, true)
  }
  writer.forgetLine()
}

function loopCode(node: Node<'For'>, scope: Scope, source: LoopSource, compiler: Compiler): void {
  const { writer, tags } = compiler
  const { list, depth, recursion } = source
  const items = node.test === null ? list : filteredCode(node, node.test, scope, list, compiler)
  const inner = new Scope(scope, scope.function)
  inner.recursion = recursion
  const index = writer.fresh('i')
  inner.counter = { index, items }
  const loop = usesName(node.body, 'loop') ? writer.fresh('p') : null
  if (loop !== null) {
    writer.line(`const ${loop}=rt.loop(${items},${depth});`)
    inner.names.set('loop', loop)
  }
  writer.line(`for(let ${index}=0;${index}<${items}.length;${index}++){`)
  writer.forgetLine()
  writer.step()
  if (loop !== null) writer.line(`${loop}.index0=${index};`)
  bind(node.name, `${items}[${index}]`, inner, writer)
  compiler.declare(node.body, scope, inner)
  const round = (): void => {
    compiler.statements(node.body, inner)
    compiler.flushStream()
  }
  const otherwise = (): void => {
    writer.line('}')
    writer.forgetLine()
    if (node.else_ === null) return
    writer.line(`if(${items}.length===0){`)
    compiler.scoped(node.else_, scope)
    writer.line('}')
  }
  tags.loop(node, round, otherwise)
}

function filteredCode(node: Node<'For'>, test: Node, scope: Scope, list: string, compiler: Compiler): string {
  const { writer } = compiler
  const [kept, item] = [writer.fresh('a'), writer.fresh('x')]
  const inner = new Scope(scope, scope.function)
  writer.line(`const ${kept}=[];for(const ${item} of ${list}){`)
  writer.step()
  bind(node.name, item, inner, writer)
  writer.line(`if(rt.truthy(${writer.used(test, inner)}))${kept}.push(${item});}`)
  return kept
}
