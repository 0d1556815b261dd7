import { describe, expect, test } from 'vitest'
import { urlFault } from './endpoint-url.ts'

const strict = (url: string) => urlFault(url, { loopback: false })

describe('the address of an endpoint', () => {
  test.each([
    'https://example.com',
    'https://example.com:443/hooks?for=gigraph',
    'https://example.com:8443/',
    'https://bücher.example.com/ü',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])('may be %s', (url) => expect(strict(url)).toBeNull())

  test.each([
    ['', /absolute/],
    ['example.com/hooks', /absolute/],
    ['http://example.com/', /https/],
    ['ftp://example.com/', /https/],
    ['javascript:alert(1)', /https/],
    ['https://user:secret@example.com/', /name and password/],
    ['https://user@example.com/', /name and password/],
    ['https://example.com/#top', /follows #/],
    ['https://example.com:22/', /port/],
    ['https://example.com:80/', /port/],
    ['https://localhost/', /Internet/],
    ['https://redis:6379/', /Internet/],
    ['https://a.localhost/', /Internet/],
    ['https://metadata.google.internal/', /Internet/],
    ['https://printer.local/', /Internet/],
    ['https://example.com./', /Internet/],
    ['https://127.0.0.1/', /Internet/],
    ['https://2130706433/', /Internet/],
    ['https://0x7f.1/', /Internet/],
    ['https://０177.1/', /Internet/],
    ['https://[::1]/', /Internet/],
    ['https://[::ffff:10.0.0.1]/', /Internet/],
    ['https://[64:ff9b::a9fe:a9fe]/', /Internet/],
    ['https://169.254.169.254/latest/meta-data/', /Internet/],
    [`https://example.com/${'x'.repeat(2_000)}`, /2000 characters/],
  ])('may not be %s', (url, words) => expect(strict(url)).toMatch(words))

  test('may be a program of the own machine where development allows it, and nothing else beyond', () => {
    const local = (url: string) => urlFault(url, { loopback: true })
    for (const url of ['http://localhost:4009/', 'http://127.0.0.1:4009/', 'https://[::1]:8443/'])
      expect(local(url), url).toBeNull()
    for (const url of ['http://example.com/', 'http://10.0.0.1:8080/', 'https://192.168.1.1/'])
      expect(local(url), url).not.toBeNull()
  })
})
