//! Binding: which content a run was about, and what shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Standing, Tree};
use super::{Binding, Subject};
use crate::domain::{ArtefactId, KindName};
use crate::kinds::shared::catalogue::ModelId;
use crate::release::checks::{Refused, evidence as checks, shell_word};
use crate::release::formats::Reading;

/// What somebody says about a report that the report itself does not.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// The artefact that was run.
    pub artefact: Option<ArtefactId>,
    /// What it was run with besides all that it refers to.
    pub also: BTreeSet<ArtefactId>,
    /// What it was run with, as it stands in the tree.
    pub declared: BTreeSet<ArtefactId>,
    /// The eval set that the policy wants to have been run.
    pub set: Option<ArtefactId>,
}

/// A run bound to content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The artefact that was run.
    pub about: ArtefactId,
    /// It, and everything that it was run with.
    pub subjects: BTreeMap<ArtefactId, Subject>,
}

/// Binds a run to the content of `tree`. `is_revision`: the tree is the clean commit that the report names.
///
/// # Errors
/// When the report was run on something else, and when something that it was run with is neither proven nor declared.
pub fn bind(reading: &Reading, tree: &Tree, claims: &Claims, is_revision: bool) -> Result<Bound, Refused> {
    let about = about(reading, tree, claims)?;
    let mut closure = tree.closure(&about);
    closure.extend(eval_set(reading, tree, claims)?);
    closure.extend(claims.also.iter().cloned());
    let evident = Evident { reading, claims, is_revision };
    let mut subjects = BTreeMap::new();
    let mut missing = Vec::new();
    for id in closure {
        let Some(standing) = tree.artefacts.get(&id) else { continue };
        match evident.binding(&id, standing)? {
            Some(binding) => drop(subjects.insert(id, Subject { digest: standing.digest.clone(), binding })),
            None => missing.push(id),
        }
    }
    if missing.is_empty() { Ok(Bound { about, subjects }) } else { Err(unproven(&about, &missing)) }
}

/// The artefact that was run: as claimed, as the report states, or the one whose text it holds.
fn about(reading: &Reading, tree: &Tree, claims: &Claims) -> Result<ArtefactId, Refused> {
    let claimed = claims.artefact.as_ref().or(reading.about.as_ref());
    if let Some(id) = claimed {
        return if tree.artefacts.contains_key(id) { Ok(id.clone()) } else { Err(unknown(id, tree)) };
    }
    let has_text = |standing: &Standing| reading.prompts.iter().any(|text| standing.signs.has_text(text));
    let matched: Vec<&ArtefactId> =
        tree.artefacts.iter().filter(|(_, standing)| has_text(standing)).map(|(id, _)| id).collect();
    match (matched.as_slice(), reading.prompts.is_empty()) {
        ([id], _) => return Ok((*id).clone()),
        ([], false) => return Err(Refused::by(&checks::PROMPT_UNMATCHED, unmatched(reading, tree))),
        ([], true) => {}
        (several, _) => return Err(unnamed("the report's prompt is the text of", several)),
    }
    let stated: Vec<&ArtefactId> = reading.stated.keys().collect();
    let covers = |id: &&ArtefactId| stated.iter().all(|other| tree.closure(id).contains(*other) || !is_run(other));
    match stated.iter().copied().filter(|id| is_run(id)).filter(covers).collect::<Vec<_>>().as_slice() {
        [id] => Ok((*id).clone()),
        several => Err(unnamed("the report could be about", several)),
    }
}

/// Whether an artefact is what is run, and not what runs are measured with.
fn is_run(id: &ArtefactId) -> bool {
    id.kind != KindName::Eval
}

