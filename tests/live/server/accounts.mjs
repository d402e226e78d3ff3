// Every name is an account; its claims follow from it.

export async function findAccount(_ctx, id) {
  const name = id.charAt(0).toUpperCase() + id.slice(1);
  return {
    accountId: id,
    claims: async () => ({
      sub: id,
      name: `${name} Example`,
      given_name: name,
      family_name: 'Example',
      preferred_username: id,
      updated_at: 1_750_000_000,
      email: `${id}@example.com`,
      email_verified: true,
      phone_number: '+1 555 0100',
      phone_number_verified: false,
      address: { locality: 'Anytown', country: 'NL' },
    }),
  };
}

// A grant of an account to a client, as a consent page would have made it.
export async function consent(provider, clientId, accountId, { scope = 'openid', resources = {} }) {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(scope);
  for (const [resource, resourceScope] of Object.entries(resources)) grant.addResourceScope(resource, resourceScope);
  return grant.save();
}
