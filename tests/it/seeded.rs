//! Bad releases are refused for the right reason, good ones are not.
