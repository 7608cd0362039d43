/**
 * A client for tests: it talks to the app in this process, without a socket, keeps cookies, and proves itself against
 * CSRF by itself.
 */
export type { CliResult, CliRunner } from './test-cli-runner.ts'
export { type ClientOptions, TestClient, testClient } from './test-client.ts'
export type { RequestInit, UploadInit } from './test-request.ts'
export { TestResponse, type TestStream } from './test-response.ts'
