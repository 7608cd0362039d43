// Sends the form with a progress bar. Without this script the form works as any other does.
const form = document.getElementById('upload')
const progress = document.getElementById('progress')
const messages = document.getElementById('messages')
const button = form.querySelector('button')

function show(texts) {
  messages.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement('li')
      item.textContent = text
      return item
    }),
  )
}

function textsOf(request) {
  try {
    const problem = JSON.parse(request.responseText)
    return problem.errors?.flatMap((error) => error.messages) ?? [problem.detail]
  } catch {
    return [
      request.status === 413 ? 'That is more than can be sent at once.' : 'The pictures could not be sent.',
    ]
  }
}

function finish(texts) {
  progress.hidden = true
  button.disabled = false
  show(texts)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const request = new XMLHttpRequest()
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'application/json, text/html;q=0.1')
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    progress.value = total > 0 ? loaded / total : 0
  })
  request.addEventListener('load', () => {
    if (request.status < 400) location.reload()
    else finish(textsOf(request))
  })
  request.addEventListener('error', () => finish(['The pictures could not be sent.']))
  show([])
  progress.value = 0
  progress.hidden = false
  button.disabled = true
  request.send(new FormData(form))
})
