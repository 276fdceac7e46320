// A real OpenID Connect provider on a free port of loopback, for tests. Its address is the line that it prints.
// POST /_test/client {redirect, back}   the client that it knows
// POST /_test/fault  {fault}            what is wrong with the ID tokens from now on; null: nothing
// POST /_test/rotate                    new keys; the old ones are gone
// POST /_test/person {id, claims}       what it says of a person
// GET  /_test/asked                     queries of the requests for a login so far
import http from 'node:http';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const installed = createRequire(`${process.env.INSTALLED}/package.json`);
const load = (name) => import(pathToFileURL(installed.resolve(name)).href);
const { Provider } = await load('oidc-provider');
const { exportJWK, generateKeyPair, importJWK, SignJWT } = await load('jose');

const CLIENT_ID = 'ledger';
const CLIENT_SECRET = 'correct-horse-battery-staple';
const people = new Map();
const asked = [];
let client = { redirect: 'http://127.0.0.1:1/login/callback', back: 'http://127.0.0.1:1/signed-out' };
let fault = null;
let key;
let strangers;
let answer;
let generation = 0;

async function newKey() {
  generation += 1;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `key-${generation}`, alg: 'RS256', use: 'sig' };
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header, payload) => `${encoded(header)}.${encoded(payload)}.`;
const signed = async (payload, jwk, kid = jwk.kid) => new SignJWT(payload)
  .setProtectedHeader({ alg: 'RS256', kid }).sign(await importJWK(jwk, 'RS256'));

function bySecret(payload) {
  const content = `${encoded({ alg: 'HS256', kid: key.kid })}.${encoded(payload)}`;
  return `${content}.${createHmac('sha256', CLIENT_SECRET).update(content).digest('base64url')}`;
}

async function forged(token) {
  const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  const now = Math.floor(Date.now() / 1000);
  switch (fault) {
    case 'nonce': return signed({ ...payload, nonce: 'another' }, key);
    case 'no nonce': return signed({ ...payload, nonce: undefined }, key);
    case 'issuer': return signed({ ...payload, iss: 'https://evil.example.org' }, key);
    case 'audience': return signed({ ...payload, aud: 'somebody-else' }, key);
    case 'asked by another': return signed({ ...payload, aud: [CLIENT_ID, 'other'], azp: 'other' }, key);
    case 'expired': return signed({ ...payload, iat: now - 400, exp: now - 120 }, key);
    case 'old': return signed({ ...payload, iat: now - 7200 }, key);
    case 'of tomorrow': return signed({ ...payload, iat: now + 86400, exp: now + 90000 }, key);
    case 'no end': return signed({ ...payload, exp: undefined }, key);
    case 'no subject': return signed({ ...payload, sub: undefined }, key);
    case 'stranger key': return signed(payload, strangers, key.kid);
    case 'changed': return token.replace(/\.[^.]+\./, `.${encoded({ ...payload, sub: 'root' })}.`);
    case 'unsigned': return unsigned({ alg: 'none' }, payload);
    case 'signed with the secret': return bySecret(payload);
    case 'no token': return undefined;
    case 'skewed': return signed({ ...payload, iat: now + 30 }, key);
    default: return token;
  }
}

async function spoiled(ctx, next) {
  if (ctx.path === '/auth') asked.push(ctx.querystring);
  await next();
  if (fault && ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = await forged(ctx.body.id_token);
  if (fault === 'userinfo of another' && ctx.path === '/me') ctx.body.sub = 'root';
}

function renew() {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [client.redirect],
      post_logout_redirect_uris: [client.back],
    }],
    jwks: { keys: [key] },
    cookies: { keys: ['a key for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    pkce: { required: () => true },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  });
  provider.use(spoiled);
  answer = provider.callback();
}

const controls = {
  '/_test/client': (given) => { client = given; renew(); },
  '/_test/fault': (given) => { fault = given.fault; },
  '/_test/rotate': async () => { key = await newKey(); renew(); },
  '/_test/person': (given) => { people.set(given.id, given.claims); },
  '/_test/asked': () => asked,
};

const server = http.createServer(async (request, response) => {
  const control = controls[request.url];
  if (!control) {
    answer(request, response);
    return;
  }
  let body = '';
  for await (const part of request) body += part;
  const said = await control(body ? JSON.parse(body) : {});
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(said ?? {}));
});
key = await newKey();
strangers = await newKey();
server.listen(0, '127.0.0.1', () => {
  renew();
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume(); // whoever started it is gone
