//! Those who ask for exceptions and approve them.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "writes keys; a failed step is a failed test")]

use ssh_key::private::Ed25519Keypair;
use ssh_key::{LineEnding, PrivateKey};

use super::release::Release;
use crate::harness::Repo;

/// Their names; each has the key of its place.
const PEOPLE: [&str; 3] = ["on-call", "security-lead", "platform-lead"];

fn key(name: &str) -> PrivateKey {
    let seed = PEOPLE.iter().position(|one| *one == name).unwrap();
    PrivateKey::from(Ed25519Keypair::from_seed(&[u8::try_from(seed).unwrap() + 1; 32]))
}

/// The list of those who may sign.
pub(super) fn signers() -> String {
    let line = |name: &str| {
        let key = key(name).public_key().to_openssh().unwrap();
        format!("{name}@example.com namespaces=\"pv-override\" {key}\n")
    };
    PEOPLE.map(line).concat()
}

/// The file of somebody's key.
fn key_of(repo: &Repo, name: &str) -> String {
    let path = repo.beside(name);
    std::fs::write(&path, key(name).to_openssh(LineEnding::LF).unwrap()).unwrap();
    path.display().to_string()
}

/// What `pv` says when on-call asks to leave `rule` out for a release.
pub(super) fn ask(it: &Release, (release, category, rule): (&str, &str, &str)) -> String {
    let why =
        "--harm addresses~are~shown --why there~is~no~time --compensation run~it~afterwards --due 24h --expires 2h";
    let key = key_of(&it.product.repo, "on-call");
    it.pv(&format!("override request --release {release} --category {category} --bypass {rule} {why} --sign {key}"))
}

/// The path of the exception of release r2.
pub(super) fn exception(it: &Release) -> String {
    let folder = std::fs::read_dir(it.product.repo.path("releases/r2/overrides")).unwrap();
    let mut names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let name = names.find(|name| name.ends_with(".toml")).unwrap();
    format!("releases/r2/overrides/{name}")
}

/// What `pv` says when somebody approves the exception that was asked for.
pub(super) fn approve(it: &Release, name: &str) -> String {
    let path = exception(it);
    let id = path.rsplit_once('/').unwrap().1.trim_end_matches(".toml");
    it.pv(&format!("override approve {id} --key {}", key_of(&it.product.repo, name)))
}

/// An exception from the evidence of release r2, asked for and approved.
pub(super) fn excuse(it: &Release) {
    for said in [
        ask(it, ("r2", "security", "gate/evidence-missing")),
        approve(it, "security-lead"),
        approve(it, "platform-lead"),
    ] {
        assert!(!said.contains("[exit code"), "{}\n{said}", it.product.typed());
    }
}
