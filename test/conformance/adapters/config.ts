/** The area `config`: settings out of variables and objects. */
import { createApp, getNamespace } from 'dewar'
import type { Adapter } from '../adapter.ts'

type Settings = Readonly<Record<string, unknown>>

/** The settings of an app that are not those of every app. */
function added(
  change: (config: ReturnType<typeof createApp>['config']) => void,
  environment: Record<string, string> = {},
) {
  const app = createApp({ environment, logger: { level: 'silent' } })
  const before = new Map(Object.entries(app.config))
  change(app.config)
  return Object.fromEntries(
    Object.entries(app.config).filter(([key, value]) => !before.has(key) || before.get(key) !== value),
  )
}

interface EnvInput {
  readonly env: Record<string, string>
  readonly prefix: string
  readonly initial: Settings
}

interface NamespaceInput {
  readonly config: Settings
  readonly namespace: string
  readonly lowercase: boolean
  readonly trim_namespace: boolean
}

export const adapter: Adapter = {
  operations: {
    from_prefixed_env: ({ env, prefix, initial }: EnvInput) =>
      added((config) => {
        config.fromMapping(initial)
        config.fromPrefixedEnv(prefix)
      }, env),
    get_namespace: ({ config, namespace, lowercase, trim_namespace: trimNamespace }: NamespaceInput) =>
      getNamespace(config, namespace, { lowercase, trimNamespace }),
    from_mapping: ({ mapping }: { readonly mapping: Settings }) =>
      added((config) => config.fromMapping(mapping)),
    default_config: () => Object.fromEntries(Object.entries(createApp({ environment: {} }).config).sort()),
  },
  kinds: {
    ERR_DEWAR_CONFIG_ENV: 'TypeError',
    ERR_DEWAR_CONFIG: 'TypeError',
    ERR_SIGNING_WEAK_KEY: 'WeakKey',
  },
}
