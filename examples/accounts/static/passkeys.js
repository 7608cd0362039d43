// Makes passkeys and signs in with them. The page says what it wants: <button data-passkey="create" data-options="…" data-finish="…">.
const token = document.querySelector('meta[name="csrf-token"]').content
const message = document.getElementById('passkey-message')

async function post(url, body, confirm) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  // The login is not fresh any more: show who you are, and come back.
  if (response.status === 401 && confirm) location.assign(confirm)
  if (!response.ok) throw new Error('The passkey was not accepted.')
  return response.json()
}

async function run({ passkey, options: from, finish, confirm }) {
  const options = await post(from, {}, confirm)
  const credential =
    passkey === 'create'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        })
  const { location: next } = await post(finish, credential.toJSON(), confirm)
  location.assign(next)
}

for (const button of document.querySelectorAll('[data-passkey]')) {
  button.hidden = typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== 'function'
  button.addEventListener('click', async () => {
    button.disabled = true
    message.textContent = ''
    try {
      await run(button.dataset)
    } catch (error) {
      message.textContent = error.name === 'NotAllowedError' ? 'That was cancelled.' : error.message
    } finally {
      button.disabled = false
    }
  })
}
