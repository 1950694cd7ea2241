#![allow(warnings)]
use pv::domain::{KindName, Event};
use pv::kinds::{self, Basis};
use crate::judged;
#[test]
fn scratch() {
    let text = std::fs::read_to_string("../shared/corpus/prompt-edits.jsonl").unwrap();
    let out = std::env::var("PV_OUT").unwrap_or("/tmp/directives.txt".into());
    let mut s = String::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = row["path"].as_str().unwrap();
        let a = judged::parse(KindName::Prompt, path, row["old"].as_str().unwrap());
        let b = judged::parse(KindName::Prompt, path, row["new"].as_str().unwrap());
        for (x, y) in a.items.iter().zip(&b.items) {
            for f in kinds::kind(KindName::Prompt).unwrap().compare(&x.artefact, &y.artefact, &Basis::default()) {
                let rule = kinds::rules(KindName::Prompt).find(|r| (r.applies)(&f));
                let id = rule.map_or("none", |r| r.id);
                let conf = f.confidence.map_or("-", |c| c.as_str());
                s.push_str(&format!("{id}\t{conf}\t{path}\t{}\t{:?}\t{:?}\n", rule.map_or(String::new(), |r| (r.message)(&f)), f.old.as_ref().map_or("", |q| &q.text), f.new.as_ref().map_or("", |q| &q.text)));
            }
        }
    }
    std::fs::write(out, s).unwrap();
}
