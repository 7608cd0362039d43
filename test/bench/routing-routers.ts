/** The routers compared, each given the same routes in its own form. */
import { createRequire } from 'node:module'
import { Rule, RuleMap } from '@dewar/routing'
import findMyWay from 'find-my-way'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { addRoute, createRouter, findRoute } from 'rou3'
import type { Route } from './routing-rules.ts'

/** Finds the route of a request; whatever it gives is kept, so that the work cannot be optimised away. */
export type Find = (method: string, path: string) => unknown

/** A router by name. */
export interface Router {
  readonly name: string
  readonly build: (routes: readonly Route[]) => Find
}

function colons(rule: string): string {
  return rule.replaceAll(/<(?:\w+:)?(\w+)>/g, ':$1')
}

export const dewar: Router = {
  name: '@dewar/routing',
  build(routes) {
    const map = new RuleMap()
    routes.forEach(({ method, rule }, index) => {
      map.add(new Rule<string>(rule, { endpoint: `view${index}`, methods: [method] }))
    })
    map.freeze()
    return (method, path) => map.match(method, path)
  },
}

export const peers: readonly Router[] = [
  {
    name: 'find-my-way',
    build(routes) {
      const router = findMyWay()
      const view = (): void => {}
      for (const { method, rule } of routes) router.on(method as 'GET', colons(rule), view)
      return (method, path) => router.find(method as 'GET', path)
    },
  },
  {
    name: 'hono SmartRouter',
    build(routes) {
      const router = new SmartRouter<number>({ routers: [new RegExpRouter(), new TrieRouter()] })
      routes.forEach(({ method, rule }, index) => {
        router.add(method, colons(rule), index)
      })
      return (method, path) => router.match(method, path)
    },
  },
  {
    name: 'rou3',
    build(routes) {
      const router = createRouter<number>()
      routes.forEach(({ method, rule }, index) => {
        addRoute(router, method, colons(rule), index)
      })
      return (method, path) => findRoute(router, method, path)
    },
  },
  {
    name: 'path-to-regexp scan',
    build(routes) {
      const require = createRequire(new URL('../../packages/routing/package.json', import.meta.url))
      const { match } = require('path-to-regexp') as { match: (path: string) => (text: string) => unknown }
      const matchers = routes.map(({ method, rule }) => ({ method, match: match(colons(rule)) }))
      return (method, path) => {
        for (const candidate of matchers) {
          if (candidate.method !== method) continue
          const found = candidate.match(path)
          if (found !== false) return found
        }
        return null
      }
    },
  },
]
