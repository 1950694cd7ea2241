//! Addresses of remotes: the URL of `[store] remote`, taken apart.

use std::fmt;
use std::path::PathBuf;

use object_store::path::Path;

use super::RemoteError;

/// Where a remote is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Which store.
    pub(super) place: Place,
    prefix: Path,
    shown: String,
}

/// The stores that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A directory of this machine.
    Directory(PathBuf),
    /// A bucket of S3, or of a service that speaks its language at `endpoint`.
    S3 {
        /// Scheme, host and port; `None`: Amazon's own, or what the environment says.
        endpoint: Option<String>,
        /// The bucket.
        bucket: String,
    },
    /// A bucket of Google Cloud Storage.
    Google(String),
    /// A container of Azure Blob Storage.
    Azure(String),
}

impl Address {
    /// Takes `url` apart.
    ///
    /// # Errors
    /// [`RemoteError::Address`], which never shows what may be secret in it.
    pub(super) fn parse(url: &str) -> Result<Self, RemoteError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong(url, "it has no scheme"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let shown = || format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, rest)| rest));
        if authority.contains('@') {
            return Err(wrong(&shown(), "credentials do not belong in it: set them in the environment"));
        }
        if rest.contains(['?', '#']) {
            let bare = url.split(['?', '#']).next().unwrap_or_default();
            return Err(wrong(bare, "nothing may follow the path: set what a query would say in the environment"));
        }
        let path = decoded(path.trim_end_matches('/')).ok_or_else(|| wrong(url, "its path has a bad %-escape"))?;
        if path.split('/').any(|step| matches!(step, "." | "..")) {
            return Err(wrong(url, "its path may not have `.` or `..` in it"));
        }
        let (place, prefix) = place(scheme, authority, &path).map_err(|why| wrong(url, why))?;
        Ok(Self { place, prefix: Path::from(prefix), shown: shown().trim_end_matches('/').to_owned() })
    }

    /// What all keys begin with.
    pub(super) fn prefix(&self) -> &Path {
        &self.prefix
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn place(scheme: &str, authority: &str, path: &str) -> Result<(Place, String), &'static str> {
    let named = |place: Place| match authority {
        "" => Err("it names no bucket"),
        _ => Ok((place, path.to_owned())),
    };
    match scheme {
        "file" if !matches!(authority, "" | "localhost") => Err("a directory is `file:///` and its absolute path"),
        "file" if path.is_empty() => Err("it names no directory"),
        // A drive of Windows: `file:///C:/remotes`.
        "file" if cfg!(windows) => Ok((Place::Directory(PathBuf::from(path)), String::new())),
        "file" => Ok((Place::Directory(PathBuf::from(format!("/{path}"))), String::new())),
        "s3" => named(Place::S3 { endpoint: None, bucket: authority.to_owned() }),
        "gs" => named(Place::Google(authority.to_owned())),
        "az" => named(Place::Azure(authority.to_owned())),
        "http" | "https" => {
            let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
            if authority.is_empty() || bucket.is_empty() {
                return Err("an endpoint is followed by its bucket: `https://host/bucket`");
            }
            let endpoint = Some(format!("{scheme}://{authority}"));
            Ok((Place::S3 { endpoint, bucket: bucket.to_owned() }, prefix.to_owned()))
        }
        _ => Err("its scheme is none of s3, gs, az, file, http, https"),
    }
}

fn wrong(url: &str, why: &'static str) -> RemoteError {
    RemoteError::Address { url: url.to_owned(), why }
}

/// `text` without its %-escapes.
fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut out = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2)?;
        out.push(u8::from_str_radix(hex, 16).ok()?);
        out.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::{Address, Place};

    fn parsed(url: &str) -> (Place, String) {
        let address = Address::parse(url).unwrap();
        (address.place.clone(), address.prefix().to_string())
    }

    #[test]
    fn every_scheme_is_taken_apart() {
        let s3 = |endpoint: Option<&str>| Place::S3 { endpoint: endpoint.map(str::to_owned), bucket: "b".to_owned() };
        assert_eq!(parsed("s3://b/team/pv"), (s3(None), "team/pv".to_owned()));
        assert_eq!(parsed("s3://b"), (s3(None), String::new()));
        assert_eq!(parsed("http://127.0.0.1:9000/b/x/"), (s3(Some("http://127.0.0.1:9000")), "x".to_owned()));
        assert_eq!(parsed("gs://b/x"), (Place::Google("b".to_owned()), "x".to_owned()));
        assert_eq!(parsed("az://c"), (Place::Azure("c".to_owned()), String::new()));
        #[cfg(unix)]
        assert_eq!(parsed("file:///srv/my%20pv/"), (Place::Directory("/srv/my pv".into()), String::new()));
        assert_eq!(Address::parse("s3://b/team/").unwrap().to_string(), "s3://b/team");
    }

    #[test]
    fn what_names_no_remote_is_refused_and_secrets_are_not_shown() {
        for url in [
            "s3:///x",
            "https://host",
            "https://host/",
            "file://srv/pv",
            "file:///",
            "ftp://h/b",
            "s3",
            "s3://b/../x",
            "file:///a/%2e%2e/b",
            "s3://b/%zz",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        for url in ["https://user:hunter2@host/bucket", "s3://hunter2@bucket/x", "az://c/x?sig=hunter2"] {
            let said = format!("{:?}", miette::Report::new(Address::parse(url).unwrap_err()));
            assert!(!said.contains("hunter2") && said.contains("environment"), "{said}");
        }
    }
}
