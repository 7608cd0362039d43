export { DewarError, Secret } from '@dewar/base'
export { UploadedFile } from '@dewar/forms'
export {
  abort,
  BadRequest,
  Conflict,
  Forbidden,
  HttpError,
  InternalServerError,
  MethodNotAllowed,
  MultiDict,
  NotFound,
  Response,
  TooManyRequests,
  Unauthorized,
  UnprocessableEntity,
} from '@dewar/http'
export { escape, html, Markup } from '@dewar/markup'
export { type Converters, defineConverter, type RuleArgs } from '@dewar/routing'
export type { PrecompiledTemplates } from '@dewar/templates'
export { AuthenticationRequired, FreshLoginRequired } from './access.ts'
export type { App } from './app.ts'
export type { IdentifyOptions, IdentityLoader, UrlBuildErrorHandler } from './app-setup.ts'
export type {
  Config,
  Endpoints,
  Globals,
  Identity,
  SessionData,
  TemplateContexts,
  TemplateValues,
} from './augment.ts'
export {
  Blueprint,
  type BlueprintOptions,
  createBlueprint,
  type Recorded,
  type RegisterOptions,
} from './blueprint.ts'
export type { BlueprintState } from './blueprint-state.ts'
export { type ClassView, MethodView, View, type ViewDecorator } from './class-view.ts'
export type { CommandGroup, CommandOptions, CommandRun } from './cli-commands.ts'
export type { AppConfig, ConfigInput, Environment, KnownConfig } from './config.ts'
export {
  type ConfigFileOptions,
  type ConfigLoaders,
  getNamespace,
  type NamespaceOptions,
  type PrefixedEnvOptions,
} from './config-loaders.ts'
export {
  afterThisRequest,
  type Context,
  copyCurrentRequestContext,
  hasContext,
  hasRequestContext,
  useContext,
} from './context.ts'
export { type AppOptions, createApp } from './create-app.ts'
export type { CspReportsOptions } from './csp-reports.ts'
export { type CsrfTokenOptions, csrfToken } from './csrf.ts'
export { defaults } from './defaults.ts'
export type { Extension } from './extension.ts'
export type { FetchOptions } from './fetch-door.ts'
export { type CategorizedMessage, type FlashedOptions, flash, getFlashedMessages } from './flash.ts'
export { currentApp, g, request, session } from './globals.ts'
export { addHealthChecks, type HealthOptions } from './health.ts'
export { createJsonProvider, type JsonOptions, type JsonProvider } from './json.ts'
export type { LoggerChoice } from './logger.ts'
export { jsonify, makeResponse } from './make-response.ts'
export { cspNonce } from './nonce.ts'
export {
  type FieldOptions,
  type FormView,
  newForm,
  type ReadForm,
  type ReadFormOptions,
  readForm,
} from './read-form.ts'
export { type RedirectOptions, redirect } from './redirect.ts'
export { getTemplateAttribute, renderTemplate } from './render-template.ts'
export { renderTemplateString, type TemplateStringOptions } from './render-template-string.ts'
export { renderUserTemplate, UserTemplateError } from './render-user-template.ts'
export type { AppRequest } from './request.ts'
export type { RequestLine } from './request-log.ts'
export type { ResourceMode } from './resources.ts'
export type { AppSessions } from './rooms.ts'
export type { RouteCors, RouteHeaders } from './route-answers.ts'
export type { RouteBody } from './route-body.ts'
export type { LimitKey, RouteLimit, RouteLimits } from './route-limits.ts'
export type {
  Access,
  AccessPolicy,
  ErrorClass,
  ErrorHandler,
  HookTypes,
  MaybePromise,
  RouteDecorator,
  RouteMethod,
  RouteOptions,
  RouteOptionsWithMethods,
  RouteRef,
  ViewFunction,
  ViewResult,
} from './route-types.ts'
export type { RunOptions } from './run.ts'
export type { UrlRule } from './scaffold.ts'
export {
  reportSecurityEvent,
  type SecurityEvent,
  type SecurityEvents,
  type SecurityEventType,
} from './security-events.ts'
export { sendFile, sendFromDirectory } from './send-file.ts'
export type { SendFileMaxAge } from './send-file-settings.ts'
export {
  createSignal,
  type Receiver,
  type RequestMessage,
  Signal,
  type Signals,
  type TemplateMessage,
} from './signals.ts'
export { clearSiteData } from './site-data.ts'
export { siteOrigin } from './site-origin.ts'
export type { Step, StepMessage } from './steps.ts'
export { streamWithContext } from './stream.ts'
export { streamTemplate, streamTemplateString } from './stream-template.ts'
export { type UrlForArgs, type UrlForOptions, type UrlValues, urlFor } from './url-for.ts'
