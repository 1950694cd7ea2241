//! DVC: `<path>.dvc` beside what it stands for, and `dvc.lock` with the outputs of a pipeline.

use super::{Pointer, conflict, malformed, paths};
use crate::domain::{Digest, Elsewhere, Keeper, Problem, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::leaves::map_entries;
use crate::kinds::shared::node::Node;

/// Where a file of DVC names a content, and by what.
struct Name {
    /// `md5:<hex>`, `md5:<hex>.dir`, `etag:…`, `checksum:…`
    address: String,
    digest: Option<Digest>,
    span: Span,
}

/// Reads `<path>.dvc`; `None`: the file has another name.
pub(super) fn read(file: &SourceFile) -> Option<Result<Vec<Pointer>, Vec<Problem>>> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    if name == ".dvc" || !name.ends_with(".dvc") {
        return None;
    }
    Some(root(file).and_then(|root| tracked(file, &root)))
}

/// The outputs of a pipeline that the `dvc.lock` in `file` names, each with the place of its entry.
///
/// # Errors
/// When it cannot be read.
pub fn pipeline(file: &SourceFile) -> Result<Vec<(Pointer, Span)>, Vec<Problem>> {
    let root = root(file)?;
    let mut found = Vec::new();
    let Some(stages) = root.get("stages") else { return Ok(found) };
    for stage in map_entries(stages) {
        for out in stage.node.get("outs").map(Node::elements).unwrap_or_default() {
            let reading = Reading { file, folder: paths::folder(&file.path).to_owned(), dependency: None };
            // An output that was never made has no digest yet, and is no fault of the file.
            found.extend(reading.output(out).into_iter().flatten().map(|pointer| (pointer, out.span)));
        }
    }
    Ok(found)
}

fn root(file: &SourceFile) -> Result<Node, Vec<Problem>> {
    match conflict(file) {
        Some(problem) => Err(vec![problem]),
        None => document::parse(file, file.whole(), Syntax::Yaml),
    }
}

fn tracked(file: &SourceFile, root: &Node) -> Result<Vec<Pointer>, Vec<Problem>> {
    let outs = root.get("outs").map(Node::elements).unwrap_or_default();
    if outs.is_empty() {
        return Err(vec![malformed(file, file.whole(), "the file of DVC names no output (`outs:`): it was cut off")]);
    }
    let folder = paths::folder(&file.path);
    let wdir = root.get("wdir").and_then(Node::scalar).map_or(Some(folder.to_owned()), |wdir| match &*wdir {
        "." => Some(folder.to_owned()),
        wdir => paths::from_root(folder, wdir)
            .or_else(|| paths::from_root(folder, &format!("{wdir}/x")).map(|_| String::new())),
    });
    let deps = root.get("deps").map(Node::elements).unwrap_or_default();
    let dependency = match (outs, deps) {
        ([_], [dependency]) => Some(dependency),
        _ => None,
    };
    let reading = Reading { file, folder: wdir.unwrap_or_default(), dependency };
    let mut pointers = Vec::new();
    let mut problems = Vec::new();
    for out in outs {
        match reading.output(out) {
            Ok(found) => pointers.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(pointers) } else { Err(problems) }
}

struct Reading<'f> {
    file: &'f SourceFile,
    /// What paths are relative to.
    folder: String,
    /// What a single output was imported from.
    dependency: Option<&'f Node>,
}

