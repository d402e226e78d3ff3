//! The callback of a login: read as every other reader reads it, and believed by plain rules alone; the text of a login transaction.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::Method;
use identity_model::encoding::form::Form;
use identity_model::protocol::authorize::{Callback, CallbackError, LoginTransaction};
use url::{Url, form_urlencoded};

use super::assert_well_told;

const ISSUER: &str = "https://issuer.example.com";
const STATE: &str = "xyz";

/// Parameters that stand in an answer once at most.
const ONCE: [&str; 13] = [
    "response",
    "iss",
    "state",
    "error",
    "error_description",
    "error_uri",
    "code",
    "id_token",
    "access_token",
    "token_type",
    "expires_in",
    "scope",
    "session_state",
];

/// The same login for each place of an answer, as it is kept.
static LOGINS: LazyLock<[String; 3]> = LazyLock::new(|| {
    ["query", "fragment", "form_post"].map(|mode| {
        format!(
            r#"{{"version":1,"issuer":"{ISSUER}","client_id":"app","redirect_uri":"https://app.example.com/cb","response_type":"code",
            "response_mode":"{mode}","state":"{STATE}","code_verifier":"{}","token_endpoint":"{ISSUER}/token","expects_iss":true,
            "begun_at":1750000000,"expires_at":1750000600}}"#,
            "v".repeat(43)
        )
    })
});

/// The input as the parameters of a callback, and as the text of a login transaction.
pub fn callback(data: &[u8]) {
    parameters(data);
    let (rest, fragment) = split(data, b'#');
    let query = rest.strip_prefix(b"?").unwrap_or(rest);
    judged(&LOGINS[0], Callback::from_query(data), query);
    judged(&LOGINS[0], Callback::from_url([b"/cb?", query, b"#code=c"].concat()), query);
    let own = data.strip_prefix(b"#").unwrap_or(data);
    judged(&LOGINS[1], Callback::from_fragment(data), if own == b"_=_" { b"" } else { own });
    if let Some(fragment) = fragment.filter(|fragment| *fragment != b"_=_") {
        judged(&LOGINS[1], Callback::from_url(data), fragment);
    }
    let form = Some("application/x-www-form-urlencoded");
    judged(&LOGINS[2], Callback::from_form(&Method::POST, form, data), data);
    transaction(data);
}

fn split(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == separator) {
        Some(place) => (&text[..place], Some(&text[place + 1..])),
        None => (text, None),
    }
}

/// The verdict over a callback, beside a plain reading of the rules.
fn judged(login: &str, callback: Result<Callback, CallbackError>, part: &[u8]) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_060);
    let login = LoginTransaction::from_text(login).unwrap();
    let outcome = callback.and_then(|callback| {
        assert!(format!("{callback:?}").len() < 100);
        login.check(&callback, now)
    });
    if let Err(error) = &outcome {
        assert_well_told(error);
        assert!(!error.code().is_empty());
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(part).into_owned().collect();
    let values = |name: &str| pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    let is_unsaid = |name: &str| values(name).iter().all(|value| value.is_empty());
    let is_code = |code: &str| !code.is_empty() && code.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let expected = Form::parse(part).is_ok()
        && ONCE.iter().all(|name| values(name).len() <= 1)
        && values("iss") == [ISSUER]
        && values("state") == [STATE]
        && ["error", "response", "id_token", "access_token"].into_iter().all(is_unsaid)
        && matches!(values("code").as_slice(), [code] if is_code(code));
    assert_eq!(outcome.is_ok(), expected, "{outcome:?}");
}

/// Read and written again it is the same login; what cannot be read is told without repeating it.
fn transaction(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let login = match LoginTransaction::from_text(text) {
        Ok(login) => login,
        Err(error) => return assert_well_told(&error),
    };
    let written = login.to_text();
    let again = LoginTransaction::from_text(written.expose()).unwrap();
    assert_eq!(again.to_text(), written);
    assert_eq!((again.replay_key(), again.expires_at()), (login.replay_key(), login.expires_at()));
    assert!(login.response_type().returns_code() || login.response_type().returns_id_token());
}

/// Read as every other reader reads them, written and read again the same, nothing that comes twice unseen.
fn parameters(data: &[u8]) {
    let form = match Form::parse(data) {
        Ok(form) => form,
        Err(error) => return assert_well_told(&error),
    };
    let others: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
    let ours: Vec<(String, String)> = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(ours, others);
    for written in [form.to_query(), form.to_body()] {
        assert!(written.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{written}");
        assert_eq!(Form::parse(&written).unwrap(), form);
    }
    let twice = others.iter().enumerate().find(|(place, (name, _))| others.iter().take(*place).any(|(other, _)| other == name));
    assert_eq!(form.duplicate(), twice.map(|(_, (name, _))| name.as_str()));
    for (name, _) in &others {
        let values: Vec<&str> = others.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(form.all(name).collect::<Vec<_>>(), values);
    }
    let mut redirect = Url::parse("https://app.example.com/callback").unwrap();
    redirect.set_query(Some(&form.to_query()));
    assert_eq!(Form::parse(redirect.query().unwrap()).unwrap(), form);
    assert!(redirect.fragment().is_none());
}
