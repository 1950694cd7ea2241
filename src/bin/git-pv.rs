//! The binary `git-pv`: the same program, so that `git pv …` works.

fn main() -> std::process::ExitCode {
    pv::cli::main()
}
