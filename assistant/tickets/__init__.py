"""What becomes of a ticket after the call: its states, its clocks, who checks it. Pure; knows no store and no socket."""
