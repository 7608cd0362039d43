/** The limits of forms and uploads, each with its reason. The limit of whole bodies is `@dewar/http`'s. */
import { resolveSettings, type SettingsOptions, type SettingsValues, settings } from '@dewar/base'

/** Settings of `@dewar/forms`. */
export const defaults = settings({
  maxFormMemorySize: {
    value: 500_000 as number | null,
    accepts: 'integer',
    unit: 'bytes',
    key: 'MAX_FORM_MEMORY_SIZE',
    optional: true,
    minimum: 0,
    guards: 'fields that fill the memory: counts the names and values of all fields together',
    source: 'Flask: MAX_FORM_MEMORY_SIZE (for each field there)',
  },
  maxFormParts: {
    value: 1000 as number | null,
    accepts: 'integer',
    unit: 'count',
    key: 'MAX_FORM_PARTS',
    optional: true,
    minimum: 0,
    guards: 'countless tiny parts or pairs that cost far more time than bytes',
    source: 'Flask: MAX_FORM_PARTS; CVE-2023-25577',
  },
  maxFiles: {
    value: 1000,
    unit: 'count',
    key: 'MAX_FORM_FILES',
    minimum: 0,
    guards: 'countless files in the temporary directory',
    source: 'ASVS 5.0 §5.2',
  },
  maxFileSize: {
    value: null as number | null,
    accepts: 'integer',
    optional: true,
    unit: 'bytes',
    key: 'MAX_FILE_SIZE',
    minimum: 0,
    guards: 'a single file that takes all of MAX_CONTENT_LENGTH; null leaves it that',
    source: 'ASVS 5.0 §5.2',
  },
  maxFieldNameSize: {
    value: 256,
    unit: 'bytes',
    key: 'MAX_FIELD_NAME_SIZE',
    minimum: 1,
    guards: 'long keys in logs and error pages',
    source: 'CWE-770',
  },
  maxFilenameSize: {
    value: 765,
    unit: 'bytes',
    key: 'MAX_FILENAME_SIZE',
    minimum: 1,
    guards: 'names no file system takes',
    source: 'NTFS and APFS: 255 characters, three bytes of UTF-8 each at most',
  },
  maxPartHeadSize: {
    value: 16_384,
    unit: 'bytes',
    key: 'MAX_PART_HEAD_SIZE',
    minimum: 64,
    guards: 'endless header lines in front of a part',
    source: 'CWE-770',
  },
  maxPartHeaders: {
    value: 256,
    unit: 'count',
    key: 'MAX_PART_HEADERS',
    minimum: 1,
    guards: 'countless header lines in front of a part',
    source: 'CWE-770; as many as a request may have (MAX_HEADERS)',
  },
  fileMemorySize: {
    value: 524_288,
    unit: 'bytes',
    key: 'FILE_MEMORY_SIZE',
    minimum: 0,
    guards:
      'uploads that fill the memory: what the files of a request have beyond it goes to the temporary directory',
    source: 'Werkzeug: default_stream_factory (500 KiB a file there)',
  },
})

/** The limits as options: each left out has its default. */
export type FormLimits = SettingsOptions<typeof defaults>

/** The limits in force. */
export type FormLimitValues = SettingsValues<typeof defaults>

/** How files are written to the temporary directory. */
export const spoolDefaults = settings({
  writeSize: {
    value: 524_288,
    unit: 'bytes',
    guards: 'a trip to a thread for each piece of an upload, and memory per upload',
    source: 'own measurement',
  },
})

/** The defaults of upload policies. */
export const uploadDefaults = settings({
  maxSize: {
    value: 5_000_000,
    unit: 'bytes',
    minimum: 1,
    guards: 'one upload that fills the disk',
    source: 'ASVS 5.0 §5.2.1',
  },
  maxFiles: {
    value: 10,
    unit: 'count',
    minimum: 1,
    guards: 'many uploads at once that fill the disk',
    source: 'ASVS 5.0 §5.2.4',
  },
  maxPixels: {
    value: 50_000_000,
    unit: 'count',
    minimum: 1,
    guards: 'pictures of a few bytes that fill the memory once they are decoded: 200 MB, four bytes a pixel',
    source: 'ASVS 5.0 §5.2.6; as many as telephones take',
  },
})

/** How forms are held against schemas. */
export const validationDefaults = settings({
  maxRounds: {
    value: 8,
    unit: 'count',
    minimum: 1,
    guards: 'a schema asked again and again with what texts can stand for',
    source: 'CWE-770; the longest list of candidates',
  },
  maxNesting: {
    value: 8,
    unit: 'count',
    minimum: 1,
    guards: 'names that nest objects without end; deeper ones stay plain names',
    source: 'CWE-674',
  },
})

/** How uploads are served. */
export const uploadHeaderDefaults = settings({
  contentSecurityPolicy: {
    value: "sandbox; default-src 'none'",
    guards: 'a page or script that a user uploaded running on the origin of the site',
    source: 'CSP Level 3 §6.3.2',
  },
  crossOriginResourcePolicy: {
    value: 'same-origin',
    guards: 'other sites using uploads as their own resources',
    source: 'Fetch §3.7',
  },
})

const unchanged: FormLimitValues = resolveSettings('forms', defaults)

/**
 * The limits in force for a caller's options.
 *
 * @param options bounds other than the defaults
 * @throws {DewarError} `ERR_FORMS_OPTION`
 */
export function resolveLimits(options: FormLimits | undefined): FormLimitValues {
  return options === undefined ? unchanged : resolveSettings('forms', defaults, options)
}
