//! The hunt for values that are known: everywhere a repository and its working trees may hold them, in any form.
mod content;
mod forms;
mod joint;
mod needles;
