//! Security profiles as policy: named rules, each with its clause, that a client keeps or does not build by.
//!
//! OAuth 2.1, RFC 9700, FAPI 1.0 Advanced, FAPI 2.0 Security Profile and Message Signing. A [`Profile`] is a list of [`ProfileRule`]s. A client
//! that is given one ([`profile`](crate::client::OidcClientBuilder::profile)) does not build where its settings break a rule, and sends nothing
//! where the provider's metadata do. [`Profile::examine`] says the same about settings, metadata and recorded messages as a [`ProfileReport`].
//! An application states rules of its own beside these.

mod composition;
mod configuration;
mod evidence;
mod message;
mod presets;
mod report;
mod rule;
mod rules;

pub use composition::Profile;
pub use configuration::{ClientConfiguration, RequestObjectConfiguration, ResourceConfiguration};
pub use evidence::ProfileEvidence;
pub use message::{MessageKind, ProfileMessage};
pub use report::{ProfileFinding, ProfileReport, Verdict};
pub use rule::{ProfileRule, ProfileStage, RuleOutcome, RuleResult, RuleSeverity};
