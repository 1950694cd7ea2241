//! `pv gate subjects`: what a run of an artefact depends on, as one line that the run can carry along.

use serde_json::{Map, Value, json};

use crate::cli::commands::show::{present, unknown};
use crate::cli::evidence;
use crate::cli::load::Session;
use crate::cli::{Context, Exit, shell};
use crate::domain::ArtefactId;
use crate::release::evidence::Tree;

/// Print the digests that a run of an artefact depends on, so that its report can prove them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A run that carries this line in its free metadata under `pv.subjects` needs no --declare.

Examples:
  pv gate subjects prompt:explain_refund --set eval:refunds
  inspect eval refunds.py --metadata pv.subjects=\"$(pv gate subjects prompt:explain_refund)\"")]
pub(super) struct Args {
    /// The artefact that is run
    #[arg(value_name = "ID")]
    artefact: ArtefactId,
    /// The eval set that it is run on; default the one that pv.toml names for the gate `eval`
    #[arg(long, value_name = "ID")]
    set: Option<ArtefactId>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let tree = evidence::tree(&present(&session)?, &session.discovery());
    let policy = session.config.gates.iter().find(|policy| policy.gate == crate::domain::Gate::Eval);
    let set = args.set.as_ref().or_else(|| policy?.set.as_ref());
    let named = std::iter::once(&args.artefact).chain(set);
    for id in named.clone() {
        tree.digest(id).ok_or_else(|| unknown(id, tree.artefacts.keys()))?;
    }
    let mut closure = tree.closure(&args.artefact);
    closure.extend(set.cloned());
    let digests: Vec<(String, String)> =
        closure.iter().filter_map(|id| Some((id.to_string(), tree.digest(id)?.to_string()))).collect();
    print(&digests, &tree, context)?;
    Ok(Exit::Pass)
}

fn print(digests: &[(String, String)], tree: &Tree, context: &Context) -> miette::Result<()> {
    if context.global.format == "json" {
        let subjects: Map<String, Value> = digests.iter().map(|(id, digest)| (id.clone(), json!(digest))).collect();
        let data = json!({ "schema": "pv/gate-subjects/1", "tree": tree.name, "subjects": subjects });
        return context.show_page(crate::report::Page::of(data));
    }
    let pairs: Vec<String> = digests.iter().map(|(id, digest)| format!("{id}={digest}")).collect();
    context.shell.write_raw(format!("{}\n", pairs.join(",")).as_bytes()).map_err(shell::unwritable)
}
