//! The binary on a pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::Leaklint;

/// A run that somebody sits in front of.
pub struct Screen {
    keyboard: File,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
    child: Child,
    read: usize,
    /// Its home directory lasts as long.
    _run: Leaklint,
}

impl Screen {
    /// Starts `run`; what it says and asks is shown on the terminal.
    pub fn of(run: Leaklint) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let slave = || {
            let opened = OpenOptions::new().read(true).write(true).open(name.to_str().expect("ASCII"));
            Stdio::from(opened.expect("the other end"))
        };
        let child = run.command().stdin(slave()).stdout(slave()).stderr(slave()).spawn().expect("it starts");
        let keyboard = File::from(master);
        let mut screen = keyboard.try_clone().expect("a second handle");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                shared.lock().expect("not poisoned").extend_from_slice(&buffer[..count]);
            }
        });
        Self { keyboard, seen, reader, child, read: 0, _run: run }
    }

    /// Waits until `text` is shown, after whatever was waited for before; gives what was shown since.
    #[track_caller]
    pub fn wait(&mut self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let seen = self.seen.lock().expect("not poisoned").clone();
            let shown = String::from_utf8_lossy(&seen[self.read..]).into_owned();
            if let Some(at) = shown.find(text) {
                self.read += at + text.len();
                return shown;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "no {text:?} in {shown:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
    }

    /// Waits for the end with this exit code; gives all that was shown.
    #[track_caller]
    pub fn ends(mut self, code: i32) -> String {
        let ended = self.child.wait().expect("our own child").code();
        // It ends once nobody holds the other end any more; then all is read.
        self.reader.join().expect("it does not panic");
        assert_eq!(ended, Some(code));
        String::from_utf8_lossy(&self.seen.lock().expect("not poisoned")).into_owned()
    }
}
