//! Who may sign: lists of signers, and signatures that count for nothing.

use proptest::prelude::*;
use pv::release::signatures::{self, Allowed, Signers};
use ssh_key::LineEnding;

use super::{ASKED, SECURITY, STRANGER, fingerprint, instant, key, public, signers};

/// What comes of a signature by `seed` under a list of signers.
fn verified(signers: &str, seed: u8, at: &str) -> String {
    let signature = signatures::sign(signatures::OVERRIDE, "text", &key(seed)).unwrap();
    let signers = Signers::read(".pv/allowed_signers", signers);
    match signatures::verify(signatures::OVERRIDE, "text", &signature, (&signers, &instant(at))) {
        Ok(signed) => signed.signer.name().to_owned(),
        Err(why) => why.to_string().replace(&fingerprint(seed), "KEY"),
    }
}

#[test]
fn signers_are_read_as_openssh_reads_them() {
    let line = |options: &str| format!("lead@example.com {options} {}\n", public(SECURITY));
    let said = |options: &str| verified(&line(options), SECURITY, ASKED);
    assert_eq!(said(""), "lead@example.com");
    assert_eq!(said("namespaces=\"git,pv-*\""), "lead@example.com");
    assert_eq!(said("NAMESPACES=\"pv-override\",valid-after=\"20261120\""), "lead@example.com");
    assert_eq!(said("valid-before=\"20261120163000Z\""), "lead@example.com", "the last moment is inside");
    insta::assert_snapshot!([
        said("namespaces=\"git\""),
        said("namespaces=\"pv-*,!pv-override\""),
        said("valid-after=\"202611201631\""),
        said("valid-before=\"20261120162959\""),
        said("cert-authority"),
        said("no-touch"),
        said("valid-after=\"yesterday\""),
        verified(&signers(), STRANGER, ASKED),
        verified("", SECURITY, ASKED),
    ].join("\n"), @r#"
the key KEY may sign namespaces="git", and the namespace here is `pv-override`
the key KEY may sign namespaces="pv-*,!pv-override", and the namespace here is `pv-override`
the key KEY is valid after 2026-11-20T16:31:00Z, and the record is of 2026-11-20T22:00:00+05:30
the key KEY was valid before 2026-11-20T16:29:59Z, and the record is of 2026-11-20T22:00:00+05:30
the key KEY signs certificates, and no records: its line says cert-authority
the key KEY is none of .pv/allowed_signers, as it is committed
the key KEY is none of .pv/allowed_signers, as it is committed
the key KEY is none of .pv/allowed_signers, as it is committed
the key KEY is none of .pv/allowed_signers, as it is committed
"#);
    assert_eq!(
        verified(&format!("\"quoted name@example.com\" {}", public(SECURITY)), SECURITY, ASKED),
        "quoted name@example.com"
    );
    assert_eq!(verified(&format!("# nobody\n\n \t\r\n{}", line("")), SECURITY, ASKED), "lead@example.com");
}

#[test]
fn a_hostile_list_of_signers_counts_for_nobody_and_says_where() {
    let faults = |text: &str| -> Vec<String> {
        let problems = Signers::read(".pv/allowed_signers", text).problems;
        problems.iter().map(|problem| format!("{}: {}", problem.place.line, problem.message)).collect()
    };
    insta::assert_snapshot!([
        faults("lead@example.com ssh-ed25519 AAAA\nlead@example.com\n\"open ssh-ed25519 AAAA").join("\n"),
        faults("lead@example.com ssh-ed25519 !!!!\0\n").join("\n"),
        faults(&"x ".repeat(600_000)).join("\n"),
    ].join("\n"), @r#"
1: the key cannot be read: a key is its type and base64
2: there is no key
3: there are no principals
1: the key cannot be read: a key is its type and base64
1: the file is longer than 1048576 bytes, and counts for nobody
"#);
    let many = format!("{}{}", "x@example.com ssh-ed25519 AAAA\n".repeat(20_000), signers());
    assert_eq!(Signers::read("s", &many).able(signatures::OVERRIDE, &instant(ASKED)).len(), 3);
}

#[test]
fn a_signature_for_another_purpose_is_none() {
    let signature = signatures::sign("pv-release", "text", &key(SECURITY)).unwrap();
    let signers = Signers::read("s", &signers());
    let said = signatures::verify(signatures::OVERRIDE, "text", &signature, (&signers, &instant(ASKED)));
    assert_eq!(
        said.unwrap_err().to_string(),
        "it was made for the namespace `pv-release`, and `pv-override` is needed"
    );
    assert_eq!(signers.allow(key(STRANGER).public_key().key_data(), "git", &instant(ASKED)), Allowed::Unknown);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_signature_never_counts_and_never_panics(at in 0usize..400, byte in any::<u8>(), cut in 0usize..400) {
        let signature = signatures::sign(signatures::OVERRIDE, "text", &key(SECURITY)).unwrap();
        let signers = Signers::read("s", &signers());
        let mut bytes = signature.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let damaged = String::from_utf8_lossy(&bytes).into_owned();
        let verify = |text: &str| signatures::verify(signatures::OVERRIDE, "text", text, (&signers, &instant(ASKED)));
        let holds = verify(&damaged).is_ok();
        prop_assert!(!holds || damaged.split_whitespace().eq(signature.split_whitespace()) || decoded(&damaged) == decoded(&signature));
        let shorter: String = signature.chars().take(cut).collect();
        prop_assert!(verify(&shorter).is_err() || decoded(&shorter) == decoded(&signature));
    }

    #[test]
    fn no_list_of_signers_panics(text in "([a-z@*!,?\"=\\\\ \t\n#-]|ssh-ed25519 |namespaces=|valid-after=|AAAAC3NzaC1lZDI1NTE5|\0){0,60}") {
        let signers = Signers::read("s", &text);
        let _ = signers.able(signatures::OVERRIDE, &instant(ASKED));
    }
}

/// What an armour holds.
fn decoded(armour: &str) -> Option<Vec<u8>> {
    let signature: ssh_key::SshSig = armour.parse().ok()?;
    Some(signature.to_pem(LineEnding::LF).ok()?.into_bytes())
}
