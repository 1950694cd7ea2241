//! Audiences: whom a release is told to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whom something is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Those who use the product.
    Customer,
    /// Those who answer them.
    Support,
    /// Those who build and run it.
    Engineering,
    /// Those who decide about it.
    Exec,
}

impl Audience {
    /// Every audience, in the order of an intent's file.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Support, Self::Engineering, Self::Exec];

    /// Those who are sent notices, in the order in which they are told.
    pub const NOTIFIED: [Self; 3] = [Self::Engineering, Self::Support, Self::Customer];

    /// The name as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Support => "support",
            Self::Engineering => "engineering",
            Self::Exec => "exec",
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
