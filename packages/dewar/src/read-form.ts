/** A form that comes back: read against a schema, shown again with what the user wrote and what is wrong with it. */
import { checkNames, DewarError } from '@dewar/base'
import { type FieldErrors, type SchemaOutput, type StandardSchema, ValidationError } from '@dewar/forms'
import { html, Markup } from '@dewar/markup'
import { useRequest } from './context.ts'
import type { AppRequest } from './request.ts'
import { examineBody, type UploadPolicies } from './validate.ts'

/** How a field is shown. In templates: `{{ form.field('title', label='Title', autocomplete='off') }}`. */
export interface FieldOptions {
  /** What the user reads; by default made from the name. */
  readonly label?: string
  /** A type of `<input>`, `textarea` or `select`; `text` by default. */
  readonly type?: string
  /** A sentence below the field. */
  readonly hint?: string
  /** For `select`: texts, or pairs of value and text. */
  readonly options?: readonly (string | readonly [value: string, text: string])[]
  /** The value to show if the user has sent none. */
  readonly value?: string
  readonly accept?: string
  readonly autocomplete?: string
  readonly inputmode?: string
  readonly max?: string | number
  readonly maxlength?: string | number
  readonly min?: string | number
  readonly minlength?: string | number
  readonly multiple?: boolean
  readonly pattern?: string
  readonly placeholder?: string
  readonly required?: boolean
  readonly rows?: string | number
  readonly step?: string | number
}

/** A form as a page shows it. */
export interface FormView {
  /** What the user wrote, by field. Passwords and files are never shown again. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Messages by field; those about the whole form have the empty name. */
  readonly errors: FieldErrors
  /**
   * A field with its label, value and messages.
   *
   * @param name the field's name
   * @param options how it is shown
   * @throws {DewarError} `ERR_DEWAR_FORM_FIELD` for an option that is none
   */
  field(name: string, options?: FieldOptions): Markup
}

/** How `readForm` reads. */
export interface ReadFormOptions {
  /** What the files of fields must be, by the fields' names: what a policy refuses is a message at its field. */
  readonly uploads?: UploadPolicies | undefined
}

/** A form that was read. */
export type ReadForm<Data> = FormView &
  ({ readonly ok: true; readonly data: Data } | { readonly ok: false; readonly data: undefined })

/**
 * Reads the request's body, form or JSON, and holds it against a schema.
 *
 * With `ok` there is `data`, typed by the schema. Without, show the page again with the form in it and status 422. Clients
 * that sent JSON, or prefer it, never get that far: they are answered a problem document.
 *
 * @param schema a schema of any library that follows Standard Schema
 * @param options policies for uploads
 * @returns the form, for `renderTemplate('page.html', { form })`
 * @throws {DewarError} `ERR_DEWAR_FORM_OPTION`
 * @throws {ValidationError} 422, `ERR_FORMS_VALIDATION` for clients that read JSON
 * @throws {HttpError} 400, 413, 431 for bodies that are malformed or too large
 * @see Flask-WTF: `FlaskForm.validate_on_submit`
 */
export async function readForm<S extends StandardSchema>(
  schema: S,
  options: ReadFormOptions = {},
): Promise<ReadForm<SchemaOutput<S>>> {
  const request = useRequest('readForm()')
  for (const name of Object.keys(options)) if (name !== 'uploads') throw unknownOption(name)
  const { ok, data, errors } = await examineBody(request, schema, options.uploads)
  if (!ok && readsJson(request)) throw new ValidationError(errors, request.isJson)
  const values: Record<string, string[]> = Object.create(null)
  if (!request.isJson) for (const [name, list] of (await request.form()).lists()) values[name] = [...list]
  const view = viewOf(values, errors)
  return ok ? { ...view, ok, data } : { ...view, ok, data: undefined }
}

/**
 * A form to fill in.
 *
 * @param values what its fields hold at first, by name
 * @returns the form, for `renderTemplate('page.html', { form })`
 */
export function newForm(values: Readonly<Record<string, string | readonly string[]>> = {}): FormView {
  const lists: Record<string, readonly string[]> = Object.create(null)
  for (const [name, value] of Object.entries(values))
    lists[name] = typeof value === 'string' ? [value] : value
  return viewOf(lists, Object.create(null))
}

