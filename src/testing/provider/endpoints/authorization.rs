//! The authorization endpoint: RFC 6749 section 3.1, OpenID Connect Core section 3.1.2. It says yes at once, as the first user or the
//! one that is asked for.

use serde_json::{Map, Value, json};

use crate::jose::{ContentEncryptionAlgorithm, SignatureAlgorithm};
use crate::testing::provider::TestClient;
use crate::testing::provider::login::asked::{Asked, RESPONSE_TYPES};
use crate::testing::provider::login::reply::{RESPONSE_MODES, Reply, set_cookie};
use crate::testing::provider::login::sign_in::{SESSION_COOKIE, STATE_COOKIE, SignedIn, sign_in};
use crate::testing::provider::login::{grant, incoming};
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let algorithms: Vec<&str> = config.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    let methods: &[&str] = if config.optional_pkce { &["S256", "plain"] } else { &["S256"] };
    let mut members = Map::from_iter([
        ("response_types_supported".to_owned(), json!(RESPONSE_TYPES)),
        ("response_modes_supported".to_owned(), json!(RESPONSE_MODES)),
        ("code_challenge_methods_supported".to_owned(), json!(methods)),
        ("authorization_response_iss_parameter_supported".to_owned(), json!(true)),
        ("authorization_signing_alg_values_supported".to_owned(), json!(algorithms)),
        ("claims_parameter_supported".to_owned(), json!(true)),
        ("request_parameter_supported".to_owned(), json!(true)),
        ("request_uri_parameter_supported".to_owned(), json!(true)),
        ("require_request_uri_registration".to_owned(), json!(false)),
        ("request_object_signing_alg_values_supported".to_owned(), json!(request_object_algorithms(config))),
        ("prompt_values_supported".to_owned(), json!(["none", "login", "consent", "select_account"])),
    ]);
    if config.required_signed_request_objects {
        members.insert("require_signed_request_object".to_owned(), json!(true));
    }
    if let Some((algorithm, _)) = &config.decryption_key {
        let encryptions: Vec<&str> = ContentEncryptionAlgorithm::ALL.iter().map(|encryption| encryption.name()).collect();
        members.insert("request_object_encryption_alg_values_supported".to_owned(), json!([algorithm.name()]));
        members.insert("request_object_encryption_enc_values_supported".to_owned(), json!(encryptions));
    }
    members.extend(config.acr_values.as_ref().map(|values| ("acr_values_supported".to_owned(), json!(values))));
    members
}

fn request_object_algorithms(config: &Config) -> Vec<&'static str> {
    let unsigned = (!config.required_signed_request_objects).then_some("none");
    SignatureAlgorithm::ALL.iter().map(|algorithm| algorithm.name()).chain(unsigned).collect()
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let sent = Form::of_front_channel(call.request)?;
    let unknown = || ErrorResponse::oauth("unauthorized_client", "the client is unknown");
    let client = call.shared.client(sent.required("client_id")?).ok_or_else(unknown)?;
    let form = incoming::resolve(call, &client, sent)?;
    let reply = Reply::read(&client, &form)?;
    match log_in(call, &client, &form, &reply) {
        Ok((mut parameters, signed_in)) => {
            let state = reply.session_state(&signed_in.session.browser_state, &call.shared.random_text(8)?);
            parameters.extend(state.map(|state| ("session_state".to_owned(), state)));
            let mut response = reply.send(call, parameters)?;
            set_cookie(&mut response, SESSION_COOKIE, Some(&signed_in.cookie), false);
            set_cookie(&mut response, STATE_COOKIE, Some(&signed_in.session.browser_state), true);
            Ok(response)
        }
        Err(refusal) => reply.send(call, refusal.parameters()),
    }
}

type Answered = (Vec<(String, String)>, SignedIn);

fn log_in(call: &Call<'_>, client: &TestClient, form: &Form, reply: &Reply<'_>) -> Result<Answered, ErrorResponse> {
    reply.flaw()?;
    let asked = Asked::read(&call.shared.config, client, form)?;
    let signed_in = sign_in(call, &client.id, &asked)?;
    let parameters = grant::answer(call, client, &asked, &signed_in)?;
    Ok((parameters, signed_in))
}
