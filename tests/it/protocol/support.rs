//! Runs a request by both drivers over the same script, and compares what was sent, what was waited and what came of it.

use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use identity_model::drive::{run, run_blocking};
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::error::Error;
use identity_model::exchange::Exchange;
use identity_model::jose::{JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::protocol::{Request, RequestError, RequestOnce};
use identity_model::testing::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::{AttemptTimeout, BodyLimit, Repeat};

pub(crate) const TOKEN: &str = "https://idp.example.com/token";
pub(crate) const USERINFO: &str = "https://idp.example.com/userinfo";
pub(crate) const JWKS: &str = "https://idp.example.com/jwks";

/// When every run begins.
pub(crate) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000)
}

/// What a run left behind.
pub(crate) struct Run<T> {
    pub(crate) result: Result<T, Error>,
    pub(crate) sent: Vec<RecordedRequest>,
    pub(crate) waits: Vec<Duration>,
}

/// Clock, chance and waits of one run.
pub(crate) struct World {
    timer: FixedTimer,
    environment: Environment,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = FixedClock::at(start());
        let timer = FixedTimer::moving(&clock);
        let environment = Environment::system().with_clock(clock).with_entropy(SeededEntropy::new(7)).with_timer(timer.clone());
        Self { timer, environment }
    }

    pub(crate) fn environment(&self) -> Environment {
        self.environment.clone()
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.timer.waits()
    }
}

/// Runs the request that `build` makes by the async and by the blocking driver; both must do the same.
#[track_caller]
pub(crate) fn both_ways<R>(build: impl Fn(Environment) -> R, script: &[(Expected, ScriptedResponse)]) -> Run<R::Response>
where
    R: Request,
    R::Response: Debug,
    Error: From<RequestError>,
{
    let (http, world) = (scripted(script), World::new());
    let request = build(world.environment.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let result = runtime.block_on(run(request.exchange(), &http, request.environment()));
    let asynchronous = Run { result, sent: http.requests(), waits: world.timer.waits() };
    assert_eq!(http.problems(), Vec::<String>::new());

    let (http, world) = (scripted(script), World::new());
    let request = build(world.environment.clone());
    let result = run_blocking(request.exchange(), &http, request.environment());
    assert_eq!(http.problems(), Vec::<String>::new());

    assert_eq!(wires(&asynchronous.sent), wires(&http.requests()), "both drivers send the same");
    assert_eq!(asynchronous.waits, world.timer.waits(), "both drivers wait the same");
    assert_eq!(told(&asynchronous.result), told(&result), "both drivers end the same");
    if let Err(error) = &asynchronous.result {
        assert_well_told(error);
    }
    asynchronous
}

/// The response to a single request by both drivers.
#[track_caller]
pub(crate) fn answered<R>(build: impl Fn(Environment) -> R, expected: Expected, answer: ScriptedResponse) -> Result<R::Response, Error>
where
    R: Request,
    R::Response: Debug,
{
    both_ways(build, &[(expected, answer)]).result
}

/// The error of a request that must not send anything.
#[track_caller]
pub(crate) fn unsent<R>(build: impl Fn(Environment) -> R) -> Error
where
    R: Request,
    R::Response: Debug,
{
    let run = both_ways(build, &[]);
    assert_eq!(run.sent.len(), 0);
    run.result.unwrap_err()
}

pub(crate) fn scripted(script: &[(Expected, ScriptedResponse)]) -> ScriptedHttpClient {
    let builder = ScriptedHttpClient::builder();
    script.iter().cloned().fold(builder, |builder, (expected, answer)| builder.exchange(expected, answer)).build()
}

fn told<T: Debug>(result: &Result<T, Error>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!("{}{error:?}", chain(error)),
    }
}

/// Display of an error and of all its sources, one a line; of the public error, from its cause on.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error).map(|error| error.downcast_ref::<Error>().and_then(std::error::Error::source).unwrap_or(error));
    while let Some(error) = next {
        writeln!(text, "{error}").unwrap();
        next = error.source();
    }
    text
}

/// Each link says something, nothing that the next one says again, and not without end.
#[track_caller]
pub(crate) fn assert_well_told(error: &(dyn std::error::Error + 'static)) {
    if let Some(cause) = error.downcast_ref::<Error>().and_then(std::error::Error::source) {
        return assert_well_told(cause);
    }
    let text = error.to_string();
    assert!(!text.trim().is_empty() && text.chars().count() < 2000, "{text}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(format!("{error:?}").chars().count() < 4000, "{error:?}");
    if let Some(source) = error.source() {
        assert!(!text.contains(&source.to_string()), "`{text}` repeats `{source}`");
        assert_well_told(source);
    }
}

/// A request as it goes to the wire, headers sorted, and the limits that travel with it.
pub(crate) fn wire(request: &RecordedRequest) -> String {
    let mut headers: Vec<String> =
        request.headers().iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))).collect();
    headers.sort();
    let body = String::from_utf8_lossy(request.body()).into_owned();
    format!("{} {}\n{}\n\n{body}", request.method(), request.url(), headers.join("\n")).trim_end().to_owned()
}

pub(crate) fn wires(requests: &[RecordedRequest]) -> Vec<String> {
    let limits = |request: &RecordedRequest| {
        let extensions = request.as_request().extensions();
        format!("{:?} {:?} {:?}", extensions.get::<BodyLimit>(), extensions.get::<AttemptTimeout>(), extensions.get::<Repeat>())
    };
    requests.iter().map(|request| format!("{}\n{}", wire(request), limits(request))).collect()
}

/// A request that sending consumes, made anew for every exchange, so that both drivers can run it.
pub(crate) struct Once<R, B> {
    build: B,
    environment: Environment,
    request: PhantomData<fn() -> R>,
}

impl<R: RequestOnce, B: Fn(Environment) -> R> Request for Once<R, B> {
    type Response = R::Response;

    fn exchange(&self) -> Exchange<R::Response, RequestError> {
        (self.build)(self.environment.clone()).into_exchange()
    }

    fn environment(&self) -> &Environment {
        &self.environment
    }
}

/// Builds what sending consumes as a request for [`both_ways`].
pub(crate) fn once<R: RequestOnce, B: Fn(Environment) -> R + Clone>(build: B) -> impl Fn(Environment) -> Once<R, B> {
    move |environment| Once { build: build.clone(), environment, request: PhantomData }
}

/// Signs claims with a key of ES256; the header says `typ`.
pub(crate) fn signed(key: &PrivateKey, typ: &str, claims: &serde_json::Value) -> String {
    let signer = key.signer(SignatureAlgorithm::ES256).unwrap();
    sign_compact_blocking(&JwsHeader::new().typ(typ), claims.to_string().as_bytes(), &signer).unwrap()
}

/// [`start`] in seconds since 1970.
pub(crate) const NOW: i64 = 1_750_000_000;