function unknownOption(name: string): DewarError {
  return new DewarError('ERR_DEWAR_FORM_OPTION', `readForm() has no option '${name}'.`, {
    fix: "Policies for files go into 'uploads', by the names of their fields.",
  })
}

function readsJson(request: AppRequest): boolean {
  if (request.isJson) return true
  const offers = ['text/html', 'application/problem+json', 'application/json'] as const
  return request.acceptMimetypes.bestMatch(offers, 'text/html') !== 'text/html'
}

function viewOf(values: FormView['values'], errors: FieldErrors): FormView {
  return {
    values,
    errors,
    field: (name, options = {}) => fieldMarkup(name, options, values[name], errors[name]),
  }
}

const attributes: readonly string[] = [
  'accept',
  'autocomplete',
  'inputmode',
  'max',
  'maxlength',
  'min',
  'minlength',
  'multiple',
  'pattern',
  'placeholder',
  'required',
  'rows',
  'step',
]
const known: ReadonlySet<string> = new Set([...attributes, 'label', 'type', 'hint', 'options', 'value'])

function fieldMarkup(
  name: string,
  options: FieldOptions,
  sent: readonly string[] | undefined,
  errors: readonly string[] = [],
): Markup {
  checkOptions(options)
  const id = idOf(name, options)
  const described = [...(options.hint ? [`${id}-hint`] : []), ...(errors.length > 0 ? [`${id}-error`] : [])]
  const shared = html`id="${id}" name="${name}"${given(options)}${
    described.length > 0 ? html` aria-describedby="${described.join(' ')}"` : ''
  }${errors.length > 0 ? html` aria-invalid="true"` : ''}`
  const label = html`<label for="${id}">${options.label ?? titleOf(name)}</label>`
  const control = controlMarkup(shared, options, sent)
  const isBox = options.type === 'checkbox' || options.type === 'radio'
  return html`<p class="field">${isBox ? html`${control} ${label}` : html`${label}<br>${control}`}${
    options.hint ? html`<br><small id="${id}-hint">${options.hint}</small>` : ''
  }${errors.length > 0 ? html`<br><strong id="${id}-error" class="error">${errors.join(' ')}</strong>` : ''}</p>`
}

function controlMarkup(shared: Markup, options: FieldOptions, sent: readonly string[] | undefined): Markup {
  const type = options.type ?? 'text'
  const values = sent ?? (options.value === undefined ? [] : [options.value])
  if (type === 'textarea') return html`<textarea ${shared}>\n${values[0] ?? ''}</textarea>`
  if (type === 'select')
    return html`<select ${shared}>${(options.options ?? []).map((option) => choice(option, values))}</select>`
  if (type === 'checkbox' || type === 'radio') {
    const value = options.value ?? 'on'
    return html`<input type="${type}" value="${value}" ${shared}${sent?.includes(value) ? html` checked` : ''}>`
  }
  if (type === 'password' || type === 'file') return html`<input type="${type}" ${shared}>`
  return html`<input type="${type}" value="${values[0] ?? ''}" ${shared}>`
}

function choice(option: string | readonly [string, string], values: readonly string[]): Markup {
  const [value, text] = typeof option === 'string' ? [option, option] : option
  return html`<option value="${value}"${values.includes(value) ? html` selected` : ''}>${text}</option>`
}

/** The attributes that pass through. Names are from the list above; values are escaped in quotes. */
function given(options: FieldOptions): Markup {
  const parts = attributes.map((name) => {
    const value: unknown = Reflect.get(options, name)
    if (value === undefined || value === null || value === false) return ''
    return value === true ? ` ${name}` : html` ${name}="${value}"`.toString()
  })
  return new Markup(parts.join(''))
}

function checkOptions(options: FieldOptions): void {
  checkNames('ERR_DEWAR_FORM_FIELD', 'A form field', options, known)
}

/** Each of several radio buttons, or boxes, of one name has its own label. */
function idOf(name: string, { type, value }: FieldOptions): string {
  const isOneOfSeveral = (type === 'radio' || type === 'checkbox') && value !== undefined
  return `field-${(isOneOfSeveral ? `${name}-${value}` : name).replace(/[^\w-]/g, '_')}`
}

/** `first_name`, `firstName` and `first[name]` are "First name". */
function titleOf(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_[\]-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
