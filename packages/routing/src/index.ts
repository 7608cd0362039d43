export { type BindOptions, BoundMap, type BoundMatchOptions } from './bound-map.ts'
export {
  type Converter,
  type ConverterDefinition,
  type ConverterOptions,
  defineConverter,
} from './converter.ts'
export { converters } from './converters.ts'
export { defaults } from './defaults.ts'
export { UrlBuildError } from './errors.ts'
export { rulesFromExpress } from './express.ts'
export { endpointPrefix, subdomain, submount } from './factories.ts'
export type { Found, Match, MethodNotAllowed, NotFound, Query, Redirect } from './outcome.ts'
export type { Overlap, OverlapReport } from './overlap.ts'
export { Rule, type RuleOptions, type UrlBuilder } from './rule.ts'
export {
  type MapBuildOptions,
  type MatchOptions,
  RuleMap,
  type RuleMapOptions,
  type RuleSource,
} from './rule-map.ts'
export type { ConverterArguments, Literal } from './rule-syntax.ts'
export type { CheckRule, Converters, RuleArgs, UrlArgs, UrlParameters } from './types.ts'
export type { BuildOptions, UrlValues } from './url.ts'
