/** The data of a session: a map whose values are read out of their stored form on first use. */
import { isMutable, type ValueCodec } from './values.ts'

/** A value, perhaps still in its stored form. */
interface Slot {
  readonly json: unknown
  value: unknown
  decoded: boolean
}

/** Keys and values, as stored until somebody looks. */
export class SessionValues {
  readonly #stored: readonly unknown[]
  readonly #codec: ValueCodec
  #slots: Map<string, Slot> | null = null

  /** @param stored key and value in turn, values in their JSON form */
  constructor(stored: readonly unknown[], codec: ValueCodec) {
    this.#stored = stored
    this.#codec = codec
  }

  get(key: string): unknown {
    const slot = this.#open().get(key)
    return slot === undefined ? undefined : this.#read(slot)
  }

  set(key: string, value: unknown): void {
    this.#open().set(key, { json: undefined, value, decoded: true })
  }

  has(key: string): boolean {
    return this.#open().has(key)
  }

  delete(key: string): boolean {
    return this.#open().delete(key)
  }

  clear(): void {
    this.#open().clear()
  }

  keys(): IterableIterator<string> {
    return this.#open().keys()
  }

  *entries(): IterableIterator<[string, unknown]> {
    for (const [key, slot] of this.#open()) yield [key, this.#read(slot)]
  }

  get size(): number {
    return this.#slots === null ? this.#stored.length / 2 : this.#slots.size
  }

  /** Whether somebody holds an object of these and may have changed it. */
  get handedOut(): boolean {
    if (this.#slots === null) return false
    for (const slot of this.#slots.values()) if (slot.decoded && isMutable(slot.value)) return true
    return false
  }

  /** Key and value in turn, in JSON form. @throws {SessionError} `ERR_SESSIONS_VALUE` if nested data has become unfit */
  toStored(): readonly unknown[] {
    if (this.#slots === null) return this.#stored
    const data: unknown[] = []
    for (const [key, slot] of this.#slots)
      data.push(key, slot.decoded ? this.#codec.encode(slot.value, key) : slot.json)
    return data
  }

  #open(): Map<string, Slot> {
    if (this.#slots !== null) return this.#slots
    const slots = new Map<string, Slot>()
    for (let i = 0; i + 1 < this.#stored.length; i += 2)
      slots.set(String(this.#stored[i]), { json: this.#stored[i + 1], value: undefined, decoded: false })
    this.#slots = slots
    return slots
  }

  #read(slot: Slot): unknown {
    if (slot.decoded) return slot.value
    if (!isMutable(slot.json)) return slot.json
    slot.value = this.#codec.decode(slot.json)
    slot.decoded = true
    return slot.value
  }
}
