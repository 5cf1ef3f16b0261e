// Calls to the member that serves the page, on behalf of whoever logged in; kept in memory only.

import { answered, t } from './i18n.js';

let user = '';
let token = '';

export function currentUser() {
  return user;
}

/** Logs in; an empty name logs out. */
export async function logIn(name, password) {
  user = '';
  token = '';
  if (name !== '') {
    const answer = await call('/v3/auth/authenticate', { name, password });
    token = answer.token;
    user = name;
  }
}

/** Posts a request and gives its answer as an object. */
export async function call(path, request) {
  return (await send(path, request)).json();
}

/** The same for an answer that is no single object; {@code signal} ends it. */
export async function send(path, request, signal) {
  const answer = await fetch(new URL(path, location.href), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
    body: JSON.stringify(request),
    signal,
  }).catch(unreachable);
  return checked(answer);
}

/** What a call that answers in lines tells, one by one; throws what it says when it fails. */
export async function* results(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop();
    yield* lines.filter((it) => it !== '').map(result);
  }
  if (rest.trim() !== '') {
    yield result(rest);
  }
}

function result(line) {
  const { result: told, error } = JSON.parse(line);
  if (error) {
    throw new Error(answered(error));
  }
  return told;
}

/** An answer that is one of success; throws what the member said, in the page's language, of any other. */
export async function checked(answer) {
  if (!answer.ok) {
    const { message, error, said } = await answer.json().catch(() => ({}));
    throw new Error(message || error ? answered({ message: message || error, said }) : t('error.http', { status: answer.status }));
  }
  return answer;
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
}

/** A member that gives no answer at all, whatever the browser calls that. */
export function unreachable() {
  throw new Error(t('error.unreachable'));
}
