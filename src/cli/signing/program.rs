//! `ssh-keygen -Y sign`: for keys that are encrypted, in an agent or in hardware, and for those that we cannot use.

use std::path::Path;
use std::process::{Command, Stdio};

use ssh_key::PublicKey;

/// The armoured signature of `text`, as `program` makes it; it may ask for a passphrase on the terminal.
///
/// # Errors
/// When the program is not there, or refuses.
pub(super) fn sign(
    program: &str,
    namespace: &str,
    text: &str,
    (file, public): (Option<&Path>, &PublicKey),
) -> miette::Result<String> {
    let folder = tempfile::tempdir().map_err(|error| failed(program, error))?;
    let (written, message) = (folder.path().join("key.pub"), folder.path().join("record"));
    std::fs::write(&message, text.replace("\r\n", "\n")).map_err(|error| failed(program, error))?;
    if file.is_none() {
        let key = public.to_openssh().map_err(|error| failed(program, error))?;
        std::fs::write(&written, key + "\n").map_err(|error| failed(program, error))?;
    }
    let mut command = Command::new(program);
    command.args(["-Y", "sign", "-n", namespace, "-f"]).arg(file.unwrap_or(&written)).arg(&message);
    let output = command.stdin(Stdio::inherit()).output().map_err(|error| failed(program, error))?;
    if !output.status.success() {
        return Err(failed(program, String::from_utf8_lossy(&output.stderr).trim()));
    }
    std::fs::read_to_string(folder.path().join("record.sig")).map_err(|error| failed(program, error))
}

fn failed(program: &str, why: impl std::fmt::Display) -> miette::Report {
    miette::miette!(
        code = "signing::program",
        help = "is the key loaded (`ssh-add -l`), or its passphrase right? `ssh-keygen` comes with OpenSSH",
        "`{program}` did not sign: {why}"
    )
}
