// The clients every issuer knows from the start. A test that wants another one registers it, or asks POST /test/clients.

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';

// Characters that must be form-encoded inside a Basic header (RFC 6749, section 2.3.1).
export const AWKWARD_ID = 'basic client:1';
export const AWKWARD_SECRET = 'p@ss w:rd/+%&=~ "quoted"';

const service = {
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  client_secret: 'service-secret-of-at-least-32-characters',
};

// A loopback redirect address of any port: RFC 8252.
const native = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
};

export const clients = [
  { ...service, client_id: 'service-basic', token_endpoint_auth_method: 'client_secret_basic' },
  { ...service, client_id: AWKWARD_ID, client_secret: AWKWARD_SECRET, token_endpoint_auth_method: 'client_secret_basic' },
  { ...service, client_id: 'service-post', token_endpoint_auth_method: 'client_secret_post' },
  { ...service, client_id: 'service-jwt', token_endpoint_auth_method: 'client_secret_jwt' },
  { ...service, client_id: 'service-dpop', token_endpoint_auth_method: 'client_secret_basic', dpop_bound_access_tokens: true },
  { ...service, client_id: 'resource-server', token_endpoint_auth_method: 'client_secret_basic', introspection_signed_response_alg: 'ES256' },
  { ...service, client_id: 'exchanger', token_endpoint_auth_method: 'client_secret_basic', grant_types: ['client_credentials', TOKEN_EXCHANGE] },
  { ...native, client_id: 'public', token_endpoint_auth_method: 'none' },
  { ...native, client_id: 'confidential', client_secret: service.client_secret, token_endpoint_auth_method: 'client_secret_basic' },
  { ...native, client_id: 'signed-userinfo', client_secret: service.client_secret, userinfo_signed_response_alg: 'RS256' },
  { ...native, client_id: 'pushed', client_secret: service.client_secret, require_pushed_authorization_requests: true },
  { ...service, client_id: 'ciba', token_endpoint_auth_method: 'client_secret_basic', grant_types: [CIBA], backchannel_token_delivery_mode: 'poll' },
  { client_id: 'device', redirect_uris: [], response_types: [], grant_types: [DEVICE, 'refresh_token'], token_endpoint_auth_method: 'none', application_type: 'native' },
];
