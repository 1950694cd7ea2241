//! Signing records with the user's SSH key: here, or by `ssh-keygen` where the key is encrypted, in an agent or in hardware.

mod program;
pub(super) mod verified;

use std::path::{Path, PathBuf};

use ssh_key::{PrivateKey, PublicKey};

use super::load::Session;
use crate::release::signatures;
use crate::store::bounded;

/// A file larger than this is no key, in bytes.
const LARGEST: u64 = 64 << 10;

/// A key to sign with.
#[derive(Debug)]
pub(super) struct Key {
    /// The public half.
    pub(super) public: PublicKey,
    /// The private half, where it is at hand and not encrypted.
    private: Option<PrivateKey>,
    /// The file that `ssh-keygen` is given; none: the public half alone, whose other half an agent has.
    file: Option<PathBuf>,
    /// The program that signs what is not signed here.
    program: String,
}

impl Key {
    /// The key in `file`; without one, the key that git signs with.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn find(file: Option<&Path>, session: &Session) -> miette::Result<Self> {
        let setting = |name: &str| session.repository.setting(name);
        let program = setting("gpg.ssh.program").unwrap_or_else(|| "ssh-keygen".to_owned());
        if let Some(file) = file {
            return Self::of_file(file, program);
        }
        let configured = setting("user.signingkey").filter(|_| setting("gpg.format").as_deref() == Some("ssh"));
        let Some(configured) = configured else {
            return Err(miette::miette!(
                code = "signing::no_key",
                help = "name one with --key FILE, or tell git: git config gpg.format ssh; git config user.signingkey ~/.ssh/id_ed25519",
                "there is no SSH key to sign with"
            ));
        };
        match PublicKey::from_openssh(configured.strip_prefix("key::").unwrap_or(&configured)) {
            Ok(public) => Ok(Self { public, private: None, file: None, program }),
            Err(_) => Self::of_file(&expanded(&configured), program),
        }
    }

    /// The key in a file: a private one, or a public one whose other half an agent has.
    fn of_file(file: &Path, program: String) -> miette::Result<Self> {
        let text = read(file)?;
        let file = Some(file.to_owned());
        if let Ok(public) = PublicKey::from_openssh(text.trim()) {
            return Ok(Self { public, private: None, file, program });
        }
        if let Ok(private) = PrivateKey::from_openssh(&text) {
            let public = private.public_key().clone();
            return Ok(Self { public, private: Some(private).filter(|key| !key.is_encrypted()), file, program });
        }
        let public = file.as_deref().and_then(beside).ok_or_else(|| unreadable(file.as_deref(), "it is no SSH key"))?;
        Ok(Self { public, private: None, file, program })
    }

    /// How it is called: `SHA256:…`.
    pub(super) fn fingerprint(&self) -> String {
        signatures::fingerprint(self.public.key_data())
    }

    /// The armoured signature of `text` for records of `namespace`.
    ///
    /// # Errors
    /// When `ssh-keygen` has to sign, and does not.
    pub(super) fn sign(&self, namespace: &str, text: &str) -> miette::Result<String> {
        if let Some(signature) = self.private.as_ref().and_then(|key| signatures::sign(namespace, text, key)) {
            return Ok(signature);
        }
        program::sign(&self.program, namespace, text, (self.file.as_deref(), &self.public))
    }
}

/// The public half in the file beside a private one.
fn beside(file: &Path) -> Option<PublicKey> {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    PublicKey::from_openssh(read(Path::new(&name)).ok()?.trim()).ok()
}

fn read(file: &Path) -> miette::Result<String> {
    let bytes = bounded::read(file, LARGEST).map_err(|error| unreadable(Some(file), &error))?;
    String::from_utf8(bytes).map_err(|_| unreadable(Some(file), "it is no text"))
}

fn unreadable(file: Option<&Path>, why: impl std::fmt::Display) -> miette::Report {
    let file = file.unwrap_or(Path::new("the key")).display();
    miette::miette!(
        code = "signing::unreadable",
        help = "name an OpenSSH key, private or public, with --key FILE; `ssh-keygen -t ed25519` makes one",
        "{file}: {why}"
    )
}

/// `~/…`, as git expands it.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}
