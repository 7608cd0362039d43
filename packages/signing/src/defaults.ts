/** Every number and algorithm name of this package, with its reason. */
import { settings } from '@dewar/base'

/** The defaults of key rings and tokens; `maxAge` and `leeway` are options of the signers. */
export const defaults = settings({
  keyBytes: {
    value: 32,
    unit: 'bytes',
    minimum: 32,
    guards: 'a key that can be found by trying',
    source: 'RFC 7518 §3.2: a key of at least the size of the hash output',
  },
  keyBits: {
    value: 80,
    unit: 'bits',
    guards: 'a long key made of little: one letter, a counted row, a repeated word',
    source: 'Shannon estimate over the characters; 32 random hexadecimal digits stay well above it',
  },
  keyCharacters: {
    value: 8,
    unit: 'count',
    guards: 'a key of few different characters',
    source: '32 random hexadecimal digits have fewer than 8 different ones once in 10 million',
  },
  keyOwnCharacters: {
    value: 12,
    unit: 'count',
    guards: 'a placeholder such as please-change-this-secret-key-in-production',
    source: 'what is left of the key once known placeholder words are taken out',
  },
  keyIdBytes: {
    value: 6,
    unit: 'bytes',
    guards: 'two keys of a ring with one id, against a long token',
    source: '48 bits; a ring with two equal ids is refused',
  },
  hash: {
    value: 'sha256',
    guards: 'a choice of algorithm by whoever sends the token',
    source: 'RFC 7518 §3.2 (HS256), RFC 5869',
  },
  unsafeWeakKeys: {
    value: false as boolean,
    guards: 'keys that can be guessed',
    source: 'requirement of a strong key outside debug',
  },
  maxPurposeLength: {
    value: 200,
    unit: 'count',
    guards: 'memory and hashing for a purpose that holds what belongs into the payload',
    source: 'own: purposes are names; the longest of ours has 40 characters',
  },
  maxHeaderLength: {
    value: 1024,
    unit: 'count',
    guards: 'decoding and parsing a long header before the signature is known to be good',
    source: 'own: ours have less than 100',
  },
  maxJsonDepth: {
    value: 200,
    unit: 'count',
    guards: 'a stack used up by data that contains itself',
    source: "own: far below Python's recursion limit of 1000, which reads it",
  },
  shortTextBytes: {
    value: 16_384,
    unit: 'bytes',
    guards: 'memory for each key; longer texts take a way that is slower by a microsecond',
    source:
      'three times 4 kB, the longest cookie that browsers keep, and some: measured in UTF-16 units of up to 3 bytes',
  },
  cachedPurposes: {
    value: 256,
    unit: 'count',
    minimum: 1,
    guards: 'memory that grows with purposes made up at run time',
    source: 'applications have a dozen purposes',
  },
  maxAge: {
    value: 3600,
    unit: 's',
    minimum: 1,
    guards: 'a token in an old mail or log that works for ever',
    source: 'OWASP Forgot Password Cheat Sheet: an appropriate, short period; Flask-WTF: 3600',
  },
  leeway: {
    value: 5,
    unit: 's',
    minimum: 0,
    maximum: 300,
    guards: 'refusing a token made a moment ago by a server whose clock is ahead',
    source:
      'RFC 7519 §4.1.4 allows a small leeway; used for the time of issue only, never to prolong a token',
  },
  maxTokenLength: {
    value: 65_536,
    unit: 'bytes',
    minimum: 256,
    guards: 'hashing and decoding megabytes for a stranger',
    source: 'four times the 16 KiB that Node allows a request head',
  },
  maxInflatedLength: {
    value: 1_048_576,
    unit: 'bytes',
    guards: 'a small token that inflates to gigabytes',
    source: 'deflate packs up to 1000 to 1; a cookie of 4 kB stays below 4 MB, honest ones far below 1 MiB',
  },
})
