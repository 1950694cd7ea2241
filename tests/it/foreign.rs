//! Content that other stores hold: Git LFS, DVC, git-annex, URIs.

use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::harness::Repo;

const OLD: &str =
    "{\"id\": 1, \"input\": \"q1\", \"expected\": \"a1\"}\n{\"id\": 2, \"input\": \"q2\", \"expected\": \"a2\"}\n";
const NEW: &str =
    "{\"id\": 1, \"input\": \"q1\", \"expected\": \"a1\"}\n{\"id\": 2, \"input\": \"other\", \"expected\": \"a2\"}\n";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(content: &str) -> String {
    hex(Sha256::digest(content))
}

fn md5(content: &str) -> String {
    hex(Md5::digest(content))
}

fn lfs(content: &str) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n", sha256(content), content.len())
}

fn dvc(name: &str, content: &str) -> String {
    format!("outs:\n- md5: {}\n  size: {}\n  hash: md5\n  path: {name}\n", md5(content), content.len())
}

/// Puts `content` into the cache of Git LFS.
fn lfs_cached(repo: &Repo, content: &str) {
    let hex = sha256(content);
    repo.write(&format!(".git/lfs/objects/{}/{}/{hex}", &hex[..2], &hex[2..4]), content);
}

/// Puts `content` into the cache of DVC; of a list, as a directory.
fn dvc_cached(repo: &Repo, content: &str, end: &str) {
    let hex = md5(content);
    repo.write(&format!(".dvc/cache/files/md5/{}/{}{end}", &hex[..2], &hex[2..]), content);
}

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".dvc/cache\n");
    repo
}

