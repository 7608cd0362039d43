/** The smallest app: `npx dewar run --debug` in this folder, then http://127.0.0.1:5000. */
import { createApp, urlFor } from 'dewar'

export const app = createApp()

export const hello = app.get('/', () => 'Hello, World!')

export const greet = app.get('/hello/<name>', ({ name }) => ({
  greeting: `Hello, ${name}!`,
  home: urlFor(hello),
}))
