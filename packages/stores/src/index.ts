export { defaults } from './defaults.ts'
export { StoreError } from './errors.ts'
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { Lifetime, Store } from './store.ts'