/// The rules that fire between the last two commits, with `pv diff`'s exit code if it is not 0.
fn fired(repo: &Repo) -> Vec<String> {
    let said = repo.pv(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    let artefacts = value["artefacts"].as_array().unwrap();
    let findings = artefacts.iter().flat_map(|it| it["findings"].as_array().unwrap().clone());
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn committed(repo: &Repo, files: &[&[(&str, &str)]]) {
    for files in files {
        for (path, text) in *files {
            repo.write(path, text);
        }
        repo.commit("step");
    }
}

#[test]
fn cases_behind_an_lfs_pointer_are_compared_like_the_cases_themselves() {
    let repo = repo();
    committed(&repo, &[&[("evals/cases.jsonl", &lfs(OLD))], &[("evals/cases.jsonl", &lfs(NEW))]]);
    lfs_cached(&repo, OLD);
    lfs_cached(&repo, NEW);
    insta::assert_snapshot!(repo.pv(&["diff", "HEAD~1", "HEAD"]), @r#"
    1 artefact changed: 1 behavioural   HEAD~1 → HEAD

    eval:cases  behavioural  minor bump
      evals/cases.jsonl · modified · eval change · owes baseline
      behavioural  the case `2` has another input  [eval/case-input-modified]
             2:11 │ input: [-q2-]{+other+}
    "#);
}

#[test]
fn what_is_not_at_hand_is_compared_by_its_digest_and_says_how_to_get_it() {
    let repo = repo();
    committed(&repo, &[&[("evals/cases.jsonl", &lfs(OLD))], &[("evals/cases.jsonl", &lfs(NEW))]]);
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(
        said.contains("only its digests were compared, because neither is on this machine: `git lfs fetch --all`"),
        "{said}"
    );
    assert!(said.contains(&sha256(OLD)) && said.contains("(86 bytes)") || said.contains("86"), "{said}");
    lfs_cached(&repo, NEW);
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("the old one is not on this machine"), "{said}");
    // What is held under that name and is other content is never taken for it.
    let hex = sha256(OLD);
    repo.write(&format!(".git/lfs/objects/{}/{}/{hex}", &hex[..2], &hex[2..4]), OLD.replace("q2", "q3"));
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("the old one is damaged here"), "{said}");
    assert_eq!(fired(&repo), ["eval/content-changed"]);
}

#[test]
fn a_pointer_in_place_of_its_own_content_is_cosmetic_in_every_store() {
    let key = format!("SHA256E-s{}--{}.jsonl", OLD.len(), sha256(OLD));
    let forms = [
        ("evals/cases.jsonl", OLD.to_owned()),
        ("evals/cases.jsonl", lfs(OLD)),
        ("evals/cases.jsonl", format!("/annex/objects/{key}\n")),
        ("evals/cases.jsonl.dvc", dvc("cases.jsonl", OLD)),
    ];
    for (from, before) in &forms {
        for (to, after) in forms.iter().filter(|(_, after)| after != before) {
            let repo = repo();
            repo.write(from, before).commit("one");
            repo.git(&["rm", "--quiet", from]);
            repo.write(to, after).commit("two");
            // MD5 and SHA-256 name the same content; that shows where it is at hand.
            lfs_cached(&repo, OLD);
            dvc_cached(&repo, OLD, "");
            assert_eq!(fired(&repo), ["eval/source-format-changed"], "{before} to {after}");
            let said = repo.pv(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
            assert!(said.contains("\"eval:cases\"") && said.contains("\"reformatted\""), "{said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_into_the_annex_stand_for_what_it_holds() {
    let repo = repo();
    let key = |content: &str| format!("SHA256-s{}--{}", content.len(), sha256(content));
    let link = |content: &str| {
        let _ = std::fs::remove_file(repo.path("evals/cases.jsonl"));
        let target = format!("../.git/annex/objects/aa/bb/{key}/{key}", key = key(content));
        std::os::unix::fs::symlink(target, repo.path("evals/cases.jsonl")).unwrap();
        repo.commit("link");
    };
    repo.write("evals/README", "x");
    link(OLD);
    link(NEW);
    assert_eq!(fired(&repo), ["eval/content-changed"]);
    for content in [OLD, NEW] {
        let digest = md5(&key(content));
        repo.write(
            &format!(".git/annex/objects/{}/{}/{key}/{key}", &digest[..3], &digest[3..6], key = key(content)),
            content,
        );
    }
    assert_eq!(fired(&repo), ["eval/case-input-modified"]);
}

#[test]
fn directories_of_dvc_are_compared_file_by_file() {
    let list = |documents: &str, manifest: &str| {
        format!(
            "[{{\"md5\": \"{}\", \"relpath\": \"documents.jsonl\"}}, {{\"md5\": \"{}\", \"relpath\": \"manifest.yaml\"}}]",
            md5(documents),
            md5(manifest)
        )
    };
    let pointer =
        |list: &str| format!("outs:\n- md5: {}.dir\n  size: 9\n  nfiles: 2\n  hash: md5\n  path: x\n", md5(list));
    let manifest = "embedding: {model: e-1, dimension: 8}\n";
    let (old, new) = ("{\"id\": \"a\", \"text\": \"one\"}\n", "{\"id\": \"a\", \"text\": \"two\"}\n");
    let (before, after) = (list(old, manifest), list(new, manifest));
    let repo = repo();
    committed(&repo, &[&[("indexes/x/manifest.yaml", manifest), ("indexes/x/documents.jsonl", old)]]);
    repo.git(&["rm", "-r", "--quiet", "indexes/x"]);
    committed(&repo, &[&[("indexes/x.dvc", &pointer(&before))]]);
    assert_eq!(fired(&repo), ["index/source-format-changed"], "shown by the digest of the list alone");
    committed(&repo, &[&[("indexes/x.dvc", &pointer(&after))]]);
    assert_eq!(fired(&repo), ["index/content-changed"]);
    for (content, end) in [(&*before, ".dir"), (&*after, ".dir"), (old, ""), (new, ""), (manifest, "")] {
        dvc_cached(&repo, content, end);
    }
    assert_eq!(fired(&repo), ["index/document-modified"]);
    // A list that leads out of its directory is no list.
    let bad = after.replace("documents.jsonl", "../../../etc/passwd");
    dvc_cached(&repo, &bad, ".dir");
    committed(&repo, &[&[("indexes/x.dvc", &pointer(&bad))]]);
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("which is no path in it"), "{said}");
}

#[test]
fn outputs_of_a_pipeline_are_the_artefacts_that_stand_where_they_are_put() {
    let repo = repo();
    let lock = |content: &str| {
        format!(
            "schema: '2.0'\nstages:\n  build:\n    cmd: x\n    outs:\n    - path: evals/cases.jsonl\n      hash: md5\n      md5: {}\n      size: {}\n    - path: model.pkl\n      hash: md5\n      md5: {}\n",
            md5(content),
            content.len(),
            md5("model")
        )
    };
    committed(&repo, &[&[("evals/cases.jsonl", OLD)]]);
    repo.git(&["rm", "--quiet", "evals/cases.jsonl"]);
    committed(&repo, &[&[("dvc.lock", &lock(OLD))]]);
    assert_eq!(fired(&repo), ["eval/source-format-changed"]);
    committed(&repo, &[&[("dvc.lock", &lock(NEW))]]);
    assert_eq!(fired(&repo), ["eval/content-changed"]);
    dvc_cached(&repo, OLD, "");
    dvc_cached(&repo, NEW, "");
    assert_eq!(fired(&repo), ["eval/case-input-modified"]);
    committed(&repo, &[&[("dvc.lock", "<<<<<<< HEAD\nschema: '2.0'\n")]]);
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("pointer-conflicted") && said.contains("eval:cases"), "{said}");
}

#[test]
fn a_broken_pointer_is_a_problem_and_never_content() {
    let repo = repo();
    let conflicted = lfs(OLD).replace("oid", "<<<<<<< HEAD\noid").replace("size", "=======\nsize") + ">>>>>>> theirs\n";
    let cut = lfs(OLD).split_once("size").unwrap().0.to_owned();
    repo.write("pv.toml", "[[artefact]]\nkind = \"prompt\"\npaths = [\"prompts/*\"]\n");
    repo.write("prompts/greet.md", lfs("Be kind.")).write("prompts/cut.md", lfs("x")).commit("whole");
    repo.write("prompts/greet.md", conflicted).write("prompts/cut.md", cut).commit("broken");
    let said = repo.pv(&["check", "--base", "HEAD~1"]);
    for words in [
        "the Git LFS pointer ends without a line `size`: it was cut off",
        "─[prompts/cut.md:2:1]",
        "the pointer has marks of a merge conflict, so it names no content",
        "─[prompts/greet.md:2:1]",
        "[exit code 1]",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // 1024 bytes and more are no pointer, whatever they begin with.
    repo.write("prompts/cut.md", lfs("x") + &"x y\n".repeat(300))
        .write("prompts/greet.md", lfs("Be kind."))
        .commit("long");
    assert!(!repo.pv(&["status"]).contains("pointer-"));
}

#[test]
fn verify_says_where_the_bytes_are() {
    let repo = repo();
    repo.write("pv.toml", super::harness::ungated());
    repo.write("evals/cases.jsonl", lfs(OLD)).write("evals/more.jsonl.dvc", dvc("more.jsonl", NEW)).commit("one");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--tag", "--at", "2026-05-20T10:00:00Z"]);
    assert!(!said.contains("exit code"), "{said}");
    let lock = std::fs::read_to_string(repo.path("pv.lock")).unwrap();
    assert!(lock.contains(&format!("lfs {} sha256:{}\\tevals/cases.jsonl", OLD.len(), sha256(OLD))), "{lock}");
    assert!(lock.contains(&format!("dvc {} md5:{}\\tevals/more.jsonl.dvc", NEW.len(), md5(NEW))), "{lock}");
    lfs_cached(&repo, OLD);
    insta::assert_snapshot!(repo.pv(&["verify"]), @"
    release r1: what other stores hold

    store  size  address                                                                  named in              here
    lfs    86    sha256:6da126c21fa3fef0df04f7021c3d7f5c03447ee59a1db1ea013f61936a2e3e76  evals/cases.jsonl     intact
    dvc    89    md5:4774b45ec9eb1022b0e212e234a75655                                     evals/more.jsonl.dvc  absent

    1 content named by MD5 or SHA-1 alone: that shows accidents, and no forgery

    1 release verified: 2 artefacts intact; 2 contents in other stores: 1 at hand and intact, 1 not on this machine
    ");
    let hex = sha256(OLD);
    repo.write(&format!(".git/lfs/objects/{}/{}/{hex}", &hex[..2], &hex[2..4]), "damaged");
    let said = repo.pv(&["verify"]);
    assert!(
        said.contains("content-corrupt: evals/cases.jsonl (eval:cases)") && said.contains("[exit code 5]"),
        "{said}"
    );
}

#[test]
fn nothing_is_read_outside_of_the_caches() {
    let repo = repo();
    let outside = repo.beside("secret");
    std::fs::write(&outside, OLD).unwrap();
    let secret = outside.to_str().unwrap();
    let pointer = |content: &str| dvc("cases.jsonl", content).replace("path: cases.jsonl", &format!("path: {secret}"));
    committed(&repo, &[&[("evals/cases.jsonl.dvc", &pointer(OLD))], &[("evals/cases.jsonl.dvc", &pointer(NEW))]]);
    assert_eq!(fired(&repo), ["eval/content-changed"]);
    #[cfg(unix)]
    for content in [OLD, NEW] {
        std::fs::write(&outside, content).unwrap();
        let hex = md5(content);
        std::fs::create_dir_all(repo.path(&format!(".dvc/cache/files/md5/{}", &hex[..2]))).unwrap();
        let place = repo.path(&format!(".dvc/cache/files/md5/{}/{}", &hex[..2], &hex[2..]));
        std::os::unix::fs::symlink(&outside, place).unwrap();
    }
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("a link that leads out of the cache"), "{said}");
}

#[test]
fn a_manifest_names_content_by_uri_and_digest() {
    let manifest = |external: &str| format!("embedding: {{model: e-1, dimension: 8}}\nexternal: {external}\n");
    let named = |content: &str, uri: &str| {
        manifest(&format!("{{uri: \"{uri}\", digest: \"sha256:{}\", size: 5}}", sha256(content)))
    };
    let repo = repo();
    let path = "indexes/x/manifest.yaml";
    committed(&repo, &[&[(path, &named("a", "s3://b/k"))], &[(path, &named("a", "lakefs://r/c/k"))]]);
    assert_eq!(fired(&repo), ["index/source-format-changed"]);
    committed(&repo, &[&[(path, &named("b", "lakefs://r/c/k"))]]);
    assert_eq!(fired(&repo), ["index/content-changed"]);
    committed(&repo, &[&[(path, &manifest("{uri: \"s3://b/k\"}"))]]);
    let said = repo.pv(&["diff", "HEAD~1", "HEAD"]);
    assert!(said.contains("external-digest-missing") && said.contains("s3://b/k"), "{said}");
}
