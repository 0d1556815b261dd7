/** @type {(id: string) => any} */
const $ = (id) => document.getElementById(id)

let messages = []
let chosen
let view = 'html'

const load = async () => {
  const response = await fetch('/api/messages?limit=1000')
  messages = await response.json()
  showList()
  const stillThere = messages.find(({ id }) => id === chosen?.id)
  show(stillThere ?? (chosen ? undefined : messages[0]))
}

const showList = () => {
  const wanted = $('search').value.trim().toLowerCase()
  const shown = messages.filter(({ subject, to, from }) =>
    [subject, from, ...to].some((text) => text.toLowerCase().includes(wanted)),
  )
  $('list').replaceChildren(...shown.map(entry))
  $('empty').hidden = messages.length > 0
  document.title = `Mailbox (${messages.length}) – Gigraph`
}

const entry = (message) => {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.id = message.id
  button.setAttribute('aria-current', String(message.id === chosen?.id))
  button.append(
    line('subject', message.subject || '(no subject)'),
    line('about', `${message.to.join(', ')} · ${new Date(message.date).toLocaleTimeString()}`),
  )
  button.addEventListener('click', () => show(message))
  const item = document.createElement('li')
  item.append(button)
  return item
}

const line = (name, text) => {
  const span = document.createElement('span')
  span.className = name
  span.textContent = text
  return span
}

const show = (message) => {
  const same = message && message.id === chosen?.id
  chosen = message
  $('mail').hidden = !message
  $('none').hidden = Boolean(message) || messages.length === 0
  for (const button of $('list').querySelectorAll('button')) {
    button.setAttribute('aria-current', String(button.dataset.id === message?.id))
  }
  if (!message || same) return
  $('subject').textContent = message.subject || '(no subject)'
  $('from').textContent = message.from
  $('to').textContent = message.to.join(', ')
  $('date').textContent = new Date(message.date).toLocaleString()
  showView(message.html ? view : 'text')
}

const showView = (name) => {
  for (const tab of document.querySelectorAll('[data-view]')) {
    tab.setAttribute('aria-selected', String(tab.dataset.view === name))
    if (tab.dataset.view === 'html') tab.hidden = !chosen.html
  }
  $('html').hidden = name !== 'html'
  $('plain').hidden = name === 'html'
  if (name === 'html') $('html').src = `/api/messages/${chosen.id}/html`
  else $('plain').textContent = name === 'text' ? chosen.text : headersOf(chosen)
}

const headersOf = ({ headers }) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

for (const tab of document.querySelectorAll('[data-view]')) {
  tab.addEventListener('click', () => {
    view = tab.dataset.view
    showView(view)
  })
}
$('search').addEventListener('input', showList)
$('clear').addEventListener('click', () => fetch('/api/messages', { method: 'DELETE' }))

const events = new EventSource('/api/events')
const setState = (text, live) => {
  $('state').textContent = text
  $('state').classList.toggle('live', live)
}
events.addEventListener('open', () => {
  setState('live', true)
  load()
})
events.addEventListener('error', () => setState('the mailbox does not answer', false))
events.addEventListener('message', load)
events.addEventListener('cleared', () => {
  chosen = undefined
  load()
})
