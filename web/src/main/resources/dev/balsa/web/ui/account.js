// Calls to the member that serves the page, on behalf of whoever logged in; kept in memory only.

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

/** Posts a request and gives its answer as an object; {@code status} is on the error. */
export async function call(path, request) {
  return (await send(path, request)).json();
}

/** The same for an answer that is no single object. */
export async function send(path, request) {
  const answer = await fetch(new URL(path, location.href), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
    body: JSON.stringify(request),
  });
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}));
    const refused = new Error(body.message || body.error || `HTTP ${answer.status}`);
    refused.status = answer.status;
    throw refused;
  }
  return answer;
}
