//! The signatures of a release's exceptions, held against their records.

use crate::cli::shipped::Shelf;
use crate::git::Snapshot;
use crate::lock::ReleaseName;
use crate::lock::verify::Fault;
use crate::release::overrides::{self, SIGNERS};
use crate::release::signatures::{self, Signers};

/// Everything that is wrong with the exceptions that a release went by: signatures that do not hold, records that are
/// gone. Who may sign is what the release's own tag says, else what `head` holds.
pub(in crate::cli) fn faults(
    shelf: &Shelf,
    name: &ReleaseName,
    (tagged, head): (Option<&Shelf>, Option<&Snapshot>),
) -> Vec<Fault> {
    let papers = shelf.texts_in(&overrides::folder(name));
    let text = |path: &str| papers.iter().find(|(other, _)| other == path).map(|(_, text)| text.as_str());
    let signers = Signers::read(SIGNERS, &signers(tagged, head).unwrap_or_default());
    let signed = papers.iter().filter(|(path, _)| path.ends_with(".sig"));
    let mut faults: Vec<Fault> = signed
        .filter_map(|(path, signature)| {
            let record = path.split_once(".toml").map(|(stem, _)| format!("{stem}.toml"))?;
            let found = match text(&record) {
                None => format!("a signature of {record}, which is not there"),
                Some(text) => wrong(&record, text, (signature, &signers))?,
            };
            Some(fault(path, "a signature of its record, by a key of .pv/allowed_signers", found))
        })
        .collect();
    let used = shelf.record(name).map(|record| record.overrides).unwrap_or_default();
    let path = |id: &String| format!("{}{id}.toml", overrides::folder(name));
    let gone = used.iter().map(path).filter(|path| text(path).is_none());
    faults.extend(
        gone.map(|path| fault(&path, "the record of an exception that the release went by", "nothing".to_owned())),
    );
    faults
}

fn wrong(path: &str, text: &str, (signature, signers): (&str, &Signers)) -> Option<String> {
    let record = match overrides::decode(path, text) {
        Ok(record) => record,
        Err(problem) => return Some(format!("its record cannot be read: {}", problem.message)),
    };
    let by = (signers, &record.requested_at);
    signatures::verify(signatures::OVERRIDE, text, signature, by).err().map(|why| why.to_string())
}

fn signers(tagged: Option<&Shelf>, head: Option<&Snapshot>) -> Option<String> {
    let of_tag = tagged.and_then(|shelf| shelf.read(SIGNERS));
    let of_head = || head.and_then(|head| head.read(head.entry(SIGNERS)?, 1 << 20).ok());
    of_tag.or_else(of_head).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn fault(path: &str, expected: &str, found: String) -> Fault {
    Fault {
        code: "override-signature",
        path: path.to_owned(),
        artefact: None,
        expected: expected.to_owned(),
        found,
        help: "exceptions are never edited; bring them back with `git checkout <release tag> -- releases/<name>/overrides`",
    }
}
