//! OAuth 2.0 without OpenID Connect: eight providers by the responses that their documentation shows, and what an `OAuthClient` rejects.

use std::time::{Duration, SystemTime};

use identity_model::client::{LoginOptions, OAuthClient, OAuthSession};
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::protocol::authorize::Callback;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::userinfo::SubjectClaim;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::{DiscoveryPolicy, ErrorKind, blocking};
use url::Url;

const REDIRECT: &str = "https://app.example.com/callback/provider";

/// A provider as its documentation has it.
struct Provider {
    name: &'static str,
    authorize: &'static str,
    token: &'static str,
    user: Option<&'static str>,
    revocation: Option<&'static str>,
    scope: &'static [&'static str],
    /// What the token endpoint answers to a code.
    tokens: &'static str,
    /// What the user endpoint answers.
    claims: &'static str,
    user_subject: &'static [&'static str],
    token_subject: Option<&'static [&'static str]>,
    header: Option<(&'static str, &'static str)>,
    posts_secret: bool,
    policy: fn() -> DiscoveryPolicy,
    /// The subject, the scopes that were granted, and what a refresh answers.
    subject: &'static str,
    granted: &'static [&'static str],
    refreshed: Option<&'static str>,
}

const PLAIN: Provider = Provider {
    name: "",
    authorize: "",
    token: "",
    user: None,
    revocation: None,
    scope: &[],
    tokens: "",
    claims: "",
    user_subject: &["id"],
    token_subject: None,
    header: None,
    posts_secret: false,
    policy: DiscoveryPolicy::strict,
    subject: "",
    granted: &[],
    refreshed: None,
};

fn commas() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().comma_separated_scope().build()
}

fn slack() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().comma_separated_scope().bearer_token_types(["bot"]).build()
}

