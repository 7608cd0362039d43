import { describe, expect, it } from 'vitest'
import { checkPassword } from '../src/password-policy.ts'

const problemOf = async (...args: Parameters<typeof checkPassword>) => {
  const check = await checkPassword(...args)
  return check.ok ? null : check.problem
}

describe('checkPassword', () => {
  it.each([
    ['words', 'correct horse battery staple'],
    ['words without blanks', 'correcthorsebatterystaple'],
    ['random characters', 'x7Q!pf-2zVkw9aT'],
    ['another script', '日本語のとても長いパスワードです'],
    ['emoji', '🦊🐝🌵🎻🧭🪁🛶🥨🎲🧶🪴🔭🦉🍄🧊'],
    ['no capitals, digits or marks', 'velvet gondola thermos'],
    ['64 characters', 'k3'.concat('lamp onyx vivid quartz basil turnip oboe fjord maple wick zesty')],
  ])('takes a password of %s', async (_, password) => {
    expect(await checkPassword(password)).toEqual({ ok: true, password })
  })

  it.each([
    ['too short', 'x7Q!pf-2zVkw9a', 'too-short'],
    ['empty', '', 'too-short'],
    ['short in characters, long in bytes', '🦊🐝🌵🎻🧭🪁🛶', 'too-short'],
    ['too long', 'lamp onyx '.repeat(26), 'too-long'],
    ['a megabyte', 'x'.repeat(1_000_000), 'too-long'],
    ['one character over and over', 'aaaaaaaaaaaaaaaaaa', 'repetitive'],
    ['one piece over and over', 'ab3ab3ab3ab3ab3ab3', 'repetitive'],
    ['a row', 'abcdefghijklmnopq', 'repetitive'],
    ['a row of digits', '123456789012345678', 'repetitive'],
    ['a row downwards', '987654321098765', 'repetitive'],
    ['a common word with a common number', 'Password1234567', 'common'],
    ['and a mark', 'Password123456!', 'common'],
    ['a common word twice and a number', 'letmeinletmein12', 'common'],
    ['one character, and another in the end', 'aaaaaaaaaaaaaaab', 'common'],
    ['a row with a bend', 'abcdefg12345678', 'common'],
    ['rows of keys', 'asdfghjklqwertyuiop', 'common'],
    ['a NUL', 'correct horse\0 battery staple', 'unreadable'],
    ['half a character', 'correct horse \ud83e battery staple', 'unreadable'],
  ])('refuses what is %s', async (_, password, problem) => {
    expect(await problemOf(password)).toBe(problem)
  })

  it('refuses common passwords where they are long enough', async () => {
    expect(await problemOf('Sunshine', { minLength: 8 })).toBe('common')
    expect(await problemOf('iloveyoubatman', { minLength: 8 })).toBe('common')
    expect(await problemOf('x7Q!pf-2', { minLength: 8 })).toBe(null)
  })

  it.each([
    ['the address', 'Ada.Lovelace@mail.example'],
    ['a name and a year', 'ada.lovelace-1815'],
    ['the site', 'blog-blog-Flaskr2'],
  ])('refuses what is made of %s', async (_, password) => {
    const words = ['ada.lovelace@mail.example', 'Flaskr', 'blog']
    expect(await problemOf(password, { words })).toBe('personal')
  })

  it('takes a name inside of a good password, and does not fall for words of one letter', async () => {
    const words = ['ada@mail.example', 'A', 'e']
    expect(await problemOf('ada keeps velvet gondolas', { words })).toBe(null)
  })

  it('gives the normal form, and measures that', async () => {
    const check = await checkPassword('u\u0308ber'.repeat(1).concat(' den Wolken fliegen'))
    expect(check).toEqual({ ok: true, password: 'über den Wolken fliegen' })
    expect(await problemOf('u\u0308'.repeat(3).concat('bcdefghijkl'))).toBe('too-short')
  })

  it('cannot be set below eight characters', async () => {
    await expect(checkPassword('x', { minLength: 4 })).rejects.toMatchObject({ code: 'ERR_AUTH_OPTION' })
  })
})
