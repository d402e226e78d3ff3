//! A browser of a few lines: it follows redirects, keeps cookies, and stops where the client's own address comes.

use std::collections::BTreeMap;

use bytes::Bytes;
use identity_model::transport::{HttpClient, HttpResponse, ReqwestClient};
use url::Url;

use crate::faces::http;

/// More redirects than any login takes.
const REDIRECTS: usize = 20;

/// One browser: one session at the provider.
pub(crate) struct Browser {
    http: ReqwestClient,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self { http: http(), cookies: BTreeMap::new() }
    }

    /// Opens `address` and follows it to an address that starts with `redirect_uri`, which is not opened.
    pub(crate) async fn follow(&mut self, address: &Url, redirect_uri: &str) -> Url {
        let mut address = address.clone();
        for _ in 0..REDIRECTS {
            let location = self.open(&address).await;
            address = address.join(&location).unwrap();
            if address.as_str().starts_with(redirect_uri) {
                return address;
            }
        }
        panic!("no end of redirects at {address}");
    }

    async fn open(&mut self, address: &Url) -> String {
        let response = self.send(http::Request::get(address.as_str()), Bytes::new()).await;
        location(address, &response)
    }

    /// The page at `address`.
    pub(crate) async fn page(&mut self, address: &Url) -> String {
        let response = self.send(http::Request::get(address.as_str()), Bytes::new()).await;
        String::from_utf8_lossy(response.body()).into_owned()
    }

    /// Posts a form; where that leads to.
    pub(crate) async fn submit(&mut self, address: &Url, form: &str) -> String {
        let request = http::Request::post(address.as_str()).header("content-type", "application/x-www-form-urlencoded");
        let response = self.send(request, Bytes::from(form.to_owned())).await;
        location(address, &response)
    }

    async fn send(&mut self, request: http::request::Builder, body: Bytes) -> HttpResponse {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = self.http.send(request.header("cookie", cookies.join("; ")).body(body).unwrap()).await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            match rest.split(';').next().unwrap() {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        response
    }
}

fn location(address: &Url, response: &HttpResponse) -> String {
    match response.headers().get("location") {
        Some(location) => location.to_str().unwrap().to_owned(),
        None => panic!("{address} answered {} and does not redirect: {}", response.status(), String::from_utf8_lossy(response.body())),
    }
}