/// The eval set that was run: the one that the policy names or the report states; else the one whose cases these are.
fn eval_set(reading: &Reading, tree: &Tree, claims: &Claims) -> Result<Option<ArtefactId>, Refused> {
    let named =
        claims.set.as_ref().or_else(|| claims.declared.iter().chain(reading.stated.keys()).find(|id| !is_run(id)));
    if let Some(id) = named {
        return if tree.artefacts.contains_key(id) { Ok(Some(id.clone())) } else { Err(unknown(id, tree)) };
    }
    let sets: Vec<&ArtefactId> =
        tree.artefacts.iter().filter(|(_, standing)| has_cases(reading, standing)).map(|(id, _)| id).collect();
    Ok(match sets.as_slice() {
        [id] => Some((*id).clone()),
        _ => None,
    })
}

fn has_cases(reading: &Reading, standing: &Standing) -> bool {
    let cases = &reading.run.cases;
    !cases.is_empty()
        && cases.len() == standing.signs.cases.len()
        && cases.iter().all(|case| standing.signs.has_case(&case.id))
}

/// What a report, and what is claimed of it, shows.
struct Evident<'a> {
    reading: &'a Reading,
    claims: &'a Claims,
    is_revision: bool,
}

impl Evident<'_> {
    /// What shows that `id` was run as it stands; `None`: nothing does.
    fn binding(&self, id: &ArtefactId, standing: &Standing) -> Result<Option<Binding>, Refused> {
        // What the report holds is looked at first: a digest that is stated beside another text does not mend that.
        let shown = [self.by_text(id, standing)?, self.by_model(id, standing)?, self.by_cases(id, standing)?];
        if let Some(stated) = self.reading.stated.get(id) {
            return if *stated == standing.digest {
                Ok(Some(Binding::Stated))
            } else {
                let message =
                    format!("the report was run on {id} with the digest {stated}; here it is {}", standing.digest);
                Err(Refused::by(&checks::DIGEST_CONTRADICTED, message))
            };
        }
        let shown = shown.into_iter().flatten().next();
        let revision = self.is_revision.then_some(Binding::Revision);
        Ok(shown.or(revision).or_else(|| self.claims.declared.contains(id).then_some(Binding::Declared)))
    }

    fn by_text(&self, id: &ArtefactId, standing: &Standing) -> Result<Option<Binding>, Refused> {
        let prompts = &self.reading.prompts;
        if prompts.is_empty() || standing.signs.texts.is_empty() {
            return Ok(None);
        }
        if prompts.iter().any(|text| standing.signs.has_text(text)) {
            return Ok(Some(Binding::PromptRaw));
        }
        let (reading, claims) = (self.reading, self.claims);
        let is_claimed = claims.artefact.as_ref() == Some(id) || claims.declared.contains(id);
        let is_meant = is_claimed || reading.about.as_ref() == Some(id) || self.is_only_text(id);
        let message = || format!("the report ran another text than {id} ({}) has", standing.path);
        if is_meant { Err(Refused::by(&checks::PROMPT_UNMATCHED, message())) } else { Ok(None) }
    }

    /// Whether nothing else of what was run could be what the report holds the text of.
    fn is_only_text(&self, id: &ArtefactId) -> bool {
        self.reading.stated.contains_key(id) && self.reading.stated.keys().filter(|other| is_run(other)).count() == 1
    }

    /// Of a pin; a prompt that names its own model is checked, and is proven by its text.
    fn by_model(&self, id: &ArtefactId, standing: &Standing) -> Result<Option<Binding>, Refused> {
        let Some(model) = self.reading.run.model.as_ref().filter(|_| !standing.signs.models.is_empty()) else {
            return Ok(None);
        };
        let is_pin = standing.signs.texts.is_empty();
        if standing.signs.has_model(model) {
            return Ok(is_pin.then_some(Binding::ModelId));
        }
        // A gateway, a script or a mock says nothing of what is behind it; a model's own id does.
        let is_id = |name: &str| ModelId::parse(name).vendor.is_some();
        let own: Vec<&str> = standing.signs.models.iter().map(String::as_str).collect();
        if is_id(last_segment(model)) && own.iter().all(|own| is_id(own)) {
            let message = format!("the report ran `{model}`, and {id} ({}) pins {}", standing.path, own.join(", "));
            return Err(Refused::by(&checks::MODEL_CONTRADICTED, message));
        }
        Ok(None)
    }

    fn by_cases(&self, id: &ArtefactId, standing: &Standing) -> Result<Option<Binding>, Refused> {
        let (cases, known) = (&self.reading.run.cases, standing.signs.cases.len());
        let shared = cases.iter().filter(|case| standing.signs.has_case(&case.id)).count();
        // Where the runner has names of its own for the cases, their number is all that can be compared.
        if known == 0 || cases.is_empty() || (shared == 0 && cases.len() >= known) {
            return Ok(None);
        }
        if shared == cases.len() && shared == known {
            return Ok(Some(Binding::Cases));
        }
        let message = format!("the report has {} cases, {shared} of them among the {known} of {id}", cases.len());
        Err(Refused::by(&checks::CASES_PARTIAL, message))
    }
}

