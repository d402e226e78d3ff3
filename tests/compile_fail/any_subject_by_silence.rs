//! Claims of a user whom nobody named: `danger_any` has to be said.

use identity_model::protocol::userinfo::UserInfoRequest;

fn main() {
    let _ = UserInfoRequest::builder().address("https://idp.example.com/userinfo").access_token("t").build();
}
