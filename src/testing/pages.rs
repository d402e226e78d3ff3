//! The code of the README and of the pages under `docs/`, compiled and run with the documentation tests and in no other build.

macro_rules! pages {
    ($($name:ident = $path:literal;)*) => {$(
        #[cfg(feature = "reqwest")]
        #[doc = include_str!(concat!("../../", $path))]
        struct $name;
    )*};
}

pages! {
    Readme = "README.md";
    GettingStarted = "docs/getting-started.md";
    Endpoints = "docs/endpoints/README.md";
    Grants = "docs/endpoints/grants.md";
    TokenExchange = "docs/endpoints/token-exchange.md";
    DeviceAuthorization = "docs/endpoints/device-authorization.md";
    BackchannelAuthentication = "docs/endpoints/backchannel-authentication.md";
    IntrospectionAndRevocation = "docs/endpoints/introspection-and-revocation.md";
    UserInfo = "docs/endpoints/userinfo.md";
    PushedAuthorization = "docs/endpoints/pushed-authorization.md";
    Registration = "docs/endpoints/registration.md";
    WebFinger = "docs/endpoints/webfinger.md";
    ResourceMetadata = "docs/endpoints/resource-metadata.md";
    Login = "docs/login.md";
    DiscoveryPolicy = "docs/discovery-policy.md";
    TokenValidation = "docs/token-validation.md";
    Profiles = "docs/profiles.md";
    ProtectAnApi = "docs/protect-an-api.md";
    TokensOverTime = "docs/tokens-over-time.md";
    Dpop = "docs/dpop.md";
    MutualTls = "docs/mutual-tls.md";
    Jose = "docs/jose.md";
    Troubleshooting = "docs/troubleshooting.md";
    TestingYourApplication = "docs/testing-your-application.md";
    Providers = "docs/providers/README.md";
    ProviderOAuthOnly = "docs/providers/oauth-only.md";
    ProviderEntra = "docs/providers/entra.md";
    ProviderGoogle = "docs/providers/google.md";
    ProviderCognito = "docs/providers/cognito.md";
    ProviderAuth0 = "docs/providers/auth0.md";
    ProviderOkta = "docs/providers/okta.md";
    ProviderDescope = "docs/providers/descope.md";
    ProviderKeycloak = "docs/providers/keycloak.md";
    ProviderGitHub = "docs/providers/github.md";
    ProviderGitLab = "docs/providers/gitlab.md";
    ProviderHydra = "docs/providers/hydra.md";
    ProviderSpring = "docs/providers/spring.md";
    ProviderAdfs = "docs/providers/adfs.md";
    ProviderPing = "docs/providers/ping.md";
    ProviderKubernetes = "docs/providers/kubernetes.md";
}
