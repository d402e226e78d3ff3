//! Logging out: rules L1, L2 and L7. The token of a back-channel logout is the business of `sessions`.

mod back_channel;
mod end_session;
mod front_channel;
mod returned;