fn last_segment(model: &str) -> &str {
    model.rsplit([':', '/']).next().unwrap_or(model)
}

fn unknown(id: &ArtefactId, tree: &Tree) -> Refused {
    let wanted = id.to_string();
    let names = tree.artefacts.keys().map(ToString::to_string);
    let nearest = names.max_by(|a, b| strsim::jaro_winkler(a, &wanted).total_cmp(&strsim::jaro_winkler(b, &wanted)));
    let refused = Refused::by(&checks::ARTEFACT_UNKNOWN, format!("there is no artefact `{id}` in {}", tree.name));
    match nearest.filter(|nearest| strsim::jaro_winkler(nearest, &wanted) > 0.8) {
        Some(nearest) => refused.remedy(format!("Did you mean `{nearest}`?")),
        None => refused,
    }
}

fn unnamed(what: &str, several: &[&ArtefactId]) -> Refused {
    let names: Vec<String> = several.iter().map(ToString::to_string).collect();
    let message = match names.as_slice() {
        [] => "nothing in the report says which artefact it is about".to_owned(),
        names => format!("{what} {}", names.join(" and ")),
    };
    Refused::by(&checks::ARTEFACT_UNNAMED, message)
}

/// What the report ran instead: the first line that the nearest artefact does not have.
fn unmatched(reading: &Reading, tree: &Tree) -> String {
    let text = reading.prompts.first().map_or("", String::as_str);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let texts = tree.artefacts.iter().flat_map(|(id, standing)| standing.signs.texts.iter().map(move |own| (id, own)));
    let missing = |own: &str| {
        let own: BTreeSet<&str> = own.lines().map(str::trim).collect();
        lines.iter().copied().filter(|line| !own.contains(line)).collect::<Vec<_>>()
    };
    let nearest = texts.map(|(id, own)| (missing(own), id)).min_by_key(|(missing, _)| missing.len());
    let excerpt = |line: &str| line.chars().take(80).collect::<String>();
    match nearest.filter(|(missing, _)| missing.len() < lines.len()) {
        Some((missing, id)) => {
            let line = missing.first().copied().unwrap_or_default();
            format!(
                "the report ran another text than any artefact of {} has: {id} lacks its line “{}”",
                tree.name,
                excerpt(line)
            )
        }
        None => {
            let start = lines.first().copied().unwrap_or_default();
            format!(
                "the report ran a prompt that begins “{}”; no artefact of {} has this text",
                excerpt(start),
                tree.name
            )
        }
    }
}

fn unproven(about: &ArtefactId, missing: &[ArtefactId]) -> Refused {
    let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let flags: Vec<String> = missing.iter().map(|id| format!("--declare {}", shell_word(&id.to_string()))).collect();
    let message =
        format!("nothing in the report shows that {about} was run with {} as it stands here", names.join(", "));
    let remedy = format!("If it was, say so: add {}.", flags.join(" "));
    Refused::by(&checks::BINDING_MISSING, message).remedy(remedy)
}
