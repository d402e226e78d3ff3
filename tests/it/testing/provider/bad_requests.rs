//! What a browser or a stranger may send to the endpoints of logins: errors of the specifications, never a failure of the provider.

use identity_model::testing::{ProviderEndpoint, TestBrowser, TestProvider};

use super::support::*;

const PLACES: [ProviderEndpoint; 7] = [
    ProviderEndpoint::Authorization,
    ProviderEndpoint::EndSession,
    ProviderEndpoint::WebFinger,
    ProviderEndpoint::CheckSession,
    ProviderEndpoint::Claims,
    ProviderEndpoint::Resource,
    ProviderEndpoint::ResourceMetadata,
];

fn bodies() -> Vec<String> {
    let mut bodies: Vec<String> =
        ["", "=", "&&&", "%", "%FF%FE", "client_id", "client_id=%00", "request=", "request=..", "request_uri=%20", "a=1&a=2"]
            .map(str::to_owned)
            .to_vec();
    bodies.push(format!("client_id=client&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state={}", "%0D%0ASet-Cookie:%20a=b".repeat(50)));
    bodies.push(format!("client_id=client&request={}", "a.".repeat(5000)));
    bodies.push("client_id=client&request=eyJhbGciOiJub25lIn0.W10.".to_owned());
    bodies.push(format!("client_id=client&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&response_type=code&claims={}", "%5B".repeat(3000)));
    bodies.push("client_id=client&redirect_uri=javascript%3Aalert(1)&response_type=code&response_mode=form_post".to_owned());
    bodies.push("client_id=client&post_logout_redirect_uri=javascript%3Aalert(1)".to_owned());
    bodies.push("client_id=client&post_logout_redirect_uri=nowhere&id_token_hint=".to_owned());
    bodies
}

#[test]
fn bad_requests_get_errors_and_send_nobody_anywhere() {
    let provider = TestProvider::new();
    for place in PLACES {
        let address = provider.address(place);
        for body in bodies() {
            let mut requests = vec![post(&address, &[])];
            *requests[0].body_mut() = body.clone().into();
            if let Ok(request) = http::Request::get(format!("{address}?{body}")).body(Default::default()) {
                requests.push(request);
            }
            for request in requests {
                let response = provider.send_blocking(request).unwrap();
                assert!(response.status().as_u16() < 500, "{place}: {} for {body}", response.status());
                let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
                assert!(location.is_none_or(|location| location.starts_with("https://app.test/cb")), "{place}: {body}");
                assert!(!String::from_utf8_lossy(response.body()).contains("\"javascript:"), "{place}: {body}");
            }
        }
    }
}

#[test]
fn a_state_cannot_break_out_of_the_answer() {
    let provider = TestProvider::new();
    let state = "\r\nSet-Cookie: a=b\r\n\r\n\"><script>alert(1)</script>";
    for mode in ["query", "fragment", "form_post"] {
        let answer = provider.authorize(login_url(&provider, &[("state", state), ("response_mode", mode)]));
        assert_eq!(answer.parameter("state").as_deref(), Some(state), "{mode}");
        assert!(!answer.page().contains("<script>alert"));
        assert_eq!(answer.response().headers().get_all("set-cookie").iter().count(), 2);
    }
}

#[test]
fn other_methods_and_other_cookies_are_harmless() {
    let provider = TestProvider::new();
    let mut request = get(login_url(&provider, &[("prompt", "none")]));
    for cookie in ["", "test_provider_session=", "test_provider_session=stolen; x", "=;=;"] {
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let response = provider.send_blocking(request.clone()).unwrap();
        assert!(response.headers()["location"].to_str().unwrap().contains("login_required"), "{cookie}");
    }
    let request = http::Request::delete(provider.address(ProviderEndpoint::Authorization)).body(Default::default()).unwrap();
    assert_eq!(provider.send_blocking(request).unwrap().status(), 405);
    let browser: TestBrowser = provider.browser();
    let plain = http::Request::post(provider.address(ProviderEndpoint::Authorization)).body("client_id=client".into()).unwrap();
    assert_eq!(provider.send_blocking(plain).unwrap().status(), 400, "no form");
    assert_eq!(browser.post(provider.address(ProviderEndpoint::Authorization), &[]).status(), 400);
}

#[test]
fn many_browsers_at_once_have_a_session_each() {
    let provider = TestProvider::new();
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let provider = provider.clone();
            std::thread::spawn(move || {
                let browser = provider.browser();
                (0..20)
                    .map(|_| {
                        let state = format!("{number}");
                        let answer = browser.open(login_url(&provider, &[("state", &state)]));
                        assert_eq!(answer.parameter("state"), Some(state));
                        let claims = id_token_claims(&provider, &answer.parameter("code").unwrap());
                        claims["sid"].as_str().unwrap().to_owned()
                    })
                    .collect::<std::collections::BTreeSet<String>>()
            })
        })
        .collect();
    let sessions: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(sessions.iter().all(|sids| sids.len() == 1), "{sessions:?}");
    assert_eq!(sessions.iter().flatten().collect::<std::collections::BTreeSet<_>>().len(), 8);
}

#[test]
fn a_code_is_redeemed_once_however_many_try() {
    let provider = TestProvider::new();
    let code = provider.authorize(login_url(&provider, &[])).parameter("code").unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (provider, code) = (provider.clone(), code.clone());
            std::thread::spawn(move || redeem(&provider, &code).status() == 200)
        })
        .collect();
    assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).filter(|accepted| *accepted).count(), 1);
}
