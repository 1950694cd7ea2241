//! What `pv change add` asks on a terminal.

use std::io::{self, BufRead, IsTerminal as _, Write};

use super::add::{Add, class};
use super::ask::Asker;
use crate::cli::Context;
use crate::domain::Class;
use crate::release::intents::{Changed, Intent};

/// Asks for what was not typed; where nobody can be asked, says what to type.
///
/// # Errors
/// Without a terminal, and when the answers end too soon.
pub(super) fn ask(intent: &mut Intent, args: &Add, about: &[&Changed], context: &Context) -> miette::Result<()> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(nobody(intent));
    }
    for one in about {
        let class = one.class.map_or("-", Class::as_str);
        context.shell.note(&format!("{}  {class} ({})", one.id, one.bump));
    }
    let mut asker = Asker { answers: io::stdin().lock(), questions: io::stderr() };
    answers(intent, args, &mut asker).map_err(|_| {
        miette::miette!(code = "change::cancelled", help = "nothing was written", "not all questions were answered")
    })
}

fn nobody(intent: &Intent) -> miette::Report {
    let ids: Vec<String> = intent.artefacts.iter().take(3).map(|id| format!("{id} ")).collect();
    let more = "--class, --bump, --type, --owner, --material, --audience say what the diff does not";
    miette::miette!(
        code = "change::why",
        help = format!("pv change add {}--why \"…\"; {more}", ids.concat()),
        "--why is missing, and there is no terminal to ask on"
    )
}

fn answers(intent: &mut Intent, args: &Add, asker: &mut Asker<impl BufRead, impl Write>) -> io::Result<()> {
    intent.why = asker.ask("Why, in one sentence", None)?;
    if let (None, Some(computed)) = (args.class, intent.class) {
        ask_class(intent, computed, asker)?;
    }
    if args.owner.is_none() {
        intent.owner = Some(asker.ask("Who answers for it", intent.owner.as_deref())?);
    }
    if !args.material && !args.not_material {
        ask_material(intent, asker)?;
    }
    Ok(())
}

fn ask_class(intent: &mut Intent, computed: Class, asker: &mut Asker<impl BufRead, impl Write>) -> io::Result<()> {
    let said = asker.until("Class", Some(computed.as_str()), class)?;
    intent.class = Some(said);
    if said > computed {
        intent.bump = intent.bump.max(Some(said.bump()));
    }
    if said < computed && intent.lowered.is_none() {
        intent.lowered = Some(asker.ask("Why is it less than the diff shows", None)?);
    }
    Ok(())
}

fn ask_material(intent: &mut Intent, asker: &mut Asker<impl BufRead, impl Write>) -> io::Result<()> {
    let by_default = intent.material == Some(true);
    let default = if by_default { "yes" } else { "no" };
    let said = asker.until("Must people outside be told", Some(default), yes_or_no)?;
    intent.material = Some(said);
    if by_default && !said && intent.lowered.is_none() {
        intent.lowered = Some(asker.ask("Why need they not", None)?);
    }
    Ok(())
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    match answer.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("yes or no".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::release::intents::{encode, parse};

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        add: Add,
    }

    /// The intent after `answers` to what `typed` leaves open, and what was asked.
    fn answered(typed: &[&str], answered: &str) -> (String, String) {
        let add = Typed::parse_from([&["add"], typed].concat()).add;
        let text = "---\nartefacts: model:fast\ntype: model\nclass: behavioural\nbump: minor\nmaterial: true\nwhy: x\n---\n";
        let mut intent = parse("changes/x.md", text).unwrap();
        let mut asker = Asker { answers: answered.as_bytes(), questions: Vec::new() };
        answers(&mut intent, &add, &mut asker).unwrap();
        (encode(&intent), String::from_utf8(asker.questions).unwrap())
    }

    #[test]
    fn enter_accepts_what_the_diff_says() {
        let (intent, asked) = answered(&[], "Cheaper\n\nops\n\n");
        assert_eq!(
            intent,
            "---\nartefacts:\n  - model:fast\ntype:\n  - model\nclass: behavioural\nbump: minor\nowner: ops\n\
             material: true\nwhy: Cheaper\n---\n"
        );
        let questions = "Why, in one sentence: Class [behavioural]: Who answers for it: Must people outside be told [yes]: ";
        assert_eq!(asked, questions);
    }

    #[test]
    fn less_needs_a_reason_and_more_moves_the_version() {
        let (less, _) = answered(&["--owner", "ops"], "Cheaper\nadditive\nonly staging\nno\n");
        assert!(less.contains("class: additive\nbump: minor\n") && less.contains("lowered: only staging\n"), "{less}");
        let (more, asked) = answered(&["--owner", "ops", "--not-material"], "Cheaper\nworst\nbreaking\n");
        assert!(more.contains("class: breaking\nbump: major\n"), "{more}");
        assert!(asked.contains("one of: cosmetic, additive, behavioural, breaking"), "{asked}");
    }
}
