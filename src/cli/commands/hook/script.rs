//! The block in a hook's script: put in after its first line, taken out again.

use super::place::HOOK;

const BEGIN: &str = "# >>> pv >>>";
const END: &str = "# <<< pv <<<";
/// Shells that understand the block.
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];

/// Whether `script` is there and no shell script, so that the block has no place in it.
pub(super) fn is_foreign(script: &str) -> bool {
    let mut words = script.lines().next().unwrap_or_default().strip_prefix("#!").unwrap_or_default().split_whitespace();
    !script.is_empty() && !words.any(|word| SHELLS.contains(&word.rsplit('/').next().unwrap_or(word)))
}

/// The first command of a hook must be ours: a script may end with `exit` or `exec`.
pub(super) fn with_block(script: &str) -> String {
    let (first, rest) = script.split_once('\n').unwrap_or((script, ""));
    let first = if first.is_empty() { "#!/bin/sh" } else { first };
    let block = format!(
        "{BEGIN}\n# Written by `pv hook install`; `pv hook uninstall` takes it out.\n\
         if command -v git-pv >/dev/null 2>&1; then git-pv hook run {HOOK} || exit $?\n\
         else echo 'pv is not on PATH: AI artefacts were not checked' >&2; fi\n{END}\n"
    );
    format!("{first}\n{block}{rest}")
}

/// The script as it was before [`with_block`].
pub(super) fn without_block(script: &str) -> String {
    match (script.find(BEGIN), script.find(END)) {
        (Some(from), Some(to)) if from < to => {
            let rest = script.get(to + END.len()..).unwrap_or_default();
            format!("{}{}", script.get(..from).unwrap_or_default(), rest.strip_prefix('\n').unwrap_or(rest))
        }
        _ => script.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_foreign, with_block, without_block};

    #[test]
    fn a_hook_that_was_there_stays_as_it_was() {
        let script = "#!/bin/bash\nmake lint\nexit 0\n";
        let installed = with_block(script);
        assert!(installed.starts_with("#!/bin/bash\n# >>> pv"));
        assert!(installed.ends_with("make lint\nexit 0\n"));
        assert_eq!(without_block(&installed), script);
    }

    #[test]
    fn installing_twice_writes_one_block() {
        let once = with_block("");
        assert_eq!(with_block(&without_block(&once)), once);
    }

    #[test]
    fn only_shells_understand_the_block() {
        assert!(["", "#!/bin/sh", "#! /usr/bin/env -S bash -e\n"].iter().all(|script| !is_foreign(script)));
        assert!(["#!/usr/bin/env python3\n", "#!/usr/bin/fish\n", "echo\n"].iter().all(|script| is_foreign(script)));
    }
}
