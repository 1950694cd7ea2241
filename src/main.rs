//! The binary `pv`; everything stands in the library.

fn main() -> std::process::ExitCode {
    pv::cli::main()
}