impl Reading<'_> {
    /// What one element of `outs` points to: one content, or those of the directory whose files it lists itself.
    fn output(&self, out: &Node) -> Result<Vec<Pointer>, Problem> {
        let path = out.get("path").and_then(Node::scalar);
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            return Err(malformed(self.file, out.span, "an output of DVC has no `path`"));
        };
        let own = self.name(out)?;
        let files = out.get("files").map(Node::elements).unwrap_or_default();
        if own.is_none() && !files.is_empty() {
            return files.iter().map(|file| self.member(file, &path)).collect();
        }
        let imported = || self.dependency.map_or(Ok(None), |dependency| self.name(dependency));
        let name = match own {
            Some(name) => name,
            None => imported()?.ok_or_else(|| self.nameless(out, &path))?,
        };
        Ok(vec![self.pointer(out, &path, name)])
    }

    fn member(&self, file: &Node, folder: &str) -> Result<Pointer, Problem> {
        let relative = file.get("relpath").and_then(Node::scalar).unwrap_or_default();
        let path = format!("{folder}/{relative}");
        let name = self.name(file)?.ok_or_else(|| self.nameless(file, &path))?;
        Ok(self.pointer(file, &path, name))
    }

    fn nameless(&self, out: &Node, path: &str) -> Problem {
        Problem::at(
            self.file,
            out.span,
            "pointer-digest-missing",
            format!("nothing says what `{path}` holds: it has no digest"),
            "let DVC take its digest: `dvc update` for an import, `dvc commit` for anything else",
        )
    }

    fn pointer(&self, node: &Node, path: &str, name: Name) -> Pointer {
        let size = node.get("size").and_then(Node::scalar).and_then(|size| size.parse().ok());
        let is_directory = name.address.ends_with(".dir");
        let elsewhere =
            Elsewhere { path: self.file.path.to_string(), keeper: Keeper::Dvc, size, address: name.address.clone() };
        // A path that leads out of the repository stands for nothing here, and is never followed.
        let stands_for = paths::from_root(&self.folder, path).unwrap_or_default();
        let is_named = node.get("hash").is_some();
        let quote = self.file.quote_as(name.span, name.address);
        Pointer { elsewhere, stands_for, digest: name.digest, is_directory, unix_lines: !is_named, quote }
    }

    /// By what an element names its content.
    fn name(&self, node: &Node) -> Result<Option<Name>, Problem> {
        const KEYS: [&str; 5] = ["md5", "etag", "checksum", "version_id", "rev_lock"];
        let repository = node.get("repo");
        let found = KEYS.iter().find_map(|key| {
            let value = node.get(key).or_else(|| repository?.get(key))?;
            // As written: a digest of digits alone is no number.
            let text = self.file.slice(value.span).trim().trim_matches(['\'', '"']);
            (!text.is_empty() && text != "null").then_some((*key, text, value.span))
        });
        let Some((key, text, span)) = found else { return Ok(None) };
        let address = format!("{key}:{text}");
        if key != "md5" {
            return Ok(Some(Name { address, digest: None, span }));
        }
        let digest = format!("md5:{}", text.strip_suffix(".dir").unwrap_or(text)).parse();
        match digest {
            Ok(digest) => Ok(Some(Name { address, digest: Some(digest), span })),
            Err(_) => Err(malformed(self.file, span, format!("`{text}` is no MD5: 32 lower-case hexadecimal digits"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{pipeline, read};
    use crate::domain::SourceFile;

    const MD5: &str = "5d41402abc4b2a76b9719d911017c592";

    fn of(text: &str) -> Result<Vec<(String, String)>, (usize, String)> {
        let read = read(&SourceFile::new("a/x.jsonl.dvc", text)).expect("by its name");
        let told = |it: super::Pointer| (it.elsewhere.address, it.stands_for);
        read.map(|all| all.into_iter().map(told).collect())
            .map_err(|all| (all[0].place.line, format!("{}: {}", all[0].code, all[0].message)))
    }

    #[test]
    fn outputs_are_named() {
        let one = |address: &str, path: &str| Ok(vec![(address.to_owned(), path.to_owned())]);
        assert_eq!(
            of(&format!("outs:\n- md5: {MD5}\n  size: 5\n  hash: md5\n  path: x.jsonl\n")),
            one(&format!("md5:{MD5}"), "a/x.jsonl")
        );
        assert_eq!(of(&format!("outs:\r\n- path: x\r\n  md5: {MD5}.dir\r\n")), one(&format!("md5:{MD5}.dir"), "a/x"));
        assert_eq!(of(&format!("wdir: ..\nouts:\n- path: b/x\n  md5: {MD5}\n")), one(&format!("md5:{MD5}"), "b/x"));
        assert_eq!(
            of("outs:\n- path: x\n  etag: '\"abc\"'\n"),
            one("etag:\"abc", "a/x").map(|_: Vec<_>| vec![("etag:abc".into(), "a/x".into())])
        );
        let imported = format!("frozen: true\ndeps:\n- md5: {MD5}\n  path: /d/x\nouts:\n- hash: md5\n  path: x\n");
        assert_eq!(of(&imported), one(&format!("md5:{MD5}"), "a/x"));
        let listed =
            format!("outs:\n- path: x\n  files:\n  - {{md5: {MD5}, relpath: b}}\n  - {{md5: {MD5}, relpath: c}}\n");
        assert_eq!(of(&listed).map(|all| all.len()), Ok(2));
        let digits = "1".repeat(32);
        assert_eq!(of(&format!("outs:\n- md5: {digits}\n  path: x\n")), one(&format!("md5:{digits}"), "a/x"));
    }

    #[test]
    fn paths_that_lead_out_stand_for_nothing() {
        for path in ["../../../etc/passwd", "/etc/passwd", "s3://b/k"] {
            assert_eq!(
                of(&format!("outs:\n- md5: {MD5}\n  path: {path}\n")),
                Ok(vec![(format!("md5:{MD5}"), String::new())])
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        for (text, line, words) in [
            ("", 1, "cut off"),
            ("outs: []\n", 1, "cut off"),
            ("outs:\n- hash: md5\n  path: x\n", 2, "pointer-digest-missing"),
            ("outs:\n- md5: 5d41\n  path: x\n", 2, "no MD5"),
            ("outs:\n- md5: 5d41402abc4b2a76b9719d911017c592\n", 2, "no `path`"),
            ("outs:\n<<<<<<< HEAD\n- md5: a\n=======\n- md5: b\n>>>>>>> b\n  path: x\n", 2, "pointer-conflicted"),
        ] {
            let (found, message) = of(text).expect_err(text);
            assert!(found == line && message.contains(words), "{text:?}: line {found}: {message}");
        }
    }

    #[test]
    fn a_pipeline_has_outputs_in_every_stage() {
        let text = format!(
            "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    deps:\n    - path: d\n      md5: {MD5}\n    outs:\n    - path: indexes/x.jsonl\n      md5: {MD5}\n      size: 5\n    - path: indexes/y\n      md5: {MD5}.dir\n  b:\n    cmd: y\n"
        );
        let found = pipeline(&SourceFile::new("p/dvc.lock", text)).expect("valid");
        let paths: Vec<&str> = found.iter().map(|(pointer, _)| &*pointer.stands_for).collect();
        assert_eq!(paths, ["p/indexes/x.jsonl", "p/indexes/y"]);
        assert!(found[1].0.is_directory);
    }
}
