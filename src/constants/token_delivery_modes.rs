//! How tokens of a backchannel authentication arrive: CIBA Core 1.0 section 5.

use super::table::names;

names! {
    POLL = "poll", "The client asks. CIBA Core 1.0 section 5.";
    PING = "ping", "The client is told, then asks. CIBA Core 1.0 section 5.";
    PUSH = "push", "The tokens are sent. CIBA Core 1.0 section 5.";
}
