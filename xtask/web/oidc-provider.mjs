// The certified OpenID provider that stands for any provider which is not LemonLDAP::NG: it sends `iss` in the
// authorization response, rotates refresh tokens and calls the back-channel logout address.
//
// Environment: PORT (where to listen on 127.0.0.1), DESK_PORT (where the Pléiade server under test listens).
import dns from 'node:dns';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const desk = `http://desk.pleiade.localhost:${process.env.DESK_PORT}`;
const issuer = `http://127.0.0.1:${port}`;

// RFC 6761 reserves *.localhost for the loopback; the resolver of the C library does not know it everywhere.
const systemLookup = dns.lookup;
dns.lookup = (name, options, callback) =>
  systemLookup(name.endsWith('.localhost') ? '127.0.0.1' : name, options, callback);

const people = {
  jdupont: {
    name: 'Jeanne Dupont', given_name: 'Jeanne', family_name: 'Dupont', email: 'jeanne.dupont@alpha.example',
    email_verified: true, preferred_username: 'jdupont', siret: '21990001600011', siren: '219900016',
    collectivite: 'mairie-alpha', collectivites: ['mairie-alpha'], type_personne: 'agent',
    fonction: "Instructrice des autorisations d'urbanisme", groups: ['agents', 'urbanisme', 'administrateurs'],
  },
  hmartin: {
    name: 'Hélène Martin', given_name: 'Hélène', family_name: 'Martin', email: 'helene.martin@alpha.example',
    email_verified: true, preferred_username: 'hmartin', siret: '21990001600011', siren: '219900016',
    collectivite: 'mairie-alpha', collectivites: ['mairie-alpha'], type_personne: 'elu',
    fonction: 'Adjointe à la transition écologique', groups: ['elus'],
  },
  lfevre: {
    name: 'Loïc Fèvre', given_name: 'Loïc', family_name: 'Fèvre', email: 'loic.fevre@beta.example',
    email_verified: false, preferred_username: 'lfevre', siret: '20990002600011', siren: '209900026',
    collectivite: 'mairie-beta', collectivites: ['mairie-beta'], type_personne: 'agent',
    fonction: 'Responsable des finances', groups: ['agents'],
  },
};

// One key for each algorithm that may be pinned; RS256 and PS256 share the RSA key.
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];
const key = (kid, type, options) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid, use: 'sig',
});
const keys = [
  key('rsa', 'rsa', { modulusLength: 2048 }), key('p256', 'ec', { namedCurve: 'P-256' }),
  key('p384', 'ec', { namedCurve: 'P-384' }), key('ed25519', 'ed25519'),
];

// The public halves of the keys with which the tests of pleiade-federation sign who they are.
const ours = JSON.parse(readFileSync(new URL('../../pleiade-federation/tests/hostile/keys/jwks.json', import.meta.url)));
const publicKey = (kid) => ({ keys: ours.keys.filter((candidate) => candidate.kid === kid) });

// Each further client differs from `pleiade` in one thing, which its name says.
const client = (name, differences = {}) => ({
  client_id: name,
  client_secret: 'pleiade-secret',
  client_name: 'Pléiade',
  redirect_uris: [`${desk}/sign-in/oidc/callback`, 'https://desk.example.test/callback'],
  post_logout_redirect_uris: [`${desk}/`, `${desk}/sign-out/done`],
  backchannel_logout_uri: `${desk}/sign-out/oidc/backchannel`,
  backchannel_logout_session_required: true,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...differences,
});
const signing = (algorithm) => client(`pleiade-${algorithm.toLowerCase()}`, {
  id_token_signed_response_alg: algorithm,
  userinfo_signed_response_alg: algorithm,
});
const proving = (kid, algorithm) => client(`pleiade-key-${algorithm.toLowerCase()}`, {
  client_secret: undefined,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: algorithm,
  jwks: publicKey(kid),
});

const provider = new Provider(issuer, {
  clients: [
    client('pleiade'),
    ...algorithms.map(signing),
    client('pleiade-post', { token_endpoint_auth_method: 'client_secret_post' }),
    proving('rsa-1', 'RS256'),
    proving('ec', 'ES256'),
    client('pleiade-pushed', { require_pushed_authorization_requests: true }),
  ],
  jwks: { keys },
  enabledJWA: {
    idTokenSigningAlgValues: algorithms,
    userinfoSigningAlgValues: algorithms,
    clientAuthSigningAlgValues: algorithms,
  },
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name', 'given_name', 'family_name', 'preferred_username'],
    siret: ['siret', 'siren'],
    collectivite: ['collectivite', 'collectivites', 'fonction', 'type_personne'],
    groups: ['groups'],
  },
  cookies: { keys: ['pleiade-test-cookie-key'] },
  features: {
    devInteractions: { enabled: true },
    jwtUserinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    claimsParameter: { enabled: true },
    revocation: { enabled: true },
  },
  // The development sign-in page accepts any login: only the people above exist.
  async findAccount(_context, login) {
    const person = people[login];
    return person && { accountId: login, claims: async () => ({ sub: login, ...person }) };
  },
  // The provider refuses to call loopback addresses, which is where the test's desk is: its connection pool, which
  // holds that rule, is left out.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  pkce: { required: () => true },
  // A refresh token without asking `offline_access`, as LemonLDAP::NG does.
  issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  ttl: { AccessToken: 3600, IdToken: 3600, Session: 3600, Grant: 3600, Interaction: 3600, RefreshToken: 3600 },
});

for (const event of ['server_error', 'backchannel.error']) {
  provider.on(event, (...details) => console.error(event, details.find((detail) => detail instanceof Error)));
}

createServer(provider.callback()).listen(port, '127.0.0.1', () => console.log(`${issuer} is ready`));
