import type { MultiDict } from '@dewar/http'
import { expectTypeOf, it } from 'vitest'
import {
  type FormLimits,
  type ParsedForm,
  parseForm,
  parseUrlencoded,
  type UploadedFile,
} from '../src/index.ts'

it('gives texts and files', () => {
  expectTypeOf(parseForm).returns.resolves.toEqualTypeOf<ParsedForm>()
  expectTypeOf<ParsedForm['form']>().toEqualTypeOf<MultiDict<string>>()
  expectTypeOf<ParsedForm['files']>().toEqualTypeOf<MultiDict<UploadedFile>>()
})

it('lets only those limits be lifted that may be', () => {
  expectTypeOf<null>().toExtend<FormLimits['maxFileSize']>()
  expectTypeOf<null>().toExtend<FormLimits['maxFormParts']>()
  expectTypeOf<null>().not.toExtend<FormLimits['maxPartHeaders']>()
  // @ts-expect-error there is no such limit
  void (() => parseUrlencoded('', { maxParts: 1 }))
})