const PROVIDERS: [Provider; 8] = [
    Provider {
        name: "GitHub",
        authorize: "https://github.com/login/oauth/authorize",
        token: "https://github.com/login/oauth/access_token",
        user: Some("https://api.github.com/user"),
        scope: &["read:user", "user:email"],
        tokens: r#"{"access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a","scope":"read:user,user:email","token_type":"bearer"}"#,
        claims: r#"{"login":"octocat","id":583231,"node_id":"MDQ6VXNlcjU4MzIzMQ==","name":"The Octocat","email":null,"site_admin":false}"#,
        header: Some(("x-github-api-version", "2022-11-28")),
        policy: commas,
        subject: "583231",
        granted: &["read:user", "user:email"],
        ..PLAIN
    },
    Provider {
        name: "Discord",
        authorize: "https://discord.com/oauth2/authorize",
        token: "https://discord.com/api/oauth2/token",
        user: Some("https://discord.com/api/users/@me"),
        revocation: Some("https://discord.com/api/oauth2/token/revoke"),
        scope: &["identify"],
        tokens: r#"{"token_type":"Bearer","access_token":"6qrZcUqja7812RVdnEKjpzOL4CvHBFG","expires_in":604800,"refresh_token":"D43f5y0ahjqew82jZ4NViEr2YafMKhue","scope":"identify"}"#,
        claims: r#"{"id":"80351110224678912","username":"nelly","discriminator":"0","global_name":"Nelly","avatar":null,"verified":true}"#,
        subject: "80351110224678912",
        granted: &["identify"],
        refreshed: Some(
            r#"{"token_type":"Bearer","access_token":"second","expires_in":604800,"refresh_token":"second-refresh","scope":"identify"}"#,
        ),
        ..PLAIN
    },
    Provider {
        name: "Spotify",
        authorize: "https://accounts.spotify.com/authorize",
        token: "https://accounts.spotify.com/api/token",
        user: Some("https://api.spotify.com/v1/me"),
        scope: &["user-read-private", "user-read-email"],
        tokens: r#"{"access_token":"NgCXRK...MzYjw","token_type":"Bearer","scope":"user-read-private user-read-email","expires_in":3600,"refresh_token":"NgAagA...Um_SHo"}"#,
        claims: r#"{"display_name":"JM Wizzler","email":"email@example.com","id":"wizzler","type":"user","uri":"spotify:user:wizzler"}"#,
        subject: "wizzler",
        granted: &["user-read-private", "user-read-email"],
        refreshed: Some(r#"{"access_token":"second","token_type":"Bearer","expires_in":3600,"scope":"user-read-private user-read-email"}"#),
        ..PLAIN
    },
    Provider {
        name: "Notion",
        authorize: "https://api.notion.com/v1/oauth/authorize",
        token: "https://api.notion.com/v1/oauth/token",
        tokens: r#"{"access_token":"secret_e4","token_type":"bearer","bot_id":"b3414d65","workspace_icon":null,"workspace_name":"Acme","workspace_id":"j565j4d7","owner":{"type":"user","user":{"object":"user","id":"e79a0b74-3aba-4149-9f74-0bb5791a6ee6","name":"Ada"}},"duplicated_template_id":null}"#,
        token_subject: Some(&["owner", "user", "id"]),
        subject: "e79a0b74-3aba-4149-9f74-0bb5791a6ee6",
        ..PLAIN
    },
    Provider {
        name: "Strava",
        authorize: "https://www.strava.com/oauth/authorize",
        token: "https://www.strava.com/oauth/token",
        user: Some("https://www.strava.com/api/v3/athlete"),
        scope: &["read,activity:read"],
        tokens: r#"{"token_type":"Bearer","expires_at":1568775134,"expires_in":21600,"refresh_token":"e5n567567","access_token":"a4b945687g","athlete":{"id":134815,"username":"marianne_t"}}"#,
        claims: r#"{"id":134815,"username":"marianne_t","resource_state":2,"firstname":"Marianne","lastname":"Teutenberg"}"#,
        token_subject: Some(&["athlete", "id"]),
        posts_secret: true,
        policy: commas,
        subject: "134815",
        granted: &["read,activity:read"],
        refreshed: Some(
            r#"{"token_type":"Bearer","access_token":"second","expires_at":1568796734,"expires_in":21600,"refresh_token":"second-refresh"}"#,
        ),
        ..PLAIN
    },
    Provider {
        name: "X",
        authorize: "https://x.com/i/oauth2/authorize",
        token: "https://api.x.com/2/oauth2/token",
        user: Some("https://api.x.com/2/users/me"),
        revocation: Some("https://api.x.com/2/oauth2/revoke"),
        scope: &["users.read", "tweet.read", "offline.access"],
        tokens: r#"{"token_type":"bearer","expires_in":7200,"access_token":"Q0Mzdk","scope":"users.read tweet.read offline.access","refresh_token":"bWRWa3"}"#,
        claims: r#"{"data":{"id":"2244994945","name":"X Dev","username":"XDevelopers"}}"#,
        user_subject: &["data", "id"],
        subject: "2244994945",
        granted: &["users.read", "tweet.read", "offline.access"],
        refreshed: Some(
            r#"{"token_type":"bearer","expires_in":7200,"access_token":"second","scope":"users.read tweet.read offline.access","refresh_token":"second-refresh"}"#,
        ),
        ..PLAIN
    },
    Provider {
        name: "Slack",
        authorize: "https://slack.com/oauth/v2/authorize",
        token: "https://slack.com/api/oauth.v2.access",
        scope: &["commands"],
        tokens: r#"{"ok":true,"access_token":"xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy","token_type":"bot","scope":"commands,incoming-webhook","bot_user_id":"U0KRQLJ9H","app_id":"A0KRD7HC3","team":{"name":"Softworks","id":"T9TK3CUKW"},"enterprise":null,"authed_user":{"id":"U1234","scope":"chat:write","access_token":"xoxp-1234","token_type":"user"}}"#,
        token_subject: Some(&["authed_user", "id"]),
        policy: slack,
        subject: "U1234",
        granted: &["commands", "incoming-webhook"],
        ..PLAIN
    },
    Provider {
        name: "Mastodon",
        authorize: "https://mastodon.example/oauth/authorize",
        token: "https://mastodon.example/oauth/token",
        user: Some("https://mastodon.example/api/v1/accounts/verify_credentials"),
        revocation: Some("https://mastodon.example/oauth/revoke"),
        scope: &["read:accounts"],
        tokens: r#"{"access_token":"ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0","token_type":"Bearer","scope":"read:accounts","created_at":1573979017}"#,
        claims: r#"{"id":"14715","username":"trwnh","acct":"trwnh","display_name":"infinite love","locked":false}"#,
        posts_secret: true,
        subject: "14715",
        granted: &["read:accounts"],
        ..PLAIN
    },
];

fn environment() -> Environment {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
    Environment::system().with_timer(FixedTimer::moving(&clock)).with_clock(clock).with_entropy(SeededEntropy::new(3))
}

impl Provider {
    fn client(&self, http: &ScriptedHttpClient) -> OAuthClient {
        let builder = OAuthClient::builder()
            .authorization_endpoint(self.authorize)
            .token_endpoint(self.token)
            .client_id("app")
            .maybe_userinfo_endpoint(self.user)
            .maybe_revocation_endpoint(self.revocation)
            .user_subject(SubjectClaim::path(self.user_subject.iter().copied()))
            .maybe_token_subject(self.token_subject.map(|path| SubjectClaim::path(path.iter().copied())))
            .scope(self.scope.iter().copied())
            .redirect_uri(REDIRECT)
            .policy((self.policy)())
            .environment(environment())
            .http(http.clone())
            .blocking_http(http.clone());
        let builder = self.header.iter().fold(builder, |builder, (name, value)| builder.userinfo_header(*name, *value));
        match self.posts_secret {
            true => builder.authentication(ClientAuthentication::secret_post("s3cret")).build().unwrap(),
            false => builder.client_secret("s3cret").build().unwrap(),
        }
    }

    fn user_request(&self, token: &str) -> Option<Expected> {
        let expected = Expected::get(self.user?).header("authorization", format!("Bearer {token}"));
        Some(self.header.iter().fold(expected, |expected, (name, value)| expected.header(*name, *value)))
    }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

fn callback(url: &Url) -> Callback {
    Callback::from_query(format!("code=the-code&state={}", parameter(url, "state").unwrap())).unwrap()
}

#[tokio::test]
async fn l_oauth_users_of_eight_providers_log_in_by_both_faces() {
    for provider in &PROVIDERS {
        let name = provider.name;
        for blocking in [false, true] {
            let mut script = ScriptedHttpClient::builder().post(provider.token, ScriptedResponse::json(200, provider.tokens));
            let token: serde_json::Value = serde_json::from_str(provider.tokens).unwrap();
            if let Some(expected) = provider.user_request(token["access_token"].as_str().unwrap()) {
                script = script.exchange(expected, ScriptedResponse::json(200, provider.claims));
            }
            let http = script.build();
            let client = provider.client(&http);
            let twin = blocking::OAuthClient::from(&client);
            let begun = match blocking {
                false => client.begin_login(LoginOptions::new()).await.unwrap(),
                true => twin.begin_login(LoginOptions::new()).unwrap(),
            };
            assert!(begun.url.as_str().starts_with(&format!("{}?", provider.authorize)), "{name}: {}", begun.url);
            let scope = provider.scope.join(" ");
            assert_eq!(parameter(&begun.url, "scope"), (!scope.is_empty()).then_some(scope), "{name}");
            assert_eq!((parameter(&begun.url, "nonce"), parameter(&begun.url, "code_challenge_method")), (None, Some("S256".to_owned())));
            let callback = callback(&begun.url);
            let login = match blocking {
                false => client.finish_login(begun.transaction, callback).await,
                true => twin.finish_login(begun.transaction, callback),
            };
            let login = login.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(login.subject(), Some(provider.subject), "{name}");
            assert_eq!(login.user().is_some(), provider.user.is_some(), "{name}");
            assert_eq!(login.session().granted_scope(), provider.granted, "{name}");
            let request = &http.requests()[0];
            assert_eq!(request.form_value("client_secret").is_some(), provider.posts_secret, "{name}");
            assert_eq!(request.header("authorization").is_some(), !provider.posts_secret, "{name}");
            assert_eq!(request.form_value("redirect_uri").as_deref(), Some(REDIRECT));
            assert!(request.form_value("code_verifier").is_some());
            http.assert_finished();
        }
    }
}

/// A session at a provider, and the client that it is of.
async fn session(provider: &Provider, more: &[(Expected, ScriptedResponse)]) -> (ScriptedHttpClient, OAuthClient, OAuthSession) {
    let mut script = ScriptedHttpClient::builder().post(provider.token, ScriptedResponse::json(200, provider.tokens));
    if let Some(user) = provider.user {
        script = script.get(user, ScriptedResponse::json(200, provider.claims));
    }
    let script = more.iter().cloned().fold(script, |script, (expected, answer)| script.exchange(expected, answer));
    let http = script.build();
    let client = provider.client(&http);
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&begun.url);
    let session = client.finish_login(begun.transaction, callback).await.unwrap().into_session();
    (http, client, serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap())
}

#[tokio::test]
async fn l_oauth_a_session_is_refreshed_and_its_tokens_are_revoked() {
    for provider in PROVIDERS.iter().filter(|provider| provider.refreshed.is_some()) {
        let mut more = vec![(Expected::post(provider.token), ScriptedResponse::json(200, provider.refreshed.unwrap()))];
        if let Some(revocation) = provider.revocation {
            more.push((Expected::post(revocation), ScriptedResponse::json(200, r#"{"revoked":true}"#)));
        }
        let (http, client, session) = session(provider, &more).await;
        let renewed = client.refresh(&session).await.unwrap().into_session();
        assert_eq!((renewed.access_token().expose(), renewed.subject()), ("second", Some(provider.subject)), "{}", provider.name);
        let is_rotated = provider.refreshed.unwrap().contains("second-refresh");
        let kept = if is_rotated { "second-refresh" } else { session.refresh_token().unwrap().expose() };
        assert_eq!(renewed.refresh_token().unwrap().expose(), kept, "{}", provider.name);
        assert_eq!(renewed.granted_scope(), provider.granted, "{}", provider.name);
        if provider.revocation.is_some() {
            client.revoke(renewed.refresh_token().unwrap()).await.unwrap();
            assert_eq!(http.requests().last().unwrap().form_value("token").as_deref(), Some("second-refresh"));
        }
        http.assert_finished();
    }
}

#[tokio::test]
async fn l_oauth_an_error_in_a_success_is_the_servers_error() {
    for (provider, answer, code) in [
        (
            &PROVIDERS[0],
            r#"{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}"#,
            "bad_verification_code",
        ),
        (&PROVIDERS[6], r#"{"ok":false,"error":"invalid_code"}"#, "invalid_code"),
    ] {
        let http = ScriptedHttpClient::builder().post(provider.token, ScriptedResponse::json(200, answer)).build();
        let client = provider.client(&http);
        let begun = client.begin_login(LoginOptions::new()).await.unwrap();
        let callback = callback(&begun.url);
        let error = client.finish_login(begun.transaction, callback).await.unwrap_err();
        assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, code));
    }
}

#[tokio::test]
async fn l_oauth_a_user_who_is_another_or_nobody_is_refused_and_the_tokens_come_out() {
    let strava = &PROVIDERS[4];
    let other = r#"{"id":1,"username":"mallory"}"#;
    for (claims, code) in [(other, "answer_mismatch"), ("{}", "malformed_member")] {
        let http = ScriptedHttpClient::builder()
            .post(strava.token, ScriptedResponse::json(200, strava.tokens))
            .get(strava.user.unwrap(), ScriptedResponse::json(200, claims))
            .build();
        let client = strava.client(&http);
        let begun = client.begin_login(LoginOptions::new()).await.unwrap();
        let callback = callback(&begun.url);
        let error = client.finish_login(begun.transaction, callback).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.issued_tokens().unwrap().access_token().expose(), "a4b945687g");
    }
}

#[tokio::test]
async fn l_oauth_what_belongs_elsewhere_is_refused_before_anything_is_sent() {
    let (github, discord) = (&PROVIDERS[0], &PROVIDERS[1]);
    let (_, _, session) = session(discord, &[]).await;
    let http = ScriptedHttpClient::builder().build();
    let client = github.client(&http);
    for error in [client.refresh(&session).await.unwrap_err(), client.userinfo(&session).await.unwrap_err()] {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "foreign_session"));
    }
    let begun = discord.client(&http).begin_login(LoginOptions::new()).await.unwrap();
    let error = client.finish_login(begun.transaction, callback(&begun.url)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "foreign_login"));
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let state = parameter(&begun.url, "state").unwrap();
    let mixed_up = Callback::from_query(format!("code=c&state={state}&iss=https://evil.example")).unwrap();
    let error = client.finish_login(begun.transaction, mixed_up).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "callback_issuer_mismatch"));
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn l_oauth_what_takes_an_id_token_is_named_as_such() {
    let http = ScriptedHttpClient::builder().build();
    let client = PROVIDERS[0].client(&http);
    let error = client.begin_login(LoginOptions::new().scope(["openid", "profile"])).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "client_configuration"));
    assert!(error.to_string().contains("OidcClient"), "{error}");
    let error = OAuthClient::builder()
        .authorization_endpoint("/authorize")
        .token_endpoint("https://idp.example.com/token")
        .client_id("app")
        .http(http.clone())
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("authorization_endpoint"), "{error}");
    let plain = OAuthClient::builder().authorization_endpoint("https://idp.example.com/a").token_endpoint("http://idp.example.com/token");
    let plain = plain.client_id("app").redirect_uri(REDIRECT).http(http.clone()).build().unwrap();
    assert_eq!(plain.begin_login(LoginOptions::new()).await.unwrap_err().kind(), ErrorKind::Policy);
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn l_oauth_a_session_says_whose_it_is_and_when_its_token_expires() {
    let discord = &PROVIDERS[1];
    let (_, _, with_expiry) = session(discord, &[]).await;
    assert_eq!(with_expiry.client_id(), "app");
    let now = environment().clock().now();
    let at = with_expiry.expires_at().unwrap();
    assert_eq!(at, now + Duration::from_secs(604_800));
    let hour = Duration::from_secs(3600);
    assert!(!with_expiry.expires_within(hour, now) && !with_expiry.expires_within(hour, at - hour - Duration::from_secs(1)));
    assert!(with_expiry.expires_within(hour, at - hour) && with_expiry.expires_within(Duration::ZERO, at));
    assert!(with_expiry.expires_within(Duration::MAX, now), "a margin beyond all time");

    let (_, _, without) = session(&PROVIDERS[3], &[]).await;
    assert_eq!(without.expires_at(), None);
    assert!(!without.expires_within(Duration::MAX, at), "it is not known to expire");
}

#[tokio::test]
async fn l_oauth_what_stands_beside_the_code_is_handed_out_unverified() {
    let notion = &PROVIDERS[3];
    let http = ScriptedHttpClient::builder().post(notion.token, ScriptedResponse::json(200, notion.tokens)).build();
    let client = notion.client(&http);
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let state = parameter(&begun.url, "state").unwrap();
    let callback = Callback::from_query(format!("code=the-code&state={state}&team=first&shop=second")).unwrap();
    let login = client.finish_login(begun.transaction, callback).await.unwrap();
    assert_eq!((login.unverified_parameter("team"), login.unverified_parameter("shop")), (Some("first"), Some("second")));
    assert_eq!(login.unverified_parameter("other"), None);
}
