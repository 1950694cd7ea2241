//! `pv window import`: other tools' calendars.

use std::io::Read;
use std::path::PathBuf;

use serde_json::json;

use crate::cli::{Context, Exit};
use crate::release::calendar::import::{self, LARGEST, Source};
use crate::store::bounded;

/// Arguments of `pv window import`.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The calendar; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose it is; default: by what stands in it
    #[arg(long, value_name = "TOOL")]
    from: Option<Tool>,
}

/// The tools, as they are typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Tool {
    /// Sync windows of an Argo CD AppProject (YAML or JSON)
    Argocd,
    /// Promotion windows of Kargo (YAML or JSON)
    Kargo,
    /// Freeze periods as GitLab's API lists them (JSON)
    Gitlab,
    /// An iCalendar file
    Ics,
}

pub(super) fn run(args: &Import, context: &Context) -> miette::Result<Exit> {
    let shown = args.file.display();
    let refuse = |why: String| miette::miette!(code = "window::import", help = "give the file as the tool wrote it", "{shown}: {why}");
    let bytes = read(args).map_err(|error| refuse(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8".to_owned()))?;
    let from = args.from.map(|tool| match tool {
        Tool::Argocd => Source::ArgoCd,
        Tool::Kargo => Source::Kargo,
        Tool::Gitlab => Source::Gitlab,
        Tool::Ics => Source::Ics,
    });
    let imported = import::read(&text, from, context.now().day()).map_err(refuse)?;
    if context.global.format == "json" {
        let data = json!({"schema": "pv/window-import/1", "carried": imported.carried, "left": imported.left, "toml": imported.text});
        context.show_page(crate::report::Page::of(data))?;
    } else {
        context.shell.write_raw(imported.text.as_bytes()).map_err(|error| miette::miette!("{error}"))?;
    }
    context.shell.note(&format!("{} windows and freezes, {} not carried over; name an owner for each freeze", imported.carried, imported.left));
    Ok(if imported.carried > 0 { Exit::Pass } else { Exit::Refused })
}

fn read(args: &Import) -> std::io::Result<Vec<u8>> {
    let limit = LARGEST as u64;
    if args.file.as_os_str() != "-" {
        return bounded::read(&args.file, limit);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
