//! Runs a program and writes what it took: wall and CPU time in microseconds, the peak of memory in KiB, the exit status.
//!
//! usage: timed REPORT OUTPUT PROGRAM [ARGUMENT…]      (OUTPUT gets what the program prints)
//!
//! Linux counts the memory of the process that starts another to the other's own peak; from a Python script that would
//! be some 14 MiB. This program is the one that starts it, because it needs only 2 MiB itself.

use std::env;
use std::fs::{self, File};
use std::io;
use std::process::{self, Command, Stdio};
use std::time::Instant;

/// `struct rusage` of 64-bit Linux: two times as seconds and microseconds, the peak in KiB, thirteen more counters.
#[repr(C)]
struct Usage {
    user: [i64; 2],
    system: [i64; 2],
    peak: i64,
    more: [i64; 13],
}

unsafe extern "C" {
    fn wait4(process: i32, status: *mut i32, options: i32, usage: *mut Usage) -> i32;
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [report, output, program, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: timed REPORT OUTPUT PROGRAM [ARGUMENT...]");
        process::exit(2);
    };
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(File::create(output)?);
    let start = Instant::now();
    let child = command.spawn()?;
    let (status, usage) = wait(child.id() as i32)?;
    let wall = start.elapsed().as_micros();
    let cpu = (usage.user[0] + usage.system[0]) * 1_000_000 + usage.user[1] + usage.system[1];
    fs::write(report, format!("{wall} {cpu} {} {}\n", usage.peak, exit_code(status)))
}

fn wait(process: i32) -> io::Result<(i32, Usage)> {
    let mut status = 0;
    let mut usage = Usage { user: [0; 2], system: [0; 2], peak: 0, more: [0; 13] };
    // SAFETY: both pointers lead to values of the layout that wait4 fills, and live until it returns.
    match unsafe { wait4(process, &raw mut status, 0, &raw mut usage) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok((status, usage)),
    }
}

/// As a shell has it: 128 and the signal's number for a program that was killed.
fn exit_code(status: i32) -> i32 {
    match status & 0x7f {
        0 => (status >> 8) & 0xff,
        signal => 128 + signal,
    }
}
